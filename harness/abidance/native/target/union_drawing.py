"""Compiles which alternative a union has: the one that the input chooses, or that a tag tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.values.memory import DEAD
from abidance.native.target.c_text import at_offset, load, store
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.tagged_pointers import is_apart
from abidance.native.target.variants import TaggedUnionPlace, hull, lives, tag_among, tag_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import Member, TaggedUnion
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Alternative, Path, ToldAlternative


class UnionDrawing:
    """The unions of one call, or of one element of an array, while it is compiled."""

    def __init__(self, drawer: ArgumentDrawer) -> None:
        self._drawer = drawer
        self._out = drawer.out

    def chosen(self, step: Alternative, guard: str) -> str:
        """Compile a choice that the input makes; return the C variable that says which alternative there is."""
        name = self._out.fresh("union")
        self._out(f"int {name} = -1; (void){name};")
        options = self._drawer.tables.numbers(step.options)
        drawn = f"{name} = (int)abidance_one_of({options}, {len(step.options)});"
        self._out(f"if ({guard}) {drawn}" if guard else drawn)
        return name

    def told(self, step: ToldAlternative, guard: str) -> str:
        """Compile the same of what a tag tells; the rest of the union is filled, so that who looks at it is seen."""
        variant = step.variant
        tag = self._tag(variant, step.around)
        if not tag:
            raise NotCompiledError(f"`{variant.tag.text}`, which tells of a union, is not worked out in C")
        name = self._out.fresh("union")
        self._out(f"int {name} = -1; (void){name};")
        at, members = self._drawer.base(step.path[:-1]), [*self._members(step)]
        with self._out.block(f"if ({guard})" if guard else ""):
            for which in step.options:
                self._out(f"if ({lives(variant, which, tag)}) {name} = {which};")
            kept = next((each for each in members if each.name == variant.tag.sole_name), None)
            if kept is not None and isinstance(kept.shape, ScalarShape):
                self._out(f"abidance_int tag = {load(kept.shape, at_offset(at, kept), kept.bits)};")
            low, high = hull(members)
            dead = (
                0 if any(is_apart(each.name) for each in members) else DEAD[0]
            )  # a pointer to nothing is NULL
            self._out(f"memset({at} + {low}, {dead}, {high - low});")
            for which, names in zip(step.options, step.members, strict=True):
                low, high = hull([each for each in members if each.name in names])
                self._out(f"if ({name} == {which}) memset({at} + {low}, 0, {high - low});")
            if kept is not None and isinstance(kept.shape, ScalarShape):
                self._out(store(kept.shape, at_offset(at, kept), "tag", kept.bits))
        return name

    def _members(self, step: ToldAlternative) -> Iterator[Member]:
        """Yield the members of a union, a tag that lies in it among them."""
        shape = self._drawer.record_at(step.path[:-1])
        around = self._drawer.frame_members if shape is None else shape.members
        named = {name for names in step.members for name in names}
        for each in around:
            own = each.name == step.variant.tag.sole_name and step.variant.union in dict(each.within)
            if own or each.name in named:
                yield each

    def of_argument(self, variant: TaggedUnion) -> TaggedUnionPlace:
        """Return what other arguments tell of a union that one is."""
        return TaggedUnionPlace(variant.path, variant, self._tag_among_arguments(variant))

    def _tag(self, variant: TaggedUnion, around: Path) -> str:
        """Return a tag in C, of the record at a path or of the call; empty where it is not worked out there."""
        shape = self._drawer.record_at(around)
        if shape is None:
            return self._tag_among_arguments(variant)
        return tag_in(shape, variant, self._drawer.base(around))

    def _tag_among_arguments(self, variant: TaggedUnion) -> str:
        members, slots = self._drawer.function.members, self._drawer.places.slots
        return tag_among(members, variant, {each.name: slots[each.name,].at for each in members})
