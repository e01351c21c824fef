"""Fields that are `secret` of handles in the caller's memory, which a call destroys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.handle_life import HandleLife


def lives_ended(boundary: Boundary, placed: PlacedCall) -> Iterator[tuple[str, HandleLife]]:
    """Yield the handles that a call destroys, by the parameters that they are given as."""
    for member in placed.function.members:
        if isinstance(member.shape, HandleShape) and not member.shape.made:
            life = boundary.handles[member.shape.handle]
            if life.destroy == placed.function.name and not placed.refused:
                yield member.name, life


def secret_fields(boundary: Boundary, placed: PlacedCall) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """Yield the secret fields of the handles that a call destroys: each with its block, its offset and its size."""
    for path, life in lives_ended(boundary, placed):
        block = placed.storage.get(path)
        if life.record is None or block is None:
            continue
        promises = boundary.contract.types
        promise = promises.get(life.spelling) or promises.get(life.record.spelling)
        for member in life.record.members:
            field = promise.fields.get(member.name) if promise is not None else None
            if field is not None and field.secret:
                yield f"{path}.{member.name}", (block, member.offset, member.shape.size)
