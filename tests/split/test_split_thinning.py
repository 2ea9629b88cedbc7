"""Bodies that a service can never run: which go, which stay, and what stands in their place."""

import ast

import pytest
from monolith_by_hand import cut, program_of, source, text

from refactor.split.thinning import without_steps
from refactor.split.thinning.anatomy import anatomy_of
from refactor.split.thinning.bodies import with_body
from refactor.split.thinning.hollow import hollowed, is_worth, outlined
from refactor.split.thinning.hooks import may_be_asked, may_be_called

CLASS = '''class Basket(Base):
    """Things."""

    size = 1

    @property
    def total(self) -> int:
        """The sum."""
        # of all
        rows = self.rows()
        return sum(rows)

    def each(self):
        yield from self.rows()

    def rows(self): return [1]
'''


def test_a_hollow_method_keeps_its_name_signature_decorators_and_docstring():
    units = [unit for unit in anatomy_of(CLASS).units if unit.name == "total"]
    assert hollowed(CLASS, units, "left out: shop:") == CLASS.replace(
        "        rows = self.rows()\n        return sum(rows)\n",
        '        raise RuntimeError("left out: shop:Basket.total")\n',
    )


def test_a_hollow_generator_is_one_still():
    units = [unit for unit in anatomy_of(CLASS).units if unit.name == "each"]
    text = hollowed(CLASS, units, "left out: ")
    assert '        raise RuntimeError("left out: Basket.each")\n        yield\n' in text
    ast.parse(text)


def test_a_body_on_the_line_of_its_def_and_one_that_does_nothing_stay():
    assert [is_worth(unit, CLASS) for unit in anatomy_of(CLASS).units] == [True, True, False]
    nothing = "def stop():\n    raise NotImplementedError\n"
    assert [is_worth(unit, nothing) for unit in anatomy_of(nothing).units] == [False]


def test_lines_end_as_they_did():
    text = "def f():\r\n    a = 1\r\n    return a\r\n"
    assert hollowed(text, anatomy_of(text).units, "") == 'def f():\r\n    raise RuntimeError("f")\r\n'


def test_words_are_those_of_code_and_texts_and_not_of_docstrings():
    text = 'def f():\n    """calls gone"""\n    return getattr(a.b, f"on_{c}")(d="templates/e.html")\n'
    (unit,) = anatomy_of(text).units
    assert unit.words == {"getattr", "a", "b", "on_", "c", "d", "templates", "e", "html"}
    assert unit.names == {"getattr", "a", "b", "c", "d"}


def test_a_text_that_this_python_does_not_read_says_every_word():
    assert anatomy_of("print 'old words'\n").words == {"print", "old", "words"}


def test_a_view_of_another_service_keeps_its_verbs_and_what_rules_are_made_of():
    text = (
        "# views\nclass Show(MethodView):\n    methods = ['GET']\n    form = Form\n\n    def get(self, id):\n"
        "        return self.help()\n\n    def help(self):\n        return 1\n"
    )
    assert outlined(text, "left out: ") == (
        "# views\nclass Show(MethodView):\n    methods = ['GET']\n\n    def get(self, *_, **__):\n"
        '        raise RuntimeError("left out: Show.get")\n'
    )


@pytest.mark.parametrize(
    ("method", "base", "expected"),
    [
        ("validate_name", "flask_wtf.FlaskForm", True),
        ("total", "flask_sqlalchemy.SQLAlchemy", False),
        ("process_bind_param", "sqlalchemy.types.TypeDecorator", True),
        ("total", "ValueError", False),
        ("with_traceback", "ValueError", True),
        ("get_id", "flask_login.UserMixin", True),
        ("anything", "", True),
    ],
)
def test_what_a_library_may_call(method, base, expected):
    assert may_be_called(method, base) is expected


def test_what_is_asked_of_any_object():
    assert (may_be_asked("process_view"), may_be_asked("read"), may_be_asked("total")) == (True, True, False)


REVISION = b'''"""add a column"""

import sqlalchemy as sa
from alembic import op

revision: str = "2"
down_revision = "1"


def upgrade():
    op.add_column("a", sa.Column("b"))


def downgrade():
    op.drop_column("a", "b")
'''


def test_a_revision_without_its_steps_keeps_its_place_in_the_chain():
    assert without_steps(REVISION).decode() == (
        '"""add a column"""\nrevision = \'2\'\ndown_revision = \'1\'\n\n\ndef upgrade():\n'
        '    raise RuntimeError("left out of this service: the fallback changes the schema")\n\n\ndef downgrade():\n'
        '    raise RuntimeError("left out of this service: the fallback changes the schema")\n'
    )


@pytest.mark.parametrize(
    "other",
    [
        REVISION.replace(b'"1"\n', b'"1"\nprint("run")\n'),
        REVISION.replace(b'down_revision = "1"', b"down_revision = last()"),
        REVISION.replace(b"def upgrade", b"def step"),
        b"from alembic import context\n\ncontext.run_migrations()\n",
        b"print 1\n",
    ],
)
def test_what_is_no_plain_revision_stays(other):
    assert without_steps(other) == other


APPLICATION = """
    from flask import Flask, render_template
    from flask.views import MethodView
    from flask_wtf import FlaskForm

    app = Flask("app")

    class Named:
        def validate_name(self):
            return helper()

        def title(self):
            return forgotten()

        def shown(self):
            return 1

    class Form(Named, FlaskForm):
        def hook(self):
            return 1

    class Plain:
        def on_start(self):
            return 1

        def prefixed_one(self):
            return 1

        def lost(self):
            return forgotten()

    def helper():
        return 1

    def forgotten():
        return 2

    @app.route("/own")
    def own():
        form, plain = Form(), Plain()
        return render_template("own.html", value=getattr(plain, f"prefixed_{form}"))
"""


def slice_of(template: str = "{{ form.shown }}"):
    tree = source({"app.py": APPLICATION, "templates/own.html": template})
    return text(cut(tree, program_of(tree, factory="app:app"), "/own"), "app.py")


def left_out(python: str) -> list[str]:
    return [line.partition("service: app:")[2].rstrip('")') for line in python.splitlines() if "left out" in line]


def test_what_nothing_says_is_left_out_and_what_it_alone_needed_falls_out():
    python = slice_of()
    assert left_out(python) == ["Plain.lost"]  # a mixin of a library's class may be asked for anything
    assert "def forgotten" in python  # the mixin's title asks for it


def test_a_method_that_a_template_names_stays():
    assert left_out(slice_of("{{ plain.lost() }}")) == []


def test_without_a_library_below_it_a_mixin_is_a_plain_class():
    tree = source({"app.py": APPLICATION.replace("Named, FlaskForm", "Named"), "templates/own.html": "{{ f.shown }}"})
    python = text(cut(tree, program_of(tree, factory="app:app"), "/own"), "app.py")
    assert left_out(python) == ["Named.title", "Form.hook", "Plain.lost"]
    assert "forgotten" not in python


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_body_is_replaced_with_its_own_indent_and_line_ends(end):
    line = end or "\n"
    text = f"def f():{line}    a{line}    b{end}"
    assert with_body(text, 2, 3, ["x", "", "y"]) == f"def f():{line}    x{line}{line}    y{end}"
