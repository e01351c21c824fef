"""Compiles how handles are made, brought from state to state, and ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.destruction import is_destroyed_in_some_states, ways_to_destroy
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    NothingShape,
    NumberHandle,
    OpaqueShape,
    PointerShape,
    RecordHandle,
    ScalarShape,
    UserDataShape,
)
from abidance.boundary.resolve.freeing import LIBC
from abidance.native.target.c_text import integer, string, words
from abidance.native.target.calls import TargetCall, is_behind_pointer
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.states import behind, mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.states import Transition
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.symbols import Symbols
    from abidance.native.target.tables import Tables
    from abidance.plan.signature import CallSignature


@dataclass(frozen=True, slots=True)
class HandleLives:
    """The handles of one target: `valid` are the calls of its functions, and `prepares` those that prepare a handle."""

    boundary: Boundary
    tables: Tables
    symbols: Symbols
    types: PassedTypes
    valid: Mapping[str, TargetCall | NotCompiledError]
    prepares: Mapping[str, tuple[TargetCall, ...]]
    makers: Mapping[str, str]

    def text(self, life: HandleLife) -> str:
        """Return the C functions that make, prepare and end one kind of handle."""
        kind = self.tables.kind(life.name)
        creating = self.valid.get(self.makers.get(life.name, life.create))
        prepare = " && ".join(
            f"(abidance_forced = id, {call.name}(0))" for call in self.prepares.get(life.name, ())
        )
        make = f"{creating.name}(0)" if isinstance(creating, TargetCall) else "0"
        ended, ways = self._ended(life), self._ways(life)
        return f"""
static int abidance_prepare_{kind}(unsigned id)
{{
    (void)id;
    return {prepare or "1"};
}}

static unsigned abidance_make_{kind}(void)
{{
    abidance_made[{kind}] = 0;
    abidance_deep[{kind}]++;
    int made = {make};
    abidance_deep[{kind}]--;
    return made ? abidance_made[{kind}] : 0;
}}

static int abidance_take_{kind}(int how, abidance_order order)
{{
{ways}
    return abidance_take({kind}, how, order, abidance_make_{kind}, ways);
}}

/* Returns whether it has. */
static int abidance_end_{kind}(abidance_handle *handle)
{{
    (void)handle;
{ended}
    return 1;
}}

static __attribute__((unused)) void *abidance_gone_{kind}(void)
{{
    unsigned id = abidance_make_{kind}();
    abidance_handle *handle = id ? abidance_find(id) : NULL;
    void *at = handle ? handle->at : NULL;
    if (handle && !abidance_end_{kind}(handle))
        return NULL;
    abidance_remove(id);
    return at;
}}"""

    def ways(self, life: HandleLife) -> tuple[TargetCall, ...]:
        """Return the calls that may lead a handle from one state to another."""
        if life.machine is None:
            return ()
        machine = life.machine
        leading = (name for name in machine.functions if any(each.targets for each in machine.of(name)))
        found = (self.valid.get(name) for name in leading)
        return tuple(
            call for call in found if isinstance(call, TargetCall) and _leads(self.boundary, call, life)
        )

    def _ways(self, life: HandleLife) -> str:
        """Return the declaration of the calls that bring a handle from state to state."""
        machine = life.machine
        if machine is None or not self.ways(life):
            return "    static const abidance_ways ways = {NULL, 0};"
        listed = ", ".join(
            f"{{{call.name}, {mask(machine, sources)}, {mask(machine, targets)}}}"
            for call in self.ways(life)
            for each in machine.of(call.variant.function.name)
            for targets, sources in _alike(each)
        )
        return (
            f"    static const abidance_way all[] = {{{listed}}};\n"
            "    static const abidance_ways ways = {all, sizeof all / sizeof *all};"
        )

    def _closed(self, life: HandleLife) -> list[str]:
        """Return the statements that lead a handle to where it may be destroyed, and give up where they do not."""
        machine, destroy = life.machine, life.destroy or ""
        if machine is None or not is_destroyed_in_some_states(life):
            return []
        found = ["    unsigned id = handle->id;"]
        for name, state in ways_to_destroy(self.boundary, life, destroy):
            call = self.valid.get(name)
            if isinstance(call, TargetCall):
                found.append(f"    abidance_close(id, {machine.number(state)}, {call.name});")
        lawful = mask(machine, machine.lawful(destroy))
        given_up = "    if (!handle || !({} >> handle->state & 1)) return abidance_unowned = 1, 0;"
        return [*found, "    handle = abidance_find(id);", given_up.format(lawful)]

    def _ended(self, life: HandleLife) -> str:
        """Return the statements that destroy a handle: as a caller does who knows nothing but that."""
        function = self.boundary.functions.get(life.destroy or "")
        if function is None:
            return ""
        signature = function.signature
        if signature is None:
            return "    abidance_unowned = 1;"
        types = [self.types.name(each) for each in signature.parameters]
        arguments: list[str] = []
        lent: list[str] = []
        for member, of in zip(function.members, types, strict=True):
            shape = member.shape
            if is_behind_pointer(shape):
                arguments.append(f"({of})&(void *){{handle->at}}")
            elif isinstance(shape, RecordHandle) and is_handle(shape, life.name):
                arguments.append(f"ABIDANCE_LOAD({of}, handle->at)")
            elif isinstance(shape, NumberHandle) and is_handle(shape, life.name):
                arguments.append(f"({of})(uintptr_t)handle->at")
            elif is_handle(shape, life.name):
                arguments.append("handle->at")
            elif member.name in life.destroyed_with:
                return "    abidance_unowned = 1;"
            elif isinstance(shape, ScalarShape):
                arguments.append(f"({of}){integer(int(max(shape.lowest, min(0, shape.highest))))}")
            elif isinstance(shape, PointerShape) and not shape.direction.read and shape.nullable is not True:
                lent.append(
                    f"    unsigned char *lent{len(lent)} = abidance_lend({max(shape.element.size, 8)}, 16);"
                )
                arguments.append(f"lent{len(lent) - 1}")
            elif isinstance(shape, CallbackShape) and shape.nullable is not True:
                if not _frees_what_it_is_given(shape):
                    return "    abidance_unowned = 1;"
                arguments.append("(void *)free")
            elif isinstance(shape, CallbackShape | UserDataShape | OpaqueShape | PointerShape):
                arguments.append("NULL")
            else:
                return "    abidance_unowned = 1;"
        try:
            call = self._ending(function, signature, types, arguments)
        except NotCompiledError:
            return "    abidance_unowned = 1;"
        shown = string(f'{{"function": "{function.name}", "role": "end"}}\n'.encode())
        return "\n".join(
            [
                *self._closed(life),
                "    int base = abidance_lent_count;",
                *lent,
                f"    abidance_show_line({shown});",
                "    abidance_inside = 1;",
                *call,
                "    abidance_inside = 0;",
                "    abidance_take_back(base);",
                *self._led(life, function),
            ]
        )

    def _ending(
        self,
        function: BoundaryFunction,
        signature: CallSignature,
        types: Sequence[str],
        arguments: Sequence[str],
    ) -> list[str]:
        """Return the statements of the call that ends a handle; raises NotCompiledError where a stub is missing."""
        if not signature.stub:
            callee = self.symbols.function(function.declaration.symbol)
            return [*self._freed(function, self.types.call(signature, callee, arguments))]
        stub = self.symbols.stub(function)  # a macro, or a function of the header's own
        size = max(function.result.shape.size, 8)
        lines, given = [f"    _Alignas(16) unsigned char answer[{size}] = {{0}};"], []
        for n, (of, each, member) in enumerate(zip(types, arguments, function.members, strict=True)):
            if isinstance(member.shape, RecordHandle):
                given.append("handle->at")
                continue
            lines.append(f"    _Alignas(16) {of} given{n} = ({of})({each});")
            given.append(f"&given{n}")
        called = stub.format(f"(void *[]){{{', '.join(given) or 'NULL'}}}", "answer")
        if function.result.free is None or not isinstance(function.result.shape, AddressShape):
            return [*lines, f"    {called};"]
        return [*lines, *self._freed(function, f"({called}, ABIDANCE_LOAD(void *, answer))")]

    def _freed(self, function: BoundaryFunction, call: str) -> Iterator[str]:
        """Yield the statements of a call that ends a handle, and free what that returns: the text of a builder."""
        if function.result.free is None or not isinstance(function.result.shape, AddressShape):
            yield f"    {call};"
            return
        yield f"    void *left = {call};"
        freer = self.boundary.functions[function.result.free]
        signature = freer.signature
        if signature is None or signature.stub or len(freer.members) != 1:
            yield "    abidance_unowned |= left != NULL;"
            return
        callee = self.symbols.freer(freer, self.boundary)
        yield f"    if (left) {self.types.call(signature, callee, ['left'])};"

    def _led(self, life: HandleLife, function: BoundaryFunction) -> Iterator[str]:
        """Yield the statements that lead what a handle was made from on, once that is ended; without a condition."""
        parameter = next(m.name for m in function.members if is_handle(m.shape, life.name))
        for machine, transition in behind(self.boundary, function.name, parameter):
            name = words(transition.parameter.partition(".")[2])
            yield f"    abidance_handle *source = abidance_find(abidance_source_of(handle->id, {name}));"
            yield "    unsigned from = source ? source->state : 0;"
            for target in transition.targets:
                here = f"source && {mask(machine, target.sources)} >> from & 1"
                if target.condition is None:
                    yield f"    if ({here}) source->state = {machine.number(target.state)};"
                else:
                    yield f"    if ({here}) abidance_unowned = 1;"


def _alike(transition: Transition) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Yield where calls may lead, with all states from which they may lead there."""
    found: dict[frozenset[str], frozenset[str]] = {}
    for state in sorted(transition.sources):
        targets = frozenset(each.state for each in transition.targets_from(state))
        if targets:
            found[targets] = found.get(targets, frozenset()) | {state}
    yield from found.items()


def _leads(boundary: Boundary, call: TargetCall, life: HandleLife) -> bool:
    """Tell whether a call can be made on a handle of one kind to bring it somewhere: it makes none and ends none."""
    function = call.variant.function
    taken = [each for each in call.takes if each == life.name]
    return len(taken) == 1 and not any(
        function.name in each.creates or each.destroy == function.name for each in boundary.handles.values()
    )


def is_handle(shape: object, handle: str) -> bool:
    """Tell whether a shape is that of a handle of some kind."""
    return isinstance(shape, HandleShape) and shape.handle == handle


def _frees_what_it_is_given(shape: CallbackShape) -> bool:
    """Tell whether a callback does nothing but give its one parameter to the C library's `free`."""
    given = [member.shape for member in shape.members]
    return (
        isinstance(shape.result, NothingShape)
        and len(given) == 1
        and isinstance(given[0], PointerShape)
        and given[0].handed
        and given[0].free in ("", LIBC)
    )
