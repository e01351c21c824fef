"""Shapes: a C type together with what the contract says of it at one place.

A shape knows everything that is needed to make a value up, to lay it out as bytes and to read it back. Sizes
and offsets are in bytes and come from the compiler.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, TypeGuard

from abidance.boundary.model.ranges import NONE, Ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.float_formats import Format, Real
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.ir.layout import Constant
    from abidance.plan.array_end import ArrayEnd

RESULT_NAME = "result"
"""What expressions call the result of a function, and that of an invocation."""
UNCOUNTED = "\0"
"""What counts what is left of a window where the pointer alone tells: in a string, or where no number goes along."""
LONGEST_TEXT = 255
"""So many bytes a string has at most that is passed, where the contract gives no `max`."""


class Direction(StrEnum):
    """Which way data goes through a pointer, seen from the library."""

    IN = "in"
    OUT = "out"
    INOUT = "inout"

    @property
    def read(self) -> bool:
        """Tell whether the library may read what the caller put there."""
        return self is not Direction.OUT

    @property
    def written(self) -> bool:
        """Tell whether the library may write there."""
        return self is not Direction.IN


class What(StrEnum):
    """What a pointer points at."""

    BYTES = "bytes"
    ARRAY = "array"
    STRING = "string"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class ScalarShape:
    """A number, a bool or an enum, with the values that are valid at this place.

    `kind` is ``int``, ``bool``, ``enum`` or ``float``; `lowest` and `highest` bound valid numbers, both
    inclusive; `members`, when not empty, are the only valid values, with those in `ranges` where a result has some.
    `names` spells enumerators. `char` is
    true for plain ``char``, whose arrays are text whatever its sign. `format` is that of a ``float`` which is
    neither C's ``float`` nor ``double``; `width` the bits of an integer that has fewer than its bytes hold.
    `flags`, when not empty, are values of which every combination is valid, and `members` those that are given.
    `basic` is the canonical name of an arithmetic type that `spelling` may give another. `generate` names what makes
    up values of an enum.
    """

    kind: str
    size: int
    align: int
    signed: bool
    spelling: str
    lowest: float = 0
    highest: float = 0
    members: tuple[float, ...] = ()
    names: Mapping[int, str] | None = None
    closed: bool = False
    span: Span | None = None
    char: bool = False
    open: bool = False
    format: Format | None = None
    width: int = 0
    basic: str = ""
    generate: Name | None = None
    ranges: Ranges = NONE
    flags: tuple[int, ...] = ()

    @property
    def listed(self) -> tuple[float, ...]:
        """Return the only numbers that a caller gives, or none when there is no such list."""
        return () if self.open else self.members

    def allows(self, value: Real) -> bool:
        """Tell whether the contract allows a number that is no NaN here."""
        listed = self.members and (self.closed or self.kind != "enum")
        return self.has(value) if listed else bool(self.lowest <= value <= self.highest)

    def has(self, value: Real) -> bool:
        """Tell whether a number is among the only valid ones, where there is a list of them, or of flags."""
        if not self.flags:
            return value in self.members or value in self.ranges
        whole = int(value)
        combined = 0
        for each in self.flags:
            combined |= each if whole & each == each else 0
        return combined == value


@dataclass(frozen=True, slots=True)
class Member:
    """A named value in a scope: a parameter of a function or a field of a record.

    `offset` is a field's place, with `bits` as (first bit of the record, width) for a bit-field. `span` is the
    contract's line when it has one, else the header's; `declared` is always the header's. `within` has a pair
    for each union around a field, outermost first: which union of the record, and which of its alternatives.
    Fields of one alternative are given together, and no others of that union. `generate` names what makes values up.
    """

    name: str
    shape: Shape
    declared: Span
    span: Span | None = None
    offset: int = 0
    bits: tuple[int, int] | None = None
    within: tuple[tuple[str, int], ...] = ()
    generate: Name | None = None

    @property
    def promised(self) -> Span:
        """Return the contract's line, or the header's when the contract is silent."""
        return self.span or self.declared


@dataclass(frozen=True, slots=True)
class ParameterWindow:
    """A window that a parameter leads to, as `window`: by a pointer behind it, or by one in a record.

    `key` is what it is called, ``*next_in`` or ``*input.src``, and `path` where its pointer lies. What counts what is
    left of it, `count`, lies at its offset behind the parameter `counter`, and so does what counts its `position`.
    """

    key: str
    path: str
    parameter: str
    counter: str
    window: Member
    count: Member
    position: Member | None = None


@dataclass(frozen=True, slots=True)
class TaggedUnion:
    """Which alternative of a union lives, as a tag tells.

    The union is that which `Member.within` calls `union`, of the record that `path` leads to. `tag` names fields of the
    record that has the variant; `constants` are what else it names. `cases` are the values of the tag, in ranges with
    both ends, each with the number of the alternative, None for none. Without an `otherwise` no other value is valid;
    with one, it is the alternative of those. Where `pointer` names a field, that is told of what this leads to in place
    of a union, and `union` is the name of none.
    """

    path: tuple[str, ...]
    union: str
    tag: Expression
    cases: tuple[tuple[int, int, int | None], ...]
    span: Span
    otherwise: tuple[int | None] | None = None
    constants: Mapping[str, Constant] = field(default_factory=dict)
    pointer: str = ""

    def names(self, tag: object) -> bool:
        """Tell whether a tag is one of those that the contract names, or any other will do."""
        known = isinstance(tag, int | float) and any(low <= tag <= high for low, high, _ in self.cases)
        return known or self.otherwise is not None

    def alternative(self, tag: object) -> int | None:
        """Return the number of the alternative that lives with a tag; None for none."""
        if isinstance(tag, int | float):
            for low, high, which in self.cases:
                if low <= tag <= high:
                    return which
        return self.otherwise[0] if self.otherwise is not None else None


@dataclass(frozen=True, slots=True)
class RecordShape:
    """A struct or union in place. Members of anonymous records in it stand among its own (C11 6.7.2.1p13).

    `variants` tell of unions in it which alternative lives. `invariants` hold of every valid value; they name its
    fields. A complex number is a record as well, of ``real`` and ``imag``, which is how it lies in memory (C11
    6.2.5p13). `generate` names what makes values up.
    """

    spelling: str
    size: int
    align: int
    members: tuple[Member, ...]
    invariants: tuple[Expression, ...] = ()
    complex: bool = False
    generate: Name | None = None
    variants: tuple[TaggedUnion, ...] = ()


BYTE = ScalarShape("int", 1, 1, signed=False, spelling="unsigned char", lowest=0, highest=255)


@dataclass(frozen=True, slots=True)
class ArrayShape:
    """A fixed number of elements in place; a vector when it has a `spelling`."""

    of: Shape
    count: int
    size: int
    align: int
    spelling: str = ""


class AddressShape:
    """A shape whose memory is an address, such as a `PointerShape` or a `HandleShape`. Each has `nullable`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PackedRecords:
    """Records of which memory is full, one behind the other, and how far each goes.

    That is `size`, in units of so many bytes, or to the end of its flexible array member. The next one begins at a
    multiple of `align` bytes. `count` says how many there are, where no length says how far they go in all.
    `whole` is one with what lies behind its fields, up to its `size`, as a flexible array member.
    """

    of: RecordShape
    whole: RecordShape
    unit: int
    align: int
    span: Span
    size: Expression | None = None
    count: Expression | None = None


@dataclass(frozen=True, slots=True)
class PointerShape(AddressShape):
    """A pointer to memory that the caller owns and lends for the call.

    `element` is one element's shape. `length` and `capacity` count elements (bytes for `What.BYTES`); `nullable` is
    True, False or the expression under which NULL is valid. `limit` bounds what is generated. `lifetime` is ``call``,
    ``static`` or the handle with which the memory ends; empty as that around it. `until` are calls on it that end
    that before. `encoding` is that of a string or, with `encoded`, which tells that the contract gives one, of bytes;
    `mostly` that other bytes are valid too. `like` is the form of valid contents. `misaligned` tells that any address
    will do. With `handed`, the callee takes the memory over, which comes from `alloc` and goes back to `free`; where
    these are empty, from and to the C library. `window` is the field, or the parameter, that counts what is left of
    it, where the callee moves the pointer on: `UNCOUNTED` where nothing does, as of a string, and empty where it does
    not. `position` is the one that the callee moves on in the pointer's stead. `ended_by` tells the
    element that ends an array, None where none does. `end` is the field that points one past the end of its elements,
    which lies `end_at` bytes behind it; empty where none does. `initially` is what memory that is only written holds
    before the call, empty where that is anything. A `tail` is no pointer but a flexible array member: what it "points
    at" lies at its place, the end of a record. A pointer to a window that is written is one that is only written.
    """

    direction: Direction
    what: What
    element: Shape
    span: Span
    length: Expression | None = None
    capacity: Expression | None = None
    nullable: Expression | bool = False
    encoding: str = "utf-8"
    encoded: bool = False
    mostly: bool = False
    like: Name | None = None
    limit: int | None = None
    align_to: int = 1
    aligned: int = 1
    """What the contract says that it is aligned to, whoever gives it; `align_to` is that or what its type wants."""
    misaligned: bool = False
    lifetime: str = ""
    until: tuple[str, ...] = ()
    lifetimes: tuple[tuple[str, Expression], ...] = ()
    """How long it is lent on which condition on the other arguments, where that depends on these."""
    handed: bool = False
    owned: tuple[tuple[str, Expression], ...] = ()
    """Whose it is on which condition on the other arguments, where it depends on these whether it is `handed`."""
    alloc: str = ""
    free: str = ""
    freed_by: Name | None = None
    """Of a field that a call leaves, the function with which the caller frees what it leads to."""
    window: str = ""
    position: str = ""
    ended_by: ArrayEnd | None = None
    end: str = ""
    end_at: int = 0
    initially: bytes = b""
    tail: bool = False
    terminated: int | None = None
    """The `length` that says that its NUL ends it; None where every number below 0 does of a text, and none else.

    An array of which there is one is `ended_by` its NUL in those calls alone: see `as_counted`.
    """
    records: PackedRecords | None = None
    """What the memory is full of that the callee has left there, and what expressions see in place of that."""
    size: int = 8
    align: int = 8

    @property
    def codec(self) -> str:
        """Return the encoding that all valid contents are text in; empty where any bytes are valid.

        In a string that is only `mostly` text no byte but NUL is invalid: it is always text in latin-1.
        """
        if self.what is What.STRING:
            return "latin-1" if self.mostly else self.encoding
        return self.encoding if self.what is What.BYTES and self.encoded and not self.mostly else ""

    @property
    def may_end_at_nul(self) -> bool:
        """Tell whether its length may say that its NUL ends it, in place of how long it is."""
        return self.what is What.STRING or (self.what is What.ARRAY and self.terminated is not None)

    @property
    def as_counted(self) -> PointerShape:
        """Return the shape in calls whose length says how long it is: nothing ends it then that may have ended it."""
        return replace(self, ended_by=None) if self.may_end_at_nul else self

    @property
    def is_bare_room(self) -> bool:
        """Tell whether what comes back is room for the caller in which nothing has a value before it is filled."""
        valued = self.length is not None or self.what is What.STRING or self.ended_by is not None
        return self.capacity is not None and not valued

    @property
    def seen(self) -> PointerShape:
        """Return what it points at as expressions see it: records that memory is full of as an array of them."""
        if self.records is None:
            return self
        return replace(self, what=What.ARRAY, element=self.records.of, records=None)

    @property
    def unit(self) -> int:
        """Return how many bytes its length and its capacity count at a time."""
        return 1 if self.what is What.BYTES else self.element.size

    @property
    def length_name(self) -> str:
        """Return the C name of the parameter or field that is the length; empty where that is worked out."""
        length = self.length if self.records is None or self.records.count is None else self.records.count
        return length.sole_name if length is not None else ""


@dataclass(frozen=True, slots=True)
class WithinShape(AddressShape):
    """A pointer that points into the memory of the parameter `whose`, or at its end: one that comes back, or is passed.

    Its value is how many elements, of `unit` bytes, it is after the start; None for NULL.
    """

    whose: str
    unit: int
    span: Span
    nullable: Expression | bool = False
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class EndShape(AddressShape):
    """A pointer one past the end of the memory of `whose`, a parameter or the field beside it; or NULL as that is."""

    whose: str
    spelling: str
    span: Span
    nullable: Expression | bool = False
    size: int = 8
    align: int = 8


@dataclass(frozen=True, slots=True)
class HandleShape:
    """What has a life: a pointer, a number or a record. `made` is true where this place brings it into being.

    `level` is 1 for the handle itself and 2 for a pointer to it, through which a new one is handed out, or one that is
    there is passed to what takes it. `owner` is whose a
    call makes it that is given it: ``callee``, ``shared`` or ``caller`` again, and `always` tells that a call which
    fails does so as well. `lifetime` is the parameter or the handle as long as which it is there, or must be; calls
    on that one which are in `until` end it before. `into` is the parameter whose handle it becomes a part of, or
    ``result``. `parent` is the parameter whose handle it was made from, or is borrowed from. With `unlink`, what the
    callee takes may be a part of another handle before, and is none after.
    """

    handle: str
    span: Span
    made: bool = False
    level: int = 1
    owner: str = ""
    always: bool = False
    lifetime: str = ""
    until: tuple[str, ...] = ()
    into: str = ""
    parent: str = ""
    unlink: bool = False
    nullable: Expression | bool = False
    size: int = 8
    align: int = 8
    owned: tuple[tuple[str, Expression], ...] = ()
    """Whose it is on which condition on the other arguments; `owner` is then the one that asks most of a caller."""
    initially: bytes = b""
    """What the place holds through which a new one is handed out; empty where that is anything."""
    apart: bool = False
    """Whether one that nobody destroys lies in memory of the caller's own."""
    replaced: bool = False
    """Whether the call may leave another pointer or number for it where the caller has it, behind a pointer."""
    created_with: tuple[str, ...] = ()
    """The numbers that it was created with, by their parameters, which expressions see as its fields."""

    @property
    def borrowed(self) -> bool:
        """Tell whether one that comes back here is not the caller's, and may be used for some time all the same."""
        return self.owner == "callee" and self.lifetime not in ("", "call")

    @property
    def counted_anew(self) -> bool:
        """Tell whether one that comes back here is a reference of the caller's own to what others hold as well."""
        return self.made and self.owner == "shared"

    @property
    def of_others(self) -> bool:
        """Tell whether one that comes back here is not the caller's alone."""
        return self.borrowed or self.counted_anew

    @property
    def may_be_another(self) -> bool:
        """Tell whether one that comes back here may be one that is known already."""
        return self.of_others and not self.apart

    @property
    def behind_pointer(self) -> bool:
        """Tell whether one that is there is passed by a pointer to where the caller has it."""
        return self.level == 2 and not self.made


@dataclass(frozen=True, slots=True)
class PointerHandle(HandleShape, AddressShape):
    """A handle that is a pointer: NULL is none."""


@dataclass(frozen=True, slots=True)
class NumberHandle(HandleShape):
    """A handle that is a number: a descriptor, an index, an identifier. Those that are `invalid` are none.

    A value of one is the number itself, wherever it is known.
    """

    number: ScalarShape = field(kw_only=True)
    invalid: Ranges = NONE

    @property
    def none(self) -> int:
        """Return the number that is given for none: of a range, the end nearest to zero."""
        low, high = self.invalid.each[0]
        return min(low, high, key=abs)

    @property
    def valid(self) -> Ranges:
        """Return all numbers that may be one."""
        return self.invalid.others(int(self.number.lowest), int(self.number.highest))


@dataclass(frozen=True, slots=True)
class RecordHandle(HandleShape):
    """A handle that is passed by value: a record of so many bytes, of which each copy is as good as another.

    The caller has it in memory of its own, and may pass a pointer to it elsewhere.
    """


@dataclass(frozen=True, slots=True)
class OpaqueShape(AddressShape):
    """A pointer of which the contract says nothing more: given as NULL, and read back as null or not null.

    `nullable` tells whether NULL is valid; `said` whether that was the contract's word on it. `calls` is true
    for a pointer to a function.
    """

    spelling: str
    nullable: Expression | bool = True
    said: bool = False
    calls: bool = False
    size: int = 8
    align: int = 8
    refused: Diagnostic | None = None
    """Why a callback that the contract describes cannot be made."""


@dataclass(frozen=True, slots=True)
class TaggedPointerShape(OpaqueShape):
    """A pointer to `void` of which a tag tells what it leads to: one of `each`. Where none does, nobody looks."""

    each: tuple[Shape, ...] = ()


@dataclass(frozen=True, slots=True)
class UserDataShape(OpaqueShape):
    """A pointer that the library only hands on to a callback: nothing that may be touched is behind it."""


@dataclass(frozen=True, slots=True)
class OpaqueAddressShape(OpaqueShape):
    """A pointer that the library keeps, or hands back, and never follows: any address will do."""


@dataclass(frozen=True, slots=True)
class CallbacksOwnShape(OpaqueShape):
    """A pointer that only callbacks have, and pass on to functions that they call: what they were given."""


@dataclass(frozen=True, slots=True)
class NothingShape:
    """``void``, as a result."""

    size: int = 0
    align: int = 1


@dataclass(frozen=True, slots=True)
class DeadShape(NothingShape):
    """A member of a union while another lives: it has no value, for this `reason`."""

    reason: str = ""


Shape = (
    ScalarShape
    | RecordShape
    | ArrayShape
    | PointerShape
    | WithinShape
    | EndShape
    | HandleShape
    | OpaqueShape
    | NothingShape
)


def is_text(shape: Shape) -> TypeGuard[PointerShape]:
    """Tell whether a shape is a pointer to a string of `char`."""
    return isinstance(shape, PointerShape) and shape.what is What.STRING and shape.element.size == 1


def is_fraction(shape: Shape) -> bool:
    """Tell whether a shape is a `float` or a `double`."""
    return isinstance(shape, ScalarShape) and shape.kind == "float" and shape.format is None
