"""The memory of a plan: values become blocks, pointers relocations between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.encode.encoded_plan import PlacedWindow
from abidance.boundary.model.traversal import moved_behind
from abidance.boundary.model.types import HandleShape, NumberHandle, PointerShape, What, WithinShape
from abidance.boundary.model.values import Mark
from abidance.boundary.values.element_lengths import scope_of_element
from abidance.boundary.values.inner_pointers import inner_path
from abidance.boundary.values.length_parameters import ends_at_nul
from abidance.boundary.values.memory import pack
from abidance.boundary.values.sizes import room
from abidance.plan import plan as p

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.encode.call_state import CallBuilder, PlanDraft
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import ArrayShape, RecordShape, Shape
    from abidance.boundary.model.values import Case, Value
    from abidance.boundary.values.memory import Records

    PointerArgument = Callable[
        [Shape, Value, str, Mapping[str, object], CallBuilder], p.Slot | p.Address | p.Value
    ]

NULL = p.Value(bytes(8))
WIDE = 16
"""Bytes that need not be aligned are out of step with this: what loads of vectors want at the least."""
_FOR_GOOD = "static"
SHIFTED = 4
"""So many blocks have a shift of their own; those after them have these again, in turn."""


def behind_is_null(shape: PointerShape) -> bool:
    """Tell whether NULL, as a value, is the pointer behind a pointer, because this one never is NULL.

    Where the callee leaves that pointer, there is none before the call: NULL is the one that the callee is given.
    """
    inner, known = shape.element, shape.direction.read
    pointer = isinstance(inner, PointerShape | WithinShape)
    return known and shape.what is What.ONE and pointer and shape.nullable is False


class Blocks:
    """Lays out what pointers point at, each in a block of its own and of exact size.

    `pointer` returns what goes where a pointer, a handle or a callback stands.
    """

    def __init__(self, boundary: Boundary, case: Case, draft: PlanDraft, pointer: PointerArgument) -> None:
        self._boundary = boundary
        self._draft = draft
        self._pointer = pointer
        self._flush = p.Flush(case.flush)
        self._shift = case.shift
        self._shifted = 0

    @property
    def leftmost(self) -> bool:
        """Tell whether blocks begin at their guard pages, and do not end there."""
        return self._flush is p.Flush.LEFT

    def pointee(
        self, shape: PointerShape, value: Value, path: str, scope: Mapping[str, object], builder: CallBuilder
    ) -> int | None:
        if value is None and not behind_is_null(shape):
            return None
        index = self.new_block(None, builder, _FOR_GOOD if shape.handed else shape.lifetime, shape.until)
        access = p.Access.WRITE if shape.direction.written or shape.handed else p.Access.READ
        outer, builder.lifetime = builder.lifetime, shape.lifetime or builder.lifetime
        contents = self._contents(shape, value, path, scope, builder, index)
        builder.lifetime = outer
        size = max(len(contents), room(shape, value, scope))
        align = max(shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1, shape.align_to)
        skew = 0
        if shape.misaligned:
            wide = WIDE if align == 1 else align
            skew = self._skew(size, wide)
            align = wide if skew else align
        if any(store.block == index for store in builder.stores):
            access = p.Access.WRITE  # a handle is stored there just before the call
        kept = (shape.lifetime or ("" if shape.handed else builder.lifetime)) == _FOR_GOOD
        self._draft.blocks[index] = p.Block(size, align, access, contents, kept, skew, shape.handed)
        builder.places[path] = index
        if shape.handed:
            builder.hands.append(
                (index, path)
            )  # it may be gone after the call, so that nobody looks at it then
        elif access is p.Access.WRITE:
            builder.watched.append(index)
        return index

    def bytes_of(
        self, shape: PointerShape, value: Value, path: str, scope: Mapping[str, object], builder: CallBuilder
    ) -> bytes:
        """Return what stands in memory that has no pointers in it, with the room that belongs to it."""
        contents = self._contents(shape, value, path, scope, builder, -1)
        return contents.ljust(max(len(contents), room(shape, value, scope)), b"\0")

    def _skew(self, size: int, align: int) -> int:
        """Return how many bytes after an aligned address the next block begins that need not begin at one."""
        digit = self._shift >> 4 * (self._shifted % SHIFTED) & 15
        self._shifted += 1
        if not digit:
            return 0
        # An odd address at which the block still ends at its guard page is as good as any other, and hides nothing.
        exact = -size % align if self._flush is p.Flush.RIGHT else 0
        return exact if exact % 2 else 1 + (digit - 1) % (align - 1)

    def _contents(
        self,
        shape: PointerShape,
        value: Value,
        path: str,
        scope: Mapping[str, object],
        builder: CallBuilder,
        block: int,
    ) -> bytes:
        if isinstance(value, Mark) and moved_behind(shape) is None:
            return shape.initially
        counted = False
        if shape.length is not None and shape.may_end_at_nul:
            counted = not ends_at_nul(shape, shape.length.evaluate(scope))
        end = b"" if shape.ended_by is None or counted else shape.ended_by.element
        match shape.what:
            case What.BYTES:
                assert isinstance(value, bytes)
                return value
            case What.STRING:
                assert isinstance(value, bytes)
                return value if counted else value + b"\0"
            case What.ARRAY if isinstance(value, bytes):
                return value + end
            case What.ARRAY:
                assert isinstance(value, list)
                raw = bytearray(len(value) * shape.element.size) + end
                for n, item in enumerate(value):
                    at, own = n * shape.element.size, scope_of_element(shape.element, n, scope)
                    self._pack(shape.element, item, raw, at, f"{path}[{n}]", own, builder, block)
                return bytes(raw)
            case What.ONE:
                raw = bytearray(shape.element.size)
                inner = f"{path}{inner_path(shape)}"
                self._pack(shape.element, value, raw, 0, inner, scope, builder, block)
                return bytes(raw)

    def place_record(
        self,
        shape: RecordShape | ArrayShape,
        value: Value,
        path: str,
        builder: CallBuilder,
        access: p.Access = p.Access.READ,
    ) -> int:
        index = self.new_block(None, builder)
        raw = bytearray(shape.size)
        self._pack(shape, value, raw, 0, path, builder.scope, builder, index)
        if any(store.block == index for store in builder.stores):
            access = p.Access.WRITE
        self._draft.blocks[index] = p.Block(shape.size, shape.align, access, bytes(raw))
        return index

    def _pack(
        self,
        shape: Shape,
        value: Value,
        into: bytearray,
        at: int,
        path: str,
        scope: Mapping[str, object],
        builder: CallBuilder,
        block: int,
    ) -> None:
        def pointer(kind: Shape, item: Value, offset: int, where: str, around: Records) -> None:
            argument = self._pointer(kind, item, where, self._boundary.scope(*around, outer=scope), builder)
            if isinstance(argument, p.Slot) and isinstance(kind, NumberHandle):
                argument = replace(argument, width=kind.size)
            if isinstance(argument, p.Slot) or isinstance(kind, HandleShape):
                builder.stores.append(p.Store(block, offset, argument))
            elif isinstance(argument, p.Address):
                self._draft.relocations.append(p.Relocation(block, offset, argument.block, argument.addend))
                if isinstance(kind, PointerShape) and kind.window:
                    self._note_window(kind, argument.block, block, offset, where, builder)

        pack(shape, value, into, at, path, pointer)

    def _note_window(
        self, shape: PointerShape, block: int, record: int, offset: int, path: str, builder: CallBuilder
    ) -> None:
        """Note a window of a record that is lent for the call alone."""
        there = self._draft.blocks[block]
        assert there is not None
        contents = there.contents if shape.direction.read else None
        if shape.what is What.STRING and contents is not None:
            contents = contents.partition(b"\0")[0]
        size = there.size if contents is None else len(contents)
        builder.windows[path] = PlacedWindow(shape, record, offset, block, size, contents)

    def new_block(
        self, block: p.Block | None, builder: CallBuilder, lifetime: str = "", until: tuple[str, ...] = ()
    ) -> int:
        index = len(self._draft.blocks)
        self._draft.blocks.append(block)
        lifetime = lifetime or builder.lifetime
        if not lifetime or lifetime == "call":
            builder.lent.append(index)
        elif lifetime != _FOR_GOOD:
            builder.keeps.append((index, lifetime, until))
        return index
