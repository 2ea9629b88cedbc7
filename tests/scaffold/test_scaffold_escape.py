"""Hostile names come back from each language as what they were."""

import ast
import json
import shlex
import tomllib

import pytest
import yaml
from markdown_it import MarkdownIt

from refactor.scaffold.escape import as_json, cfn, code, doc, md, one_line, py, quoted, shell, toml

HOSTILE = [
    "plain",
    "it's",
    'say "hi"',
    "both ' and \"",
    "back\\slash\\",
    "two\nlines\r\n",
    "{{ 7 * 7 }} {% raw %}",
    "${AWS::Region} ${!x}",
    "!Sub a: b # c",
    "- [x, y] & *z | >",
    "null\0bell\a esc\x1b del\x7f nel\x85",
    "\u2028 \u2029 \ufeff",
    "päckchen 📦",
    "''' \"\"\"",
    "yes",
    "",
    " spaced ",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_python_literal(text):
    assert ast.literal_eval(py(text)) == text
    assert "\n" not in py(text)


def test_python_tuples():
    assert ast.literal_eval(py(("a'", ('b"',), ()))) == ("a'", ('b"',), ())


@pytest.mark.parametrize("text", HOSTILE)
def test_docstring_cannot_be_left(text):
    tree = ast.parse(f'"""{doc(text)}"""')
    assert [type(node) for node in tree.body] == [ast.Expr]


@pytest.mark.parametrize("text", HOSTILE)
def test_yaml_scalar(text):
    assert yaml.safe_load(f"key: {quoted(text)}") == {"key": text}


@pytest.mark.parametrize("text", HOSTILE)
def test_toml_string(text):
    assert tomllib.loads(f"key = {toml(text)}") == {"key": text.replace("\ud800", "?")}


@pytest.mark.parametrize("text", HOSTILE)
def test_json_string(text):
    assert json.loads(as_json(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_shell_word(text):
    assert shlex.split(f"x {shell(text)}") == ["x", one_line(text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_the_words(text):
    rendered = MarkdownIt("commonmark", {"html": True}).parse(f"x {md(text)}")
    children = rendered[1].children or []
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children) == f"x {one_line(text)}".rstrip()


@pytest.mark.parametrize("text", ["a`b", "``", "`", "plain", "<script>"])
def test_markdown_code_span(text):
    children = MarkdownIt("commonmark").parse(f"x {code(text)}")[1].children or []
    assert [(child.type, child.content) for child in children] == [("text", "x "), ("code_inline", text)]


def test_cloudformation_replaces_nothing():
    assert cfn("a ${AWS::Region}") == '!Sub "a ${!AWS::Region}"'
    assert cfn("a b") == '"a b"'
