"""`returns:`: what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.calls import FREED_BY, CallOf
from abidance.contract.language.clauses import Clauses, ClauseSnippet, Name, clause
from abidance.contract.language.formulas import AFTER, BEFORE, VALUE
from abidance.contract.language.kinds import (
    FIELD_PATH,
    OTHERS_PARAMETER,
    PARAMETER_NAME,
    PARAMETER_PATH,
    TEXT,
    TRUE,
    WHAT,
    choice,
)
from abidance.contract.language.rules import AtLeastOne, AtMostOne, ExactlyOne, Excludes, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf
from abidance.contract.language.statuses import STATUS, STATUS_KEY, status_name
from abidance.contract.model.places import (
    LASTS_UNTIL,
    LENDS,
    LENGTH_LEFT,
    Lending,
    Place,
    of_what_is_pointed_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.calls import WrittenCall
    from abidance.contract.language.statuses import StatusName, StatusValue

ASKED = ("call", "is", "field")
"""What of a status says that the result is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Clauses):
    """How a call tells success and failure. Any other value is a finding."""

    title: ClassVar[str] = "How success and failure are reported. Any other value is a finding."
    rules = (AtLeastOne(("ok", "errors")), AtMostOne(("field", "call", "is")))
    alone: ClassVar[str] = "ok"
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"success": "ok", "fail": "errors", "failed": "errors", "failure": "errors", "failures": "errors"}
    )

    ok: tuple[StatusValue, ...] = field(
        default=(),
        metadata=clause(
            ListOf(STATUS, least=1, single=True, words="a list of values"),
            "The values that mean success, or ranges of them: `0..`, `length`, `0..count`. Of a pointer, `null`; left "
            "out, all but the `null` of `errors`.",
        ),
    )
    errors: Mapping[StatusName, str] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(STATUS_KEY, TEXT, name=status_name, words="a mapping from values to what they mean"),
            "The values that mean failure, `-EAGAIN` too, or ranges of them such as `..-1`, each with its meaning.",
        ),
    )
    field_: Name | None = field(
        default=None,
        metadata=clause(
            FIELD_PATH,
            "The field that tells, where it is one of a record: behind a parameter, of the result, or behind that.",
            key="field",
        ),
    )
    call: WrittenCall | None = field(
        default=None,
        metadata=clause(
            CallOf(words="a call such as `db_errcode(db)`"),
            "The function that tells, where nothing does that the call leaves: called right after it, with parameters "
            "of the call, its `result`, and constants.",
        ),
    )
    is_: str | None = field(
        default=None,
        metadata=clause(
            choice("errno"),
            "What tells, where nothing else does: `errno`, which is 0 before the call.",
            key="is",
        ),
    )

    @property
    def is_asked(self) -> bool:
        """Tell whether something tells that is neither the result nor in memory which the call leaves."""
        return self.call is not None or self.is_ is not None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether it is not what is returned, as a whole, that tells."""
        return self.field_ is not None or self.is_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class LastError(Clauses):
    """What tells why a call failed, where its result does not."""

    title: ClassVar[str] = "What tells why a call failed."
    rules = (ExactlyOne(("call", "is")),)
    snippets = (
        ClauseSnippet(
            "a function tells", {"call": "${1:FUNCTION}(${2:PARAMETER})", "errors": {"${3:1}": "${4:why}"}}
        ),
        ClauseSnippet("a field tells", {"is": "${1:PARAMETER}.${2:FIELD}", "errors": {"${3:1}": "${4:why}"}}),
    )

    call: WrittenCall | None = field(
        default=None,
        metadata=clause(
            CallOf(words="a call such as `db_errcode(db)`"),
            "The function that tells: with parameters of the call, its `result`, and constants.",
        ),
    )
    is_: Expression | None = field(
        default=None, metadata=clause(AFTER, "The value that tells, such as a field of a handle.", key="is")
    )
    ok: tuple[StatusValue, ...] = field(
        default=(),
        metadata=clause(
            ListOf(STATUS, least=1, single=True, words="a list of values"),
            "What it is after a success; without it, anything.",
        ),
    )
    errors: Mapping[StatusName, str] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(STATUS_KEY, TEXT, name=status_name, words="a mapping from values to what they mean"),
            "What it may be after a failure, each with its meaning; without them, anything but `ok`.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns(Place):
    """The return value."""

    title: ClassVar[str] = "The return value."
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType({**Place.other_words, "error": "status"})
    rules = (
        AtMostOne(("to", "handle", "within", "bool", "enum", "range", "one_of", "flags", "opaque")),
        Excludes("status", ("to", "handle", "within", "bool", "enum", "range", "one_of", "flags"), ASKED),
        *of_what_is_pointed_at(
            ("length", "encoding", "like", "max", "align", "of", "ended_by", "records"), ("to",)
        ),
        Needs("secret", ("to",)),
        Needs("capacity", ("filled", "free", "lifetime")),
        Needs("filled", ("capacity",)),
        AtMostOne(("filled", "lifetime")),
        Needs("lifetime", ("to", "handle")),
        LASTS_UNTIL,
        Needs("invalid", ("to", "handle", "within", "nullable")),
        Needs("owned_when", ("free",)),
        Needs("owned_unless", ("free", "lifetime")),
        AtMostOne(("owned_when", "owned_unless")),
    )
    snippets = (
        ClauseSnippet(
            "a status", {"status": {"ok": ["${1:0}"], "errors": {"${2:..-1}": "${3:what went wrong}"}}}
        ),
        ClauseSnippet(
            "another function tells of success",
            {"status": {"call": "${1:FUNCTION}(${2:PARAMETER})", "ok": ["${3:0}"]}},
        ),
        ClauseSnippet("true or false", {"bool": True}),
        ClauseSnippet("a handle", {"handle": "${1:NAME}"}),
        ClauseSnippet("a string of the library's", {"to": "string"}),
        ClauseSnippet(
            "a string that the caller frees", {"to": "string", "owner": "caller", "free": "${1:FUNCTION}"}
        ),
        ClauseSnippet("a number with limits", {"range": ["${1:0}", "${2:255}"]}),
    )

    # What comes back is the callee's: these clauses of a place would mean nothing here.
    generate: Name | None = None
    misaligned: Literal[True] | None = None
    alloc: Name | None = None

    capacity: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "How many elements of room the caller gets to fill; what is there before has a value as far as "
            "`length` says, or as a string.",
        ),
    )
    filled: Name | None = field(
        default=None,
        metadata=clause(
            OTHERS_PARAMETER,
            "The function that is called when lent room is filled, and its parameter that tells how much is.",
        ),
    )
    opaque: bool | None = field(
        default=None,
        metadata=clause(
            TRUE, "It is a pointer that nobody follows, such as user data: expressions see which one it is."
        ),
    )
    invalid: Expression | None = field(
        default=None,
        metadata=clause(
            VALUE,
            "The pointer that is returned for none, in place of NULL: a macro such as `MAP_FAILED`, or `-1`.",
        ),
    )
    owner: str | None = field(
        default=None,
        metadata=clause(
            choice("caller", "callee", "shared", "either"),
            "Who frees the result; of a handle `shared`: the caller has a reference of its own; or `either`, and "
            "it goes with its `lifetime`.",
        ),
    )
    free: Name | None = field(
        default=None,
        metadata=clause(
            FREED_BY,
            "The only function that may free the result; or a call of it, with what it needs besides.",
        ),
    )
    owned_when: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "Whether the result is the caller's to free, where that depends on the arguments; else nobody frees it.",
        ),
    )
    owned_unless: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter in whose memory the result may be, as the library decides; else it is freed, or lasts, as "
            "is said.",
        ),
    )
    errno: str | None = field(
        default=None,
        metadata=clause(choice("set_on_failure"), "`errno` is set when the call fails."),
    )
    summary: str | None = field(default=None, metadata=clause(TEXT, "What the result is, in a sentence."))
    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points to: `bytes`, `array`, `string`, or a C type for a single object."
        ),
    )
    within: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_PATH,
            "It, or each pointer in a record, points into this parameter's memory, or at its end; of a pointer "
            "expressions see how many elements after the start.",
        ),
    )
    lends: Lending | None = field(default=None, metadata=LENDS)
    length: Expression | None = field(default=None, metadata=LENGTH_LEFT)
    secret: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "What it points to is a secret: no copy is left on the stack, nor in what is freed, itself included.",
        ),
    )
    status: Status | None = field(
        default=None, metadata=clause(RecordOf(Status), "How success and failure are reported.")
    )
    last_error: LastError | None = field(
        default=None, metadata=clause(RecordOf(LastError), "What tells why a call failed.")
    )
    bool: Literal[True] | None = field(default=None, metadata=clause(TRUE, "The byte is 0 or 1."))
    enum: str | None = field(
        default=None,
        metadata=clause(
            choice("closed", "open"),
            "`closed`: only declared enumerators are returned; `open`: any value may be.",
        ),
    )

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to
