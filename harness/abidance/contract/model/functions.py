"""`functions:`: what is promised of each function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, NamedClauses, clause
from abidance.contract.language.formulas import (
    BEFORE_WITH_CALLS,
    BEFORE_WITH_CALLS_IN_LOOPS,
    EXPRESSIONS,
    NULL_OR_NUMBER,
    VALUE,
    WITH_CALLS,
    WITH_CALLS_IN_LOOPS,
    MapOrFormula,
)
from abidance.contract.language.kinds import (
    EXPRESSION_IN_C,
    FUNCTION_NAME,
    HOOK,
    PARAMETER_NAME,
    PARAMETER_PATH,
    PROTOTYPE,
    STATE_NAME,
    TEXT,
    TRUE,
    choice,
)
from abidance.contract.language.lifetime_cases import LIFETIME_OR_CASES
from abidance.contract.language.measures import FRACTION
from abidance.contract.language.owners import OWNER
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ANY_VALUE, ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model.callbacks import CALLBACK
from abidance.contract.model.cost import Cost
from abidance.contract.model.explore import EXPLORE
from abidance.contract.model.may import MAY
from abidance.contract.model.places import (
    FORM,
    LASTS_UNTIL,
    LEFT_WITHIN,
    LENDS,
    LIMITS,
    OWNERS,
    WHAT_OR_TARGET,
    Lending,
    Place,
    TargetPromise,
    of_what_is_pointed_at,
)
from abidance.contract.model.returns import Returns, Status
from abidance.contract.model.variants import VariantPromise

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.literals import Literal
    from abidance.contract.model.callbacks import Callback
    from abidance.contract.model.explore import Explore


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Clauses):
    """What the answers of a function are compared with."""

    title: ClassVar[str] = "The Python reference implementation, and how closely results must match it."

    function: Name = field(
        metadata=clause(
            HOOK, "The function. It takes parameters by name and returns the result.", required=True
        )
    )
    tolerance: float | None = field(
        default=None,
        metadata=clause(
            FRACTION,
            "The relative tolerance for floating-point results; 0 by default.",
        ),
    )


WAYS = ("in", "out", "inout")
EFFECTS = (
    "pure",
    "no_alloc",
    "no_syscall",
    "errno_unchanged",
    "fp_env_unchanged",
    "signal_mask_unchanged",
    "thread_safe",
    "reentrant",
    "no_unwind",
    "async_signal_safe",
)
JUDGED = frozenset(
    {
        "pure",
        "no_alloc",
        "errno_unchanged",
        "fp_env_unchanged",
        "signal_mask_unchanged",
        "no_syscall",
        "no_unwind",
        "reentrant",
        "thread_safe",
    }
)
"""The effects that are put to the test; the others are listed as not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Param(NamedClauses, Place):
    """A parameter. One that points says which way data goes, and at what."""

    title: ClassVar[str] = "A parameter: its limits or, for a pointer, its direction and what it points to."
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {word: "in" if same == "to" else same for word, same in Place.other_words.items()} | {"to": "in"}
    )
    rules = (
        LIMITS,
        AtMostOne(("in", "out", "inout", "handle", "callback", "end_of", "opaque", "from")),
        *of_what_is_pointed_at(
            (
                "length",
                "capacity",
                "encoding",
                "like",
                "max",
                "align",
                "misaligned",
                "of",
                "ended_by",
                "records",
            ),
            WAYS,
        ),
        Needs("initially", ("out",)),
        Needs("nul_terminated", ("length",)),
        Needs("lends", ("out", "inout")),
        *(AtMostOne(("within", key)) for key in ("in", "callback", "end_of", "range", "one_of", "flags")),
        FORM,
        Needs("window", ("length", "capacity")),
        Needs("may_overlap", ("out",)),
        Needs("in_place", ("out", "inout", "handle")),
        AtMostOne(("may_overlap", "in_place")),
        Needs("shared", ("in",)),
        Needs("secret", WAYS),
        Needs("lifetime", (*WAYS, "callback", "handle")),
        LASTS_UNTIL,
        Needs("into", ("handle",)),
        Needs("unlink", ("handle",)),
        Needs("parent", ("handle",)),
        Needs("owner", (*WAYS, "handle")),
        Needs("on_success", ("out", "inout")),
        Needs("status", ("out", "inout", "handle")),
        *OWNERS,
    )
    snippets = (
        ClauseSnippet("a buffer that is read", {"in": "bytes", "length": "${1:n}"}),
        ClauseSnippet("an array that is read", {"in": "array", "length": "${1:n}"}),
        ClauseSnippet(
            "a buffer that is written", {"out": "bytes", "capacity": "${1:n}", "length": "${2:result}"}
        ),
        ClauseSnippet("a string", {"in": "string", "max": "${1:255}"}),
        ClauseSnippet("an object that is read", {"in": "${1:TYPE}"}),
        ClauseSnippet("an object that is written", {"out": "${1:TYPE}"}),
        ClauseSnippet("a handle", {"handle": "${1:NAME}"}),
        ClauseSnippet("a callback", {"callback": {"calls": "${1:0..}"}, "user_data": "${2:PARAMETER}"}),
        ClauseSnippet("a number with limits", {"range": ["${1:0}", "${2:255}"]}),
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What the parameter is, in a sentence."))
    in_: Name | TargetPromise | None = field(
        default=None,
        metadata=clause(
            WHAT_OR_TARGET,
            "A pointer to data that the callee only reads: `bytes`, `array`, `string`, or a C type "
            "for a single object.",
            key="in",
        ),
    )
    out: Name | TargetPromise | None = field(
        default=None,
        metadata=clause(WHAT_OR_TARGET, "A pointer to memory that the callee writes on success."),
    )
    inout: Name | TargetPromise | None = field(
        default=None, metadata=clause(WHAT_OR_TARGET, "A pointer to data that the callee reads and writes.")
    )
    end_of: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME, "It points one past the end of the memory of this parameter, which begins there."
        ),
    )
    within: Name | None = field(default=None, metadata=clause(PARAMETER_PATH, LEFT_WITHIN))
    lends: Lending | None = field(default=None, metadata=LENDS)
    initially: Expression | None = field(
        default=None,
        metadata=clause(
            NULL_OR_NUMBER,
            "What an out parameter holds before the call, as its callers must set it: `null`, or a number; of a record "
            "`0`, all of it is zeros.",
        ),
    )
    callback: Callback | None = field(
        default=None,
        metadata=clause(
            CALLBACK,
            "A function that the callee calls back; or `add.fn`, one that an earlier call of `add` was given as `fn`.",
        ),
    )
    user_data: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter whose value is passed back unchanged to the callback, or to those of the record that say "
            "nothing of it.",
        ),
    )
    shared: bool | None = field(
        default=None,
        metadata=clause(
            TRUE, "Other threads may change the memory during the call: each value is read once."
        ),
    )
    capacity: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE_WITH_CALLS,
            "The number of elements that the callee may write; `inout: string` has room for as many as come in. Or a "
            "function tells it: `f(x)`.",
        ),
    )
    length: Expression | None = field(
        default=None,
        metadata=clause(
            WITH_CALLS,
            "The number of valid elements (for `bytes`, bytes), after the call if it names `result` or an out "
            "parameter. Of what is passed, `f(x)` may tell it.",
        ),
    )
    nul_terminated: Expression | None = field(
        default=None,
        metadata=clause(
            VALUE,
            "The `length` of a `string` or an `array` that says that its NUL ends it, such as "
            "`PCRE2_ZERO_TERMINATED`; of a string, by default any below 0.",
        ),
    )
    opaque: bool | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "The callee keeps this pointer, or hands it back, and never follows it: user data. Expressions see which "
            "it is.",
        ),
    )
    from_: str | None = field(
        default=None,
        metadata=clause(
            choice("callback"),
            "It is what a callback is given that calls this function, at its one parameter of the same type. Only "
            "callbacks call it: see `may_call`.",
            key="from",
        ),
    )
    secret: bool | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "What is there is a secret: no copy of it is left in memory that the library frees, nor on the stack.",
        ),
    )
    window: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter that the callee raises by as much as it has read or written; a `length` or "
            "`capacity` has that number afterwards.",
        ),
    )
    variant: VariantPromise | None = field(
        default=None,
        metadata=clause(
            RecordOf(VariantPromise),
            "Which member of a union lives, that it is or points to, as another parameter tells.",
        ),
    )
    may_overlap: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "An `in` parameter whose memory this one may overlap, in part or whole; by default, no two overlap.",
        ),
    )
    in_place: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PARAMETER_NAME, least=1, single=True, words="a parameter, or a list of parameters"),
            "Parameters of which this one may be each: `in`, at the same address and apart otherwise; or the same "
            "handle.",
        ),
    )
    on_failure: str | None = field(
        default=None,
        metadata=clause(
            choice("untouched", "written", "unspecified", "taken"),
            "An out parameter after a failed call: `untouched` by default, a buffer `unspecified`; `taken` with "
            "`owner: callee`; or a caller's handle, `untouched`.",
        ),
    )
    on_success: str | None = field(
        default=None,
        metadata=clause(
            choice("written", "untouched", "unspecified"),
            "An out parameter after a successful call: `written` by default; `untouched` of one that tells "
            "why a call failed.",
        ),
    )
    status: Status | None = field(
        default=None,
        metadata=clause(
            RecordOf(Status),
            "What is there after the call tells whether it has succeeded, instead of what it returns.",
        ),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(
            LIFETIME_OR_CASES,
            "How long the callee may use the pointer; `call` by default. Or each, of memory, on a condition.",
        ),
    )
    owner: str | None = field(
        default=None,
        metadata=clause(
            OWNER,
            "Who frees it: the `caller`, by default; the `callee`, where the call succeeds; or, of a handle, both "
            "(`shared`), or `either`. Or each on a condition.",
        ),
    )
    into: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The handle that it becomes a part of, or what it holds does: never itself or a part of it.",
        ),
    )
    unlink: bool | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "It may be a part of another handle: the call takes it out of there, and keeps or destroys it.",
        ),
    )
    parent: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The handle that it was created from, or is borrowed from: a place of this list, a cursor of this table; "
            "or that was created from the same one as it.",
        ),
    )

    @property
    def overlapped(self) -> tuple[Name, ...]:
        """Return the parameters that may lie in this one's memory, or be the same handle."""
        return (self.may_overlap,) if self.may_overlap is not None else self.in_place

    @property
    def points_at(self) -> Name | TargetPromise | None:
        """Return what the contract says it points at."""
        return self.in_ or self.out or self.inout

    @property
    def replaced(self) -> TargetPromise | None:
        """Return what points to memory of the caller's that the call may replace: free, and put other memory there."""
        inner = self.inout if isinstance(self.inout, TargetPromise) else None
        return inner if inner is not None and inner.owner == "caller" and inner.free is not None else None

    @property
    def after_failure(self) -> str:
        """Return what is promised of an out parameter after a failed call; empty where nothing is said."""
        told = self.on_success == "untouched" or self.status is not None
        return self.on_failure or ("written" if told else "")

    @property
    def says_more_of_failure(self) -> bool:
        """Tell whether what is promised after a failure is said, and does not only follow from a `status` there."""
        return self.on_failure is not None or self.status is None

    @property
    def after_success(self) -> str:
        """Return what is promised of an out parameter after a successful call."""
        # Of a pointer that tells of a failure, NULL is all that there is then.
        by_pointer = self.status is not None and any(each.text == "null" for each in self.status.ok)
        return self.on_success or ("unspecified" if by_pointer else "written")

    @property
    def left(self) -> Param | TargetPromise:
        """Return what says whose the pointer is that a call leaves in an out parameter, and what it points at."""
        return self.out if isinstance(self.out, TargetPromise) else self


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedCall(Clauses):
    """An invalid call that must be rejected with a given result and no side effects."""

    title: ClassVar[str] = "An invalid call that must be rejected with a given result and no side effects."
    snippets = (
        ClauseSnippet("NULL is rejected", {"when": {"${1:PARAMETER}": None}, "returns": "${2:RESULT}"}),
        ClauseSnippet(
            "a number is rejected", {"when": {"${1:PARAMETER}": "${2:-1}"}, "returns": "${3:RESULT}"}
        ),
    )
    other_forms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"errno": "a condition: `ensures: [errno == EINVAL]`"}
    )
    others_under: ClassVar[str] = "when"
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType({"result": "returns"})

    when: Mapping[Name, Literal] | Expression = field(
        metadata=clause(
            MapOrFormula(
                PARAMETER_PATH,
                ANY_VALUE,
                least=1,
                formula=BEFORE_WITH_CALLS,
                words="a mapping from parameters to values, or an expression",
            ),
            "What makes it invalid: parameters or paths to fields with values, `{range: [low, high]}`, "
            "`{one_of: [...]}`, `destroyed`, a state; or a condition.",
            required=True,
        )
    )
    returns: Literal | None = field(default=None, metadata=clause(ANY_VALUE, "The return value."))
    to: Name | None = field(
        default=None,
        metadata=clause(
            STATE_NAME,
            "The state that it leads its handle to; by default that is left in the state it is in.",
        ),
    )
    ensures: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(WITH_CALLS_IN_LOOPS, words=EXPRESSIONS),
            "Further conditions that hold after the call. They may ask other functions: `count(x) == old(count(x))`.",
        ),
    )

    @property
    def values(self) -> Mapping[Name, Literal]:
        """Return the values that make the call invalid, by parameters and paths; none where a condition tells."""
        return self.when if isinstance(self.when, Mapping) else {}

    @property
    def condition(self) -> Expression | None:
        """Return the condition that makes the call invalid; None where values do."""
        return None if isinstance(self.when, Mapping) else self.when


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureAnswer(Clauses):
    """The answer when a call fails for want of something."""

    title: ClassVar[str] = "The answer when a call fails for want of memory."

    returns: Literal | None = field(
        default=None, metadata=clause(ANY_VALUE, "The return value; by default any that means failure.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MayFail(Clauses):
    """What a valid call may fail for want of."""

    title: ClassVar[str] = "What a valid call may fail for want of, and how it then answers."

    memory: FailureAnswer | None = field(
        default=None,
        metadata=clause(
            RecordOf(FailureAnswer), "The C library has no memory left: `malloc` and its relatives give NULL."
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCall(Clauses):
    """A call written out; arguments that are left out are generated."""

    title: ClassVar[str] = "A call: its arguments by parameter, and the expected result."

    arguments: Mapping[Name, Literal] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_NAME, ANY_VALUE),
            "The argument; for an out parameter, the expected value after the call; for an inout "
            "parameter, also `{before: .., after: ..}`.",
            rest=True,
        ),
    )
    returns: Literal | None = field(default=None, metadata=clause(ANY_VALUE, "The return value."))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionPromise(NamedClauses):
    """A function of the boundary. Its span is that of its name."""

    title: ClassVar[str] = "A function: how it is called, and what it promises."
    rules = (Needs("inline", ("prototype",)), AtMostOne(("inline", "function")))
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "precondition": "requires",
            "preconditions": "requires",
            "postcondition": "ensures",
            "postconditions": "ensures",
            "result": "returns",
            "arguments": "params",
            "allocates": "effects",
            "raises": "returns",
            "throws": "returns",
        }
    )
    snippets = (
        ClauseSnippet(
            "a function with a pointer",
            {
                "params": {"${1:PARAMETER}": {"in": "bytes", "length": "${2:n}"}},
                "ensures": ["${3:result >= 0}"],
            },
        ),
    )

    summary: str | None = field(default=None, metadata=clause(TEXT, "What it does, in a sentence."))
    function: Name | None = field(
        default=None,
        metadata=clause(
            FUNCTION_NAME,
            "The header's function that this is, where the name is the contract's own: for other handles, or with "
            "other variable arguments.",
        ),
    )
    prototype: Name | None = field(
        default=None,
        metadata=clause(
            PROTOTYPE,
            "A C declaration to call it by: for variadic functions, functions that take a `va_list`, "
            "K&R functions and function-like macros.",
        ),
    )
    inline: Name | None = field(
        default=None,
        metadata=clause(
            EXPRESSION_IN_C,
            "What the contract's own inline function returns, over the parameters of its `prototype`: `list->count`.",
        ),
    )
    params: Mapping[str, Param] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(PARAMETER_NAME, RecordOf(Param)), "What the header cannot express about parameters."
        ),
    )
    returns: Returns | None = field(default=None, metadata=clause(RecordOf(Returns), "The return value."))
    requires: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(BEFORE_WITH_CALLS_IN_LOOPS, words=EXPRESSIONS),
            "Preconditions: what the caller must meet. They may ask other functions: `index < count(x)`.",
        ),
    )
    ensures: tuple[Expression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(WITH_CALLS_IN_LOOPS, words=EXPRESSIONS),
            "Postconditions: what holds after a valid call. They may ask other functions: "
            "`count(x) == old(count(x)) + 1`.",
        ),
    )
    rejects: tuple[RejectedCall, ...] = field(
        default=(),
        metadata=clause(
            ListOf(RecordOf(RejectedCall), words="a list of mappings"),
            "Invalid calls that must be rejected with a given result and no side effects.",
        ),
    )
    examples: tuple[ExampleCall, ...] = field(
        default=(),
        metadata=clause(
            ListOf(RecordOf(ExampleCall), words="a list of mappings"),
            "Calls that always run, before generated ones, and are never shrunk.",
        ),
    )
    may_fail: MayFail | None = field(
        default=None,
        metadata=clause(
            RecordOf(MayFail), "What a valid call may fail for want of, and how it then answers."
        ),
    )
    effects: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(choice(*EFFECTS, named=True), words="a list of effects", itemised=True),
            "What the function does not do, and how it may be called.",
            later=True,
            judged=JUDGED,
        ),
    )
    may: tuple[Name, ...] = field(default=(), metadata=MAY)
    cost: Cost | None = field(default=None, metadata=clause(RecordOf(Cost), "What a call may cost."))
    explore: Explore | None = field(
        default=None, metadata=clause(EXPLORE, "How long the function is explored.")
    )
    model: Model | None = field(
        default=None,
        metadata=clause(
            Shorthand(
                Model, "function", HOOK, words="a Python function as `package.module:function`, or a mapping"
            ),
            "A Python reference implementation of the function.",
        ),
    )

    def has_effect(self, name: str) -> bool:
        """Tell whether one of its `effects` is promised."""
        return any(effect.text == name for effect in self.effects)
