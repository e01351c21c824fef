"""Values of one call, before they become bytes: what generation draws, examples say and messages print.

int, float     a scalar; a bool is 0 or 1
Fraction       a floating-point number that no double holds (see `reals`)
bytes          what a pointer to bytes or a string points at (a string without its NUL)
list           what a pointer to an array points at, or an array in place
dict           a record, or what a pointer to one record points at
None           NULL
ROOM           a non-NULL out pointer: the library gets room, and nothing is in it yet
SOMEWHERE      a pointer that came back and is not NULL, where nothing says what it points at
Script         what a callback answers, one time after the other
NewHandle      a handle that is made, and prepared, for this call alone
Earlier        what an earlier call of the same test case left: a handle that it made, or a value
Derived        what is computed from what earlier calls left, once they were made
DESTROYED      under `rejects`, a handle that is destroyed before the call; in a case it is one of the two above
ANOTHER        under `rejects`, a callback that no earlier call was given; in a case it is a Script, or an Earlier
ANY            under `prepare`, a value that is generated; in a case it is one of the others
InState        under `rejects`, a handle in one of some states; in a case it is one of the two above
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from fractions import Fraction
from typing import TYPE_CHECKING

from abidance.contract.expression import Unavailable, length_text
from abidance.ir.layout import AddressConstant

if TYPE_CHECKING:
    from abidance.boundary.model.float_formats import Real


class Mark(Enum):
    """The values that are no data."""

    ROOM = "room"
    SOMEWHERE = "somewhere"
    DESTROYED = "destroyed"
    ANY = "any"
    ANOTHER = "another"

    @property
    def description(self) -> str:
        """Return what stands there, for messages about expressions that ask for its value."""
        return _DESCRIPTIONS[self]

    def get_field(self, name: str) -> object:
        """Return why a field has no value, for expressions that ask for one."""
        if self is Mark.ROOM:
            return Unavailable(f"`{name}` has no value before the call, which is to write it")
        return Unavailable(f"`{name}` cannot be read: its target is not described, or was not read")


_DESCRIPTIONS = {
    Mark.ROOM: "memory that the call is to write",
    Mark.SOMEWHERE: "a pointer to what is not described, or was not read",
    Mark.DESTROYED: "a handle that was destroyed",
    Mark.ANY: "a value that is generated",
    Mark.ANOTHER: "a callback that no earlier call was given",
}


class FixedText(bytes):
    """What an array in place holds, where a contract writes that out as text: what follows the NUL says nothing."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CallWithin:
    """A call that a callback makes in one of its turns, counted from 0, on the handle that it lasts as long as."""

    turn: int
    function: str
    arguments: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Script:
    """What a callback answers: the first time the first of `answers`, and from the last one on always that.

    One that returns nothing has no answers. `written` has, turn by turn as well, what it writes to memory that it is
    given, by the names of its parameters; nothing where it writes none.
    """

    answers: tuple[Value, ...] = ()
    written: tuple[dict[str, Value], ...] = ()
    calls: tuple[CallWithin, ...] = ()
    by_content: bool = False
    """Whether it answers by what it is given: its answers belong together, and come in no turns."""


ROOM = Mark.ROOM
SOMEWHERE = Mark.SOMEWHERE
DESTROYED = Mark.DESTROYED
ANY = Mark.ANY
ANOTHER = Mark.ANOTHER


class EnumeratorValue(int):
    """A number that knows the name it has in the header, for messages; otherwise a plain int."""

    name: str

    def __str__(self) -> str:
        return self.name


class HandleNumber(int):
    """A handle that is a number, and which one it is: what `call` of its plan left last, None for an unknown one."""

    call: int | None

    @classmethod
    def of(cls, number: int, call: int | None) -> HandleNumber:
        """Return the number of a handle."""
        made = cls(number)
        made.call = call
        return made


@dataclass(frozen=True, slots=True, eq=False)
class HandleAt:
    """A handle that is a pointer, and not NULL, or a record. Expressions tell two apart by their addresses, or bytes.

    Whoever compares answers does not: of these, any is as good as another, and as `SOMEWHERE`. `fields` are what it
    counts, where that is known, and the callbacks that it was given.
    """

    address: int
    fields: Mapping[str, object] = field(default_factory=dict)
    words: str = "not NULL"
    """What messages call it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HandleAt) or other is Mark.SOMEWHERE

    def __hash__(self) -> int:
        return hash(Mark.SOMEWHERE)

    def __str__(self) -> str:
        return self.words

    __repr__ = __str__

    def get_field(self, name: str) -> object:
        """Return what is known of it; or why a field has no value, for expressions that ask for one."""
        if name in self.fields:
            return self.fields[name]
        records = (of for of, each in self.fields.items() if isinstance(each, Mapping) and name in each)
        for record in records:
            where = f"`{record}`, in which it was given: write `{record}.{name}`"
            return Unavailable(f"`{name}` is no field of the handle, but of {where}")
        return Mark.SOMEWHERE.get_field(name)


@dataclass(frozen=True, slots=True, eq=False)
class CountingHandle:
    """A handle of which nothing is seen but what it counts."""

    fields: Mapping[str, object]

    def __str__(self) -> str:
        return "not NULL"

    __repr__ = __str__

    def get_field(self, name: str) -> object:
        """Return what it counts; or why a field has no value, for expressions that ask for one."""
        return self.fields[name] if name in self.fields else Mark.SOMEWHERE.get_field(name)


def with_fields(value: object, fields: Mapping[str, object]) -> object:
    """Return a handle that is a pointer or a record with more that expressions see of it; its own come first."""
    if isinstance(value, Mapping):
        return {**fields, **value}
    if isinstance(value, HandleAt):
        return replace(value, fields={**fields, **value.fields})
    return value if value is None or isinstance(value, int) else CountingHandle(fields)


def named(value: Real, names: Mapping[int, str] | None, *, truth: bool = False) -> Real:
    """Return a number as messages show it: true and false with `truth`, or by one of `names`."""
    if truth and value in (0, 1):
        return bool(value)
    name = names.get(int(value)) if names and isinstance(value, int) else None
    if name is None:
        return value
    made = EnumeratorValue(value)
    made.name = name
    return made


@dataclass(frozen=True, slots=True)
class InState:
    """A handle in one of some states, of which the contract says that a call refuses it; or a `lawful` one of its."""

    states: tuple[str, ...]
    lawful: bool = False


@dataclass(frozen=True, slots=True)
class CallOn:
    """A call that is made on a handle before the call under test, which leaves the handle itself out.

    `state` holds what the described fields of a handle that the caller allocates are set to before this call.
    """

    function: str
    arguments: dict[str, Value]
    state: dict[str, Value] = field(default_factory=dict)
    rejects: str = ""
    """What it is refused for, where that leads the handle to a state; empty for a valid call."""


@dataclass(frozen=True, slots=True)
class NewHandle:
    """A handle and the arguments that it is created with.

    `state` holds what a caller-allocated handle's described fields are set to before the call. One that is
    `destroyed` is so just before the call, which the contract says refuses it. `calls` are made on it once it is
    prepared, to bring it into a state in which the call under test is lawful, or into one `within` which it is refused.
    `prepared` are the calls of `prepare`, where values of theirs are generated. `creator` is the function that creates
    it, where that is not the first of those that may.
    """

    handle: str
    arguments: dict[str, Value]
    state: dict[str, Value] = field(default_factory=dict)
    destroyed: bool = False
    calls: tuple[CallOn, ...] = ()
    within: tuple[str, ...] = ()
    prepared: tuple[CallOn, ...] = ()
    creator: str = ""

    def seen(self) -> dict[str, Value]:
        """Return what expressions see of it: its fields, and what it was prepared with, by the names of parameters."""
        return {**{name: v for each in self.prepared for name, v in each.arguments.items()}, **self.state}


@dataclass(frozen=True, slots=True)
class Earlier:
    """What step `call` of a sequence left: its ``result``, or what one of its parameters points at.

    Of a callback and its user data it is what that step was given; `destroyed_by` is the step that has taken it back.

    `handle` is the kind of handle that it is; empty for any other value. `state` is as in NewHandle. `destroyed_by`
    is the step that has destroyed it since, of a call that the contract says refuses it; 0 for one that is alive.
    `most` is how much a length can be: what it sizes is generated before it is known. `within` is as in NewHandle.
    Where a call makes a handle in the caller's memory, one that `renews` stands for the memory of that handle, which
    was destroyed: it is made there anew, with `state` set.
    `goes_on` are the windows among its fields, and among the parameters of the call, in which the call goes on where
    the last one ended, with what `state`, or the parameter, has for them behind that. `created` are the numbers that it
    was created with, as far as the contract says that expressions see them.
    """

    call: int
    path: str
    handle: str = ""
    state: dict[str, Value] = field(default_factory=dict)
    destroyed_by: int = 0
    most: int | None = None
    within: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    renews: bool = False
    created: dict[str, Value] = field(default_factory=dict)

    @property
    def origin(self) -> tuple[int, str]:
        """Return the call that left it, and where."""
        return self.call, self.path


def used_handle(arguments: Mapping[str, Value]) -> Earlier | None:
    """Return the first handle that a call of a sequence is given: windows among its parameters go on with that."""
    given = (v for v in arguments.values() if isinstance(v, Earlier) and v.handle and not v.renews)
    return next(given, None)


@dataclass(frozen=True, slots=True)
class Derived:
    """What an expression over what earlier calls of the same test case left comes to.

    `names` are the calls that it looks at, by what `text` calls them; a law's expression looks at what the law is
    given, too. `value` is what it came to when the calls before were last made; before that, a value that is passed
    where what they leave does not fit, or SOMEWHERE, where there is none.
    """

    text: str
    names: tuple[tuple[str, int], ...] = ()
    value: Value = Mark.SOMEWHERE

    @property
    def length(self) -> Derived:
        """Return how long it is, of a buffer that has another number for its length; NULL has none."""
        return Derived(length_text(self.text), self.names)


Value = (
    int
    | float
    | Fraction
    | bytes
    | list["Value"]
    | dict[str, "Value"]
    | None
    | Mark
    | AddressConstant
    | NewHandle
    | Earlier
    | Derived
    | Script
    | InState
)
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a sequence; in a law, `name` is what the contract calls it.

    `rejects` is the text of the clause that promises that the call is refused; empty for a valid one. The call is made
    `times` times in a row, with the same arguments: not at all when that is 0. `repeated` and `when` say how often, and
    on what condition, where that is derived from what is given or was left. `library` is whose function it is, where a
    law is about several libraries. `told` as of a case. `goes_on` are the windows, fields and parameters, in
    which it goes on with nothing more when it is made once more. `said` are the parameters that a law gives it, where
    functions tell how long some of them are: these are passed whole. `refuses` as of a case.
    """

    function: str
    arguments: Values
    name: str = ""
    rejects: str = ""
    times: int = 1
    repeated: Derived | None = None
    when: Derived | None = None
    library: str = ""
    told: Mapping[str, int | None] = field(default_factory=dict)
    goes_on: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    refuses: int = 0

    @property
    def derived(self) -> tuple[Derived, ...]:
        """Return what of the call is known only when those before it were made."""
        conditions = (each for each in (self.when, self.repeated) if each is not None)
        fields = (each for v in self.arguments.values() for each in derived_fields(v).values())
        whole = (each for each in self.arguments.values() if isinstance(each, Derived))
        return (*conditions, *whole, *fields)

    @property
    def known(self) -> Values:
        """Return the arguments with what was derived in place of how."""
        return {n: _known(v) for n, v in self.arguments.items()}


def derived_fields(value: Value) -> dict[str, Derived]:
    """Return the fields of a record, or of a handle that the caller allocates, that are derived."""
    fields = value.state if isinstance(value, Earlier) else value if isinstance(value, dict) else {}
    return {name: each for name, each in fields.items() if isinstance(each, Derived)}


def _known(value: Value) -> Value:
    if isinstance(value, Derived):
        return value.value
    if isinstance(value, dict) and derived_fields(value):
        return {name: _known(each) for name, each in value.items()}
    if isinstance(value, Earlier) and any(isinstance(each, Derived) for each in value.state.values()):
        return replace(value, state={n: _known(each) for n, each in value.state.items()})
    return value


PIECE = "#"
"""Stands in the name of a step that is made for a piece, behind that of the law's step and before its number."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test case: the arguments of the function under test, and how its memory is laid out.

    A sequence has its calls in `steps`; `function` is then what it is about, a handle or a law, and `arguments`
    are the values that a law is given.

    `flush` is 0 when every block ends at its guard page and 1 when it begins there; `fill` is the byte that
    out memory holds before the call. `shift` tells how far pointers that need not be aligned are from it: one
    digit of base 16 for each in turn, the lowest first. `refuses` is the number of the block of those that the function
    asks of the heap that it is refused; below 0, so are all after it. `overlap` is a parameter, another that it may
    overlap, and how many bytes it begins after that one. `changed` is a parameter that another thread changes during
    the call, before which of the times that it is read again, and to what value. With `secrets`, copies of what the
    contract says is `secret` are looked for when the calls are over.
    """

    function: str
    arguments: Values
    flush: int = 0
    fill: int = 0xA5
    beside: Values | None = None
    """What the function is given on other threads at the same time, where it is."""
    steps: tuple[Step, ...] = ()
    shift: int = 0
    refuses: int = 0
    overlap: tuple[str, str, int] | None = None
    changed: tuple[str, int, Value] | None = None
    secrets: bool = False
    told: Mapping[str, int | None] = field(default_factory=dict)
    """What functions have told that say how much room the call is given, by their calls; None where none may be asked.

    That is found out for each run.
    """
    said: tuple[str, ...] = ()
    """As of a step: the parameters that an example gives, until it is known how the others have to be for that."""


OPAQUE_ADDRESSES = tuple(AddressConstant(0x6ABD_0000_1000 + 0x1000 * number) for number in range(3))
"""Pointers that a library is given to keep and not to follow: nothing lies there, so that one that does is found."""
