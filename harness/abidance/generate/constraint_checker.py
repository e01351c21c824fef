"""Checks constraints on generated values that are not met by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import memory_of
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    PointerShape,
    ScalarShape,
    What,
)
from abidance.boundary.values.array_ends import is_end
from abidance.boundary.values.forms import has_form, is_encoded
from abidance.boundary.values.length_parameters import ends_at_nul
from abidance.boundary.values.packed_records import held, unpack_records
from abidance.boundary.values.scope import as_seen, members_seen
from abidance.boundary.values.sizes import beyond_memory
from abidance.boundary.values.sizes import count as elements
from abidance.contract.expression import spelling
from abidance.generate import scalars
from abidance.generate.parts import is_known
from abidance.generate.python_strategies import unlawful
from abidance.generate.scope import LARGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Member, Shape
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.expression import Expression
    from abidance.generate.scope import FilterLog, Scope
    from abidance.generate.source import UnlawfulDrawError


@dataclass(frozen=True, slots=True)
class ConstraintChecker:
    """Refuses values that the contract does not allow; raises RefusedError, and counts what refused."""

    boundary: Boundary
    log: FilterLog

    def count(self, clause: Expression, around: Mapping[str, object], most: int = LARGE) -> int:
        """Return a number of elements that can be generated; raises RefusedError for one that cannot."""
        number = clause.evaluate(around)
        if isinstance(number, int) and not isinstance(number, bool) and not 0 <= number <= most:
            raise self.log.unmet(clause)
        return elements(clause, around)

    def may_be_null(self, shape: Shape, scope: Scope, values: Mapping[str, object]) -> bool:
        """Tell whether NULL is valid for a pointer, given the values of its scope that are made already."""
        assert isinstance(shape, AddressShape | HandleShape)
        if isinstance(shape.nullable, bool):
            return shape.nullable
        around = self.boundary.scope(values, outer=scope.outer)
        # What it depends on may not be made yet: then it is not NULL.
        waits = scope.pending and shape.nullable.names & scope.pending - {*map(spelling, values)}
        known = not waits and shape.nullable.names <= around.keys()
        return known and shape.nullable.holds(around)

    def check_given(self, shape: Shape, given: Value, member: Member, scope: Scope) -> None:
        """Refuse a given number that the contract does not allow at its place."""
        for value in given if isinstance(given, list) else (given,):
            if (
                isinstance(shape, ScalarShape)
                and not scope.free
                and isinstance(value, int | float)
                and not scalars.lawful(shape, value)
            ):
                raise self.log.refuse(f"{value} at `{member.name}`", member.promised)

    def check_contents(self, member: Member, given: object, scope: Scope) -> None:
        """Refuse given contents in another form or encoding than the contract asks for, unless they are to break it."""
        shape = memory_of(member).shape
        if not isinstance(shape, PointerShape) or scope.free:
            return
        if not shape.may_end_at_nul:  # where it may, its length decides whether one is there
            self.check_end(shape, member, given, scope)
        path = f"{scope.prefix}{member.name}"
        if isinstance(given, bytes):
            self._check_text(shape, given, path)
        elif isinstance(given, list) and isinstance(shape.element, PointerShape):
            for index, each in enumerate(given):
                if isinstance(each, bytes):
                    self._check_text(shape.element, each, f"{path}[{index}]")

    def check_end(self, shape: PointerShape, member: Member, given: object, scope: Scope) -> None:
        """Refuse a given array in which an element would end it."""
        if isinstance(given, list) and not scope.free:
            last = next((n for n, each in enumerate(given) if is_end(shape, each)), None)
            if last is not None:
                raise self.log.refuse(
                    f"`{scope.prefix}{member.name}[{last}]` ends the array", member.promised
                )

    def _check_text(self, shape: PointerShape, given: bytes, path: str) -> None:
        if shape.like is not None and not has_form(shape, given):
            raise self.log.refuse(f"`{path}` is not `like: {shape.like}`", shape.like.span)
        if shape.what is What.BYTES and not is_encoded(shape, given):
            raise self.log.refuse(f"`{path}` is no text in {shape.encoding}", shape.span)
        if shape.records is not None and not self._are_records(shape, given):
            raise self.log.refuse(f"`{path}` is not full of records", shape.records.span)

    def _are_records(self, shape: PointerShape, given: bytes) -> bool:
        """Tell whether memory is full of records each of which may be there."""
        assert shape.records is not None
        of = shape.records.of
        found, broken = unpack_records(shape.records, given, "")
        if broken is not None:
            return False
        scopes = [self.boundary.scope(as_seen(of, each)) for each in found]
        kept = all(said.holds(scope) for said in of.invariants for scope in scopes)
        return kept and not any(unlawful(of, each, "") for each in found)

    def check_null(self, member: Member, scope: Scope, values: Mapping[str, object]) -> None:
        """Refuse a given NULL that the contract does not allow at its place."""
        if not scope.free and not self.may_be_null(member.shape, scope, values):
            raise self.log.refuse(f"NULL at `{member.name}`", member.promised)

    def check_size(
        self, member: Member, shape: PointerShape, members: tuple[Member, ...], values: Values, scope: Scope
    ) -> None:
        """Refuse memory that is too large to generate, and contents that are not as long as the contract says."""
        value, given = values[member.name], member.name in scope.given
        if value is None or (given and scope.free):
            return
        around = self.boundary.scope(members_seen(members, values), outer=scope.outer)
        there = held(shape, value)
        # What earlier calls leave may decide how much room there is: that is asked when they were made.
        known = shape.capacity if is_known(shape.capacity, around) else None
        if known is not None and not (scope.free and beyond_memory(known.evaluate(around))):
            capacity = self.count(known, around)
            if there is not None and there + (shape.what is What.STRING) > capacity:
                raise self.log.unmet(known)
        if given and there is not None and is_known(shape.length, around):
            assert shape.length is not None
            by_nul = ends_at_nul(shape, shape.length.evaluate(around))
            if not by_nul and there != self.count(shape.length, around):
                raise self.log.unmet(shape.length)

    def differ(self, group: tuple[Member, ...]) -> UnlawfulDrawError:
        """Return what to raise when buffers of one length have several."""
        shape = group[0].shape
        assert isinstance(shape, PointerShape)
        assert shape.length is not None
        return self.log.unmet(shape.length)
