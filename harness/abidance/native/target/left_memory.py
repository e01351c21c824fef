"""Compiles copies of what pointers lead to that a call has left: functions that let those in a copy lead to copies.

A pointer is followed where `Places` reads behind it, so that a copy is seen as the memory itself was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ArrayShape, PointerShape, RecordShape, ScalarShape, What
from abidance.boundary.values.living_members import below, told_members, unions_in
from abidance.native.target.c_text import Lines, ending
from abidance.native.target.domains import in_ranges
from abidance.native.target.places import DEEP, in_memory, length_beside

if TYPE_CHECKING:
    from collections.abc import Container

    from abidance.boundary.model.types import Shape
    from abidance.boundary.values.living_members import PlacedUnion, Tests
    from abidance.native.target.tables import Tables


def keeps(tables: Tables, shape: Shape, depth: int = 0, but: frozenset[str] = frozenset()) -> str:
    """Return the C function that lets the pointers in a copy of a value lead to copies; empty where it has none.

    `depth` is how many pointers lead to the value. The fields `but` which are named are left as they are.
    """
    if isinstance(shape, ScalarShape):
        return ""
    keeper = _Keeper(tables, depth, but)
    keeper.value(shape, 0)
    text = keeper.out.text
    if not text:
        return ""
    return tables.declared(
        "keep", (text, depth), lambda name: [f"static void {name}(unsigned char *at)\n{{\n{text}\n}}"]
    )


def keep_behind(
    tables: Tables, out: Lines, shape: PointerShape, place: str, count: str = "", depth: int = 0
) -> bool:
    """Compile that a pointer which lies at a place, in a copy, leads to a copy; return whether it is followed.

    `count` says how many elements there are where the pointer itself does not.
    """
    target = in_memory(shape, place, count, left=True)
    if target is None or shape.capacity is not None or shape.records is not None or depth >= DEEP:
        return False
    if shape.what is What.STRING:
        out(f"abidance_follow_text({place});")
        return True
    inner = keeps(tables, shape.element, depth + 1) if shape.what is not What.BYTES else ""
    unit = 1 if shape.what is What.BYTES else shape.element.size
    with out.block(""):
        if shape.ended_by is not None:
            pointer = f"ABIDANCE_LOAD(const unsigned char *, {place})"
            out("ptrdiff_t count = 0;")
            with out.block(f"if ({pointer} && !abidance_is_lost({place}))"):
                out(f"count = abidance_mapped_elements({pointer}, {ending(shape.ended_by)});")
                out(f"if (count < 0) ABIDANCE_STORE(const void *, {place}, abidance_lost);")
        else:
            out(f"int64_t count = (int64_t)({target.count});")
        more = unit if shape.ended_by is not None else 0
        out(f"unsigned char *copy = abidance_follow({place}, (uint64_t)count, {max(unit, 1)}, {more});")
        if shape.end:
            out(f"if (copy) ABIDANCE_STORE(void *, {place} + {shape.end_at}, copy + (size_t)count * {unit});")
        if inner:
            out(f"for (int64_t n = 0; copy && n < (int64_t)count; n++) {inner}(copy + (size_t)n * {unit});")
        else:
            out("(void)copy;")
    return True


class _Keeper:
    """Compiles what is done with one value, which lies `at` a place."""

    def __init__(self, tables: Tables, depth: int, but: Container[str]) -> None:
        self._tables = tables
        self._depth = depth
        self._but = but
        self.out = Lines()

    def value(
        self,
        shape: Shape,
        offset: int,
        unions: tuple[PlacedUnion, ...] = (),
        around: tuple[RecordShape, int] | None = None,
    ) -> None:
        """Compile it for a part of the value."""
        match shape:
            case PointerShape(tail=True):
                pass
            case PointerShape():
                beside = length_beside(shape, around[0], _at(around[1])) if around is not None else ""
                keep_behind(self._tables, self.out, shape, _at(offset), beside, self._depth)
            case RecordShape():
                self._record(shape, offset, unions)
            case ArrayShape(of=of, count=count):
                inner = keeps(self._tables, of, self._depth)
                if inner:
                    head = f"for (size_t n = 0; n < {count}; n++)"
                    self.out(f"{head} {inner}({_at(offset)} + n * {of.size});")

    def _record(self, shape: RecordShape, offset: int, unions: tuple[PlacedUnion, ...]) -> None:
        unions = (*unions, *unions_in(shape, offset))
        top, self._but = self._but, ()
        for member, tests in told_members(shape, unions):
            if member.bits or member.name in top:
                continue
            part = _Keeper(self._tables, self._depth, ())
            part.value(member.shape, offset + member.offset, below(unions, member.name), (shape, offset))
            text = part.out.text
            if not text:
                continue
            if not tests:
                self.out(text)
                continue
            if any(test.formula or test.fraction for test in tests):
                continue  # which of the members lives, expressions do not know either
            with self.out.block(f"if ({_hold(tests)})"):
                self.out(text)


def _hold(tests: Tests) -> str:
    """Return the condition that numbers of the value are in their ranges."""
    found = []
    for test in tests:
        type_ = f"{'' if test.signed else 'u'}int{8 * test.place.width}_t"
        number = f"ABIDANCE_LOAD({type_}, {_at(test.place.offset)})"
        found.append(f"({in_ranges(number, test.ranges)})")
    return " && ".join(found)


def _at(offset: int) -> str:
    return f"(at + {offset})"
