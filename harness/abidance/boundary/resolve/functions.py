"""One function: its declaration joined with its promise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.binding.binding_method import signature_of
from abidance.boundary.model import types as s
from abidance.boundary.model.boundary import BoundaryFunction, Result
from abidance.boundary.model.ranges import NONE
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.callbacks import callback_shape
from abidance.boundary.resolve.contract_calls import CallReader
from abidance.boundary.resolve.contract_values import LiteralConverter
from abidance.boundary.resolve.names import check_before, check_names
from abidance.boundary.resolve.nearest_clauses import never_returns, remedy_for
from abidance.boundary.resolve.number_handles import NumberHandles
from abidance.boundary.resolve.parameter_names import misplaced, parameter_names
from abidance.boundary.resolve.pointer_complaints import UnspecifiedPointer
from abidance.boundary.resolve.pointers import (
    check_handles_left,
    check_relations,
    ending,
    lifetime,
    pointer_shape,
    within_shape,
)
from abidance.boundary.resolve.statuses import Statuses
from abidance.boundary.resolve.transfers import tells_success
from abidance.boundary.resolve.unspecified_pointers import untold
from abidance.boundary.resolve.variants import VariantReader
from abidance.boundary.resolve.windows import check_windows, positioned, without_counts
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.binding.binding_method import VariablePart
    from abidance.boundary.model.boundary import HandleLife
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.model import FunctionPromise, HandlePromise, Param, Returns
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
    numbers: NumberHandles = field(init=False)

    def __post_init__(self) -> None:
        """Set up what finds handles that are numbers."""
        self.numbers = NumberHandles(self.shaper, self.handles, self.problems)

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
        members = []
        declared = _declared_names(declaration, params)
        names = parameter_names(declared, params)
        where = f"`{declaration.name}`"
        if complaint := misplaced(declared, {name: each.span for name, each in params.items()}, where):
            self.problems.add(complaint)
        self.shaper.parameters = {
            name: each.span for name, each in zip(names, declaration.parameters, strict=True)
        }
        for name, parameter in zip(names, declaration.parameters, strict=True):
            members.append(self._member(declaration, promise, name, parameter, params.pop(name, None)))
        members = without_counts(_told_apart(members, promise))
        variants, members = self._variants(declaration, promise, members)
        known: dict[str, Span | None] = {m.name: m.declared for m in members}
        for name, param in params.items():
            self.problems.unknown("parameter", name, param.span, known, where, _unnamed(declaration))
        result = self._result(declaration, promise)
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
        )
        cost = promise.cost if promise else None
        for clause in (cost.scaling, cost.no_worse_than) if cost else ():
            over = clause.over if clause else None
            if over is not None and over.text not in known:
                self.problems.unknown("parameter", over.text, over.span, known, where)
        self._check_success(function, promise)
        function = replace(function, members=check_handles_left(function, self.problems))
        check_relations(function, self.problems)
        check_windows(function, self.problems)
        inside, self.shaper.inside = self.shaper.inside, []
        if promise is not None:
            check_names(function, promise, self.shaper.constants, self.problems, inside)
        return self._callable(function)

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

    def written(self, function: BoundaryFunction, lives: Mapping[str, HandleLife]) -> BoundaryFunction:
        """Return the function with the calls that the contract writes out, once all handles are known."""
        promise = function.promise
        if promise is None:
            return function
        constants = self.shaper.layouts.constants
        mortal = frozenset(name for name, handle in self.handles.items() if handle.ended_by is not None)
        states = {name: tuple(handle.states) for name, handle in self.handles.items()}
        records = {name: life.record for name, life in lives.items() if life.record is not None}
        reader = CallReader(
            LiteralConverter(constants, self.problems), self.problems, constants, mortal, states, records
        )
        examples = tuple(reader.example(function, example) for example in promise.examples)
        rejects = tuple(reader.reject(function, reject) for reject in promise.rejects)
        out_of_memory = reader.out_of_memory(function, promise.may_fail)
        self._check_overlaps(function, promise)
        check_before(function, lives, self.problems)
        return replace(function, examples=examples, rejects=rejects, out_of_memory=out_of_memory)

    def _check_overlaps(self, function: BoundaryFunction, promise: FunctionPromise) -> None:
        """Complain about parameters that cannot be in one memory: what is written, and what is only read."""
        members = {member.name: member for member in function.members}
        for name, param in promise.params.items():
            other = param.may_overlap
            if other is None:
                continue
            known: dict[str, Span | None] = {each.name: each.declared for each in function.members}
            if other.text not in members:
                self.problems.unknown("parameter", other.text, other.span, known, f"`{function.name}`")
                continue
            shape = members[other.text].shape
            if not isinstance(shape, s.PointerShape) or shape.direction is not s.Direction.IN:
                words = f"`{name}` may overlap a parameter that is `in`, and `{other}` is not"
                self.problems.contradiction(words, other.span, members[other.text].declared)

    def _is_void(self, type_: c.Type) -> bool:
        return isinstance(self.shaper.declarations.resolve(type_), c.Void)

    def _callable(self, function: BoundaryFunction) -> BoundaryFunction:
        made = signature_of(
            function.declaration, self.shaper.declarations, self.shaper.layouts, ending=function.ending
        )
        if not isinstance(made, tuple):
            refused = tuple(untold(function, self.problems, self._is_void))
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
            shape = number if param is None else self._held(number, param)
        else:
            for clause in (
                "in",
                "out",
                "inout",
                "handle",
                "callback",
                "end_of",
                "nullable",
                "length",
                "capacity",
            ):
                if param is not None and param.says(clause):
                    text = self.shaper.text(parameter.type)
                    message = f"`{name}` is not a pointer: it is a `{text}`"
                    self.problems.contradiction(message, param.key_span(clause), parameter.span)
                    break
            shape = self.shaper.shape(parameter.type, param, parameter.span, s.Direction.IN)
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
        handle = self._handle(declaration, type_, param, span, nullable)
        if handle is not None:
            return handle
        if param is not None and param.callback is not None:
            handed_on = self._handed_on(declaration, promise, param)
            return callback_shape(
                self.shaper, parameter.type, param.callback, param, handed_on, parameter.span
            )
        if param is not None and param.end_of is not None:
            return s.EndShape(param.end_of.text, self.shaper.text(parameter.type), param.span)
        ways = (("in", s.Direction.IN), ("out", s.Direction.OUT), ("inout", s.Direction.INOUT))
        for clause, direction in ways:
            what = getattr(param, "in_" if clause == "in" else clause, None) if param else None
            if param is None or what is None:
                continue
            if direction.written and self.shaper.declarations.is_const(type_.to):
                message = f"`{name}` points to const memory, so it is no output"
                self.problems.contradiction(message, param.key_span(clause), parameter.span)
            others = promise.params.values() if promise else ()
            ended = any(each.end_of and each.end_of.text == name for each in others) and direction.read
            shape = pointer_shape(self.shaper, type_, param, what, direction, parameter.span, ended=ended)
            if param.window is not None and isinstance(shape, s.PointerShape):
                return positioned(shape, param.window)
            return shape
        text = self.shaper.text(parameter.type)
        said = nullable is not False
        is_function = isinstance(self.shaper.declarations.resolve(type_.to), c.FunctionType)
        if name in _user_data(promise):
            return s.UserDataShape(text, nullable=nullable, said=True)
        frees = promise is None and declaration.name in self.freeing
        if not (said or is_function or frees):
            pointer = UnspecifiedPointer(name, declaration.name, span, parameter.span, text)
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

    def _handle(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        param: Param | None,
        span: Span,
        nullable: Expression | bool,
    ) -> s.Shape | None:
        """Return a handle's shape where the parameter is one, by its clause or by its type."""
        inner = self.shaper.declarations.resolve(type_.to)
        behind = set(self.shaper.handles_of(type_.to))
        if not isinstance(inner, c.Pointer):
            typed = self.shaper.handle_named(type_.to)
            asked = param is not None and param.says("handle")
            behind = {name for name in behind if asked or name == typed}
        direct = set(self.shaper.handles_of(type_))
        if param is not None and isinstance(param.out, Name) and param.out.text in self.handles:
            left = self._handed_out(declaration, type_, param.out, span, nullable)
            return self._left(left, param) if isinstance(left, s.HandleShape) else left
        named = param.handle.text if param is not None and param.handle is not None else None
        if named is not None:
            assert param is not None
            assert param.handle is not None
            if not self.shaper.known_handle(param.handle):
                return s.OpaqueShape(self.shaper.text(type_))
            if named in behind:
                return self._left(self.shaper.handle(named, span, made=True, level=2), param)
            if named not in direct and (direct or self.shaper.is_number(self.shaper.handles[named])):
                message = f"this is a `{self.shaper.text(type_)}`, which is no `{named}`"
                self.problems.contradiction(message, param.handle.span, declaration.span)
            shape = self.shaper.handle(named, span, made=self._creates(declaration, named), nullable=nullable)
            return self._held(shape, param)
        if param is not None and any(param.says(word) for word in ("in", "out", "inout")):
            return None
        # Without a clause, the type alone tells when it is one handle's and nothing else's, or that it is destroyed.
        ended = [name for name in sorted(direct) if self._ends(declaration, name)]
        if (len(direct) == 1 or ended) and isinstance(inner, c.RecordRef):
            name = next(iter(ended or direct))
            return self.shaper.handle(name, span, made=self._creates(declaration, name), nullable=nullable)
        creates = {name for name in behind if self._makes(name, declaration)}
        if len(creates) == 1:
            return self.shaper.handle(next(iter(creates)), span, made=True, level=2)
        return None

    def _left(self, shape: s.HandleShape, param: Param) -> s.HandleShape:
        """Return the shape of a handle that comes out, with whose it is and how long it is there."""
        if shape.level == 1 or not (param.owner or param.lifetime or param.parent):
            return self._held(shape, param)
        return replace(
            shape,
            owner=param.owner or "",
            lifetime=lifetime(self.shaper, param),
            until=ending(self.shaper, param),
            parent=param.parent.text if param.parent is not None else "",
        )

    def _held(self, shape: s.HandleShape, param: Param) -> s.HandleShape:
        """Return the shape with whose the handle is after the call, and how long it is there or must be."""
        if not (param.owner or param.lifetime or param.into or param.parent):
            return shape
        if shape.made and self._ends_by_itself(shape, param):
            # It is the caller's memory, and what stands there is valid as what is borrowed is: nobody destroys it.
            return replace(
                shape, owner="callee", lifetime=lifetime(self.shaper, param), until=ending(self.shaper, param)
            )
        if shape.made:
            key = next(key for key in ("owner", "lifetime", "into", "parent") if param.says(key))
            message = f"`{key}` has no meaning here: the call creates the handle"
            self.problems.add(Diagnostic(WRONG_VALUE, message, (Label(param.key_span(key)),)))
        if param.owner == "shared" and self.handles[shape.handle].references is None:
            message = f"a `{shape.handle}` cannot be shared: nothing counts references to it"
            remedy = f"say `{shape.handle}: {{references: {{acquire: FUNCTION, release: FUNCTION}}}}` under `handles`"
            labels = (Label(param.value_span("owner")),)
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        into = param.into.text if param.into is not None else ""
        parent = param.parent.text if param.parent is not None else ""
        named = (param.parent, None if into == s.RESULT_NAME else param.into)
        for word in named:
            if word is not None and word.text not in self.shaper.parameters:
                known: dict[str, Span | None] = dict(self.shaper.parameters)
                self.problems.unknown("parameter", word.text, word.span, known, "the parameters")
        return replace(
            shape,
            owner=param.owner or "",
            always=param.on_failure == "taken",
            lifetime=lifetime(self.shaper, param),
            until=ending(self.shaper, param),
            into=into,
            parent=parent,
        )

    def _ends_by_itself(self, shape: s.HandleShape, param: Param) -> bool:
        """Tell whether a new handle lasts as long as another says, and no longer: a place, a cursor."""
        promise = self.handles[shape.handle]
        ended = promise.destroy is not None or promise.references is not None
        return param.lifetime is not None and not (ended or param.owner or param.into or param.parent)

    def _handed_out(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        name: Name,
        span: Span,
        nullable: Expression | bool,
    ) -> s.Shape | None:
        """Return the shape of a place where a handle comes out: behind a pointer to it, or in the caller's record.

        None where a record of that name is written that is no handle being made.
        """
        inner = self.shaper.declarations.resolve(type_.to)
        behind = inner.to if isinstance(inner, c.Pointer) else inner
        anything = isinstance(self.shaper.declarations.resolve(behind), c.Void)  # `void **`, or a `void *`
        if anything or name.text in self.shaper.handles_of(type_.to):
            return self.shaper.handle(name.text, span, made=True, level=2)
        if name.text in self.shaper.handles_of(type_):
            if self._creates(declaration, name.text):
                return self.shaper.handle(name.text, span, made=True, nullable=nullable)
            if isinstance(inner, c.RecordRef) and inner.key in self.shaper.layouts.records:
                return None
        self.problems.contradiction(
            f"a new `{name.text}` is returned through a pointer to one, and this is a `{self.shaper.text(type_)}`",
            name.span,
            declaration.span,
            remedy=f"say `handle: {name.text}` where one is passed that there is; the functions that make one in "
            f"memory of the caller are listed under `handles: {{{name.text}: {{create: ...}}}}`",
        )
        return s.OpaqueShape(self.shaper.text(type_))

    def _makes(self, handle: str, declaration: Declaration) -> bool:
        return any(name.text == declaration.name for name in self.handles[handle].creates)

    def _ends(self, declaration: Declaration, handle: str) -> bool:
        ended_by = self.handles[handle].ended_by
        return ended_by is not None and ended_by.text == declaration.name

    def _creates(self, declaration: Declaration, handle: str) -> bool:
        """Tell whether a parameter is where its handle comes to life: the result is not."""
        if not self._makes(handle, declaration):
            return False
        return handle not in self.shaper.handles_of(declaration.returns)

    def _result(self, declaration: Declaration, promise: FunctionPromise | None) -> Result:
        returns = promise.returns if promise else None
        type_ = declaration.returns
        text = self.shaper.text(type_)
        resolved = self.shaper.declarations.resolve(type_)
        span = returns.span if returns else None
        if isinstance(resolved, c.Pointer):
            return self._pointer_result(declaration, resolved, returns, span, text)
        number = self.numbers.result(declaration, promise, text)
        if number is not None:
            handle, result = number
            if returns is not None and (returns.owner or returns.lifetime):
                return self._kept_by(result, handle, returns)
            return result
        if returns is not None:
            record = isinstance(resolved, c.RecordRef)
            for clause in ("to", "handle", "nullable", *(() if record else ("within",))):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns `{text}`, which is not a pointer"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        shape = self.shaper.shape(type_, returns, declaration.span, s.Direction.OUT)
        if returns is None:
            return Result(shape, text)
        if not isinstance(shape, s.ScalarShape):
            for clause in ("status", "bool", "enum", "range", "one_of", "flags"):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns `{text}`, which is not a number"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
            return Result(shape, text, span)
        return self._number_result(shape, returns, declaration, text, span)

    def _number_result(
        self, shape: s.ScalarShape, returns: Returns, declaration: Declaration, text: str, span: Span | None
    ) -> Result:
        ok = NONE
        if returns.bool:
            shape = replace(shape, kind="bool", members=(), lowest=0, highest=1)
        if returns.enum is not None:
            if shape.kind != "enum":
                message = f"`{declaration.name}` returns `{text}`, which is not an enum"
                self.problems.contradiction(message, returns.key_span("enum"), declaration.span)
            shape = replace(shape, closed=returns.enum == "closed")
        if returns.status is not None:
            ok, shape = Statuses(shape, self.shaper.layouts.constants, self.problems).of(returns.status)
        return Result(shape, text, span, ok)

    def _pointer_result(
        self,
        declaration: Declaration,
        type_: c.Pointer,
        returns: Returns | None,
        span: Span | None,
        text: str,
    ) -> Result:
        direct = list(self.shaper.handles_of(type_))
        creates = [name for name in direct if self._makes(name, declaration)]
        if returns is not None and returns.handle is not None and self.shaper.known_handle(returns.handle):
            creates = [returns.handle.text]
        free = returns.free.text if returns is not None and returns.free is not None else None
        when = returns.owned_when if returns is not None else None
        nullable: Expression | bool = False
        if returns is not None and returns.nullable is not None:
            nullable = returns.nullable
        if creates:
            owned = self._makes(creates[0], declaration)
            where = span or declaration.span
            handle = self.shaper.handle(creates[0], where, made=True, nullable=nullable)
            result = Result(handle, text, span, nullable=nullable, owned=owned)
            if returns is not None and (returns.owner or returns.lifetime):
                result = self._kept_by(result, handle, returns)
            if returns is not None and when is not None:
                message = (
                    f"a `{creates[0]}` is a handle, and who destroys it does not depend on the arguments"
                )
                labels = (Label(returns.key_span("owned_when")),)
                self.problems.add(Diagnostic(WRONG_VALUE, message, labels))
            # What makes a handle has it destroyed; one that comes back otherwise is freed as the contract says.
            return replace(result, free=None if result.owned else free)
        if returns is not None and returns.within is not None:
            where = span or declaration.span
            into = within_shape(self.shaper, type_, returns.within, where, returns.nullable, declaration.span)
            return Result(into, text, span, nullable=nullable)
        if returns is not None and returns.to is not None:
            shape = pointer_shape(self.shaper, type_, returns, returns.to, s.Direction.IN, declaration.span)
            return Result(shape, text, span, nullable=nullable, free=free, owned_when=when)
        if returns is not None:
            for clause in ("status", "bool", "enum", "range", "one_of", "flags"):
                if returns.says(clause):
                    message = f"`{declaration.name}` returns a pointer, `{text}`"
                    self.problems.contradiction(message, returns.key_span(clause), declaration.span)
        # Nothing is promised of a pointer that the contract does not mention.
        said = returns is not None and returns.nullable is not None
        shown = nullable if said else True
        return Result(s.OpaqueShape(text), text, span, nullable=shown, free=free, owned_when=when)

    def _kept_by(self, result: Result, handle: s.HandleShape, returns: Returns) -> Result:
        """Return a result that is a handle with whose it is, and how long it is there."""
        shape = replace(
            handle,
            owner=returns.owner or "",
            lifetime=lifetime(self.shaper, returns),
            until=ending(self.shaper, returns),
        )
        return replace(result, shape=shape, owned=result.owned and returns.owner != "callee")


def _user_data(promise: FunctionPromise | None) -> set[str]:
    """Return the parameters that are only handed on to a callback."""
    params = promise.params.values() if promise else ()
    return {param.user_data.text for param in params if param.user_data is not None}


def _declared_names(declaration: Declaration, params: Mapping[str, Param]) -> list[str]:
    """Return the names that the header gives its parameters, as contracts write them.

    A name that is reserved for the implementation (C11 7.1.3), as in the C library's own headers, is written
    without its leading underscores, unless the contract has them.
    """
    bare = [parameter.name.lstrip("_") for parameter in declaration.parameters]
    return [
        short if name.startswith("__") and name not in params and short and bare.count(short) == 1 else name
        for name, short in zip((p.name for p in declaration.parameters), bare, strict=True)
    ]


def _unnamed(declaration: Declaration) -> str:
    """Return what to do about names that are none of the header's, where that has none for some parameters."""
    bare = sum(not parameter.name for parameter in declaration.parameters)
    if not bare:
        return ""
    where = f"{bare} of its parameters have" if bare > 1 else "one of its parameters has"
    return (
        f"{where} no name in the header: give {'each of them' if bare > 1 else 'it'} one here, in their order"
    )


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
        isinstance(each, s.PointerShape) and each.handed for each in walk(shape)
    )


def _told_apart(members: list[s.Member], promise: FunctionPromise | None) -> list[s.Member]:
    """Return parameters of which `{out: HANDLE}` is a new handle, and others of its kind are there already."""
    said = promise.params if promise is not None else {}
    outs = {name: param.out.text for name, param in said.items() if param.out is not None}
    new = {
        m.shape.handle
        for m in members
        if isinstance(m.shape, s.HandleShape) and outs.get(m.name) == m.shape.handle
    }
    return [
        replace(m, shape=replace(m.shape, made=False))
        if isinstance(m.shape, s.HandleShape)
        and m.shape.level == 1
        and m.shape.handle in new
        and m.name not in outs
        else m
        for m in members
    ]
