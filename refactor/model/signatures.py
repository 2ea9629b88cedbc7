"""Signatures as the program keeps them: the text of a parameter list.

Comes in: a text such as ``(config=None, *, debug)``. Goes out: names. Must not: evaluate anything.
"""

import ast


def required_parameters(signature: str) -> list[str]:
    """The parameters of a signature's text that have no default."""
    text = signature.strip().replace("[]", "[0]")  # annotations are kept without what stands in their brackets
    try:
        module = ast.parse(f"def f{text if text.startswith('(') else f'({text})'}: ...")
    except SyntaxError:
        return []
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    needed = positional[: len(positional) - len(given.defaults)]
    named = [each for each, default in zip(given.kwonlyargs, given.kw_defaults, strict=True) if default is None]
    return [each.arg for each in [*needed, *named]]
