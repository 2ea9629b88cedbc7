"""CloudFormation templates as they were generated, with their short forms of intrinsic functions left as values."""

from pathlib import Path
from typing import Any

import yaml


class Loader(yaml.SafeLoader):
    """Plain YAML, and ``!Ref`` and its like as {tag: value}."""


def _intrinsic(loader: yaml.Loader, tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {tag: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    return {tag: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _intrinsic)


def template_of(path: Path) -> dict[str, Any]:
    """A whole template."""
    return dict(yaml.load(path.read_text("utf-8"), Loader))


def resources_of(path: Path) -> dict[str, Any]:
    """Its resources by logical id."""
    return dict(template_of(path)["Resources"])
