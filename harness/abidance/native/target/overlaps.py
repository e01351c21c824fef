"""Compiles calls whose parameters are in one memory, as `may_overlap` and `in_place` say that they may be.

A byte of the input says whether they are. An input in which some were is made once more with memory of its own for
each, and must be answered alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import has_pointers, walk
from abidance.boundary.model.types import (
    Direction,
    EndShape,
    PointerShape,
    ScalarShape,
    What,
    WithinShape,
)
from abidance.native.target.c_text import point, string
from abidance.native.target.domains import in_domain
from abidance.native.target.input_format import OVERLAPS

if TYPE_CHECKING:
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.drawing import ArgumentDrawer

WHETHER = "overlapped"
"""The C variable that tells whether two parameters of a call are in one memory."""


@dataclass(frozen=True, slots=True)
class OverlapPair:
    """A parameter that is written, and one that is read in whose memory it may be: `anywhere`, or at its address."""

    written: str
    read: str
    anywhere: bool


def overlap_pairs(function: BoundaryFunction) -> tuple[tuple[OverlapPair, ...], tuple[str, ...]]:
    """Return the parameters that a target lays into one memory, and those that it does not, though it may."""
    promise, shapes = function.promise, {m.name: m.shape for m in function.members}
    pairs, left = [], []
    for written, param in promise.params.items() if promise is not None else ():
        for read in param.overlapped if param.handle is None else ():
            pair = OverlapPair(written, read.text, anywhere=param.may_overlap is not None)
            if _is_plain(shapes.get(written), shapes.get(read.text)) and not _leads_into(function, pair):
                pairs.append(pair)
            else:
                left.append(f"`{written}` in the memory of `{read.text}`")
    return tuple(pairs), tuple(left)


def _is_plain(written: object, read: object) -> bool:
    """Tell whether two parameters point at memory that is there for the call, and nothing leads on from."""
    for shape in (written, read):
        if not isinstance(shape, PointerShape) or shape.handed or shape.lifetime not in ("", "call"):
            return False
        if has_pointers(shape.element) or shape.window or shape.misaligned or shape.ended_by is not None:
            return False
    assert isinstance(written, PointerShape)
    if written.direction is Direction.OUT:
        return True
    # What it begins with must be valid for both.
    return written.what is What.BYTES or (
        written.what is What.ONE and isinstance(written.element, ScalarShape) and not written.element.flags
    )


def _leads_into(function: BoundaryFunction, pair: OverlapPair) -> bool:
    """Tell whether another parameter leads into the memory of one of them."""
    inner = (each for member in function.members for each in walk(member.shape))
    places = (each.whose for each in inner if isinstance(each, WithinShape | EndShape))
    return any(each.partition(".")[0] in (pair.written, pair.read) for each in places)


def lay_overlaps(drawer: ArgumentDrawer) -> None:
    """Lay parameters into one memory where the input says so; expressions see what is read apart."""
    out, slots, way = drawer.out, drawer.places.slots, drawer.overlap_way
    pairs, left = overlap_pairs(drawer.function)
    for each in left:
        drawer.clauses.leave(each)
    if not way or drawer.refused:
        drawer.overlap_way = ""
        return
    out(f"int {WHETHER} = 0; int64_t far = 0; (void){WHETHER}, (void)far;")
    seen: dict[str, str] = {}
    for pair in pairs:
        if pair.read not in seen:
            seen[pair.read] = out.fresh("seen")
            out(f"unsigned char *{seen[pair.read]} = {slots[pair.read,].block};")
    for number, pair in enumerate(pairs):
        to, from_ = slots[pair.written,], slots[pair.read,]
        there = [f"alone && {way} >= {OVERLAPS} && {way} % {len(pairs)} == {number}"]
        there += [f"!{slot.null}" for slot in (to, from_) if slot.null]
        sizes = {each.path: each.size for each in drawer.pointees}
        with out.block(f"if ({' && '.join(there)})"):
            out(f"size_t here = {sizes[pair.written,]}, there = {sizes[pair.read,]};")
            _place(drawer, pair, f"({way} - {OVERLAPS}) / {len(pairs)}")
            with out.block(f"if ({WHETHER})"):
                align = _align(drawer, pair)
                out(f"size_t before = far < 0 ? ((size_t)-far + {align - 1}) / {align} * {align} : 0;")
                out(
                    "int64_t end = far + (int64_t)here > (int64_t)there ? far + (int64_t)here : (int64_t)there;"
                )
                out("size_t size = before + (size_t)end;")
                out(f"unsigned char *whole = abidance_lend(size, {align});")
                out(f"{seen[pair.read]} = abidance_copy({from_.block}, there);")
                out(f"if (!whole || !{seen[pair.read]}) goto unlawful;")
                out(f"memset(whole, abidance_fill, size);\nmemcpy(whole + before, {from_.block}, there);")
                out(f"{from_.block} = whole + before; {to.block} = whole + before + far;")
                out(f"{point(from_.at, from_.block)}\n{point(to.at, to.block)}")
    for name, variable in seen.items():
        slots[name,].handed, slots[name,].block = slots[name,].block, variable


def _align(drawer: ArgumentDrawer, pair: OverlapPair) -> int:
    shapes = (drawer.member((name,)).shape for name in (pair.written, pair.read))
    return max(
        max(s.align_to, s.element.align if s.what in (What.ARRAY, What.ONE) else 1)
        for s in shapes
        if isinstance(s, PointerShape)
    )


def _place(drawer: ArgumentDrawer, pair: OverlapPair, which: str) -> None:
    """Compile where the one is written begins, and that it has the value of what is read where that is read."""
    shape = drawer.member((pair.written,)).shape
    assert isinstance(shape, PointerShape)
    to, from_ = (drawer.places.slots[name,] for name in (pair.written, pair.read))
    lies = f"abidance_lies({which}, here, there, {_align(drawer, pair)}, {int(pair.anywhere)}, &far)"
    if shape.direction is not Direction.OUT:
        allowed = in_domain(shape.element, from_.block) if isinstance(shape.element, ScalarShape) else ""
        lies = f"here == there{f' && ({allowed})' if allowed else ''} && {lies}"
    number = overlap_pairs(drawer.function)[0].index(pair) + 1
    drawer.out(f"{WHETHER} = {lies} ? {number} : 0;")
    if shape.direction is not Direction.OUT:
        drawer.out(f"if ({WHETHER}) memcpy({to.block}, {from_.block}, here);")
    drawer.out(f"if ({WHETHER}) abidance_overlapping = 1;\nif (abidance_plain) {WHETHER} = 0;")


def show_overlap(drawer: ArgumentDrawer) -> None:
    """Print which parameters are in one memory."""
    pairs, _ = overlap_pairs(drawer.function)
    for number, pair in enumerate(pairs):
        head = string(f', "overlap": ["{pair.written}", "{pair.read}", '.encode())
        with drawer.out.block(f"if ({WHETHER} == {number + 1})"):
            drawer.out(f'abidance_show({head});\nabidance_show_integer(far);\nabidance_show("]");')
