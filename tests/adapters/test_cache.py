"""The cache of facts: found again only for the same bytes and reader, and never needed."""

import sqlite3
from pathlib import Path

from refactor.adapters.cache import Cache
from refactor.model.facts import Mention, ModuleFacts, TemplateFacts
from refactor.model.sources import SourceFile

FILE = SourceFile("a.py", b"x = 1\n")
FACTS = ModuleFacts("a.py", 1, (), ())


def put(path: Path | None, file: SourceFile = FILE, version: int = 1, **options: int) -> None:
    with Cache(path, version, **options) as cache:
        cache.put([(file, FACTS)])


def get(path: Path | None, file: SourceFile = FILE, version: int = 1) -> dict[str, ModuleFacts]:
    with Cache(path, version) as cache:
        return cache.get([file])


def test_found_again(tmp_path: Path) -> None:
    put(tmp_path / "deep/cache.sqlite")
    assert get(tmp_path / "deep/cache.sqlite") == {"a.py": FACTS}


def test_other_bytes_path_or_reader_are_not_found(tmp_path: Path) -> None:
    place = tmp_path / "cache.sqlite"
    put(place)
    assert get(place, SourceFile("a.py", b"x = 2\n")) == {}
    assert get(place, SourceFile("b.py", FILE.content)) == {}
    assert get(place, version=2) == {}


def test_a_broken_file_is_made_again(tmp_path: Path) -> None:
    place = tmp_path / "cache.sqlite"
    place.write_bytes(b"no database at all" * 100)
    put(place)
    assert get(place) == {"a.py": FACTS}


def test_broken_rows_are_not_facts(tmp_path: Path) -> None:
    place = tmp_path / "cache.sqlite"
    put(place)
    with sqlite3.connect(place) as connection:
        connection.execute("UPDATE facts SET body = x'00'")
    assert get(place) == {}


def test_a_place_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    put(tmp_path / "file/cache.sqlite")
    assert get(tmp_path / "file/cache.sqlite") == {}
    put(None)
    assert get(None) == {}


def test_pruned_to_what_was_used_last(tmp_path: Path) -> None:
    place = tmp_path / "cache.sqlite"
    old, new = SourceFile("old.py", b"1"), SourceFile("new.py", b"2")
    put(place, old)
    put(place, new, max_bytes=12)
    assert get(place, old) == {}
    assert get(place, new) == {"new.py": FACTS}


def test_a_path_that_is_not_utf8(tmp_path: Path) -> None:
    odd = SourceFile("\udcff.py", b"1")
    put(tmp_path / "cache.sqlite", odd)
    assert get(tmp_path / "cache.sqlite", odd) == {"\udcff.py": FACTS}


def test_templates_are_kept_beside_modules(tmp_path: Path) -> None:
    file = SourceFile("shop/templates/a.html", b"{{ a.b }}")
    facts = TemplateFacts(file.path, 1, (Mention(1, "show", (), ("a", ".b")),))
    with Cache(tmp_path / "cache.sqlite", 1) as cache:
        cache.put([(file, facts)])
    with Cache(tmp_path / "cache.sqlite", 1) as cache:
        assert cache.get_templates([file]) == {file.path: facts}
    with Cache(tmp_path / "cache.sqlite", 2) as cache:
        assert cache.get_templates([file]) == {}
