"""Reads the templates of a split.

Comes in: the folder that ``split`` wrote. Goes out: templates in long form with the lines of their resources. Must not:
interpret them.
"""

from pathlib import Path
from typing import Any

from refactor.model.errors import RefactorError
from refactor.model.serving import Template

SHORT_NAMES = {"Ref": "Ref", "Condition": "Condition"}


def load_templates(out: Path) -> tuple[Template, ...]:
    """The templates of all services and of the platform, sorted by path; at least one service is needed."""
    paths = sorted([*out.glob("services/*/template.yaml"), *out.glob("platform/template.yaml")])
    if not any(path.parent.parent.name == "services" for path in paths):
        raise RefactorError(
            "no services/*/template.yaml here", where=str(out), hint="write the split first: refactor split PATH -o OUT"
        )
    return tuple(parse_template(_text(path), path.relative_to(out).as_posix()) for path in paths)


def parse_template(text: str, path: str) -> Template:
    """One template; the service is named by its folder."""
    try:
        import yaml
    except ImportError as error:
        raise RefactorError("PyYAML is missing", hint="pip install 'monolith-refactor[serve]'") from error
    try:
        node, document = _read(yaml, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else path
        raise RefactorError(f"the template is no YAML: {error.problem}", where=place) from error
    except yaml.YAMLError as error:
        raise RefactorError(f"the template is no YAML: {error}", where=path) from error
    if not isinstance(document, dict):
        raise RefactorError("the template is no mapping", where=f"{path}:1")
    return Template(Path(path).parent.name, path, document, _lines(node))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefactorError(f"the template can't be read: {error}", where=str(path)) from error


def _read(yaml: Any, text: str) -> tuple[Any, Any]:
    """The tree of nodes and the document. libyaml is ten times as fast; where it is missing or refuses, Python says why."""
    try:
        return _documents(yaml.CSafeLoader, yaml, text)
    except (AttributeError, yaml.YAMLError):
        return _documents(yaml.SafeLoader, yaml, text)


def _documents(safe: Any, yaml: Any, text: str) -> tuple[Any, Any]:
    loader = _loader(safe, yaml)(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _loader(safe: Any, yaml: Any) -> Any:
    """A safe loader that turns ``!Sub x`` into ``{"Fn::Sub": x}``; dates stay text, as CloudFormation has none."""

    class Loader(safe):  # type: ignore[misc]
        pass

    def construct(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        if isinstance(node, yaml.ScalarNode):
            value: Any = loader.construct_scalar(node)
            if suffix == "GetAtt":
                value = value.split(".", 1)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        return {SHORT_NAMES.get(suffix, f"Fn::{suffix}"): value}

    Loader.add_multi_constructor("!", construct)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))
    return Loader


def _lines(root: Any) -> dict[str, int]:
    resources = next((value for key, value in root.value if key.value == "Resources"), None)
    pairs = resources.value if resources is not None and isinstance(resources.value, list) else []
    return {key.value: key.start_mark.line + 1 for key, _ in pairs}
