"""Sources: bytes survive as text; trees are sorted."""

import hashlib

from refactor.model.sources import SourceFile, tree_of


def test_undecodable_bytes_survive() -> None:
    file = SourceFile("a.py", b"x = '\xff'\n")
    assert tree_of({"a.py": file.text}).files[0].content == file.content


def test_a_digest_is_of_the_bytes() -> None:
    assert SourceFile("a", b"x").digest == hashlib.sha256(b"x").hexdigest()


def test_a_tree_is_sorted_and_asked_by_path() -> None:
    tree = tree_of({"b.py": "x\ny", "a.txt": b"z"})
    assert [file.path for file in tree.files] == ["a.txt", "b.py"]
    assert [file.path for file in tree.python()] == ["b.py"]
    assert tree.by_path["a.txt"].content == b"z"
    assert (tree.lines("b.py"), tree.lines("lost.py")) == (["x", "y"], [])
