"""Arithmetic between call fields, e.g. ``amount - 定金``: parsed once, evaluated without ``eval``."""

import ast
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator

_SIGNS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


def _tree(text: str) -> ast.expr:
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"算式“{text}”写得不对，例：amount - 定金") from error
    for node in ast.walk(tree):
        number = isinstance(node, ast.Constant) and type(node.value) in (int, float)
        sign = isinstance(node, ast.BinOp) and type(node.op) in _SIGNS
        plain = isinstance(node, ast.Name | ast.Load | ast.operator)
        if not (number or sign or plain):
            raise ValueError(f"算式“{text}”里只能有字段名、数字、+ - * / 和括号")
    return tree


def _checked(text: str) -> str:
    _tree(text)
    return text


Formula = Annotated[str, AfterValidator(_checked)]
"""A call field, or numbers and fields joined by ``+ - * /`` and brackets."""


def names(formula: str) -> tuple[str, ...]:
    """Fields a formula reads, in order of appearance."""
    return tuple(node.id for node in ast.walk(_tree(formula)) if isinstance(node, ast.Name))


def evaluate(formula: str, field: Callable[[str], object]) -> object:
    """Value of a formula.

    Args:
        formula: A checked formula.
        field: Value of a call field by name, None where the call has none.

    Returns:
        The field itself for a lone name; a float for arithmetic; None where an operand is missing, is no number,
        or the formula divides by zero.
    """
    return _value(_tree(formula), field)


def number(value: object) -> float | None:
    """A number out of a manifest's cell (``1,280``, ``1280元``), or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = str(value).strip().removesuffix("元").replace(",", "").replace("，", "").strip("￥¥ ")
    try:
        return float(text)
    except ValueError:
        return None


def _value(node: ast.expr, field: Callable[[str], object]) -> object:
    if isinstance(node, ast.Name):
        return field(node.id)
    if isinstance(node, ast.Constant):
        return node.value
    if not isinstance(node, ast.BinOp):
        return None
    left, right = number(_value(node.left, field)), number(_value(node.right, field))
    if left is None or right is None:
        return None
    try:
        return _SIGNS[type(node.op)](left, right)
    except ZeroDivisionError:
        return None
