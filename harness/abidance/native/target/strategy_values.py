"""The values of the project's own strategies in compiled contracts, which cannot ask them: some, drawn beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import generated_by, single
from abidance.boundary.model.types import PointerShape, RecordShape, ScalarShape
from abidance.core.errors import HookError
from abidance.generate.forms import form_of
from abidance.generate.python_strategies import some_of
from abidance.native.target.input_format import LARGEST
from abidance.native.target.memory_steps import bytes_of, is_plain
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.row_steps import Row, bytes_in, has_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Member, Shape
    from abidance.generate.hints import Hints
    from abidance.generate.python_strategies import StrategyValues

MOST_BYTES, FEW = 1 << 14, 4
"""All contents of one strategy together are no more than so many bytes, but for a few, which may be long."""
_DEPTH = 3


def by_strategies(boundary: Boundary, members: tuple[Member, ...], hints: Hints) -> Mapping[str, bool]:
    """Have `hints` hold numbers and plain memory that strategies choose to values of these.

    Returns whether each may be NULL, by its path; what is not in there, no value of a strategy stands for. Raises
    NotCompiledError where a strategy gives no values.
    """
    found = {}
    for path, member in _members(members, ""):
        name, shape = generated_by(member), member.shape
        if name is None or not _is_plain(shape) or form_of(name, shape) is not None:
            continue
        try:
            some = some_of(name, shape, boundary.constants, path)
        except HookError:
            raise NotCompiledError(f"`generate` of `{path}` fails") from None
        values = [*_written(some, shape)]
        if not values:
            raise NotCompiledError(f"`generate` of `{path}` has no value that C can hold")
        if some.partly:
            hints.mention(path, values)
        elif not hints.hold_to(path, values):
            raise NotCompiledError(f"`{path}` has no valid value")
        found[path] = some.null or some.partly
    return found


def rows_by_strategies(boundary: Boundary, members: tuple[Member, ...]) -> Mapping[str, RowsMade]:
    """Return the records that strategies make, by their paths: of those that others may make as well, none."""
    found = {}
    for path, member in _members(members, ""):
        name, record = generated_by(member), single(member.shape)
        if name is None or not isinstance(record, RecordShape) or not has_rows(record):
            continue
        try:
            some = some_of(name, member.shape, boundary.constants, path)
        except HookError:
            raise NotCompiledError(f"`generate` of `{path}` fails") from None
        rows, left = list[Row](), MOST_BYTES
        for value in some.values:
            if isinstance(value, dict) and (bytes_in(record, value) <= left or len(rows) < FEW):
                left -= bytes_in(record, value)
                rows.append(value)
        if rows and not some.partly:
            found[path] = RowsMade(tuple(rows), some.null)
    return found


@dataclass(frozen=True, slots=True)
class RowsMade:
    """Some records of a strategy, and whether there may be NULL in place of one."""

    rows: tuple[Row, ...]
    null: bool


def _is_plain(shape: Shape) -> bool:
    """Tell whether values are whole numbers, or memory without pointers."""
    number = single(shape)
    if isinstance(number, ScalarShape):
        return number.kind != "float"
    return isinstance(shape, PointerShape) and is_plain(shape)


def _written(some: StrategyValues, shape: Shape) -> Iterator[object]:
    """Yield numbers as they are, and contents as bytes, the first ones that are not too many."""
    left, number = MOST_BYTES, 0
    for value in some.values:
        if isinstance(value, int):
            yield value
            continue
        raw = bytes_of(shape, value) if isinstance(shape, PointerShape) else None
        if raw is not None and len(raw) <= LARGEST and (len(raw) <= left or number < FEW):
            left, number = left - len(raw), number + 1
            yield raw


def _members(members: tuple[Member, ...], prefix: str, depth: int = 0) -> Iterator[tuple[str, Member]]:
    """Yield all members, and those of records in them or behind a pointer, each with its path."""
    for member in members:
        path = f"{prefix}{member.name}"
        yield path, member
        inner = single(member.shape)
        if isinstance(inner, RecordShape) and generated_by(member) is None and depth < _DEPTH:
            yield from _members(inner.members, f"{path}.", depth + 1)
