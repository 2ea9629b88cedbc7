"""Paths -> dotted names; what is test code; what a relative import refers to."""

import pytest
from linked import facts_of

from refactor.link.flow.modules import Index, module_names


@pytest.mark.parametrize(
    ("path", "others", "name"),
    [
        ("shop/orders.py", ("shop/__init__.py",), "shop.orders"),
        ("shop/__init__.py", (), "shop"),
        ("shop/orders/views.py", ("shop/__init__.py", "shop/orders/__init__.py"), "shop.orders.views"),
        ("src/shop/orders.py", ("src/shop/__init__.py",), "shop.orders"),
        ("backend/app/views.py", ("backend/app/__init__.py",), "app.views"),
        ("src/run.py", (), "run"),
        ("run.py", (), "run"),
        ("scripts/run.py", (), "scripts.run"),
        ("src/scripts/run.py", (), "scripts.run"),
        ("space/part/module.py", (), "space.part.module"),
        ("src/space/part/module.py", (), "space.part.module"),
        ("__init__.py", (), "__init__"),
    ],
)
def test_module_names(path: str, others: tuple[str, ...], name: str) -> None:
    assert module_names([path, *others])[path] == name


@pytest.mark.parametrize(
    ("path", "imported", "name"),
    [
        ("space/shop/__init__.py", {"space", "space.shop"}, "space.shop"),
        ("src/space/shop/__init__.py", {"space", "space.shop"}, "space.shop"),
        ("backend/shop/__init__.py", {"shop"}, "shop"),
        ("backend/shop/__init__.py", {"shop", "backend", "backend.shop"}, "shop"),
        ("backend/shop/__init__.py", {"backend", "backend.other"}, "shop"),
        ("a/b/c/shop/__init__.py", {"b", "b.c", "b.c.shop"}, "b.c.shop"),
    ],
)
def test_folders_above_a_package(path: str, imported: set[str], name: str) -> None:
    assert module_names([path], imported)[path] == name


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/test_a.py", True), ("test/a.py", True), ("shop/tests/a.py", True), ("shop/testing/a.py", True),
        ("shop/test_a.py", True), ("shop/a_test.py", True), ("conftest.py", True), ("shop/conftest.py", True),
        ("shop/contest.py", False), ("shop/latest.py", False), ("shop/testament.py", False), ("shop/tested/a.py", False),
        ("testimony/a.py", False),
    ],
)  # fmt: skip
def test_what_is_test_code(path: str, is_test: bool) -> None:
    (module,) = Index(facts_of({path: ""})).modules.values()
    assert module.is_test == is_test


@pytest.mark.parametrize(
    ("module", "name", "level", "absolute"),
    [
        ("shop.orders.views", "shop.billing", 0, "shop.billing"),
        ("shop.orders.views", "", 1, "shop.orders"),
        ("shop.orders.views", "forms", 1, "shop.orders.forms"),
        ("shop.orders.views", "billing", 2, "shop.billing"),
        ("shop.orders", "forms", 1, "shop.orders.forms"),
        ("shop.orders", "billing", 2, "shop.billing"),
        ("shop", "billing", 1, "shop.billing"),
        ("shop.orders.views", "x", 9, "x"),
    ],
)
def test_relative_imports(module: str, name: str, level: int, absolute: str) -> None:
    index = Index(facts_of({"shop/__init__.py": "", "shop/orders/__init__.py": "", "shop/orders/views.py": ""}))
    assert index.absolute(module, name, level) == absolute


def test_two_files_of_one_name_are_told_apart_by_their_folders() -> None:
    index = Index(facts_of({"src/shop.py": "a = 1", "shop.py": "b = 1"}))
    assert {module.name: module.path for module in index.modules.values()} == {
        "shop": "shop.py",
        "src.shop": "src/shop.py",
    }
