"""The boundary: everything that one contract and its header say, joined and checked against each other."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, cast

from abidance.binding.stub_files import NO_STUBS, StubFiles
from abidance.boundary.model.callback_order import CallbackNames
from abidance.boundary.model.equality import equal
from abidance.boundary.model.ranges import NONE, Ranges
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    CallbackShape,
    OpaqueShape,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.model.values import ANY
from abidance.contract.expression import Expression, spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.binding.binding_method import VariablePart
    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.model.types import Member, Shape, TaggedUnion
    from abidance.boundary.model.values import Earlier, Value, Values
    from abidance.contract.model import Contract, FunctionPromise
    from abidance.contract.model.cost import Cost
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.layout import Layouts
    from abidance.plan.signature import CallSignature


@dataclass(frozen=True, slots=True)
class ErrorSource:
    """What tells why a call failed: a function, called with these `arguments` right after it, or an expression.

    An argument is the number of a parameter, None for the result, or a constant. `ok` holds what it is after a success,
    empty where nothing is said, and `errors` what it is after a failure.
    """

    shape: Shape
    span: Span
    text: str
    function: str = ""
    arguments: tuple[FollowUpArgument, ...] = ()
    expression: Expression | None = None
    ok: Ranges = NONE
    errors: Ranges = NONE


@dataclass(frozen=True, slots=True)
class AskedLength:
    """A function that tells how much there is behind a pointer which a call leaves at `path`, called right after it.

    It is told in elements, or in as many of the pointer's elements as `scale` says, and there are `more` besides.
    `shape` is what it returns.
    """

    path: str
    function: str
    arguments: tuple[FollowUpArgument, ...]
    scale: int
    more: int
    shape: ScalarShape
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A function that is asked something right before a call; `text` is what the expression calls that question.

    `shape` is what it returns.
    """

    function: str
    arguments: tuple[FollowUpArgument, ...]
    shape: Shape
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class AskedPart:
    """A condition on what `questions` tell, and on what is known; without any, it asks nobody."""

    condition: Expression
    questions: tuple[AskedBefore, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedPrecondition:
    """A precondition that asks functions right before the call.

    One of its `alternatives` must hold, each of them conditions that all must hold.
    """

    expression: Expression
    alternatives: tuple[tuple[AskedPart, ...], ...]
    refused: Refused | None = None
    """What the call is refused for where it does not hold, where `rejects` says so."""

    @property
    def questions(self) -> tuple[AskedBefore, ...]:
        """Return what it asks."""
        return tuple(each for parts in self.alternatives for part in parts for each in part.questions)

    def names(self, members: Iterable[str]) -> frozenset[str]:
        """Return which parameters it is about: those that it names, and those that it asks with."""
        given = {argument.parameter for each in self.questions for argument in each.arguments}
        return frozenset(m for m in members if m in given or _spelling(m) in self.expression.names)


@dataclass(frozen=True, slots=True)
class Refused:
    """What a call is refused for: a condition that asks the library, the opposite of what holds of valid calls."""

    condition: AskedPrecondition

    @property
    def text(self) -> str:
        """Return the text of the clause, as a `Reject` has it."""
        return condition_text(self.condition.expression)


def condition_text(condition: Expression) -> str:
    """Return how the calls are told that a condition makes invalid."""
    return f"`{condition.text}`"


@dataclass(frozen=True, slots=True)
class Observer:
    """A function that an `ensures` asks, right after the call or, `before`, right before it.

    `text` is the call's name in the expression, and `shape` what it returns.
    """

    function: str
    arguments: tuple[FollowUpArgument, ...]
    shape: Shape
    text: str
    span: Span
    before: bool


@dataclass(frozen=True, slots=True)
class FollowUpArgument:
    """An argument of a function that is called right after another one or before it, to tell something of that call."""

    parameter: str = ""
    """The parameter of the call, ``result`` for its result; empty for what is worked out."""
    constant: int = 0
    calculated: Expression | None = None
    """A number over the parameters, worked out before the call; or over them and a number that is known then only."""
    of: str = ""
    """That number: ``result``, or the text of what else is asked. The argument is as much more than that, or less."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a function returns. `ok` holds the statuses that mean success; empty when there is no status.

    `nullable` matters for pointers only. `span` is the contract's line when it says anything.
    """

    shape: Shape
    spelling: str
    span: Span | None = None
    ok: Ranges = NONE
    nullable: Expression | bool = True
    owned: bool = False
    free: str | None = None
    """The function that gives back what the result points at."""
    owned_when: Expression | None = None
    """On what condition on the arguments it is to be given back; always where there is none."""
    owned_unless: str = ""
    """The parameter in whose memory it may be: it is not given back where it begins there."""
    last_error: ErrorSource | None = None

    def success(self, value: object) -> bool:
        """Tell whether a result means that the call did what it is for.

        A declared status tells; otherwise false and NULL say that it did not, and any other value that it did.
        """
        if self.ok:
            return value in self.ok
        if isinstance(self.shape, ScalarShape) and self.shape.kind == "bool":
            return bool(value)
        return not (isinstance(self.shape, AddressShape) and value is None)


@dataclass(frozen=True, slots=True)
class Example:
    """A call that the contract writes out: some arguments, and what is expected of it.

    `expected` maps ``result`` and out parameters to values. The arguments left out are generated.
    """

    given: Values
    expected: Values
    span: Span
    expected_spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """An invalid call with a promised answer: `given` replaces valid arguments, by dotted path.

    Or one that a `condition` makes invalid, on arguments that are as they may be each by itself.
    """

    given: Mapping[str, Shape | Value]
    expected: Values
    span: Span
    text: str
    ensures: tuple[Expression, ...] = ()
    condition: Expression | None = None
    valid: Expression | None = field(init=False, default=None)
    """What holds of valid calls."""

    def __post_init__(self) -> None:
        """Note once what holds of valid calls: expressions are compiled when they are first evaluated."""
        if self.condition is not None:
            object.__setattr__(self, "valid", self.condition.opposite)


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """What a valid call answers that is refused memory: a value of `expected`, or any failure where that is empty."""

    expected: Values
    span: Span

    def holds_of(self, result: Result, value: object) -> bool:
        """Tell whether a call that returned this says that it has failed."""
        if RESULT_NAME in self.expected and equal(value, self.expected[RESULT_NAME]):
            return True
        return not result.success(value)


@dataclass(frozen=True, slots=True)
class LentRoom:
    """Room that `lender` lends for as many bytes as its parameter `size` says, and what is called when it is filled.

    That is `function`, whose parameter `count` says how many bytes are; both are about one `handle`.
    """

    function: str
    lender: str
    size: str
    count: str
    handle: str


@dataclass(frozen=True, slots=True)
class BoundaryFunction:
    """A function of the boundary, ready to be called and judged.

    `refused` says why it cannot be called; `signature` is None then. `mismatches` are what the contract and
    the header disagree about. `promise` is None for a function that the contract uses (to create a handle,
    say) without promising anything of it. `ending` tells how the contract's `prototype` ends a variadic call,
    `is_macro` that the header declares no function of this name.
    """

    name: str
    declaration: Declaration
    members: tuple[Member, ...]
    result: Result
    signature: CallSignature | None
    promise: FunctionPromise | None = None
    examples: tuple[Example, ...] = ()
    rejects: tuple[Reject, ...] = ()
    out_of_memory: OutOfMemory | None = None
    refused: tuple[Diagnostic, ...] = ()
    mismatches: tuple[Diagnostic, ...] = ()
    ending: VariablePart | None = None
    is_macro: bool = False
    lent: LentRoom | None = None
    """Room that is filled before it is called. What stands in it is an argument by the lender's name."""
    asks: tuple[AskedLength, ...] = ()
    """The functions that tell how much there is behind pointers which it leaves."""
    rooms: tuple[AskedBefore, ...] = ()
    """The functions that tell how much room it is given."""
    asked_before: tuple[AskedPrecondition, ...] = ()
    """The preconditions that ask other functions, in the contract's order."""
    observers: tuple[Observer, ...] = ()
    """The functions that its postconditions ask."""
    freed_with: Mapping[str, tuple[FollowUpArgument, ...]] = field(default_factory=dict)
    """By where it leaves something, what the function is called with that frees it, where that is written."""
    variants: tuple[tuple[str, TaggedUnion], ...] = ()
    """By parameter that is a union, or points to one, which member of it lives as the others tell."""
    facts: dict[object, object] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What `fact` has found out about it."""

    @property
    def requires(self) -> tuple[Expression, ...]:
        """Return the preconditions on what the caller gives: those of which it is known before anything is called.

        A call that is refused under a condition is no valid one.
        """
        said = self.promise.requires if self.promise else ()
        valid = (each.valid for each in self.rejects if each.valid is not None)
        return tuple(each for each in (*said, *valid) if not each.calls)

    def as_refused(self, reject: Reject) -> BoundaryFunction:
        """Return the function with what holds of calls that are refused under a condition as its preconditions.

        Of several such conditions the first that holds counts, so those before it do not.
        """
        if reject.condition is None:
            return self
        before = self.rejects[: self.rejects.index(reject)]
        texts = {each.text for each in before if each.condition is not None}
        refusing = [each.refused for each in self.asked_before if each.refused is not None]
        asked = [each for each in self.asked_before if each.refused is None or each.refused.text in texts]
        asked += [each.condition for each in refusing if each.text == reject.text]
        told = () if reject.condition.calls else (reject.condition,)
        promise = self.promise
        if promise is not None and told:
            promise = replace(promise, requires=(*promise.requires, *told))
        return replace(
            self,
            promise=promise,
            rejects=tuple(each for each in before if each.condition is not None),
            asked_before=tuple(asked),
        )

    def refusal(self, text: str) -> Reject | None:
        """Return the invalid call that the contract writes so; None where there is none."""
        return next((each for each in self.rejects if each.text == text), None)

    @property
    def ensures(self) -> tuple[Expression, ...]:
        """Return the postconditions."""
        return self.promise.ensures if self.promise else ()

    def leaves(self, name: str, *, success: bool) -> bool:
        """Tell whether a parameter that is written has a meaning after a call which succeeded, or one which failed."""
        param = self.promise.params.get(name) if self.promise else None
        if success:
            return param is None or param.after_success == "written"
        return param is not None and param.after_failure == "written"

    @property
    def cost(self) -> Cost | None:
        """Return what a call may cost, where the contract says."""
        return self.promise.cost if self.promise else None

    @property
    def span(self) -> Span:
        """Return the contract's line, or the header's."""
        return self.promise.span if self.promise else self.declaration.span


@dataclass(frozen=True, slots=True)
class HandleLife:
    """How a handle is made, prepared and destroyed.

    `spelling` is what it points at, or the type of its number. `creates` are all functions that make one, `create` the
    first of them. `parents` are the handles that must
    outlive it. `acquire` adds a reference to one, and `destroy` then gives one back. `record` is given when the caller
    allocates the handle, as with zlib's ``z_stream``; the member of `create` that is `HandleShape.made` is where it
    comes to life, or the result when there is none.
    """

    name: str
    spelling: str
    create: str
    destroy: str | None
    span: Span
    acquire: str | None = None
    creates: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    prepare: tuple[tuple[str, Values], ...] = ()
    record: RecordShape | None = None
    described: frozenset[str] = frozenset()
    """The fields that the contract describes for the caller to set."""
    read_only: frozenset[str] = frozenset()
    """Those that it describes for the caller to read."""
    machine: StateMachine | None = None
    """Which calls are lawful when, where the contract says."""
    zeroed: bool = False
    """Whether the caller clears the record before it is created."""
    number: ScalarShape | None = None
    """What it is where it is no pointer."""
    size: Expression | None = None
    """How many bytes the caller allocates for one whose `record` is unknown, and has no members here."""
    at_most: int | None = None
    """So many may be alive at a time, of each handle that they are made from."""
    destroyed_with: Mapping[str, str] = field(default_factory=dict)
    """By parameters of `destroy`, those of the call that made it which tell what is given there."""
    locks: frozenset[str] = frozenset()
    """Functions that may not be called on what one was made from as long as that one is alive."""
    locks_all_but: frozenset[str] = frozenset()
    """Where there are any, the only functions that may."""

    @property
    def is_exclusive(self) -> bool:
        """Tell whether there may be few at a time, or calls on others are unlawful as long as one is alive."""
        return self.at_most is not None or bool(self.locks or self.locks_all_but)

    def locks_out(self, function: str, *, given: bool) -> bool:
        """Tell whether a function may not be called on what one was made from; `given`: it takes that one too."""
        if self.locks_all_but:
            return not given and function not in self.locks_all_but
        return function in self.locks

    def declared(self, variable: str, size: int = 0) -> str:
        """Return the declaration in C of a variable that is one; `size` bytes where the type does not tell."""
        if self.size is not None:
            return f"_Alignas(max_align_t) unsigned char {variable}[{size}]"
        return f"{self.spelling} {'' if self.record or self.number else '*'}{variable}"

    @property
    def counted(self) -> frozenset[str]:
        """Return the names of what it counts."""
        counts = self.machine.counted if self.machine is not None else {}
        return frozenset(name for each in counts.values() for name in each)

    @property
    def prepares_with_any(self) -> bool:
        """Tell whether values are generated that it is prepared with."""
        return any(ANY in given.values() for _, given in self.prepare)

    @property
    def known_before(self) -> frozenset[str]:
        """Return what expressions see of one before a call: fields that are set, and what it was prepared with."""
        return self.renewed | {name for _, given in self.prepare for name in given}

    @property
    def renewed(self) -> frozenset[str]:
        """Return the fields of a caller-allocated handle that are set anew before each call.

        Callbacks that last as long as the handle are given to it once, with the user data that is theirs; so is NULL
        where nothing else is ever given: the callee may have put something there since.
        """
        members = self.record.members if self.record else ()
        null = {m.name for m in members if type(m.shape) is OpaqueShape}
        lasting = f"handle({self.name})"
        kept = [
            m for m in members if isinstance(m.shape, CallbackShape) and m.shape.lifetime in (lasting, "")
        ]
        theirs = {m.shape.user_data for m in kept}  # type: ignore[union-attr]
        return self.described - {m.name for m in kept} - theirs - null

    @property
    def shown(self) -> RecordShape | None:
        """Return what of a caller-allocated handle the contract describes; the rest is the library's own."""
        if self.record is None:
            return None
        return replace(self.record, members=tuple(m for m in self.record.members if m.name in self.renewed))


@dataclass(frozen=True, slots=True)
class Setup:
    """Calls that are made before all others: `once` in each process, or else in each test case."""

    calls: tuple[tuple[str, Values], ...] = ()
    once: bool = True


@dataclass(frozen=True, slots=True)
class LawStep:
    """One call of a law; `bound` are its arguments, those left out are generated.

    The argument of a name with a dot is a field of a handle that the caller allocates. An argument is what an earlier
    step left, as it is and counted from the law's first one, or an expression over what is given and was left. The call
    is made so many `times`, and only `when` that holds. `library` is whose function it is, empty for that which the law
    is held against. `lengths` are those of what arguments come to.
    """

    name: str
    function: str
    bound: Mapping[str, Expression | Earlier]
    times: Expression | None = None
    when: Expression | None = None
    library: str = ""
    lengths: tuple[Expression, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Return all that is evaluated before the call."""
        conditions = (each for each in (self.when, self.times) if each is not None)
        computed = (each for each in self.bound.values() if isinstance(each, Expression))
        return (*conditions, *computed, *self.lengths)


def is_just(argument: Expression | Earlier, name: str) -> bool:
    """Tell whether an argument is what a law is given by that name, as it is."""
    return isinstance(argument, Expression) and argument.text.strip() == spelling(name)


@dataclass(frozen=True, slots=True)
class BoundaryLaw:
    """What must hold across calls. `members` are the values that it is given."""

    name: str
    span: Span
    members: tuple[Member, ...]
    requires: tuple[Expression, ...]
    ensures: tuple[Expression, ...]
    steps: tuple[LawStep, ...]
    split: tuple[str, ...] = ()
    """Those of `members` that may be cut, each by itself or together."""
    same: tuple[Expression, ...] = ()
    """What is the same however they are."""
    examples: tuple[Example, ...] = ()
    """Of `members` that are tried first; nothing is expected of them but what the law says."""

    @property
    def libraries(self) -> tuple[str, ...]:
        """Return the libraries that its steps name, in the order in which they do; none of a law about any library."""
        return tuple(dict.fromkeys(step.library for step in self.steps if step.library))

    def makes(self, handle: str) -> str:
        """Return the library that makes a handle which the law is given: that of the steps that take it."""
        taken = (s.library for s in self.steps for each in s.bound.values() if is_just(each, handle))
        return next(taken, "")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A contract joined with its header.

    `constants` are enumerators and macros that are integers or strings, by name. `stubs` are the compiled
    call stubs of its functions.
    """

    name: str
    contract: Contract
    declarations: Declarations
    layouts: Layouts
    functions: Mapping[str, BoundaryFunction]
    handles: Mapping[str, HandleLife]
    constants: Mapping[str, int | bytes]
    warnings: tuple[Diagnostic, ...] = ()
    stubs: StubFiles = NO_STUBS
    laws: Mapping[str, BoundaryLaw] = field(default_factory=dict)
    callbacks: CallbackNames = field(default_factory=CallbackNames)
    setup: Setup = field(default_factory=Setup)
    teardown: tuple[tuple[str, Values], ...] = ()
    """Calls that are made when all handles of a test case were destroyed."""

    def belongs(self, name: str) -> bool:
        """Tell whether a function or constant of the header is part of the boundary."""
        return name in self.functions or self.contract.owns_constant(name)

    def span_of(self, name: str) -> Span | None:
        """Return the contract's line of a function, a handle or a law; None for what is none."""
        contract = self.contract
        said = self.functions.get(name) or contract.handles.get(name) or contract.laws.get(name)
        return said.span if said is not None else None

    def scope(
        self,
        *layers: Mapping[str, object],
        own: Mapping[str, object] | None = None,
        outer: Mapping[str, object] | None = None,
    ) -> Mapping[str, object]:
        """Return an environment for expressions: the nearest names first, the header's constants last.

        `layers` have C's names, and `own` those of the language, such as ``result``. `outer` is an environment
        to look in next; without one, there are the constants.
        """
        found = dict(own or {})
        for layer in layers:
            for name, value in layer.items():
                found.setdefault(_spelling(name), value)
        # Never written to, so nothing below needs a copy: a scope is made for every call.
        return ChainMap(found, cast("dict[str, object]", self.constants if outer is None else outer))


_spelling = cache(spelling)
