"""Slots grow, wake their readers, and stop growing at the limit; values are interned."""

from refactor.link.flow.store import Store
from refactor.link.flow.values import LIMIT, NOTHING, External, Function, Literal, Pool

SLOT = ("global", "m", "x")


def test_a_reader_runs_again_when_a_slot_grows() -> None:
    store = Store(Pool())
    assert store.read(SLOT, 7) == NOTHING
    store.write(SLOT, frozenset((1,)))
    assert list(store.dirty) == [7]
    store.dirty.clear()
    store.write(SLOT, frozenset((1,)))
    assert list(store.dirty) == []
    store.write(SLOT, frozenset((2,)))
    assert (list(store.dirty), store.peek(SLOT)) == ([7], frozenset((1, 2)))


def test_peeking_is_no_reading() -> None:
    store = Store(Pool())
    store.peek(SLOT)
    store.write(SLOT, frozenset((1,)))
    assert list(store.dirty) == []


def test_readers_wake_in_order() -> None:
    store = Store(Pool())
    for reader in (9, 3, 5):
        store.read(SLOT, reader)
    store.write(SLOT, frozenset((1,)))
    assert list(store.dirty) == [3, 5, 9]


def test_a_slot_widens_at_the_limit() -> None:
    store = Store(Pool())
    store.write(SLOT, frozenset(range(LIMIT)))
    assert store.widened == set()
    store.read(SLOT, 1)
    store.write(SLOT, frozenset(range(LIMIT, LIMIT + 5)))
    assert store.peek(SLOT) == frozenset(range(LIMIT))
    assert store.widened == {SLOT}
    assert list(store.dirty) == []


def test_equal_constants_of_different_types_are_different_values() -> None:
    pool = Pool()
    numbers = [pool.add(Literal(value, type(value).__name__)) for value in (1, True, 1.0, "1")]
    assert len(set(numbers)) == 4
    assert pool.add(Literal(1, "int")) == numbers[0]
    assert pool.add(Function(1)) != pool.add(External("f", 1))


def test_texts_are_sorted_strings_only() -> None:
    pool = Pool()
    numbers = [pool.add(Literal(value, "x")) for value in ("b", 3, "a", None)]
    assert pool.texts(numbers) == ["a", "b"]
