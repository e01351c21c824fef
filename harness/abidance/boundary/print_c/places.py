"""Pointers into memory of which another argument is the beginning, as C."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import pointer_behind
from abidance.boundary.model.types import PointerShape
from abidance.boundary.print_c.variables import pointed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.types import Member, WithinShape
    from abidance.boundary.print_c.variables import Variables


def place_text(placed: PlacedCall, member: Member, shape: WithinShape, given: list[str]) -> str:
    """Return where in memory an argument leads of which another is the beginning."""
    value = placed.arguments[member.name]
    if not isinstance(value, int):
        return "NULL"
    number = _number(placed, shape.whose)
    begin = given[number]
    if pointer_behind(placed.function.members[number].shape) is not None:
        begin = begin[1:] if begin.startswith("&") else f"*{begin}"
    return f"{begin} + {value}" if value else begin


@dataclass(frozen=True, slots=True)
class PrintedPlaces:
    """Declares pointers to places that lie behind pointers; `named` gives a parameter's variable its name."""

    variables: Variables
    named: Callable[[str], str]

    def behind_pointer(
        self, placed: PlacedCall, number: int, shape: WithinShape, given: list[str]
    ) -> Iterator[str]:
        """Yield the lines before the call, and put the address of the pointer among what is `given`."""
        member, parameters = placed.function.members[number], placed.function.declaration.parameters
        nullable = isinstance(member.shape, PointerShape) and member.shape.nullable is not False
        if placed.arguments[member.name] is None and nullable:
            return  # NULL is the argument itself, as it stands there
        begin = _number(placed, shape.whose)
        if given[begin].startswith(
            ('"', "(")
        ):  # what has no name is another one each time that it is written
            yield self._memory(placed, begin, given)
        pointer = pointed(self.variables.declarations, parameters[number].type)
        name, text = self.named(member.name), place_text(placed, member, shape, given)
        yield f"{self.variables.declared(pointer or 'void *', name)} = {text};"
        given[number] = f"&{name}"

    def _memory(self, placed: PlacedCall, number: int, given: list[str]) -> str:
        """Return the declaration of what is written out as an argument, and leave its name there."""
        member, type_ = placed.function.members[number], placed.function.declaration.parameters[number].type
        name, text, shape = self.named(member.name), given[number], member.shape
        given[number] = name
        if text.startswith('"') and isinstance(shape, PointerShape) and shape.direction.written:
            of = pointed(self.variables.declarations, type_)  # a literal is no memory to write to
            return f"{self.variables.declared(of or 'unsigned char', f'{name}[]')} = {text};"
        return f"{self.variables.declared(type_, name)} = {text};"


def _number(placed: PlacedCall, name: str) -> int:
    return next(n for n, each in enumerate(placed.function.members) if each.name == name)
