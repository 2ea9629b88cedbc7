"""libcst operator nodes -> Python's own tokens."""

import libcst as cst

OPERATORS = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%", "Power": "**",
    "MatrixMultiply": "@", "LeftShift": "<<", "RightShift": ">>", "BitOr": "|", "BitAnd": "&", "BitXor": "^",
    "And": "and", "Or": "or", "Not": "not", "Minus": "neg", "Plus": "pos", "BitInvert": "~",
    "Equal": "==", "NotEqual": "!=", "LessThan": "<", "LessThanEqual": "<=", "GreaterThan": ">", "GreaterThanEqual": ">=",
    "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
}  # fmt: skip


def operator(node: cst.CSTNode) -> str:
    """The token of an operator node; ``+=`` and its kin give ``+``."""
    name = type(node).__name__
    return OPERATORS.get(name) or OPERATORS.get(name.removesuffix("Assign"), name)
