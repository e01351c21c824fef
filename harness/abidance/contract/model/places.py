"""What parameters, fields and results share: what a pointer points at, and which numbers are valid."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.calls import FREED_BY
from abidance.contract.language.clauses import Clauses, ClauseSnippet, clause
from abidance.contract.language.formulas import (
    AFTER,
    BEFORE,
    MEMBER,
    NULL_OR_NUMBER,
    NULLABLE,
    NULLABLE_AFTER,
    RANGE,
    VALUE,
    WITH_CALLS,
    MapOrFormula,
)
from abidance.contract.language.kinds import (
    ALIGNMENT,
    FIELD_NAME,
    FIELD_PATH,
    FLAG,
    FUNCTION_NAME,
    HOOK,
    LIFETIME,
    LIKE,
    MOST,
    PARAMETER_PATH,
    TRUE,
    TYPE_NAME,
    UNTIL,
    WHAT,
    Codec,
    choice,
)
from abidance.contract.language.owners import OWNER
from abidance.contract.language.rules import AtMostOne, ExactlyOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand, WordOr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.language.kinds import Encoding
    from abidance.contract.model.types import FieldPromise

SEVERAL = ("bytes", "array")
STRING = "string"
LIMITS = AtMostOne(("range", "one_of", "flags"))
FORM = AtMostOne(("like", "generate"))
"""What makes values up of which not all are valid."""
LASTS_UNTIL = Needs(
    "until",
    ("lifetime",),
    "say how long it is there otherwise as well: `lifetime: static`, or `handle(NAME)`",
)
OWNERS = (Needs("alloc", ("free",)), Needs("free", ("owner",)))
"""What clauses about memory that is taken over demand of each other."""


def of_what_is_pointed_at(keys: Iterable[str], others: tuple[str, ...]) -> tuple[Needs, ...]:
    """Return that clauses need one which says what a pointer leads to. The `max` of a number may be its range."""
    remedy = "the limits of a number are `range: [LOWEST, HIGHEST]`"
    return tuple(Needs(key, others, remedy if key == "max" else "") for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers(Clauses):
    """Which numbers are valid; of an array, for every element."""

    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"in": "to", "min": "range", "minimum": "range", "maximum": "range", "elements": "range"}
        | dict.fromkeys(("size", "count", "len"), "length")
        | dict.fromkeys(("string", "bytes", "array"), "to")
    )

    range: tuple[Expression, Expression] | None = field(
        default=None, metadata=clause(RANGE, "The lowest and the highest valid value, inclusive.")
    )
    one_of: tuple[Expression, ...] | None = field(
        default=None,
        metadata=clause(ListOf(MEMBER, least=1, words="a list of values"), "The only valid values."),
    )
    flags: tuple[Expression, ...] | None = field(
        default=None,
        metadata=clause(
            ListOf(VALUE, least=1, words="a list of values"),
            "Values that may be combined with `|`; 0 is none of them. Valid is every combination.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending(Clauses):
    """How long what the pointers in a record lead to stays valid that a call leaves."""

    title: ClassVar[str] = "How long what the pointers in a record lead to stays valid that a call leaves."

    lifetime: Name | None = field(
        default=None,
        metadata=clause(LIFETIME, "The handle as long as which it is there, or `static`.", required=True),
    )
    until: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(UNTIL, least=1, single=True, words="functions, or `change`"),
            "Calls on the handle of its `lifetime` that end that before: functions, or any that may `change` it.",
        ),
    )


LENDS = clause(
    RecordOf(Lending),
    "Whose the memory is that pointers in the record lead to which the call leaves, where the fields do not say.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Numbers):
    """What each pointer in an array of pointers points at."""

    title: ClassVar[str] = "What each pointer in an array of pointers points at."
    other_forms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "within": "what each points at, `of: string`: that it leads into a parameter's memory no clause says"
        }
    )
    rules = (
        ExactlyOne(("to", "handle")),
        *of_what_is_pointed_at(("length", "capacity", "encoding", "like", "max"), ("to",)),
        Needs("lifetime", ("handle",)),
        LASTS_UNTIL,
        Needs("free", ("to",)),
        Needs("free", ("owner",)),
    )

    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points to: `bytes`, `array`, `string`, or a C type for a single object."
        ),
    )
    handle: Name | None = field(default=None, metadata=clause(TYPE_NAME, "Each element is this handle."))
    owner: str | None = field(
        default=None,
        metadata=clause(
            OWNER,
            "Whose each is after the call: a handle as of a parameter, on conditions too; what else the call leaves "
            "may be the `caller`'s.",
        ),
    )
    free: Name | None = field(
        default=None,
        metadata=clause(
            FREED_BY,
            "The function that frees each that is the `caller`'s, before the array is freed; or a call of it: "
            "`f(pool, this)`.",
        ),
    )
    lifetime: Name | None = field(
        default=None, metadata=clause(LIFETIME, "The handle as long as which each is there, or must be.")
    )
    until: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(UNTIL, least=1, single=True, words="functions, or `change`"),
            "Calls on the handle of its `lifetime` that end that before: functions, or any that may `change` it.",
        ),
    )
    length: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "How many elements each has, or bytes: the same for all of them, or an array beside it that has "
            "a number for each.",
        ),
    )
    capacity: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "The same of buffers that the callee writes: how many elements each has room for, or bytes.",
        ),
    )
    nullable: bool | None = field(
        default=None, metadata=clause(FLAG, "Whether a pointer among them may be NULL; `false` by default.")
    )
    encoding: Encoding | None = field(
        default=None, metadata=clause(Codec(), "The encoding of a string; utf-8 by default.")
    )
    like: Name | None = field(
        default=None,
        metadata=clause(
            LIKE, "The form of each string, or of the bytes: the whole of it matches the expression."
        ),
    )
    max: int | None = field(
        default=None, metadata=clause(MOST, "The longest string or buffer to generate, in elements.")
    )

    # The array has these, or a type: its elements last as long, and belong to the same.
    range: tuple[Expression, Expression] | None = None
    one_of: tuple[Expression, ...] | None = None
    flags: tuple[Expression, ...] | None = None
    generate: ClassVar[None] = None
    align: ClassVar[None] = None
    alloc: ClassVar[None] = None
    misaligned: ClassVar[None] = None
    of: ClassVar[None] = None
    ended_by: ClassVar[None] = None
    records: ClassVar[None] = None
    fields: ClassVar[Mapping[str, FieldPromise]] = MappingProxyType({})

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to


LENGTH_LEFT = clause(
    WITH_CALLS,
    "The number of valid elements (for `bytes`, bytes); known after the call if it names `result` or an out parameter. "
    "Or a function tells it: `f(x)`.",
)
"""That of memory which the callee leaves: another function may tell it."""


WITHIN = clause(
    PARAMETER_PATH,
    "It points into the memory of this parameter, or at its end; expressions see how many elements after the start.",
)
LEFT_WITHIN = (
    "It points into this parameter's memory, or at its end; of a record that comes back, its pointers to bytes, arrays "
    "and strings do."
)
OF = Shorthand(Element, "to", WHAT, words="what each of its pointers points to, or a mapping")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRun(Clauses):
    """Records one behind the other, each of which says how far it goes."""

    title: ClassVar[str] = "Records one behind the other, each of which says how far it goes."

    to: Name = field(
        metadata=clause(
            TYPE_NAME,
            "What each of them is: a record, mostly one that ends with a flexible array member.",
            required=True,
        )
    )
    size: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "How many bytes one has, or elements of an `array`, by its fields; by default it goes to the end of its "
            "flexible array member.",
        ),
    )
    align: int | None = field(
        default=None,
        metadata=clause(
            ALIGNMENT,
            "The next one begins at the next multiple of so many bytes, as `NLMSG_ALIGN` has it; by default, at once.",
        ),
    )
    count: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "The parameter, or field of the same record, that says how many there are, in place of `length`: of what "
            "is passed.",
        ),
    )


def _field() -> type[Clauses]:
    """Return the table of a field, which is a place itself."""
    from abidance.contract.model.types import FieldPromise  # noqa: PLC0415 - its module has this one's

    return FieldPromise


RECORDS = Shorthand(RecordRun, "to", TYPE_NAME, words="the name of a C type, or a mapping")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Numbers):
    """A value at one place of the boundary."""

    of: Element | None = field(
        default=None, metadata=clause(OF, "What the pointers in an `array` of pointers point to.")
    )
    ended_by: Expression | Mapping[Name, Expression] | None = field(
        default=None,
        metadata=clause(
            MapOrFormula(
                FIELD_NAME,
                NULL_OR_NUMBER,
                least=1,
                most=1,
                formula=NULL_OR_NUMBER,
                words="`null`, a number, or a mapping from one field to either",
            ),
            "The value of the element that ends an `array` and is none of it: `null`, or a number. Of records, the "
            "field that has it: `{name: null}`.",
        ),
    )
    records: RecordRun | None = field(
        default=None,
        metadata=clause(
            RECORDS,
            "What the memory is full of: records one behind the other, each of which says how far it goes.",
        ),
    )

    fields: Mapping[str, FieldPromise] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(FIELD_PATH, RecordOf(_field)),
            "Of a record, what is said of its fields here, in place of what its type says of them.",
        ),
    )

    length: Expression | None = field(
        default=None,
        metadata=clause(
            AFTER,
            "The number of valid elements (for `bytes`, bytes); evaluated after the call if it names "
            "an out parameter or `result`.",
        ),
    )
    capacity: Expression | None = field(
        default=None,
        metadata=clause(
            BEFORE,
            "The number of elements that the callee may write; for `inout: string`, by default as "
            "many as the input has.",
        ),
    )
    nullable: Expression | bool | None = field(
        default=None,
        metadata=clause(
            NULLABLE, "Whether the pointer may be NULL, or a condition for that; `false` by default."
        ),
    )
    handle: Name | None = field(default=None, metadata=clause(TYPE_NAME, "The pointer is this handle."))
    encoding: Encoding | None = field(
        default=None,
        metadata=clause(
            Codec(),
            "The encoding of a string, utf-8 by default, or of bytes that are text. `mostly utf-8`: mostly text, now "
            "and then broken, for what takes any bytes.",
        ),
    )
    like: Name | None = field(
        default=None,
        metadata=clause(LIKE, "The form of a string or of bytes: the whole of it matches the expression."),
    )
    max: int | None = field(
        default=None,
        metadata=clause(MOST, "The longest string or buffer to generate, in elements."),
    )
    align: int | None = field(
        default=None, metadata=clause(ALIGNMENT, "The alignment that the callee requires, in bytes.")
    )
    generate: Name | None = field(
        default=None,
        metadata=clause(HOOK, "A Python function that returns a Hypothesis strategy for the values."),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(
            LIFETIME,
            "How long the callee may use the pointer, or how long a result stays valid; `call` by default.",
        ),
    )
    until: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(UNTIL, least=1, single=True, words="functions, or `change`"),
            "Calls on the handle of its `lifetime` that end that before: functions, or any that may `change` it.",
        ),
    )
    owner: str | None = field(
        default=None,
        metadata=clause(
            choice("caller", "callee"),
            "Who frees it: the `caller`, by default, or the `callee`, which takes ownership when the "
            "call succeeds.",
        ),
    )
    alloc: Name | None = field(
        default=None,
        metadata=clause(
            FUNCTION_NAME,
            "The allocator of memory whose ownership is transferred, called with its size; `malloc` "
            "by default.",
        ),
    )
    free: Name | None = field(
        default=None,
        metadata=clause(FUNCTION_NAME, "The deallocator of such memory; `free` by default."),
    )
    misaligned: Literal[True] | None = field(
        default=None,
        metadata=clause(TRUE, "No alignment is required: misaligned pointers are passed as well."),
    )

    @property
    def points_at(self) -> Name | TargetPromise | None:
        """Return what the contract says it points at: bytes, array, string, a C type, or a pointer to that."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPromise(Place):
    """What a pointer points at that lies behind another pointer."""

    title: ClassVar[str] = "What a pointer points at that lies behind another pointer."
    other_forms: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"opaque": '`out: "void *"`: a pointer that nobody looks behind'}
    )
    rules = (
        ExactlyOne(("to", "within")),
        *of_what_is_pointed_at(
            ("length", "encoding", "like", "max", "of", "ended_by", "records", "owner"), ("to",)
        ),
        Needs("free", ("owner",)),
        Needs("window", ("to",)),
        Needs("capacity", ("window",)),
        AtMostOne(("window", "owner")),
        Needs("lifetime", ("to",)),
        LASTS_UNTIL,
    )
    snippets = (
        ClauseSnippet(
            "a string that the caller frees", {"to": "string", "owner": "caller", "free": "${1:FUNCTION}"}
        ),
        ClauseSnippet(
            "an object that the caller frees", {"to": "${1:TYPE}", "owner": "caller", "free": "${2:FUNCTION}"}
        ),
        ClauseSnippet(
            "a string that a handle keeps",
            {"to": "string", "lifetime": "handle(${1:NAME})", "until": "${2:change}"},
        ),
        ClauseSnippet(
            "input that the callee moves past", {"to": "bytes", "length": "${1:avail_in}", "window": True}
        ),
    )

    # The pointer before it has these, or the type.
    range: tuple[Expression, Expression] | None = None
    one_of: tuple[Expression, ...] | None = None
    flags: tuple[Expression, ...] | None = None
    handle: Name | None = None
    alloc: Name | None = None
    align: int | None = None
    misaligned: Literal[True] | None = None
    generate: Name | None = None
    fields: Mapping[str, FieldPromise] = field(default_factory=dict)

    to: Name | None = field(
        default=None,
        metadata=clause(
            WHAT, "What the pointer points to: `bytes`, `array`, `string`, or a C type for a single object."
        ),
    )
    within: Name | None = field(default=None, metadata=WITHIN)
    length: Expression | None = field(default=None, metadata=LENGTH_LEFT)
    capacity: Expression | None = field(
        default=None,
        metadata=clause(BEFORE, "The number of elements that the callee may write, of a `window`."),
    )
    window: Literal[True] | None = field(
        default=None,
        metadata=clause(
            TRUE,
            "The callee moves the pointer past what it has read or written, and lowers its `length` or "
            "`capacity` by as much; the next call goes on there.",
        ),
    )
    nullable: Expression | bool | None = field(
        default=None,
        metadata=clause(
            NULLABLE_AFTER,
            "Whether it may be NULL, or a condition, asked after the call; `false` by default.",
        ),
    )
    lifetime: Name | None = field(
        default=None,
        metadata=clause(LIFETIME, "How long what the library leaves there stays valid; `call` by default."),
    )
    owner: Literal["caller", "callee"] | None = field(
        default=None, metadata=clause(choice("caller", "callee"), "Who frees what it points to.")
    )
    free: Name | None = field(
        default=None,
        metadata=clause(
            FREED_BY,
            "The only function that may free what it points to; or a call of it, with what it needs besides.",
        ),
    )

    @property
    def text(self) -> str:
        """Return what messages say of it where they say a `Name` that stands in its place."""
        return "pointer"

    @property
    def points_at(self) -> Name | None:
        """Return what the contract says it points at."""
        return self.to


WHAT_OR_TARGET = WordOr(
    TargetPromise, "to", WHAT, words=f"{WHAT.words}; or, of a pointer behind it, a mapping"
)
