"""The wrapper of one function: what a program calls in its place, and what makes the call and records it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.types import (
    AddressShape,
    HandleShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.checks import all_checks
from abidance.native.target.after_call import AfterCall
from abidance.native.target.c_text import Lines, at_offset, load
from abidance.native.target.clauses import ClauseCompiler
from abidance.native.target.promises import Promises
from abidance.native.target.returned_values import ReturnedValues
from abidance.trace.caller_duties import CallerDuties
from abidance.trace.sampled_values import sampled_parts
from abidance.trace.traced_places import TracedArguments
from abidance.trace.wrapper_text import TraceCheck, WrapperText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction, Reject
    from abidance.boundary.model.types import Member
    from abidance.core.codes import Code
    from abidance.core.span import Span
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.reasons import Left
    from abidance.native.target.tables import Tables
    from abidance.trace.sampled_values import SampledPart
    from abidance.trace.traced_places import PassedLength

MOST_VALUES = 24
"""Values that are kept of a call: ABIDANCE_VALUES."""
MOST_LENGTHS = 8


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value that a finding keeps of its call: where it is, and how its 64 bits are read.

    `kind` is ``int``, ``unsigned``, ``float``, ``double``, ``pointer``, or ``length`` of the memory behind one.
    """

    path: str
    kind: str
    names: Mapping[int, str] | None = None


@dataclass(frozen=True, slots=True)
class WrappedCall:
    """A wrapper: its text, what it keeps, and what is left unjudged.

    `statuses` tells what results are counted by: ``number``, ``pointer``, or nothing.
    """

    function: BoundaryFunction
    text: str
    values: tuple[ShownValue, ...]
    lengths: tuple[PassedLength, ...]
    left: tuple[Left, ...]
    statuses: str
    sampled: tuple[SampledPart, ...] | None = None


def _answer(arguments: TracedArguments, reject: Reject | None, text: WrapperText) -> AfterCall:
    """Return a call that has come back; what is found of it is kept, and nothing ends."""

    def find(condition: str, code: str, what: str) -> None:
        text.finding(f"({condition})", _CODES[code], what, _span(arguments.function, reject, code, what))

    return AfterCall(arguments, reject, find)


def _span(function: BoundaryFunction, reject: Reject | None, code: str, what: str) -> Span | None:
    """Return the contract's line of what is promised, by what the finding is called."""
    if reject is not None:
        return reject.span
    if code == "ABD321":
        return function.ensures[int(what.partition("[")[2].partition("]")[0])].span
    promise = function.promise
    first = what.partition(":")[0].partition(".")[0].partition("[")[0]
    if first in {"result", "errno", "last_error"}:
        return promise.returns.span if promise and promise.returns else function.result.span
    member = next((each for each in function.members if each.name == first), None)
    return member.promised if member is not None else function.span


_CODES: dict[str, Code] = {check.code.id: check.code for check in all_checks()}


class WrapperCompiler:
    """Compiles the wrappers of one boundary; all share tables, types and the list of checks."""

    def __init__(
        self,
        boundary: Boundary,
        tables: Tables,
        types: PassedTypes,
        checks: list[TraceCheck],
        *,
        samples: bool = False,
    ) -> None:
        self._samples = samples
        self._boundary = boundary
        self._tables = tables
        self._types = types
        self._checks = checks

    def compile(self, function: BoundaryFunction, number: int) -> WrappedCall:
        """Return the wrapper of a function that is called with what C can pass through a pointer to it."""
        signature = function.signature
        assert signature is not None
        assert not signature.stub
        types = [self._types.name(each) for each in signature.parameters]
        returns = self._types.name(signature.returns)
        text = WrapperText(function.name, self._checks)
        out = text.out
        clauses = ClauseCompiler(function.name, self._boundary.constants)
        arguments = TracedArguments(
            self._boundary, function, out, self._tables, clauses, frame_members=function.members
        )
        passed = ", ".join(f"p{index}" for index in range(len(types)))
        listed = ", ".join(f"{of} p{index}" for index, of in enumerate(types)) or "void"
        call = f"(({returns} (*)({', '.join(types) or 'void'}))callee)({passed})"
        plain = (
            f"{self._unseen(function)}{call}; return"
            if returns == "void"
            else f"{self._unseen(function)}return {call}"
        )
        out(f"void *callee = abidance_function({number});")
        out("const void *from = __builtin_return_address(0);")
        out(f"if (ABIDANCE_UNLIKELY(abidance_is_inside(from))) {{ {plain}; }}")
        out(f"int comes = abidance_comes({number}, from, (char *)__builtin_dwarf_cfa() - 8);")
        out(f"if (ABIDANCE_UNLIKELY(comes == ABIDANCE_FROM_INSIDE)) {{ {plain}; }}")
        out(f"abidance_stats *stats = abidance_stats_of({number});")
        out(f"if (ABIDANCE_UNLIKELY(!stats)) {{ {plain}; }}")
        out("uint64_t entered = abidance_sampled(stats) ? abidance_clock() : 0;\nstats->calls++;")
        out("abidance_thread *self = abidance_self;\nint *const error = &errno;")
        out("int before_errno = *error, judges = !self->judging, lawful = judges && !comes;")
        out("(void)before_errno;")
        out("self->judging = 1;")
        lengths = tuple(arguments.take_all()[:MOST_LENGTHS])
        told = ", ".join(f"(uint64_t)({each.size})" for each in lengths) or "0"

        def shown(result: str) -> str:
            given = ", ".join(filter(None, ("kept", passed, result)))
            return f"abidance_show{number}({given}, (uint64_t[]){{{told}}});"

        text.shown = shown("NULL")
        out("int refused = 0, unclear = 0; (void)refused; (void)unclear;")
        duties = CallerDuties(text, arguments)
        duties.rejects()
        duties.all()
        sampled = sampled_parts(arguments) if self._samples else None
        if sampled:
            with out.block("if (ABIDANCE_UNLIKELY(lawful && stats->calls >= stats->next))"):
                out(f"abidance_sample sample = abidance_choose(stats, {len(lengths)});")
                for part in sampled:
                    out(f"abidance_put(&sample, {part.at}, {part.size});")
                out("abidance_whole(&sample);")
        ending = self._begin_end(arguments)
        out("self->judging = !judges;\nuint64_t begun = abidance_clock();")
        out(f"{call};" if returns == "void" else f"{returns} value = {call};")
        out("uint64_t ticks = abidance_clock() - begun;\nint told = *error; (void)told;")
        out("abidance_took(stats, ticks);")
        self._count(out, lengths)
        at = "abidance_zeros" if returns == "void" else "(unsigned char *)&value"
        out(f"unsigned char *const result = {at}; (void)result;\nself->judging = 1;")
        text.shown, text.returned = shown("result"), True
        answer = _answer(arguments, None, text)
        answer.values()
        statuses = self._statuses(function, out)
        self._lives(arguments, ending)
        with out.block("if (lawful)"):
            self._judge(answer)
        for index, reject in enumerate(function.rejects, 1):
            with out.block(f"if (refused == {index})"):
                out("stats->refused++;")
                refusal = _answer(arguments, reject, text)
                refusal.values()
                Promises(refusal).refusal()
        out("self->judging = !judges;")
        out("if (ABIDANCE_UNLIKELY(entered)) abidance_own(stats, abidance_clock() - entered - ticks);")
        out("*error = told;")
        if returns != "void":
            out("return value;")
        values = self._values(function, lengths)
        shower = _shower(number, listed, values)
        head = f"abidance_call{number}({listed})"
        declared = f'{returns} {head} __asm__("{function.declaration.symbol}") ABIDANCE_SHOWN;'
        whole = f"{shower}{declared}\n{returns} {head}\n{{\n{out.text}\n}}\n"
        return WrappedCall(
            function, whole, tuple(v for v, _ in values), lengths, tuple(clauses.left), statuses, sampled
        )

    # ------------------------------------------------------------------ what is counted

    def _count(self, out: Lines, lengths: tuple[PassedLength, ...]) -> None:
        for index, each in enumerate(lengths):
            out(f"abidance_passed(stats, {index}, (uint64_t)({each.size}));")
        if lengths:
            total = " + ".join(f"(uint64_t)({each.size})" for each in lengths)
            out(f"abidance_grew(stats, {total}, ticks);")

    def _statuses(self, function: BoundaryFunction, out: Lines) -> str:
        """Compile the count of results that say how a call went."""
        match function.result.shape:
            case ScalarShape() as shape:
                if shape.kind == "float" or shape.size > 8:
                    return ""
                if function.result.ok or shape.kind in ("bool", "enum"):
                    out("abidance_answered(stats, (int64_t)value);")
                    return "number"
            case AddressShape():
                out("abidance_answered(stats, value != NULL);")
                return "pointer"
        return ""

    # ------------------------------------------------------------------ handles

    def _unseen(self, function: BoundaryFunction) -> str:
        """Return what a call that is not recorded does to what is known of handles: it may make them, or end one."""
        shapes = [(index, member.shape) for index, member in enumerate(function.members)]
        handles = [(index, shape) for index, shape in shapes if isinstance(shape, HandleShape)]
        made = any(shape.made or shape.level > 1 for _, shape in handles)
        text = "abidance_forget(); " if made or isinstance(function.result.shape, HandleShape) else ""
        ended = [
            index for index, shape in handles if self._boundary.handles[shape.handle].destroy == function.name
        ]
        text += "".join(f"abidance_lose((void *)p{index}); " for index in ended)
        return text + "".join(
            f"if (!abidance_absent(p{index})) abidance_lose(ABIDANCE_LOAD(void *, p{index})); "
            for index, shape in handles
            if shape.replaced
        )

    def _begin_end(self, arguments: TracedArguments) -> list[tuple[str, int, str]]:
        """Compile that a handle is about to be ended; return its variable, its kind and its address."""
        found = []
        for index, member in enumerate(arguments.function.members):
            shape = member.shape
            if not isinstance(shape, HandleShape) or shape.made:
                continue
            if self._boundary.handles[shape.handle].destroy == arguments.function.name:
                kind, at = self._tables.kind(shape.handle), f"p{index}"
                if shape.behind_pointer:  # afterwards it is not there any more
                    at = f"there{index}"
                    arguments.out(f"void *const {at} = ABIDANCE_LOAD(void *, b{index});")
                arguments.out(f"uint64_t ending{index} = abidance_end({kind}, (void *){at});")
                found.append((f"ending{index}", kind, at))
            elif shape.replaced:
                arguments.out(f"void *const there{index} = ABIDANCE_LOAD(void *, b{index});")
        return found

    def _lives(self, arguments: TracedArguments, ending: list[tuple[str, int, str]]) -> None:
        """Compile what becomes of handles: those that were ended, and those that were made."""
        out, function = arguments.out, arguments.function
        for name, kind, at in ending:
            left = f"success ? abidance_left_{kind}((const unsigned char *){at}) : 0"
            out(f"abidance_ended({kind}, (void *){at}, {name}, success, {left});")
        for index, member in enumerate(function.members):
            shape = member.shape
            if isinstance(shape, HandleShape) and shape.replaced:
                kind, left = self._tables.kind(shape.handle), f"ABIDANCE_LOAD(void *, b{index})"
                replaced = f"abidance_lose(there{index}), abidance_make({kind}, {left}, from)"
                out(f"if ({left} != there{index}) {replaced};")
            elif isinstance(shape, HandleShape) and shape.made:
                kind = self._tables.kind(shape.handle)
                made = f"(void *)p{index}" if shape.level == 1 else f"ABIDANCE_LOAD(void *, b{index})"
                out(f"if (success && !absent{index}) abidance_make({kind}, {made}, from);")
        result = function.result
        if isinstance(result.shape, HandleShape):
            kind = self._tables.kind(result.shape.handle)
            if result.owned and not self._stays_with_library(function):
                out(f"if (value) abidance_make({kind}, (void *)value, from);")
            else:
                out("if (abidance_handles && value) abidance_shown((void *)value);")

    def _stays_with_library(self, function: BoundaryFunction) -> bool:
        """Tell whether the library keeps what a function returns, so that nobody ends it."""
        returns = function.promise.returns if function.promise else None
        return returns is not None and returns.owner == "callee"

    # ------------------------------------------------------------------ what is judged

    def _judge(self, answer: AfterCall) -> None:
        promises = Promises(answer)
        ReturnedValues(answer).outside()
        promises.invariants()
        for pointee, flag in answer.past:
            answer.report(flag, "ABD324", pointee.name)
        promises.postconditions()
        promise = answer.function.promise
        returns = promise.returns if promise else None
        calls_back = any(isinstance(m.shape, CallbackShape) for m in answer.function.members)
        if returns is not None and returns.errno is not None:
            answer.report("!success && told == 0", "ABD361", "errno")
        if promise and promise.has_effect("errno_unchanged") and not calls_back:
            answer.report("told != before_errno", "ABD362", "errno")

    # ------------------------------------------------------------------ what is kept

    def _values(
        self, function: BoundaryFunction, lengths: tuple[PassedLength, ...]
    ) -> list[tuple[ShownValue, str]]:
        """Return what a finding keeps of a call, each with the C expression for it."""
        found: list[tuple[ShownValue, str]] = []
        for index, member in enumerate(function.members):
            found += self._value(member, f"((unsigned char *)&p{index})", member.name, f"p{index}")
        result = function.result
        if isinstance(result.shape, ScalarShape | AddressShape):
            member_like = _number(result.shape, "result", "result", None)
            found += [(shown, f"result ? {c} : 0") for shown, c in member_like]
        found = found[: MOST_VALUES - len(lengths)]
        return found + [
            (ShownValue(each.place, "length"), f"lengths[{index}]") for index, each in enumerate(lengths)
        ]

    def _value(self, member: Member, at: str, path: str, name: str) -> list[tuple[ShownValue, str]]:
        shape = member.shape
        found = _number(shape, at, path, member.bits)
        record: object = None
        there = ""
        if isinstance(shape, RecordShape):
            record = shape
        elif isinstance(shape, PointerShape) and shape.what is What.ONE and shape.direction.read:
            record, at, there = shape.element, f"((unsigned char *){name})", f"!abidance_absent({name})"
        elif isinstance(shape, HandleShape) and shape.level == 1:
            record = self._boundary.handles[shape.handle].shown
            at, there = f"((unsigned char *){name})", f"!abidance_absent({name})"
        inner: list[tuple[ShownValue, str]] = []
        if isinstance(record, RecordShape):
            for field in record.members:
                if not field.within:
                    inner += _number(field.shape, at_offset(at, field), f"{path}.{field.name}", field.bits)
        elif isinstance(record, ScalarShape):
            inner = _number(record, at, f"*{path}", None)
        return found + [(shown, f"{there} ? {c} : 0" if there else c) for shown, c in inner]


def _number(shape: object, at: str, path: str, bits: tuple[int, int] | None) -> list[tuple[ShownValue, str]]:
    if isinstance(shape, AddressShape):
        return [(ShownValue(path, "pointer"), f"ABIDANCE_LOAD(uint64_t, {at})")]
    if not isinstance(shape, ScalarShape) or shape.size > 8:
        return []
    if shape.kind == "float":
        if shape.format is not None:
            return []
        kind, of = ("float", "uint32_t") if shape.size == 4 else ("double", "uint64_t")
        return [(ShownValue(path, kind), f"ABIDANCE_LOAD({of}, {at})")]
    kind = "int" if shape.signed else "unsigned"
    return [(ShownValue(path, kind, shape.names), f"(uint64_t){load(shape, at, bits)}")]


def _shower(number: int, listed: str, values: list[tuple[ShownValue, str]]) -> str:
    """Return what keeps the values of a call for a finding."""
    parameters = ", ".join(
        ("uint64_t *kept", *((listed,) if listed != "void" else ()), "const unsigned char *result",
         "const uint64_t *lengths")
    )  # fmt: skip
    lines = "".join(f"    kept[{index}] = {c};\n" for index, (_, c) in enumerate(values))
    return (
        f"static ABIDANCE_COLD void abidance_show{number}({parameters})\n{{\n"
        f"    (void)kept; (void)result; (void)lengths;\n{lines}}}\n"
    )
