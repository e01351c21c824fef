"""What destroys a handle along with the one that it was made from is given that one, and no other of its kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member


def with_own_parents(
    functions: Mapping[str, BoundaryFunction], lives: Mapping[str, HandleLife]
) -> dict[str, BoundaryFunction]:
    """Return the functions with the `parent` of what they destroy, where one handle beside it can only be that."""
    found = dict(functions)
    for life in lives.values():
        function = found.get(life.destroy or "")
        if function is None:
            continue
        ended = [m for m in function.members if _there(m, life.name)]
        beside = [
            m for m in function.members for kind in life.parents if kind != life.name and _there(m, kind)
        ]
        if len(ended) != 1 or len(beside) != 1 or not _is_made_from(life, beside[0], functions):
            continue
        (member,) = ended
        assert isinstance(member.shape, HandleShape)
        if not member.shape.parent:
            told = replace(member, shape=replace(member.shape, parent=beside[0].name))
            found[function.name] = replace(
                function, members=tuple(told if m is member else m for m in function.members)
            )
    return found


def _there(member: Member, kind: str) -> HandleShape | None:
    """Return the shape of a handle of a kind that a call is given; None of anything else."""
    shape = member.shape
    if not isinstance(shape, HandleShape) or shape.handle != kind or shape.made:
        return None
    return shape


def _is_made_from(life: HandleLife, parent: Member, functions: Mapping[str, BoundaryFunction]) -> bool:
    """Tell whether whatever makes a handle is given one of the kind of `parent`."""
    assert isinstance(parent.shape, HandleShape)
    kind = parent.shape.handle
    makers = [functions[name] for name in life.creates if name in functions]
    given = [[shape for m in maker.members if (shape := _there(m, kind))] for maker in makers]
    return all(len(each) == 1 and each[0].nullable is False for each in given)
