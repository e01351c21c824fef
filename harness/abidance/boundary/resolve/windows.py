"""Windows: pointers in a record that the callee moves on, each with the field that counts what is left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, ScalarShape, What
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model.types import FieldPromise


def with_windows(
    members: Sequence[Member], described: Mapping[str, FieldPromise], problems: Problems | None
) -> list[Member]:
    """Return a record's fields, its windows as such; without `problems` nobody complains of those that cannot be."""
    numbers = {
        m.name for m in members if isinstance(m.shape, ScalarShape) and m.shape.kind == "int" and not m.bits
    }
    found = []
    for member in members:
        promise, shape = described.get(member.name), member.shape
        if promise is None or not promise.window or not isinstance(shape, PointerShape):
            found.append(member)
            continue
        count = _count(shape)
        if shape.what in (What.BYTES, What.ARRAY) and count in numbers and not shape.handed:
            found.append(replace(member, shape=replace(shape, window=count)))
            continue
        found.append(member)
        if problems is not None:
            clause = "length" if shape.direction.read else "capacity"
            message = (
                f"`{member.name}` is no window: no field beside it is its `{clause}`, and counts what is left"
            )
            remedy = f"`{member.name}: {{to: bytes, {clause}: FIELD, window: true}}`"
            labels = (Label(promise.key_span("window")), Label(member.declared))
            problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
    return found


def _count(shape: PointerShape) -> str:
    """Return the field that tells how much of a window is left; nothing where that is worked out."""
    clause = shape.length if shape.direction.read else shape.capacity
    return clause.sole_name if clause is not None else ""
