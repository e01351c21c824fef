"""Compiles who gives back what a call has left: in its result, behind out parameters, and what it did not take over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import (
    array_left,
    handles_left_in,
    has_pointers,
    root_of,
    whole_number_of,
)
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    HandleShape,
    NothingShape,
    PointerShape,
    ScalarShape,
)
from abidance.boundary.resolve.freeing import (
    freed_member,
    handed_out,
    owned_elements,
    owned_fields,
    owned_in_each,
)
from abidance.boundary.resolve.transfers import taken_when, tells_success
from abidance.boundary.values.inner_pointers import EACH
from abidance.native.target.after_call import when_left
from abidance.native.target.asked_calls import asked_count
from abidance.native.target.c_text import load
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import FollowUpArgument
    from abidance.boundary.model.types import Member, Shape
    from abidance.contract.language.clauses import Name
    from abidance.native.target.after_call import AfterCall
    from abidance.native.target.c_text import Lines, PassedTypes
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.symbols import Symbols
    from abidance.plan.signature import CallSignature


class Leftovers:
    """What one call has left."""

    def __init__(
        self,
        boundary: Boundary,
        symbols: Symbols,
        types: PassedTypes,
        drawer: ArgumentDrawer,
        call: AfterCall,
    ) -> None:
        self._boundary = boundary
        self._symbols = symbols
        self._types = types
        self._drawer = drawer
        self._call = call

    def all(self) -> None:
        """Compile who gives back what the call has left, and whether it is known whose that is."""
        drawer = self._drawer
        function, out = drawer.function, drawer.out
        promise, result = function.promise, function.result
        may = {name.text for name in (*self._boundary.contract.may, *(promise.may if promise else ()))}
        if "memory" in may:
            out("abidance_unowned = 1;")
        for path, freer in owned_elements(promise):
            self._free_each(freer.text, path)
        if owned := owned_in_each(function):
            self._call.clauses.leave(f"whether `{owned[0].path}` is freed in time")
            out("abidance_unowned = 1;")
        fields: dict[str, list[tuple[str, int, Name]]] = {}
        for each in owned_fields(function):
            fields.setdefault(root_of(each[0]), []).append(each)
        handle = function.returns_failed_ones
        destroy = self._boundary.handles[handle].destroy if handle else None
        members = self._boundary.functions[destroy].members if destroy else ()
        if destroy and all(isinstance(each.shape, HandleShape) for each in members):
            with out.block("if (!success)"):
                self._free(destroy, "result", result.shape, RESULT_NAME)
        if isinstance(result.shape, HandleShape) and result.owned:
            note_destroyer(self._boundary, out, result.shape)
        if result.free is not None and result.owned_when is not None:
            when = drawer.clauses.condition(result.owned_when, drawer.environment())
            with out.block(f"if (({when}) == 1)"):
                self._free(result.free, "result", result.shape, RESULT_NAME)
        elif result.free is not None:
            lent, apart = drawer.places.slots.get((result.owned_unless,)), "1"
            if lent is not None and lent.block:  # a step of a law that passes NULL has no memory there
                apart = f"ABIDANCE_LOAD(void *, result) != (void *){lent.block}"
                apart = f"{lent.null} || {apart}" if lent.null else apart
            with out.block(f"if ({apart})"):
                self._free(result.free, "result", result.shape, RESULT_NAME)
        elif fields.get(RESULT_NAME):
            self._free_fields(fields[RESULT_NAME], "result", "1")
        elif has_pointers(result.shape) and not (isinstance(result.shape, HandleShape) and result.owned):
            returns = promise.returns if promise else None
            if returns is None or not (returns.owner == "callee" or returns.free or returns.lifetime):
                out("if (ABIDANCE_LOAD(void *, result) != NULL) abidance_unowned = 1;")
        self._taken()
        freers = dict(handed_out(promise))
        for pointee in drawer.pointees:
            if not pointee.shape.direction.written or not has_pointers(pointee.shape.element):
                continue
            if handles_left_in(pointee.shape) is not None:  # each is accounted for
                continue
            name, slot = pointee.path[0], drawer.places.slots[pointee.path]
            param = promise.params.get(name) if promise else None
            if param is not None and param.out is not None and param.left.owner == "callee":
                continue
            if len(pointee.path) == 1 and name in freers and pointee.shape.element.size == 8:
                there = f"!{slot.null} && " if slot.null else ""
                there = f"{there}{when_left(function, name)} && ABIDANCE_LOAD(void *, {slot.block}) != NULL"
                with out.block(f"if ({there} && !abidance_filled({slot.block}, 8))"):
                    self._free(freers[name].text, slot.block, NothingShape(), name)
            elif len(pointee.path) == 1 and name in fields and tells_success(function):
                there = f"!{slot.null} && " if slot.null else ""
                self._free_fields(fields[name], slot.block, f"{there}{when_left(function, name)}")
            else:
                out("abidance_unowned = 1;")

    def _free_fields(self, fields: list[tuple[str, int, Name]], at: str, there: str) -> None:
        """Compile the calls that give back what fields lead to of the record at `at`, where it is `there`."""
        for path, offset, freer in fields:
            place = f"({at} + {offset})"
            with self._drawer.out.block(f"if ({there} && !abidance_filled({place}, 8))"):
                self._free(freer.text, place, NothingShape(), path)

    def _free_each(self, name: str, path: str) -> None:
        """Compile the loop that gives back what the pointers lead to in an array that the call has left at a path."""
        drawer, call, root = self._drawer, self._call, root_of(path)
        out, shape, result = drawer.out, array_left(drawer.function, root), drawer.function.result
        at, there = "result", "1"
        if root != RESULT_NAME:
            slot = drawer.places.slots[root,]
            at, null = slot.block, f"!{slot.null} && " if slot.null else ""
            there = f"{null}{when_left(drawer.function, root)} && !abidance_filled({at}, 8)"
        elif result.owned_when is not None:
            there = f"({drawer.clauses.condition(result.owned_when, drawer.environment())}) == 1"
        count, more = out.fresh("elements"), ""
        asked = next((each for each in drawer.function.asks if each.path == path), None)
        try:
            lines = None if asked is None else asked_count(call, asked, count)
            if shape is None or (asked is not None and lines is None):
                raise NotCompiledError(f"how many elements of `{path}` are to be freed is asked by `run`")
            if asked is None and shape.length is not None:
                more = call.clauses.number(shape.length, call.now(), count, call.before())
        except NotCompiledError as error:
            call.clauses.leave(str(error), shape.length if shape is not None else None)
            out("abidance_unowned = 1;")
            return
        with out.block(f"if ({there} && ABIDANCE_LOAD(void *, {at}) != NULL)"):
            out(f"abidance_int {count} = 0; (void){count};")
            if lines is not None:
                out(lines)
            elif more:
                out(f"if (({more}) != 1) {count} = 0;")
            array, number = out.fresh("array"), out.fresh("n")
            out(f"unsigned char *{array} = ABIDANCE_LOAD(unsigned char *, {at});")
            element = f"({array} + 8 * {number})"
            goes_on = (
                f"{number} < {count}"
                if shape.length is not None
                else f"ABIDANCE_LOAD(void *, {element}) != NULL"
            )
            with out.block(f"for (size_t {number} = 0; {goes_on}; {number}++)"):
                self._free(name, element, NothingShape(), f"{root}{EACH}")

    def _taken(self) -> None:
        """Compile that memory which the call was to take over, and has not, is given back."""
        drawer = self._drawer
        for pointee in drawer.pointees:
            slot = drawer.places.slots[pointee.path]
            if not pointee.shape.handed:
                continue
            condition = taken_when(drawer.function, pointee.path[0], 0)
            around = (drawer.places.slots.get(pointee.path[:n]) for n in range(1, len(pointee.path) + 1))
            there = " || ".join(each.null for each in around if each is not None and each.null) or "0"
            if condition is not None and drawer.function.has_status:
                there += " || !success"
            elif condition is not None:
                shape = drawer.function.result.shape
                value = (
                    load(shape, "result")
                    if isinstance(shape, ScalarShape)
                    else "ABIDANCE_LOAD(uintptr_t, result)"
                )
                there += f" || !{value}"
            elif drawer.refused and not self._says_taken(drawer.function, pointee.path[0]):
                drawer.out("abidance_unowned = 1;")
            drawer.out(f"if ({there}) abidance_unhand({slot.handed});")

    def _says_taken(self, function: BoundaryFunction, name: str) -> bool:
        param = function.promise.params.get(name) if function.promise else None
        return param is not None and param.on_failure == "taken"

    def _given_to_free(self, member: Member, given: FollowUpArgument, lives: Mapping[str, str]) -> str:
        """Return what a function is given, besides what it frees, as the contract writes it."""
        drawer = self._drawer
        if not given.parameter:
            return str(given.constant)
        if isinstance(member.shape, HandleShape):
            ident = lives[member.shape.handle]
            return f"{ident} ? abidance_find((unsigned){ident})->at : NULL"
        if given.parameter == RESULT_NAME:
            shape, at = drawer.function.result.shape, "result"
        else:
            slot = drawer.places.slots[given.parameter,]
            shape = next(m.shape for m in drawer.function.members if m.name == given.parameter)
            at = slot.block if isinstance(shape, PointerShape) else slot.at
        there = whole_number_of(shape)
        assert there is not None
        return load(there, at)

    def _free(self, name: str, at: str, freed_shape: Shape, path: str) -> None:
        """Compile the call that gives back the memory whose address lies at `at`, left at a path."""
        drawer = self._drawer
        function, out = self._boundary.functions[name], drawer.out
        if function.signature is None:
            raise NotCompiledError(f"`{name}` cannot be called")
        freed = freed_member(function, freed_shape)
        alone = {(member.name,) for member in drawer.function.members}
        lives = {shape.handle: ident for path, shape, ident in drawer.handles if path in alone}
        arguments = []
        there = [f"ABIDANCE_LOAD(void *, {at}) != NULL"]
        written = drawer.function.freed_with.get(path, ())
        for n, member in enumerate(function.members):
            if written and (size := written[n].calculated) is not None:
                number = out.fresh("freed")
                out(f"abidance_int {number} = 0; (void){number};")
                call = self._call
                there.append(f"({call.clauses.number(size, call.now(), number, call.before())}) == 1")
                arguments.append(number)
            elif written and written[n].parameter != path:
                arguments.append(self._given_to_free(member, written[n], lives))
            elif isinstance(member.shape, HandleShape) and member is not freed:
                ident = lives.get(member.shape.handle)
                arguments.append(
                    f"{ident} ? abidance_find((unsigned){ident})->at : NULL" if ident else "NULL"
                )
            elif isinstance(member.shape, AddressShape):
                arguments.append(f"ABIDANCE_LOAD(void *, {at})")
            else:
                raise NotCompiledError(f"`{name}` takes more than a pointer")
        with out.block(f"if ({' && '.join(there)})"):
            out("abidance_inside = 1;")
            self._call_freer(function, function.signature, arguments)
            out("abidance_inside = 0;")

    def _call_freer(self, function: BoundaryFunction, signature: CallSignature, arguments: list[str]) -> None:
        out = self._drawer.out
        types = [self._types.name(each) for each in signature.parameters]
        if not signature.stub:
            callee = self._symbols.freer(function, self._boundary)
            out(f"{self._types.call(signature, callee, arguments)};")
            return
        stub = self._symbols.stub(function)
        for n, (of, each) in enumerate(zip(types, arguments, strict=True)):
            out(f"_Alignas(16) {of} freed{n} = ({of})({each});")
        addresses = ", ".join(f"(void *)&freed{n}" for n, _ in enumerate(types))
        out("_Alignas(16) unsigned char answer[16];")
        out(f"{stub.format(f'(void *[]){{{addresses}}}', 'answer')};")


def note_destroyer(boundary: Boundary, out: Lines, shape: HandleShape) -> None:
    """Note that nobody destroys a handle that a call makes, where that is so."""
    if boundary.handles[shape.handle].destroy is None and not shape.borrowed:
        out("abidance_unowned = 1;")
