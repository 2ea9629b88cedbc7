"""What a function's signature says, as text.

Comes in: ``(host, port=80)``. Goes out: names. Must not: fail on text that is no signature.
"""

import ast


def required_parameters(signature: str) -> list[str]:
    """The parameters of a signature's text that have no default."""
    text = signature.strip()
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
