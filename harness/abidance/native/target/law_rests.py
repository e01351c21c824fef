"""Compiles what a call for one piece leaves of a handle's windows: the next one finds it before its own piece.

What is left is moved to memory of its own with the piece behind it, and the memory of the call before is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import windows, windows_of
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, What
from abidance.native.target.c_text import at_offset, load, point, store
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Member
    from abidance.native.target.c_text import Lines
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import Path
    from abidance.native.target.kept_steps import KeptStep


@dataclass(frozen=True, slots=True)
class WindowRest:
    """What is left of one window of a handle, in the C variable `name`; with `more`, a piece comes behind it."""

    name: str
    parameter: str
    window: Member
    count: Member
    more: bool

    @property
    def path(self) -> Path:
        """Return where the window is."""
        return self.parameter, self.window.name

    @property
    def fields(self) -> tuple[str, str]:
        """Return the fields that a piece may be."""
        return self.window.name, self.count.name

    @property
    def shape(self) -> PointerShape:
        """Return what the window leads to."""
        assert isinstance(self.window.shape, PointerShape)
        return self.window.shape


def rests_of(
    boundary: Boundary, function: BoundaryFunction, kept: str, cut: Collection[str], going: Collection[Path]
) -> Iterator[WindowRest]:
    """Yield the windows that go on from piece to piece; `cut` are the arguments that are pieces.

    Those in `going` stay where they are.
    """
    if windows_of(function):
        raise NotCompiledError(
            f"`{function.name}` has windows among its parameters, and is made for each piece"
        )
    for member in function.members:
        shape = member.shape
        life = boundary.handles[shape.handle] if isinstance(shape, HandleShape) and not shape.made else None
        if life is None or life.record is None:
            continue
        for window, count in windows(life.record.members):
            if (member.name, window.name) in going or window.name not in life.renewed:
                continue
            assert isinstance(window.shape, PointerShape)
            if window.shape.position or (window.shape.direction.read and window.shape.direction.written):
                raise NotCompiledError(
                    f"what a piece leaves of `{member.name}.{window.name}` is known to `run`"
                )
            fields = {f"{member.name}.{each.name}" for each in (window, count)}
            name = f"{kept}_{member.name}_{window.name}_rest"
            yield WindowRest(name, member.name, window, count, bool(fields & {*cut}))


def lay_rests(drawer: ArgumentDrawer, rests: tuple[WindowRest, ...]) -> None:
    """Compile that a further piece lies behind what is left, and that nothing does where there is no piece."""
    out = drawer.out
    for rest in rests:
        slot, shape = drawer.places.slots[rest.path], rest.shape
        if slot.never or not slot.block:
            continue
        unit, at, count = shape.unit, out.fresh("whole"), out.fresh("n")
        number, where, bits = drawer.number((rest.parameter, rest.count.name))
        null = f"({slot.null}) ? 0 : " if slot.null else ""
        out(f"unsigned char *{at} = {slot.block}; size_t {count} = {null}{slot.count};")
        align = max(shape.align_to, shape.element.align if shape.what is What.ARRAY else 1)
        with out.block("if (abidance_part)"):
            out(f"size_t left = {rest.name}.size, more = {count if rest.more else '0'} * {unit};")
            out(f"{at} = abidance_lend(left + more, {align});\nif (!{at}) goto unlawful;")
            out(f"if (left) memcpy({at}, {rest.name}.at, left);")
            out(f"if (more) memcpy({at} + left, {slot.block}, more);")
            out(f"{count} = (left + more) / {unit};")
            out(point(slot.at, at))
            out(store(number, where, count, bits))
        if slot.null:
            gone = out.fresh("null")
            out(f"int {gone} = !abidance_part && ({slot.null}); (void){gone};")
            slot.null = gone
        slot.block = at
        slot.count = slot.had = slot.room = count
        slot.size = f"({count} * {unit})"
        drawer.pointees = [
            replace(each, size=slot.size) if each.path == rest.path else each for each in drawer.pointees
        ]


def keep_rests(out: Lines, kept: KeptStep, rests: tuple[WindowRest, ...]) -> None:
    """Compile copies of what a call has left; where a window is not what it was, another entry finds that."""
    for rest in rests:
        record, slot = kept.records.get((rest.parameter,)), kept.pointers.get(rest.path)
        if record is None or slot is None or slot.never:
            raise NotCompiledError(
                f"what a piece leaves of `{rest.parameter}.{rest.window.name}` is not kept"
            )
        count_at = at_offset(f"{kept.name}_{rest.parameter}_record", rest.count)
        number = rest.count.shape
        assert isinstance(number, ScalarShape)
        unit = rest.shape.unit
        with out.block(""):
            out(f"unsigned char *now = ABIDANCE_LOAD(unsigned char *, {slot.at});")
            out(f"abidance_int left = (abidance_int){load(number, count_at, rest.count.bits)};")
            out(f"{rest.name}.size = 0;")
            gone = f"{slot.null} || !now" if slot.null else "!now"
            with out.block(f"if ({gone})"):
                out("if (left) goto unlawful;")
            with out.block("else"):
                out(f"size_t had = {slot.had} * {unit}, far = (size_t)(now - {slot.block});")
                out(f"if (left < 0 || far > had || (size_t)left * {unit} != had - far) goto unlawful;")
                out(f"if (!abidance_append(&{rest.name}, now, had - far)) goto unlawful;")
