"""Mails, calls and files of two systems: what differs, and what a system does by itself."""

import pytest

from refactor.model.replay import Divergence, Effect
from refactor.verify import effects_differ, lasting_effects


def calls(*when: int, name: str = "GET http://rates/", text: str = "") -> list[Effect]:
    """The same call after so many requests, once for each number."""
    return [Effect("call", name, text, after) for after in when]


def lasting(first: list[Effect], again: list[Effect], actual: list[Effect]) -> tuple[Divergence, ...]:
    return lasting_effects(effects_differ(first, actual), first, again, actual)


def test_calls_are_counted():
    assert list(effects_differ(calls(1), calls(1, 2))) == [
        Divergence(0, "call GET http://rates/", "1 times", "2 times")
    ]
    assert list(effects_differ(calls(1, 2), calls(2, 3))) == []


def test_a_call_of_the_start_does_not_stand_for_one_of_a_request():
    told = Divergence(0, "call GET http://rates/", "after requests [0, 2]", "after requests [0, 0]")
    assert list(effects_differ(calls(0, 2), calls(0, 0))) == [told]
    assert lasting(calls(0, 2), calls(0, 2), calls(0, 0)) == (told,)


@pytest.mark.parametrize(
    ("first", "again", "actual", "told"),
    [
        ((0,), (0,), (0, 0, 0), False),  # every process starts
        ((0, 0, 2), (0,), (0, 3), False),  # and goes by the clock
        ((0,), (1,), (1, 2), False),  # functions start when they are asked
        ((0,), (0,), (), True),  # nobody does it
        ((0, 2), (0, 2), (0, 0, 0), True),  # request 2 asks for it
        ((0, 2, 2), (0, 2, 2), (0, 0, 2), True),  # twice
        ((0, 2), (0, 2), (0, 0, 2), False),
        ((1,), (1,), (1, 2), True),  # not at the start: a request's
        ((1,), (0, 1), (1, 2), True),
    ],
)
def test_what_a_system_does_by_itself_happens_and_is_not_counted(first, again, actual, told):
    assert bool(lasting(calls(*first), calls(*again), calls(*actual))) is told


def test_the_text_is_compared_and_files_have_no_start():
    up, down = calls(0, text="up"), calls(0, text="down")
    assert lasting(up, up, [*up, *down]) != ()
    assert lasting([*up, *down], [*up, *down], up) != ()
    assert lasting(up, [*up, *calls(2, text="beat")], [*up, *calls(1, 2, text="beat")]) == ()
    file = [Effect("file", "a.txt", "1")]
    assert lasting(file, file, [Effect("file", "a.txt", "2")]) != ()
