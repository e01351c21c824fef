"""Attributes that the compiler is told: `nonnull`, `access`, `returns_nonnull`, `malloc (free)` and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.model import Rank, sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView
    from abidance.ir.declarations import Attribute

_RESULT = "returns"
_DIRECTIONS = {"read_only": "in", "write_only": "out", "read_write": "inout"}


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield what the attributes of the function and of its parameters say."""
    names = list(view.parameters)
    for attribute in view.function.attributes:
        match attribute.name:
            case "nonnull":
                for index in _numbers(attribute) or range(1, len(names) + 1):
                    if 1 <= index <= len(names) and view.header.target(
                        view.parameters[names[index - 1]].type
                    ):
                        yield (
                            names[index - 1],
                            sure("nullable", value=False, rank=Rank.ATTRIBUTE, text="nonnull"),
                        )
            case "returns_nonnull":
                yield _RESULT, sure("nullable", value=False, rank=Rank.ATTRIBUTE, text="returns_nonnull")
            case "malloc" if attribute.arguments:
                yield from _freed(view, attribute)
            case "access":
                yield from _access(view, attribute, names)
            case "null_terminated_string_arg":
                for index in _numbers(attribute):
                    if 1 <= index <= len(names):
                        yield names[index - 1], sure("in", "string", Rank.ATTRIBUTE, attribute.name)
    for name, parameter in view.parameters.items():
        if any(each.name in ("nonnull", "_Nonnull") for each in parameter.attributes):
            yield name, sure("nullable", value=False, rank=Rank.ATTRIBUTE, text="nonnull")
        if re.search(r"\bstatic\b", parameter.extent):
            yield name, sure("nullable", value=False, rank=Rank.ATTRIBUTE, text=f"`[{parameter.extent}]`")


def _freed(view: FunctionView, attribute: Attribute) -> Iterator[tuple[str, Guess]]:
    """Yield the deallocator of `malloc (deallocator, position)` (GCC manual, "Common Function Attributes")."""
    name, _, position = (attribute.arguments or "").partition(",")
    target = view.header.target(view.function.returns)
    if target is None or position.strip() not in ("", "1") or not view.header.is_char(target):
        return
    if name.strip() in view.header.declarations.functions:
        yield _RESULT, sure("to", "string", Rank.ATTRIBUTE, "malloc")
        yield _RESULT, sure("owner", "caller", Rank.ATTRIBUTE, f"malloc({name.strip()})")
        yield _RESULT, sure("free", name.strip(), Rank.ATTRIBUTE, f"malloc({name.strip()})")


def _access(view: FunctionView, attribute: Attribute, names: list[str]) -> Iterator[tuple[str, Guess]]:
    """Yield what `access (mode, pointer, size)` says, positions counted from 1."""
    mode, *positions = (part.strip() for part in (attribute.arguments or "").split(","))
    direction = _DIRECTIONS.get(mode.strip("_"))
    numbers = [int(each) for each in positions if each.isdigit()]
    if direction is None or not numbers or not 1 <= numbers[0] <= len(names):
        return
    name = names[numbers[0] - 1]
    target = view.header.target(view.parameters[name].type)
    if target is None or view.header.target(target) is not None:
        return
    text = f"access({mode.strip('_')})"
    if len(numbers) > 1 and 1 <= numbers[1] <= len(names):
        size = names[numbers[1] - 1]
        what = "bytes" if view.header.is_byte(target) else "array"
        yield name, sure(direction, what, Rank.ATTRIBUTE, text)
        yield name, sure("capacity" if direction == "out" else "length", size, Rank.ATTRIBUTE, text)
    elif view.header.is_plain_data(target) and not view.header.is_byte(target):
        yield name, sure(direction, view.header.type_name(target), Rank.ATTRIBUTE, text)


def _numbers(attribute: Attribute) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", attribute.arguments or "")]
