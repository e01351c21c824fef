"""Compiles what becomes of handles after a call: those that it was given, and those that it has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by, makes_itself
from abidance.boundary.model.ownership import EITHER, SHARED
from abidance.boundary.model.types import HandleShape, NumberHandle, RecordHandle, ScalarShape
from abidance.native.target.after_call import when_left
from abidance.native.target.c_text import load, words
from abidance.native.target.domains import in_ranges
from abidance.native.target.handle_arrays import is_none
from abidance.native.target.leftovers import note_destroyer
from abidance.native.target.states import begins, begins_lost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.handle_arrays import ArrayLeft
    from abidance.native.target.holdings import CallHoldings
    from abidance.native.target.input_format import Path
    from abidance.native.target.tables import Tables

_FAR = 8
"""How many handles one may be made from, one from the other, for the first to be found."""


@dataclass(frozen=True, slots=True)
class LeftHandles:
    """The handles of one call, once that has come back."""

    boundary: Boundary
    tables: Tables
    drawer: ArgumentDrawer
    holdings: CallHoldings

    def all(self, arrays: Iterable[ArrayLeft]) -> None:
        """Compile what becomes of those that it was given, and of those that it has left, in arrays as well."""
        drawer, holdings = self.drawer, self.holdings
        function = drawer.function
        holdings.after()
        for path, shape, ident in drawer.handles:
            if shape.replaced:
                index = _index(function, path)
                if not function.tells_of_null(str(path[0])):
                    drawer.out(f"if (judges && success && !ABIDANCE_LOAD(void *, a{index}))")
                    drawer.out(
                        f'    abidance_report("ABD322", {words(function.name)}, {words(str(path[0]))});'
                    )
                drawer.out(f"abidance_replace((unsigned){ident}, ABIDANCE_LOAD(void *, a{index}));")
        for name, shape in left_by(function):
            if isinstance(shape, RecordHandle):
                out = drawer.out
                out(f"unsigned char *by_value = abidance_lend_lasting({shape.size}, {shape.align});")
                out(f"if (by_value) memcpy(by_value, result, {shape.size});")
                self._add(shape, name, "by_value", "success && by_value != NULL")
                continue
            if "[" in name:
                continue  # which come one after the other
            if isinstance(shape, NumberHandle):
                self._add_number(shape, name)
                continue
            if shape is function.result.shape:
                made = "ABIDANCE_LOAD(void *, result)"
                self._add(shape, name, made, f"success && {made} != NULL")
                continue
            slot = drawer.places.slots.get((name,))
            if slot is None or not slot.block:
                continue
            left = when_left(function, name)
            made = f"ABIDANCE_LOAD(void *, {slot.block})" if slot.room else slot.block
            unwritten = f" && !abidance_filled({slot.block}, 8)" if slot.room else ""
            self._add(shape, name, made, f"{left} && {made} != NULL{unwritten}")
            note_destroyer(self.boundary, drawer.out, shape)
        for array in arrays:
            self._array(array)
        holdings.settled()

    def _array(self, array: ArrayLeft) -> None:
        """Compile what becomes of the handles that a call has left in an array; the first is the one that it makes."""
        out, shape, kind = self.drawer.out, array.shape, self.tables.kind(array.shape.handle)
        first = out.fresh("first")
        out(f"unsigned {first} = 0;")
        for place, (path, at) in enumerate(array.paths()):
            there = (
                f"{array.count} > {place} && !({is_none(shape, at)}) && !abidance_filled({at}, {shape.size})"
            )
            out(f"abidance_made[{kind}] = 0;")
            if isinstance(shape, NumberHandle):
                self._number_at(shape, path, at, there)
            else:
                self._add(shape, path, f"ABIDANCE_LOAD(void *, {at})", there)
                note_destroyer(self.boundary, out, shape)
            out(f"if (!{first}) {first} = abidance_made[{kind}];")
        out(f"abidance_made[{kind}] = {first};")

    def _add_number(self, shape: NumberHandle, name: str) -> None:
        """Compile what becomes of a number that a call leaves in its result, or behind a parameter."""
        drawer, function, at, when = self.drawer, self.drawer.function, "result", "success"
        if shape is not function.result.shape:
            slot = drawer.places.slots.get((name,))
            if slot is None or not slot.block:
                return
            at = slot.block
            when = f"{when_left(function, name)} && !abidance_filled({at}, {shape.size})"
        self._number_at(shape, name, at, when)

    def _number_at(
        self,
        shape: NumberHandle,
        name: str,
        at: str,
        when: str,
    ) -> None:
        """Compile what becomes of a number in memory: it is kept where the address of another handle is."""
        out, kind, function = self.drawer.out, self.tables.kind(shape.handle), self.drawer.function
        value = load(shape.number, at)
        if shape.invalid:
            when = f"{when} && ({in_ranges(value, shape.valid.each)})"
        made = f"((void *)(uintptr_t){value})"
        if not shape.may_be_another:
            given_again = f"judges && {when} && abidance_is_in_use({kind}, {made})"
            out(f'if ({given_again}) abidance_report("ABD322", {words(function.name)}, {words(name)});')
        self._add(shape, name, made, when)
        note_destroyer(self.boundary, out, shape)

    def _add(
        self,
        shape: HandleShape,
        path: str,
        made: str,
        when: str,
    ) -> None:
        """Compile that what a call has left is kept account of, `when` it is there; `made` is where it is."""
        drawer, holdings, out = self.drawer, self.holdings, self.drawer.out
        kind = self.tables.kind(shape.handle)
        life = self.boundary.handles[shape.handle]
        parents, state = life.parents, begins(life.machine, drawer)
        if shape.may_be_another:
            state = f"abidance_sequence ? 0 : {state}"  # it may be any other, in any state
        holders = [
            ident
            for place, each, ident in drawer.handles
            # What it goes with need not outlive it, nor what is kept for it.
            if each.handle in parents
            and not (shape.owner == EITHER and place == (shape.lifetime,))
            and not (
                each.owner == SHARED
                and each.lifetime == path
                and self.boundary.handles[each.handle].acquire is None
            )
        ]
        originals = [ident for _, each, ident in drawer.handles if each.handle == shape.handle and parents]
        if life.name in makes_itself(drawer.function):
            out(f"abidance_made[{kind}] = 0; /* not the one that this is made with */")
        with out.block(f"if ({when})"):
            out(
                f"abidance_handle made = {{.at = {made}, .kind = {kind}, .step = step, .path = {words(path)}, "
                f".state = {state}, .lost = {begins_lost(life.machine, drawer)}}};"
            )
            for at, name in (
                enumerate(sorted(life.created_with)) if drawer.function.name in life.creates else ()
            ):
                given = next((m.shape for m in drawer.function.members if m.name == name), None)
                if isinstance(given, ScalarShape) and (slot := drawer.places.slots.get((name,))) is not None:
                    out(f"made.created[{at}] = {load(given, slot.at)};\nmade.known |= 1u << {at};")
            for ident in () if shape.of_others else holders:
                out(f"abidance_be_outlived_by(&made, (unsigned){ident});")
            for ident in () if shape.borrowed else originals:
                out(f"abidance_take_parents(&made, abidance_find((unsigned){ident}));")
            taken = {each.handle for _, each, _ in drawer.handles}
            for above in () if shape.borrowed or shape.of_others else sorted({*parents} - taken):
                for _, each, ident in drawer.handles:
                    if each.handle != shape.handle:
                        found = f"abidance_find((unsigned){ident}), {self.tables.kind(above)}, {_FAR}"
                        out(f"abidance_take_parents_of_kind(&made, {found});")
            holdings.sources("made", shape)
            out(f"abidance_made[{kind}] = abidance_add_handle(made);")
            holdings.left(f"abidance_made[{kind}]", shape)
            if shape.borrowed:
                return
            out(f"if (!abidance_made[{kind}]) abidance_unowned = 1;")
            if shape.may_be_another:
                return
            out(
                f"else if (!alone && !abidance_prepare_{kind}(abidance_made[{kind}])) abidance_made[{kind}] = 0;"
            )


def _index(function: BoundaryFunction, path: Path) -> int:
    """Return which of the parameters a path begins with."""
    return next(n for n, member in enumerate(function.members) if member.name == path[0])
