"""A callback as a C function that answers as it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.literals import value_text
from abidance.boundary.shapes import Nothing
from abidance.ir.declarations import spell
from abidance.ir.types import Qualified

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.shapes import Callback
    from abidance.boundary.values import Value
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def callback_text(
    declarations: Declarations,
    name: str,
    shape: Callback,
    answers: Sequence[Value],
) -> str:
    """Return the function on one line."""
    head, statements = callback_parts(declarations, name, shape, answers)
    return f"{head} {{ {' '.join([*statements, '}'])}"


def callback_parts(
    declarations: Declarations,
    name: str,
    shape: Callback,
    answers: Sequence[Value],
    names: Sequence[str] = (),
) -> tuple[str, list[str]]:
    """Return the function's head, in which parameters may have other `names`, and the statements that answer."""
    assert shape.type is not None
    called = names or [member.name for member in shape.members]
    parameters = [
        _declared(type_, each, declarations)
        for type_, each in zip(shape.type.parameters, called, strict=True)
    ]
    listed = ", ".join([*parameters, *["..."] * shape.type.variadic]) or "void"
    head = _declared(shape.type.returns, f"{name}({listed})", declarations)
    return f"static {head}", _answering(shape, answers, declarations)


def _answering(shape: Callback, answers: Sequence[Value], declarations: Declarations) -> list[str]:
    if isinstance(shape.result, Nothing) or not answers:
        return []
    assert shape.type is not None
    texts = [value_text(shape.result, answer) for answer in answers]
    if len(texts) == 1:
        return [f"return {texts[0]};"]
    declared = _declared(_bare(shape.type.returns), "answers[]", declarations)
    last = len(texts) - 1
    return [
        f"static const {declared} = {{{', '.join(texts)}}};",
        "static int n;",
        f"return answers[n < {last} ? n++ : {last}];",
    ]


def _declared(type_: Type, declarator: str, declarations: Declarations) -> str:
    return spell(type_, declarator, declarations)


def _bare(type_: Type) -> Type:
    return type_.of if isinstance(type_, Qualified) else type_
