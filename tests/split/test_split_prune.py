"""Before and after: what a slice keeps of a module's text."""

import pytest
from monolith_by_hand import cut, program_of, source, text

APP = """
    from flask import Flask

    import views


    def create_app():
        app = Flask(__name__)
        app.register_blueprint(views.bp)
        return app
    """
VIEWS = """
    from flask import Blueprint

    {imports}

    bp = Blueprint("views", __name__)


    @bp.route("/own")
    def own():
        return {use}


    @bp.route("/foreign")
    def foreign():
        return {other}
    """
KEPT_VIEWS = """from flask import Blueprint

{imports}

bp = Blueprint("views", __name__)


@bp.route("/own")
def own():
    return {use}
"""


def sliced(lib: str, imports: str = "import lib", use: str = "lib.used()", other: str = "lib.other()", **more: str):
    files = {"app.py": APP, "views.py": VIEWS.format(imports=imports, use=use, other=other), "lib.py": lib, **more}
    tree = source(files)
    return cut(tree, program_of(tree), "/own")


CASES = {
    "a definition that nothing needs goes, comments above it with it": (
        """
        # about the module

        # about used
        def used():
            return 1

        # about other
        def other():
            return 2
        # the end
        """,
        """
        # about the module

        # about used
        def used():
            return 1
        # the end
        """,
    ),
    "comments above a kept definition stay with it": (
        """
        'Text.'
        # about other
        def other(): return 2

        # about used:
        # two lines
        @decorated  # and here
        def used(): return 1

        def decorated(f): return f
        """,
        """
        'Text.'

        # about used:
        # two lines
        @decorated  # and here
        def used(): return 1

        def decorated(f): return f
        """,
    ),
    "statements on one line stay together": (
        """
        a = 1; b = 2
        c = 3; d = 4
        def used(): return a
        def other(): return c
        """,
        """
        a = 1; b = 2
        def used(): return a
        """,
    ),
    "a multi-line value stays as it is": (
        """
        TABLE = {
            "a": 1,   # one
              "b": 2,
        }
        OTHER = (
            3
        )
        def used(): return TABLE \\
            ["a"]
        def other(): return OTHER
        """,
        """
        TABLE = {
            "a": 1,   # one
              "b": 2,
        }
        def used(): return TABLE \\
            ["a"]
        """,
    ),
    "a conditional definition is kept with all branches": (
        """
        import sys
        if sys.version_info > (3, 20):
            def used(): return 1
        else:
            used = helper_two = None
        if sys.platform == "x":
            def other(): return 2
        """,
        """
        import sys
        if sys.version_info > (3, 20):
            def used(): return 1
        else:
            used = helper_two = None
        """,
    ),
    "an import guard is kept whole or not at all": (
        """
        try:
            import simplejson as json
        except ImportError:
            import json
        try:
            import lxml
        except ImportError:
            lxml = None
        def used(): return json.dumps(1)
        def other(): return lxml
        """,
        """
        try:
            import simplejson as json
        except ImportError:
            import json
        def used(): return json.dumps(1)
        """,
    ),
    "names imported for type checkers stay while an annotation names them": (
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from nowhere import Thing
        if TYPE_CHECKING:
            from nowhere import Other
        def used(x: "Thing" = None): return 1
        def other(x: "Other" = None): return 2
        """,
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from nowhere import Thing
        def used(x: "Thing" = None): return 1
        """,
    ),
    "__all__ keeps the names that are left": (
        """
        __all__ = [
            "other",  # gone
            "used",
        ]
        def used(): return 1
        def other(): return 2
        """,
        """
        __all__ = [
            "used",
        ]
        def used(): return 1
        """,
    ),
    "a one-name tuple stays a tuple": (
        """
        __all__ = ("used", "other")
        def used(): return 1
        def other(): return 2
        """,
        """
        __all__ = ("used",)
        def used(): return 1
        """,
    ),
    "a computed __all__ keeps what it names": (
        """
        __all__ = ["other"] + sorted({"used"})
        def used(): return 1
        def other(): return 2
        """,
        """
        __all__ = ["other"] + sorted({"used"})
        def used(): return 1
        def other(): return 2
        """,
    ),
    "a class keeps its methods and what they and its body mention": (
        """
        LIMIT = 1
        SIZE = 2
        GONE = 3
        class Base:
            size = SIZE
            def later(self): return LIMIT
        class Used(Base):
            pass
        class Other(Base):
            gone = GONE
        def used(): return Used()
        def other(): return Other()
        """,
        """
        LIMIT = 1
        SIZE = 2
        class Base:
            size = SIZE
            def later(self): return LIMIT
        class Used(Base):
            pass
        def used(): return Used()
        """,
    ),
    "a quoted annotation is a mention": (
        """
        class A: pass
        class B: pass
        def used(x: "list[A]" = ()): return x
        def other(x: "B"): return x
        """,
        """
        class A: pass
        def used(x: "list[A]" = ()): return x
        """,
    ),
    "a global statement reaches the module's variable": (
        """
        COUNT = 0
        OTHER = 0
        def used():
            global COUNT
            COUNT = 5
        def other():
            global OTHER
            OTHER = 5
        """,
        """
        COUNT = 0
        def used():
            global COUNT
            COUNT = 5
        """,
    ),
    "a local name that shadows a module's name is no mention": (
        """
        total = 1
        rate = 2
        item = 3
        handle = 4
        def used(rate, *handle):
            total = rate
            squares = [item for item in handle]
            return lambda total: total, squares
        def other(): return total, rate, item, handle
        """,
        """
        def used(rate, *handle):
            total = rate
            squares = [item for item in handle]
            return lambda total: total, squares
        """,
    ),
    "a loop acts on what it goes over and on what it is given": (
        """
        def stop(): pass
        ITEMS = []
        for thing in (ITEMS,):
            thing.append(stop)
        GONE = []
        for thing in (GONE,):
            thing.append(stop)
        def used(): return ITEMS
        def other(): return GONE
        """,
        """
        def stop(): pass
        ITEMS = []
        for thing in (ITEMS,):
            thing.append(stop)
        def used(): return ITEMS
        """,
    ),
    "every statement that rebinds a needed name stays": (
        """
        ITEMS = []
        ITEMS += [1]
        OTHERS = []
        OTHERS += [1]
        for n in (1, 2):
            ITEMS.append(n)
        for n in (1, 2):
            OTHERS.append(n)
        ITEMS[0] = 9
        OTHERS[0] = 9
        def used(): return ITEMS
        def other(): return OTHERS
        """,
        """
        ITEMS = []
        ITEMS += [1]
        for n in (1, 2):
            ITEMS.append(n)
        ITEMS[0] = 9
        def used(): return ITEMS
        """,
    ),
    "a function that fills a registry by decoration stays with the registry's own methods": (
        """
        class Registry(list):
            def add(self, f):
                self.append(f)
                return f
        CHECKS = Registry()
        GONE = Registry()
        @CHECKS.add
        def first(): return 1
        @GONE.add
        def second(): return 2
        def used(): return [c() for c in CHECKS]
        def other(): return [c() for c in GONE]
        """,
        """
        class Registry(list):
            def add(self, f):
                self.append(f)
                return f
        CHECKS = Registry()
        @CHECKS.add
        def first(): return 1
        def used(): return [c() for c in CHECKS]
        """,
    ),
    "a function that is registered through a function of the monolith stays with the registry": (
        """
        REPORTS = {}
        LOG = []
        def report(name):
            def register(func):
                REPORTS[name] = func
                return func
            return register
        def traced(func):
            def inner(*args):
                print(LOG)
                return func(*args)
            return inner
        @report("sales")
        def sales(): return 1
        report("stock")(len)
        @traced
        def other(): return 2
        def used(): return REPORTS, LOG
        """,
        """
        REPORTS = {}
        LOG = []
        def report(name):
            def register(func):
                REPORTS[name] = func
                return func
            return register
        @report("sales")
        def sales(): return 1
        report("stock")(len)
        def used(): return REPORTS, LOG
        """,
    ),
    "subclasses stay where the base class collects them": (
        """
        class Plugin:
            known = []
            def __init_subclass__(cls):
                Plugin.known.append(cls)
        class A(Plugin): pass
        class Plain: pass
        class B(Plain): pass
        def used(): return Plugin.known
        def other(): return B
        """,
        """
        class Plugin:
            known = []
            def __init_subclass__(cls):
                Plugin.known.append(cls)
        class A(Plugin): pass
        def used(): return Plugin.known
        """,
    ),
    "an effect on nothing of the monolith's own stays with the module": (
        """
        import warnings
        import logging
        warnings.simplefilter("ignore")
        def used(): return 1
        def other(): return logging
        """,
        """
        import warnings
        warnings.simplefilter("ignore")
        def used(): return 1
        """,
    ),
    "a script's own start goes": (
        """
        def used(): return 1
        def other(): return 2
        if __name__ == "__main__":
            other()
        """,
        """
        def used(): return 1
        """,
    ),
    "an unknown decorator with an object of another library stays, a known pure one does not": (
        """
        import functools
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        @event.listens_for(Engine, "connect")
        def pragma(*args): return None
        @functools.lru_cache
        def other(): return 2
        def used(): return 1
        """,
        """
        from sqlalchemy import event
        from sqlalchemy.engine import Engine
        @event.listens_for(Engine, "connect")
        def pragma(*args): return None
        def used(): return 1
        """,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_module_is_pruned_by_whole_statements(name):
    before, after = CASES[name]
    expected = source({"lib.py": after}).by_path["lib.py"].text
    assert text(sliced(before), "lib.py") == expected


def test_a_module_that_is_all_needed_is_the_same_bytes():
    files = source({"app.py": APP}).by_path["app.py"].content
    assert sliced("def used(): return 1").tree.by_path["app.py"].content == files


@pytest.mark.parametrize(
    ("imports", "use", "other", "after"),
    [
        ("from lib import used, other", "used()", "other()", "from lib import used"),
        ("from lib import other, used", "used()", "other()", "from lib import used"),
        ("from lib import (other, used)", "used()", "other()", "from lib import (used)"),
        ("from lib import used as u, other as o  # both", "u()", "o()", "from lib import used as u  # both"),
        ("import json, os", "json", "os", "import json"),
        ("from lib import *", "used()", "other()", "from lib import *"),
        ("import lib\nfrom lib import other", "lib.used()", "other()", "import lib"),
        ("import os.path as p\nimport os.path", "p", "os", "import os.path as p"),
    ],
)
def test_import_names_that_nothing_uses_go(imports, use, other, after):
    before = imports.replace("\n", "\n    ")
    result = sliced("def used(): return 1\ndef other(): return 2", before, use, other)
    assert text(result, "views.py") == KEPT_VIEWS.format(imports=after, use=use)


def test_one_name_a_line_keeps_its_lines_and_comments():
    before = "from lib import (  # noqa\n        first,  # one\n        used,  # two\n        other,  # three\n    )"
    after = "from lib import (  # noqa\n    used,  # two\n)"
    result = sliced("def used(): return 1\ndef other(): return 2\nfirst = 3", before, "used()", "other(), first")
    assert text(result, "views.py") == KEPT_VIEWS.format(imports=after, use="used()")


def test_an_import_whose_name_the_monolith_never_uses_is_kept_for_its_effect():
    result = sliced("def used(): return 1\ndef other(): return 2", "import readline\n    import lib")
    assert text(result, "views.py") == KEPT_VIEWS.format(imports="import readline\nimport lib", use="lib.used()")


def test_an_import_of_something_kept_anyway_stays_so_that_the_order_of_imports_stays():
    more = {"early.py": "from lib import used, other\n"}
    result = sliced("def used(): return 1\ndef other(): return 2", "import lib\n    import early", **more)
    assert "early.py" not in result.tree.by_path  # nothing in it is needed by anyone
    assert text(result, "views.py") == KEPT_VIEWS.format(imports="import lib", use="lib.used()")
    kept = sliced("import early\ndef used(): return early.X\ndef other(): return 2", **{"early.py": "X = 1\nY = 2\n"})
    assert text(kept, "lib.py") == "import early\ndef used(): return early.X\n"
    assert text(kept, "early.py") == "X = 1\n"


DOTTED = {
    "pkg/__init__.py": "",
    "pkg/one.py": "def used(): pass\n",
    "pkg/two.py": "def other(): pass\n",
    "pkg/three.py": "X = 1\n",
}


@pytest.mark.parametrize(
    ("imports", "kept"),
    [
        ("import pkg.one\n    import pkg.two", "import pkg.one"),
        ("import pkg.two, pkg.one as p, pkg.one", "import pkg.one"),
    ],
)
def test_each_module_of_a_package_is_imported_for_itself(imports, kept):
    result = sliced("", imports=imports, use="pkg.one.used()", other="pkg.two.other(), os, p", **DOTTED)
    assert text(result, "views.py") == KEPT_VIEWS.format(imports=kept, use="pkg.one.used()")
    assert sorted(path for path in result.tree.by_path if path.startswith("pkg/")) == ["pkg/__init__.py", "pkg/one.py"]


def test_the_only_import_of_a_package_stays_though_another_module_of_it_is_used():
    result = sliced("", imports="import pkg.three", use="pkg.one.used()", other="pkg.two.other()", **DOTTED)
    assert text(result, "views.py") == KEPT_VIEWS.format(imports="import pkg.three", use="pkg.one.used()")
    assert {"pkg/one.py", "pkg/three.py"} < set(result.tree.by_path)
    assert "pkg/two.py" not in result.tree.by_path
