"""Calls that are made for each element of an array: for each that another call left, say, to free it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import array_filled, root_of
from abidance.boundary.model.types import RESULT_NAME, AddressShape, PointerShape
from abidance.boundary.values.array_ends import ending_field
from abidance.boundary.values.inner_pointers import EACH, pointers_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.encode.encoded_plan import Encoded
    from abidance.boundary.model.functions import BoundaryFunction

_WORD = r"[A-Za-z_]\w*"


def each_element(
    encoded: Encoded, number: int, results: Mapping[int, str], left: Mapping[tuple[int, str], str]
) -> str:
    """Return the head of the loop in which a call is made for each element that an earlier one left; empty without one.

    `results` and `left` are the variables of what calls returned, and left in parameters.
    """
    placed, each = encoded.calls[number], encoded.plan.calls[number].each
    if placed.frees is None or each is None:
        return ""
    index, (name, several, field) = placed.frees, placed.freed.partition(EACH)
    if not several:
        return ""  # of one record behind a pointer
    begin = f"for (size_t i = {each.first}; "
    leaver, root = encoded.calls[index], root_of(name)
    shape = _array_at(leaver.function, name)
    outer = results[index] if root == RESULT_NAME else left[index, root]
    variable = f"{outer}{name.removeprefix(root)}"
    if shape is None or shape.length is None:
        return f"{begin}{_goes_on(shape, f'{variable}[i]', field)}; i++) "
    if name != root:
        record = variable.rpartition(".")[0]
        return f"{begin}i < {re.sub(_WORD, lambda m: f'{record}.{m[0]}', shape.length.text)}; i++) "
    known = {m.name: leaver.arguments[m.name] for m in leaver.function.members}
    spelled = {each: str(value) for each, value in known.items() if isinstance(value, int)}
    spelled |= {path: there for (call, path), there in left.items() if call == index}
    spelled[RESULT_NAME] = results.get(index, RESULT_NAME)
    count = re.sub(_WORD, lambda m: spelled.get(m[0], m[0]), shape.length.text)
    return f"{begin}i < {count}; i++) "


def _array_at(function: BoundaryFunction, path: str) -> PointerShape | None:
    """Return the array that a call leaves at a path: the result or a parameter, or a field of the record there."""
    root = root_of(path)
    if path == root:
        return array_filled(function, path)
    own = next((member.shape for member in function.members if member.name == root), function.result.shape)
    record = own.element if isinstance(own, PointerShape) else own
    return next((each.shape for each in pointers_in(record, root) if each.path == path), None)


def _goes_on(shape: PointerShape | None, element: str, field: str) -> str:
    """Return the condition that an element is not the last one of an array whose pointers are freed one by one."""
    end = None if shape is None else shape.ended_by
    if not field or shape is None or end is None or (last := ending_field(shape)) is None:
        return f"{element}{field} != NULL"
    if isinstance(last.shape, AddressShape):
        return f"{element}.{last.name} != NULL"
    value = int.from_bytes(end.value, "little")
    return f"{element}.{last.name} != {value}{'u' if value >> 31 else ''}"
