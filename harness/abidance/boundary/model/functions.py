"""A function of the boundary: what it takes and returns, the calls that are valid, and what is promised of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.equality import equal
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.ranges import NONE, Ranges
from abidance.boundary.model.traversal import root_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    CallbacksOwnShape,
    HandleShape,
    ScalarShape,
)
from abidance.contract.expression import spelling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.binding.binding_method import VariablePart
    from abidance.boundary.model.questions import (
        AskedBefore,
        AskedLength,
        AskedPrecondition,
        ErrorSource,
        FollowUpArgument,
        Observer,
    )
    from abidance.boundary.model.status_bounds import StatusBounds
    from abidance.boundary.model.status_place import StatusPlace
    from abidance.boundary.model.types import Member, Shape, TaggedUnion
    from abidance.boundary.model.values import Value, Values
    from abidance.contract.expression import Expression
    from abidance.contract.model import FunctionPromise
    from abidance.contract.model.cost import Cost
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.layout import AddressConstant
    from abidance.plan.signature import CallSignature


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
    bounds: StatusBounds | None = None
    """Where the status depends on the arguments: `ok` and the shape then are those of one call, or the widest."""
    invalid: AddressConstant | None = None
    """The pointer that comes back for none, in place of NULL."""

    @property
    def pointers(self) -> Ranges:
        """Return the addresses that mean a pointer which leads somewhere, of a result that is one."""
        none = ((0, 0), *(((self.invalid.address,) * 2,) if self.invalid is not None else ()))
        return Ranges(none).others(0, (1 << 64) - 1)

    def answers(self, condition: Expression) -> bool:
        """Tell whether a condition is about a bool alone, which is then an answer, where it else tells of success."""
        asks = isinstance(self.shape, ScalarShape) and self.shape.kind == "bool" and not self.ok
        return asks and condition.names == {RESULT_NAME}

    def success(self, value: object) -> bool:
        """Tell whether a result means that the call did what it is for.

        A declared status tells; otherwise false and NULL say that it did not, and any other value that it did.
        """
        if self.ok:
            return value in self.ok
        if isinstance(self.shape, ScalarShape) and self.shape.kind == "bool":
            return bool(value)
        return not (isinstance(self.shape, AddressShape) and (value is None or value == self.invalid))


@dataclass(frozen=True, slots=True)
class Example:
    """A call that the contract writes out: some arguments, and what is expected of it.

    `expected` maps ``result`` and out parameters to values. The arguments left out are generated.
    """

    given: Values
    expected: Values
    span: Span


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
    observers: tuple[Observer, ...] = ()
    """What `ensures` ask other functions."""
    to: str = ""
    """The state that it leads its handle to, empty for that in which it is."""

    def __post_init__(self) -> None:
        """Note once what holds of valid calls: expressions are compiled when they are first evaluated."""
        if self.condition is not None:
            object.__setattr__(self, "valid", self.condition.opposite)

    def is_failure_of(self, function: BoundaryFunction) -> bool:
        """Tell whether such a call has to fail as the function tells: nothing else is said of what would tell it."""
        if not function.has_status or RESULT_NAME in self.expected:
            return False
        place = spelling(root_of(function.status.path)) if function.status is not None else RESULT_NAME
        return not any({RESULT_NAME, place} & each.names for each in self.ensures)


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """What a valid call answers that is refused memory: a value of `expected`, or any failure where that is empty."""

    expected: Values
    span: Span

    def holds_of(self, value: object, *, success: bool) -> bool:
        """Tell whether a call that returned this says that it has failed, as the answer or by its status."""
        return not success or (RESULT_NAME in self.expected and equal(value, self.expected[RESULT_NAME]))


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
    status: StatusPlace | None = None
    """Where it tells whether a call has succeeded, if not by its result as a whole."""
    variants: tuple[tuple[str, TaggedUnion], ...] = ()
    """By parameter that is a union, or points to one, which member of it lives as the others tell."""
    facts: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
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
        asked += next((each.asked for each in refusing if each.text == reject.text), ())
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

    def observers_of(self, rejects: str) -> tuple[Observer, ...]:
        """Return what is asked about a call: a valid one, or one that is to be refused for what `rejects` says."""
        refusal = self.refusal(rejects) if rejects else None
        return self.observers if refusal is None else refusal.observers

    @property
    def has_status(self) -> bool:
        """Tell whether the contract says by which values a call tells success and failure."""
        return bool(self.result.ok) or self.status is not None

    @property
    def fails_with_answers(self) -> bool:
        """Tell whether what a call returns that fails is an answer.

        It is not where a parameter tells that the call has failed, nor where NULL in what is returned does.
        """
        if self.status is None or self.status.asked is not None:
            return True
        return self.status.parameter is None and not self.status.null_fails

    @property
    def returns_failed_ones(self) -> str:
        """Return the handle that a call returns also where it fails, and which tells that itself; empty for none."""
        asked = self.status.asked if self.status is not None else None
        shape = self.result.shape
        if asked is None or not asked.about_result or not isinstance(shape, HandleShape):
            return ""
        return shape.handle if self.result.owned and shape.level == 1 else ""

    def is_used_when_made(self, asked: str, shape: Shape) -> bool:
        """Tell whether another function may be `asked` about what a call returns only where that has succeeded."""
        told = self.status.asked.function if self.status is not None and self.status.asked is not None else ""
        return bool(self.returns_failed_ones) and isinstance(shape, HandleShape) and asked != told

    @property
    def asks_of_result(self) -> bool:
        """Tell whether a postcondition asks a function about the result, as it is."""
        observers = (*self.observers, *(each for reject in self.rejects for each in reject.observers))
        given = (argument for each in observers for argument in each.arguments)
        return any(each.parameter == THE_RESULT and not each.field for each in given)

    def same_handles(self, name: str) -> tuple[str, ...]:
        """Return the other parameters that may be given the same handle as one, or as which that may be."""
        params = self.promise.params if self.promise else {}
        own = [each.text for each in params[name].overlapped] if name in params else []
        return (*own, *(other for other, each in params.items() if name in map(str, each.overlapped)))

    @property
    def callbacks_own(self) -> Member | None:
        """Return the parameter that is what callbacks are given, which alone call the function; None for most."""
        return next((each for each in self.members if isinstance(each.shape, CallbacksOwnShape)), None)

    @property
    def ensures(self) -> tuple[Expression, ...]:
        """Return the postconditions."""
        return self.promise.ensures if self.promise else ()

    def leaves(self, name: str, *, success: bool) -> bool:
        """Tell whether a parameter that is written has a meaning after a call which succeeded, or one which failed."""
        param = self.promise.params.get(name) if self.promise else None
        if success:
            if param is None:
                return True
            # What is returned may be there, or in memory of its own.
            unused = name == self.result.owned_unless and not param.on_success
            return not unused and param.after_success == "written"
        return param is not None and param.after_failure == "written"

    def tells_of_null(self, name: str) -> bool:
        """Tell whether a postcondition says when NULL is left in the place of a handle, which is gone then."""
        return any(each.asks_for_null(spelling(name)) for each in self.ensures)

    def replaces(self, name: str) -> bool:
        """Tell whether a parameter points to where the caller has memory that the call may replace."""
        param = self.promise.params.get(name) if self.promise else None
        return param is not None and param.replaced is not None

    @property
    def cost(self) -> Cost | None:
        """Return what a call may cost, where the contract says."""
        return self.promise.cost if self.promise else None

    @property
    def span(self) -> Span:
        """Return the contract's line, or the header's."""
        return self.promise.span if self.promise else self.declaration.span
