"""One function: its declaration joined with its promise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.binding.binding_method import signature_of
from abidance.boundary.model import types as s
from abidance.boundary.model.functions import BoundaryFunction
from abidance.boundary.model.ownership import CALLEE
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.callback_files import with_files
from abidance.boundary.resolve.callbacks import callback_shape, with_lifetimes
from abidance.boundary.resolve.constant_memory import check_terminated
from abidance.boundary.resolve.contract_calls import CallReader
from abidance.boundary.resolve.contract_values import LiteralConverter
from abidance.boundary.resolve.fields_here import check_fields_here
from abidance.boundary.resolve.handle_holders import HandleHolders, check_owners
from abidance.boundary.resolve.handles_left import check_handles_left
from abidance.boundary.resolve.idle_clauses import check_idle, check_unwritten
from abidance.boundary.resolve.names import check_before, check_names
from abidance.boundary.resolve.nearest_clauses import never_returns, remedy_for
from abidance.boundary.resolve.new_handles import with_new_handles
from abidance.boundary.resolve.number_handles import NumberHandles
from abidance.boundary.resolve.parameter_names import miscounted, misplaced, parameter_names
from abidance.boundary.resolve.pointer_complaints import UnspecifiedPointer
from abidance.boundary.resolve.pointer_handles import PointerHandles
from abidance.boundary.resolve.pointers import lent, pointer_shape
from abidance.boundary.resolve.pointers_within import check_relations, within_shape
from abidance.boundary.resolve.record_handles import RecordHandles
from abidance.boundary.resolve.results import ResultJoiner
from abidance.boundary.resolve.status_places import status_place
from abidance.boundary.resolve.tagged_pointers import NOTHING_KNOWN, tagged_pointer
from abidance.boundary.resolve.transfers import tells_success
from abidance.boundary.resolve.unseen_fields import UnseenFields
from abidance.boundary.resolve.unspecified_pointers import unspecified
from abidance.boundary.resolve.user_data import handed_to_callbacks
from abidance.boundary.resolve.variants import VariantReader
from abidance.boundary.resolve.windows import check_windows, positioned, without_counts
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import nearest
from abidance.ir import types as c
from abidance.ir.reserved_names import as_written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from abidance.binding.binding_method import VariablePart
    from abidance.boundary.model.functions import Result
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FunctionPromise, HandlePromise, Param
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter


@dataclass(slots=True)
class FunctionJoiner:
    """Joins functions of one boundary; what is wrong goes to `problems`."""

    shaper: Shaper
    handles: Mapping[str, HandlePromise]
    problems: Problems
    freeing: frozenset[str] = frozenset()
    """The functions that free results: what they are given needs no description of its own."""
    holders: HandleHolders = field(init=False)
    numbers: NumberHandles = field(init=False)
    records: RecordHandles = field(init=False)
    pointers: PointerHandles = field(init=False)
    results: ResultJoiner = field(init=False)

    def __post_init__(self) -> None:
        """Set up what finds handles, and what joins results."""
        self.holders = HandleHolders(self.shaper, self.handles, self.problems)
        self.numbers = NumberHandles(self.shaper, self.handles, self.problems)
        self.records = RecordHandles(self.shaper, self.handles, self.holders, self.problems)
        self.pointers = PointerHandles(self.shaper, self.handles, self.holders, self.problems)
        self.results = ResultJoiner(
            self.shaper, self.pointers, self.numbers, self.records, self.holders, self.problems
        )

    def join(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        *,
        ending: VariablePart | None = None,
        is_macro: bool = False,
    ) -> BoundaryFunction:
        """Return the function with shapes for its parameters and result."""
        params = dict(promise.params or {}) if promise else {}
        self.holders.joined = declaration.name
        members = []
        declared = _declared_names(declaration, params)
        where = f"`{declaration.name}`"
        if complaint := self._miscounted(declaration, declared, params, where):
            self.problems.add(complaint)
            self.problems.settled(declaration.name)
            promise, params = None, {}  # all that it says is about names that are nobody's
        names = parameter_names(declared, params)
        if complaint := misplaced(declared, {name: each.span for name, each in params.items()}, where):
            self.problems.add(complaint)
        self.shaper.parameters = {
            name: each.span for name, each in zip(names, declaration.parameters, strict=True)
        }
        for name, parameter in zip(names, declaration.parameters, strict=True):
            members.append(self._member(declaration, promise, name, parameter, params.pop(name, None)))
        members = without_counts(with_new_handles(declaration, members, promise, self.shaper, self.problems))
        variants, members = self._variants(declaration, promise, members)
        known: dict[str, Span | None] = {m.name: m.declared for m in members}
        for name, param in params.items():
            # What else is wrong follows from that: the pointers are said to be unspecified, the names to be unknown.
            self.problems.unknown("parameter", name, param.span, known, where, _called(members))
            self.problems.settled(declaration.name)
        result = self.results.join(declaration, promise)
        members = with_lifetimes(with_files(members, self.problems), result.shape, self.shaper)
        if promise is not None:
            self._check_lifetimes(members, result, promise)
            check_terminated(members, promise, self.problems)
        function = BoundaryFunction(
            declaration.name,
            declaration,
            tuple(members),
            result,
            None,
            promise,
            ending=ending,
            is_macro=is_macro,
            variants=variants,
            status=status_place(declaration, promise, members, result, self.shaper),
        )
        cost = promise.cost if promise else None
        for clause in (cost.scaling, cost.no_worse_than) if cost else ():
            over = clause.over if clause else None
            if over is not None and over.text not in known:
                self.problems.unknown("parameter", over.text, over.span, known, where)
        self._check_success(function, promise)
        check_owners(function, self.problems)
        check_fields_here(function, self.shaper)
        function = replace(function, members=check_handles_left(function, self.problems))
        check_relations(function, self.problems)
        check_windows(function, self.problems)
        inside, self.shaper.inside = self.shaper.inside, []
        if promise is not None and not params:
            check_names(function, promise, self.shaper.constants, self.problems, inside)
        return self._callable(function)

    def _check_lifetimes(self, members: Sequence[s.Member], result: Result, promise: FunctionPromise) -> None:
        """Complain where something is said to be there as long as a result that is no handle."""
        for member in members:
            param = promise.params.get(member.name)
            shape = member.shape
            lasts = isinstance(shape, s.HandleShape | s.PointerShape) and shape.lifetime == s.RESULT_NAME
            if param is not None and lasts and not isinstance(result.shape, s.HandleShape):
                words = f"`{member.name}` is said to be there as long as the result, which is no handle"
                labels = (Label(param.value_span("lifetime")), Label(member.declared))
                named = next((m.shape for m in members if m.name == s.RESULT_NAME), None)
                kind = named.handle if isinstance(named, s.HandleShape) else ""
                remedy = f"the parameter `result` is meant by its kind: `handle({kind})`" if kind else None
                self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))

    def _miscounted(
        self, declaration: Declaration, declared: Sequence[str], params: Mapping[str, Param], where: str
    ) -> Diagnostic | None:
        types = [self.shaper.text(parameter.type) for parameter in declaration.parameters]
        written = {name: each.span for name, each in params.items()}
        return miscounted(declared, types, written, where, declaration.span)

    def _variants(
        self, declaration: Declaration, promise: FunctionPromise | None, members: Sequence[s.Member]
    ) -> tuple[tuple[tuple[str, s.TaggedUnion], ...], list[s.Member]]:
        """Return which members live of unions among the parameters, and these with tags of no other values."""
        found, there = [], tuple(members)
        reader = VariantReader(declaration.name, declaration.span, self.shaper.constants, self.problems)
        for member in members:
            said = promise.params.get(member.name) if promise else None
            if said is not None and said.variant is not None:
                variant, there = reader.of_parameter(said.variant, member.name, there)
                found += [(member.name, variant)] if variant is not None else []
        return tuple(found), [*there]

    def _check_success(self, function: BoundaryFunction, promise: FunctionPromise | None) -> None:
        """Complain of what depends on the success of a call where nothing tells that."""
        for name, param in promise.params.items() if promise and not tells_success(function) else ():
            if param.on_success not in (None, "written"):
                words = f"nothing tells when `{function.name}` succeeds, so not when `{name}` is {param.on_success}"
                labels = (Label(param.value_span("on_success")), Label(function.declaration.span))
                help_ = "say how failure is reported: `returns: {status: {ok: [...], errors: {...}}}`"
                self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=help_))

    def written(
        self,
        function: BoundaryFunction,
        lives: Mapping[str, HandleLife],
        functions: Collection[BoundaryFunction],
    ) -> BoundaryFunction:
        """Return the function with the calls that the contract writes out, once all handles and functions are known."""
        promise = function.promise
        if promise is None:
            return function
        constants = self.shaper.layouts.constants
        mortal = frozenset(name for name, handle in self.handles.items() if handle.ended_by is not None)
        states = {name: life.machine for name, life in lives.items() if life.machine is not None}
        records = {name: life.record for name, life in lives.items() if life.record is not None}
        writer = LiteralConverter(constants, self.problems, self.shaper.constants)
        reader = CallReader(writer, self.problems, constants, mortal, states, records)
        examples = tuple(reader.example(function, example) for example in promise.examples)
        rejects = tuple(reader.reject(function, reject) for reject in promise.rejects)
        out_of_memory = reader.out_of_memory(function, promise.may_fail)
        self._check_overlaps(function, promise)
        check_unwritten(function, lives, self.problems)
        UnseenFields(self.shaper, lives, functions).check(function)
        check_before(function, lives, functions, self.problems)
        return replace(function, examples=examples, rejects=rejects, out_of_memory=out_of_memory)

    def _check_overlaps(self, function: BoundaryFunction, promise: FunctionPromise) -> None:
        """Complain about parameters that cannot be in one memory: what is written, and what is only read."""
        members = {member.name: member for member in function.members}
        for name, param in promise.params.items():
            for other in param.overlapped:
                known: dict[str, Span | None] = {each.name: each.declared for each in function.members}
                if other.text not in members:
                    self.problems.unknown("parameter", other.text, other.span, known, f"`{function.name}`")
                elif words := _cannot_be_one(members[name], members[other.text], param):
                    self.problems.contradiction(words, other.span, members[other.text].declared)

    def _is_void(self, type_: c.Type) -> bool:
        return isinstance(self.shaper.declarations.resolve(type_), c.Void)

    def _callable(self, function: BoundaryFunction) -> BoundaryFunction:
        made = signature_of(
            function.declaration, self.shaper.declarations, self.shaper.layouts, ending=function.ending
        )
        if not isinstance(made, tuple):
            refused = tuple(unspecified(function, self.problems, self._is_void))
            if never_returns(function.declaration):
                refused = (_endless(function), *refused)
            return replace(function, signature=None if refused else made, refused=refused)
        index, refusal = made
        where = function.declaration.span if index is None else function.declaration.parameters[index].span
        diagnostic = Diagnostic(
            TYPE_REFUSED,
            f"`{function.name}` cannot be called: {refusal.reason}",
            (Label(function.span), Label(where, f"`{refusal.subject}`")),
            help=remedy_for(function.declaration, refusal, self.shaper.declarations),
        )
        return replace(function, refused=(diagnostic,))

    def _member(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        name: str,
        parameter: Parameter,
        param: Param | None,
    ) -> s.Member:
        resolved = self.shaper.declarations.resolve(parameter.type)
        number = self.numbers.parameter(declaration, promise, parameter, param)
        if isinstance(resolved, c.Pointer):
            shape = self._pointer(declaration, promise, name, parameter, resolved, param)
        elif number is not None:
            shape = number if param is None else self.holders.parameter(number, param)
        elif (record := self.records.parameter(declaration, promise, parameter, param)) is not None:
            shape = record
        else:
            for clause in (
                "in",
                "out",
                "inout",
                "handle",
                "callback",
                "end_of",
                "within",
                "nullable",
                "length",
                "capacity",
                "opaque",
                "from",
            ):
                # Which record is no such handle is told already.
                told = clause == "handle" and self.records.is_record(parameter.type)
                if param is not None and param.says(clause) and not told:
                    text = self.shaper.text(parameter.type)
                    message = f"`{name}` is not a pointer: it is a `{text}`"
                    self.problems.contradiction(message, param.key_span(clause), parameter.span)
                    break
            shape = self.shaper.shape(parameter.type, param, parameter.span, s.Direction.IN)
            if isinstance(shape, s.RecordShape) and param is not None:
                handed_on = self._handed_on(declaration, promise, param)
                shape = shape if handed_on is None else handed_to_callbacks(shape, handed_on, self.shaper)
        check_idle(f"`{name}`", param, shape, self.shaper.text(parameter.type), parameter.span, self.problems)
        self._check_user_data(name, param, shape, parameter)
        if param is not None and param.on_failure == "taken" and not _hands_over(param, shape):
            words = f"`{name}` is not transferred by a successful call, so it is not by a failed one"
            labels = (Label(param.value_span("on_failure"), "this goes with `owner: callee`"),)
            self.problems.add(Diagnostic(WRONG_VALUE, words, labels))
        return s.Member(
            name,
            shape,
            parameter.span,
            param.span if param else None,
            generate=self.shaper.generated(param, shape, parameter.span),
        )

    def _check_user_data(self, name: str, param: Param | None, shape: s.Shape, parameter: Parameter) -> None:
        """Complain about `user_data` of what is neither a callback nor memory that may have one in it."""
        if param is None or param.user_data is None or isinstance(shape, s.RecordShape):
            return
        if param.callback is None and param.in_ is None and param.inout is None:
            words = f"`{name}` leads to no callback, so `{param.user_data}` is passed back to none"
            remedy = f"say what it is: `{name}: {{callback: {{}}, user_data: {param.user_data}}}`"
            labels = (Label(param.key_span("user_data")), Label(parameter.span))
            self.problems.add(Diagnostic(WRONG_VALUE, words, labels, help=remedy))

    def _leads_to_memory(self, type_: c.Type) -> bool:
        """Tell whether a record has pointers to memory that is not const, though the record itself may be."""
        target = self.shaper.declarations.resolve(type_)
        record = self.shaper.declarations.records.get(target.key) if isinstance(target, c.RecordRef) else None
        fields = (record.fields if record is not None else None) or ()
        pointers = (self.shaper.declarations.resolve(each.type) for each in fields)
        return any(
            isinstance(each, c.Pointer) and not self.shaper.declarations.is_const(each.to)
            for each in pointers
        )

    def _pointer(
        self,
        declaration: Declaration,
        promise: FunctionPromise | None,
        name: str,
        parameter: Parameter,
        type_: c.Pointer,
        param: Param | None,
    ) -> s.Shape:
        span = param.span if param else promise.span if promise else declaration.span
        nullable = (param.nullable if param else None) or False
        handle = self.pointers.parameter(declaration, promise, parameter, type_, param)
        if handle is not None:
            return handle
        if param is not None and param.callback is not None:
            handed_on = self._handed_on(declaration, promise, param)
            return callback_shape(
                self.shaper, parameter.type, param.callback, param, handed_on, parameter.span
            )
        if param is not None and param.end_of is not None:
            return s.EndShape(param.end_of.text, self.shaper.text(parameter.type), param.span)
        if param is not None and param.within is not None and not any(map(param.says, ("out", "inout"))):
            return within_shape(self.shaper, type_, param.within, param.span, nullable, parameter.span)
        ways = (("in", s.Direction.IN), ("out", s.Direction.OUT), ("inout", s.Direction.INOUT))
        for clause, direction in ways:
            what = getattr(param, "in_" if clause == "in" else clause, None) if param else None
            if param is None or what is None:
                continue
            constant = direction.written and self.shaper.declarations.is_const(type_.to)
            behind = constant and direction is s.Direction.INOUT and self._leads_to_memory(type_.to)
            if constant and not behind:
                message = f"`{name}` points to const memory, so it is no output"
                self.problems.contradiction(message, param.key_span(clause), parameter.span)
            if param.variant is not None and what.text == NOTHING_KNOWN:
                return tagged_pointer(self.shaper, type_, param.variant, direction, parameter.span)
            others = promise.params.values() if promise else ()
            ended = direction.read and any(_shows_extent(each, name) for each in others)
            shape = pointer_shape(self.shaper, type_, param, what, direction, parameter.span, ended=ended)
            if behind and isinstance(shape, s.PointerShape):
                # What it points to is const, not what is behind that.
                shape = replace(shape, direction=s.Direction.IN)
            if (handed_on := self._handed_on(declaration, promise, param)) is not None:
                shape = handed_to_callbacks(shape, handed_on, self.shaper)
            if param.lends is not None:
                shape = lent(self.shaper, shape, param.lends, parameter.span)
            if param.window is not None and isinstance(shape, s.PointerShape):
                return positioned(shape, param.window)
            return shape
        text = self.shaper.text(parameter.type)
        said = nullable is not False
        is_function = isinstance(self.shaper.declarations.resolve(type_.to), c.FunctionType)
        if param is not None and param.from_ is not None:
            return s.CallbacksOwnShape(text, nullable=nullable, said=True)
        if param is not None and param.opaque:
            return s.OpaqueAddressShape(text, nullable=nullable, said=True)
        if name in _user_data(promise):
            return s.UserDataShape(text, nullable=nullable, said=True)
        frees = promise is None and declaration.name in self.freeing
        if not (said or is_function or frees):
            handles = tuple(self.shaper.handles_of(parameter.type))
            pointer = UnspecifiedPointer(name, declaration.name, span, parameter.span, text, handles)
            self.problems.unspecified(pointer, self.shaper.declarations)
        return s.OpaqueShape(
            text,
            nullable=nullable if said else True,
            said=said,
            calls=is_function,
        )

    def _handed_on(
        self, declaration: Declaration, promise: FunctionPromise | None, param: Param
    ) -> tuple[Name, c.Type | None] | None:
        """Return the parameter whose value comes back to a callback, with its type."""
        if param.user_data is None:
            return None
        written = dict(promise.params) if promise else {}
        names = parameter_names(_declared_names(declaration, written), written)
        types = dict(zip(names, (p.type for p in declaration.parameters), strict=True))
        if param.user_data.text not in types:
            known = dict(zip(names, (p.span for p in declaration.parameters), strict=True))
            where = f"`{declaration.name}`"
            self.problems.unknown("parameter", param.user_data.text, param.user_data.span, known, where)
        return param.user_data, types.get(param.user_data.text)


def _user_data(promise: FunctionPromise | None) -> set[str]:
    """Return the parameters that are only handed on to a callback."""
    params = promise.params.values() if promise else ()
    return {param.user_data.text for param in params if param.user_data is not None}


def _shows_extent(param: Param, name: str) -> bool:
    """Tell whether a pointer into the memory of a parameter stands for a number that tells how much there is."""
    behind = param.inout
    within = behind.within if isinstance(behind, TargetPromise) else None
    return any(each is not None and each.text == name for each in (param.end_of, within))


def _declared_names(declaration: Declaration, params: Mapping[str, Param]) -> list[str]:
    """Return the names that the header gives its parameters, as contracts write them.

    A name that is reserved for the implementation (C11 7.1.3), as in the C library's own headers, is written
    without its leading underscores, unless the contract has them. No documentation has such names: where the contract
    has others for all of them, they count as none, and these take their places in order.
    """
    names = [parameter.name for parameter in declaration.parameters]
    reserved = [name for name in names if name.startswith("__")]
    known = {*reserved, *(name.lstrip("_") for name in names)}
    if len(params) == len(names) == len(reserved) and not any(
        n in known or nearest(n, known) for n in params
    ):
        return [""] * len(names)
    return [
        name if name in params else written for name, written in zip(names, as_written(names), strict=True)
    ]


def _called(members: Sequence[s.Member]) -> str:
    """Return what the parameters of a function are called."""
    names = ", ".join(f"`{member.name}`" for member in members)
    return (
        f"in the header they are called {names}"
        if len(members) > 1
        else f"in the header it is called {names}"
    )


def _cannot_be_one(one: Member, other: Member, param: Param) -> str:
    """Return why two parameters cannot be in one memory, or the same handle; empty where they can."""
    if param.handle is None:
        if isinstance(other.shape, s.PointerShape) and other.shape.direction is s.Direction.IN:
            return ""
        verb = "overlap" if param.may_overlap is not None else "be at the address of"
        return f"`{one.name}` may {verb} a parameter that is `in`, and `{other.name}` is not"
    kinds = [each.shape.handle if isinstance(each.shape, s.HandleShape) else "" for each in (one, other)]
    if kinds[0] != kinds[1]:
        return (
            f"`{one.name}` may be the same handle as one of its kind, `{kinds[0]}`, and `{other.name}` is not"
        )
    shapes = ((each.name, each.shape) for each in (one, other))
    taken = next(
        (n for n, shape in shapes if isinstance(shape, s.HandleShape) and (shape.made or shape.owner)), ""
    )
    return f"`{taken}` is made or taken over by the call, and can be no other handle" if taken else ""


def _endless(function: BoundaryFunction) -> Diagnostic:
    return Diagnostic(
        TYPE_REFUSED,
        f"`{function.name}` cannot be called: it does not return, so each call would end the process",
        (Label(function.span), Label(function.declaration.span, "`noreturn`")),
        help="leave it out; a function of C that calls it in a child process, and returns how that ended, is nearest",
    )


def _hands_over(param: Param, shape: s.Shape) -> bool:
    """Tell whether the library takes a parameter over, or memory that its fields point at."""
    return param.owner == "callee" or any(
        each.handed if isinstance(each, s.PointerShape) else _is_given_away(each) for each in walk(shape)
    )


def _is_given_away(shape: s.Shape) -> bool:
    """Tell whether a shape is a handle that the call takes over, one of several."""
    return isinstance(shape, s.HandleShape) and shape.owner == CALLEE
