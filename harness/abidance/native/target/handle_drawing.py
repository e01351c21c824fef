"""Compiles steps about handles to C: which one a call is given, or the memory in which it makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import makes_itself
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.types import NumberHandle
from abidance.boundary.values.memory import extent
from abidance.native.expressions.values import CInt
from abidance.native.target.c_text import point, string, words
from abidance.native.target.input_format import LARGEST, HandleChoice
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.states import ANY_STATE, HandleOrder, behind, order_of, refuse_machine

if TYPE_CHECKING:
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.native.expressions.values import CValue
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import HandleStorage, Path
    from abidance.native.target.places import ArgumentSlot


class HandleDrawing:
    """The handles of one call while it is compiled."""

    def __init__(self, drawer: ArgumentDrawer) -> None:
        self._drawer = drawer
        self._out = drawer.out

    def storage(self, step: HandleStorage) -> None:
        """Lend the memory of a handle that the caller allocates, or the room for one that the library returns."""
        slot, life = self._begin(step)
        shape, path = step.shape, step.path
        slot.block = self._out.fresh("storage")
        if life.size is not None:
            self._sized(slot, life)
            if life.record is not None and life.record.members:
                self._drawer.places.records[path] = life.record
        elif life.record and shape.level == 1:
            size = life.record.size
            self._out(f"unsigned char *{slot.block} = abidance_lend_lasting({size}, {life.record.align});")
            self._out(f"if (!{slot.block}) goto unlawful;")
            self._out(f"memset({slot.block}, {'0' if life.zeroed else 'abidance_fill'}, {size});")
            for member in life.record.members if not life.zeroed else ():
                if member.name in life.described:
                    first, end = extent(member)
                    self._out(f"memset({slot.block} + {first}, 0, {end - first});")
            self._drawer.places.records[path] = life.record
        elif isinstance(shape, NumberHandle):
            self._out(f"unsigned char *{slot.block} = abidance_lend({shape.size}, {shape.align});")
            self._out(f"if (!{slot.block}) goto unlawful;")
            self._out(f"memset({slot.block}, abidance_fill, {shape.size});")
            slot.room = slot.block
        else:
            self._out(f"unsigned char *{slot.block} = abidance_lend(8, 8);")
            self._out(f"if (!{slot.block}) goto unlawful;")
            if shape.initially:
                self._out(f"memcpy({slot.block}, {string(shape.initially)}, {len(shape.initially)});")
            else:
                self._out(f"memset({slot.block}, abidance_fill, 8);")
            slot.room = slot.block
        self._out(point(slot.at, slot.block))

    def _sized(self, slot: ArgumentSlot, life: HandleLife) -> None:
        """Lend as much memory as the contract says: of an unknown type, or with more behind it."""
        assert life.size is not None
        assert life.record is not None
        size = self._out.fresh("size")
        self._out(f"abidance_int {size} = 0;")
        told = self._drawer.clauses.number(life.size, self._drawer.environment(), size)
        least = life.record.size
        self._out(f"if (({told}) != 1 || {size} < {least} || {size} > {LARGEST}) goto unlawful;")
        lent = f"abidance_lend_lasting((size_t){size}, {life.record.align})"
        self._out(f"unsigned char *{slot.block} = {lent};")
        self._out(f"if (!{slot.block}) goto unlawful;")
        self._out(f"memset({slot.block}, {'0' if life.zeroed else 'abidance_fill'}, (size_t){size});")
        for member in life.record.members if not life.zeroed else ():
            if member.name in life.described:
                first, end = extent(member)
                self._out(f"memset({slot.block} + {first}, 0, {end - first});")

    def choice(self, step: HandleChoice) -> None:
        """Take one of the handles that there are, with what the call does to it; where none fits, give the call up."""
        slot, life = self._begin(step)
        shape, path = step.shape, step.path
        ident = self._out.fresh("handle")
        kind = self._drawer.tables.kind(shape.handle)
        if slot.null and life.name in makes_itself(self._drawer.function):
            self._out(
                f"{slot.null} |= abidance_deep[{kind}] > 1; /* what is made for another is made of none */"
            )
        if shape.behind_pointer:  # the argument's own memory is where the caller has it
            slot.room = slot.at
        if step.destroyed:
            if shape.created_with:
                raise NotCompiledError("what a destroyed handle was created with")
            self._out(f"void *{ident} = abidance_gone_{kind}();")
            self._out(f"if (!{ident}) goto unlawful;")
            self._out(point(slot.at, ident))
            self._lies_at(slot, path, life)
            return
        if step.bound:
            self._out(f"if (!{step.bound}_id) goto unlawful;")
            self._out(f"abidance_forced = {step.bound}_id;")
        if step.history:
            self._out("abidance_sequence = 1;")
        self._take(step, ident, f"!{slot.null}" if slot.null else "")
        if step.history:
            self._out("abidance_sequence = 0;")
        self._out(f"if ({ident} < 0) goto unlawful;")
        self._out(f"if ({ident}) {point(slot.at, f'abidance_find((unsigned){ident})->at')}")
        self._be_another(step, ident)
        self._drawer.handles.append((path, shape, ident))
        self._lies_at(slot, path, life)
        self._created_with(step, ident, life)
        if not step.within:
            self._behind(str(path[0]), ident)

    def one_of_several(self, step: HandleChoice, parameter: str, ident: str, there: str) -> None:
        """Take the handle at one place of the array that a parameter is, where one is there."""
        self._take(step, ident, there, parameter)
        self._out(f"if ({ident} < 0) goto unlawful;")
        self._be_another(step, ident)
        self._drawer.handles.append((step.path, step.shape, ident))
        self._behind(parameter, ident)

    def _take(self, step: HandleChoice, ident: str, there: str, parameter: str = "") -> None:
        """Declare the id of a handle, which is 0 unless it is `there`, and below that where none can be had."""
        shape, called, parameter = step.shape, self._drawer.function.name, parameter or str(step.path[0])
        life, kind = self._drawer.boundary.handles[shape.handle], self._drawer.tables.kind(shape.handle)
        how = "ENDS" if life.destroy == called else "GIVES" if shape.owner == CALLEE else "USES"
        if step.history:  # one that the law may give away, if there is such a one
            how = "GIVES"
        parent = next((name for where, _, name in self._drawer.handles if where == (shape.parent,)), "0")
        order = order_of(ANY_STATE, 0, parent)
        if life.machine is not None:
            refuse_machine(self._drawer.boundary, life.machine)
            self._drawer.orders.append(
                HandleOrder(ident, life.machine, called, step.within, parent, parameter)
            )
            order = self._drawer.orders[-1].c
        elif parent != "0":  # a new one need not be of it
            self._drawer.parts.append((ident, order))
        taken = f"abidance_take_{kind}(ABIDANCE_{how}, {order})"
        self._out(f"int {ident} = {f'{there} ? {taken} : 0' if there else taken};")

    def _created_with(self, step: HandleChoice, ident: str, life: HandleLife) -> None:
        """Have the numbers seen that a handle was created with; give the call up where one is not known."""
        names = sorted(life.created_with)
        found: dict[str, CValue] = {}
        for name in step.shape.created_with:
            at = names.index(name)
            number = f"{ident}_created_{at}"
            self._out(
                f"if ({ident} && !(abidance_find((unsigned){ident})->known >> {at} & 1)) goto unlawful;"
            )
            self._out(
                f"abidance_int {number} = {ident} ? abidance_find((unsigned){ident})->created[{at}] : 0;"
                f" (void){number};"
            )
            found[name] = CInt(number)
        if found:
            self._drawer.places.created[step.path] = found

    def _be_another(self, step: HandleChoice, ident: str) -> None:
        """Give the call up where the handle is one that it is given already, and the contract allows no such thing.

        A law that gives it the same one twice knows what it says, and what two calls have left may be one.
        """
        may_be_same = {*self._drawer.function.same_handles(str(step.path[0]))}
        said = {
            str(each.path[0]) for each in self._drawer.steps if isinstance(each, HandleChoice) and each.bound
        }
        may_be_same |= said if step.bound else set()
        for path, shape, other in self._drawer.handles:
            if shape.handle == step.shape.handle and str(path[0]) not in may_be_same:
                places = " == ".join(f"abidance_find((unsigned){each})->at" for each in (ident, other))
                self._out(f"if ({ident} && {other} && {places}) goto unlawful;")

    def _behind(self, parameter: str, ident: str) -> None:
        """Have the states kept account of in which the handles are that one was made from."""
        called = self._drawer.function.name
        for machine, transition in behind(self._drawer.boundary, called, parameter):
            refuse_machine(self._drawer.boundary, machine)
            source, name = self._out.fresh("source"), words(transition.parameter.partition(".")[2])
            self._out(f"int {source} = (int)abidance_source_of((unsigned){ident}, {name}); (void){source};")
            self._drawer.orders.append(HandleOrder(source, machine, called, parameter=transition.parameter))

    def _begin(self, step: HandleChoice | HandleStorage) -> tuple[ArgumentSlot, HandleLife]:
        """Return where the handle is passed and what is promised of its kind; raises NotCompiledError."""
        if self._drawer.guard:
            raise NotCompiledError("a handle in a union")
        slot = self._drawer.slot(step.path)
        if isinstance(step.shape, NumberHandle) and not step.shape.made:
            if isinstance(step, HandleChoice) and step.destroyed:
                raise NotCompiledError("a number that was a handle once")
            if step.shape.nullable is not False or step.shape.behind_pointer:
                raise NotCompiledError("a number that may be no handle")
        life = self._drawer.boundary.handles[step.shape.handle]
        return slot, life

    def _lies_at(self, slot: ArgumentSlot, path: Path, life: HandleLife) -> None:
        """Say where a handle that the caller allocates lies."""
        if life.record and (life.size is None or life.record.members):
            slot.block = self._out.fresh("storage")
            self._out(f"unsigned char *{slot.block} = ABIDANCE_LOAD(void *, {slot.at});")
            self._drawer.places.records[path] = life.record
