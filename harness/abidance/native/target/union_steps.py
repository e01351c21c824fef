"""Which alternative each union has, as a choice that an input makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.native.target.input_format import Alternative

if TYPE_CHECKING:
    from abidance.boundary.model.types import Member
    from abidance.native.target.input_format import Path
    from abidance.native.target.scope import Guards, PlanScope


def alternatives(
    members: tuple[Member, ...], scope: PlanScope
) -> tuple[list[Alternative], dict[str, Guards]]:
    """Return a choice for each union around members, and for each of these the alternatives that it stands in."""
    choices: list[Alternative] = []
    guards: dict[str, Guards] = {member.name: () for member in members}
    done: dict[tuple[tuple[str, int], ...], Path] = {}
    for member in members:
        around: Guards = ()
        for depth, (union, which) in enumerate(member.within):
            outer = member.within[:depth]
            key = (*outer, (union, -1))
            if key not in done:
                path = (*scope.path, f"{union}?" + "".join(f"{u}{w}" for u, w in outer))
                inside = [m for m in members if (union,) == tuple(u for u, _ in m.within[depth : depth + 1])]
                inside = [m for m in inside if m.within[:depth] == outer]
                options = tuple(sorted({m.within[depth][1] for m in inside}))
                names = tuple(
                    tuple(m.name for m in inside if m.within[depth][1] == option) for option in options
                )
                named = [o for o, each in zip(options, names, strict=True) if scope.given.keys() & {*each}]
                kept = tuple(named[:1]) or options
                chosen = tuple(each for o, each in zip(options, names, strict=True) if o in kept)
                choices.append(Alternative(path, kept, chosen, guards=(*scope.guards, *around)))
                done[key] = path
            around = (*around, (done[key], which))
        guards[member.name] = around
    return choices, guards
