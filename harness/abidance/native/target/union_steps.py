"""Which alternative each union has: a choice that an input makes, or what a tag beside it tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import number_of, single
from abidance.boundary.model.types import RecordShape, ScalarShape
from abidance.native.target.input_format import Alternative, ToldAlternative
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.scope import ToldUnion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.boundary.model.types import Member, TaggedUnion
    from abidance.native.target.input_format import Path
    from abidance.native.target.scope import Guards, PlanScope

AS_TOLD = object()
"""What is given of a tag that is repeated in the member which lives: it lies where the tag does."""


def alternatives(
    members: tuple[Member, ...], scope: PlanScope
) -> tuple[list[Alternative], dict[str, Guards]]:
    """Return a choice for each union around members, and for each of these the alternatives that it stands in."""
    choices: list[Alternative] = []
    guards: dict[str, Guards] = {member.name: () for member in members}
    done: dict[tuple[tuple[str, int], ...], Path] = {}
    told = {each.variant.union: each for each in scope.told if not each.path}
    tags = {each.variant.tag.sole_name for each in told.values()}
    for member in members:
        if member.name in tags:
            continue  # one that lies in the union itself is there whatever lives
        around: Guards = ()
        for depth, (union, which) in enumerate(member.within):
            outer = member.within[:depth]
            key = (*outer, (union, -1))
            if key not in done:
                path = (*scope.path, f"{union}?" + "".join(f"{u}{w}" for u, w in outer))
                inside = [m for m in members if (union,) == tuple(u for u, _ in m.within[depth : depth + 1])]
                inside = [m for m in inside if m.within[:depth] == outer and m.name not in tags]
                options = tuple(sorted({m.within[depth][1] for m in inside}))
                names = tuple(
                    tuple(m.name for m in inside if m.within[depth][1] == option) for option in options
                )
                before = (*scope.guards, *around)
                if union in told:
                    by = told[union]
                    choices.append(
                        ToldAlternative(path, options, names, by.variant, by.around, guards=before)
                    )
                else:
                    named = [
                        o for o, each in zip(options, names, strict=True) if scope.given.keys() & {*each}
                    ]
                    kept = tuple(named[:1]) or options
                    chosen = tuple(each for o, each in zip(options, names, strict=True) if o in kept)
                    choices.append(Alternative(path, kept, chosen, guards=before))
                done[key] = path
            around = (*around, (done[key], which))
        guards[member.name] = around
    return choices, guards


def after_tags(
    members: tuple[Member, ...],
    choices: list[Alternative],
    guards: Mapping[str, Guards],
    scope: PlanScope,
) -> tuple[list[Alternative], frozenset[str]]:
    """Return the choices that tags tell, or that such a choice is before, and the members that come behind them."""
    told = {each.path for each in choices if isinstance(each, ToldAlternative)}
    behind = [each for each in choices if each.path in told or told & {path for path, _ in each.guards}]
    paths = {each.path for each in behind}
    waiting = [m.name for m in members if paths & {path for path, _ in guards[m.name]}]
    return behind, frozenset((*waiting, *(each.path[0] for each in scope.told if each.path)))


def told_unions(variants: Iterable[tuple[str, TaggedUnion]], around: Path) -> tuple[ToldUnion, ...]:
    """Return the unions that tags tell of: of a record `around` them or, below the parameter that is named, of a call.

    Raises NotCompiledError for pointers of which one tells what they lead to.
    """
    found = []
    for name, variant in variants:
        if variant.pointer:
            raise NotCompiledError(f"what `{variant.pointer}` leads to is told by a tag")
        found.append(ToldUnion((*([name] if name else []), *variant.path), variant, around))
    return tuple(found)


def with_tags(
    members: tuple[Member, ...], told: tuple[ToldUnion, ...], given: Mapping[str, object]
) -> Mapping[str, object]:
    """Return what is given of a record, or a call, with tags of which what is given of their unions lives.

    Raises NotCompiledError where no such tag can be given.
    """
    for each in told:
        variant, tag = each.variant, each.variant.tag.sole_name
        named = _named(each, members, given)
        if not named:
            continue
        number = next((number_of(m.shape) for m in members if m.name == tag), None)
        fixed = given.get(tag)
        if isinstance(fixed, int) and variant.alternative(fixed) in named:
            continue
        lows = [low for low, _, which in variant.cases if {which} == named]
        if fixed is not None or number is None or not lows:
            raise NotCompiledError("another member of a union is given than its tag says")
        given = {**given, tag: replace(number, members=tuple(lows), flags=(), open=False)}
    return given


def _named(told: ToldUnion, members: tuple[Member, ...], given: Mapping[str, object]) -> set[int]:
    """Return the alternatives of which something is given."""
    there: object = given
    for name in told.path:
        there = there.get(name) if isinstance(there, dict) else None
        record = next((single(m.shape) for m in members if m.name == name), None)
        members = record.members if isinstance(record, RecordShape) else ()
    inside = [m for m in members if m.name != told.variant.tag.sole_name]
    unions = [dict(m.within) for m in inside if isinstance(there, dict) and m.name in there]
    return {within[told.variant.union] for within in unions if told.variant.union in within}


def with_repeated_tags(members: tuple[Member, ...], scope: PlanScope) -> Mapping[str, object]:
    """Return what is given of a record with the tags that members of a union have in common with the union itself."""
    given = dict(scope.given)
    for each in scope.told:
        tag = next((m for m in members if [m.name] == each.variant.tag.sole_name.split(".")), None)
        if each.path or tag is None or each.variant.union not in dict(tag.within):
            continue
        for member in members:
            if member is tag or not isinstance(member.shape, RecordShape):
                continue
            for field in member.shape.members:
                same = member.offset + field.offset == tag.offset and field.shape.size == tag.shape.size
                if same and isinstance(field.shape, ScalarShape) and not field.bits:
                    inside = given.get(member.name)
                    inside = inside if isinstance(inside, dict) else {}
                    given[member.name] = {**inside, field.name: AS_TOLD}
    return given


def worth_trying(member: Member, number: ScalarShape, scope: PlanScope) -> ScalarShape:
    """Return the number that a member is; of a tag that may be any, those that the contract names are worth trying."""
    if number.listed:
        return number
    ends = [
        end
        for each in scope.told
        if each.around == scope.path and each.variant.tag.sole_name == member.name
        for low, high, _ in each.variant.cases
        for end in (low, high)
    ]
    return replace(number, members=(*number.members, *ends), open=True) if ends else number
