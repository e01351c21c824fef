"""What C types are made of: the one place that knows of each kind of type what is inside it.

Whatever looks for something in a type, counts or collects goes through here; only what does another thing with each
kind, such as to spell or to pass it, tells the kinds apart itself.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

from abidance.ir.types import Array, EnumRef, FunctionType, Pointer, Qualified, RecordRef, TypedefRef, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from abidance.ir.types import Type


class Typed(Protocol):
    """A typedef or field. What a witness does not know is the member of an `Enum` that says so."""

    @property
    def type(self) -> Type | Enum:
        """Return the type, if it is known."""


class WithFields(Protocol):
    """A record. `fields` is None where it is incomplete."""

    @property
    def fields(self) -> tuple[Typed, ...] | Enum | None:
        """Return the fields, if they are known."""


class Names(Protocol):
    """What the names in types stand for: a header's declarations, or the facts of a witness."""

    @property
    def typedefs(self) -> Mapping[str, Typed]:
        """Return the typedefs by name."""

    @property
    def records(self) -> Mapping[str, WithFields]:
        """Return the records by key."""


WRAPPERS = frozenset((TypedefRef, Qualified))
"""What a type may be behind, and C does not tell apart from it."""
_NAMED = frozenset((TypedefRef, RecordRef, EnumRef))


def children(type_: Type) -> tuple[Type, ...]:
    """Return the types that a type is written with: of a function its result first, of a name none."""
    match type_:
        case Pointer(of) | Qualified(of) | Array(of) | Vector(of):
            return (of,)
        case FunctionType(returns, parameters):
            return (returns, *parameters)
    return ()


def rebuilt(type_: Type, change: Callable[[Type], Type]) -> Type:
    """Return a type with another one in place of each of its children."""
    match type_:
        case Pointer(to):
            return Pointer(change(to))
        case Qualified(of, qualifiers):
            inner = change(of)
            if isinstance(inner, Qualified):
                return Qualified(inner.of, inner.qualifiers | qualifiers)
            return Qualified(inner, qualifiers)
        case Array(of, count, text):
            return Array(change(of), count, text)
        case Vector(of, text, attribute):
            return Vector(change(of), text, attribute)
        case FunctionType(returns, parameters, variadic, prototype, names):
            return FunctionType(change(returns), tuple(map(change, parameters)), variadic, prototype, names)
    return type_


def walk(type_: Type) -> Iterator[Type]:
    """Yield a type and all that it is written with, each before what is inside it."""
    waiting = [type_]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += children(each)[::-1]


def references(type_: Type) -> Iterator[str]:
    """Yield the keys of records and enums, and the names of typedefs, that a type is written with."""
    for each in walk(type_):
        if isinstance(each, RecordRef | EnumRef):
            yield each.key
        elif isinstance(each, TypedefRef):
            yield each.name


def parts(type_: Type, names: Names) -> tuple[Type, ...]:
    """Return what is inside a type: its children, what a typedef stands for, the types of a record's fields."""
    match type_:
        case TypedefRef(name):
            typedef = names.typedefs.get(name)
            return () if typedef is None else _known((typedef,))
        case RecordRef(key):
            record = names.records.get(key)
            return _known(record.fields) if record is not None and isinstance(record.fields, tuple) else ()
    return children(type_)


def reach(roots: Iterable[Type], names: Names, closed: Collection[str] = ()) -> Iterator[Type]:
    """Yield all that types are made of, point at or pass to what they call, each name once and before what is in it.

    Into the records `closed` it does not look. An object that stands at several places is yielded once.
    """
    met: set[Type] = set()
    passed: dict[
        int, Type
    ] = {}  # by identity, which is one's own while it is held: to hash is to walk through it
    # A list of its own rather than recursion: a linked list of record types may be as long as it likes.
    waiting = [*roots][::-1]
    while waiting:
        each = waiting.pop()
        if id(each) in passed:
            continue
        passed[id(each)] = each
        if type(each) in _NAMED:
            if each in met:
                continue
            met.add(each)
        yield each
        if not (isinstance(each, RecordRef) and each.key in closed):
            waiting += parts(each, names)[::-1]


def layers(type_: Type, typedefs: Mapping[str, Typed], *, elements: bool = False) -> Iterator[Type]:
    """Yield a type and what is behind its outermost typedefs and qualifiers, one after the other.

    With `elements`, an array's are what is behind it. A name of which nothing is known is the last.
    """
    met: set[str] = set()
    while True:
        yield type_
        match type_:
            case Qualified(of):
                type_ = of
            case TypedefRef(name) if name not in met:
                met.add(name)
                behind = typedefs.get(name)
                if behind is None or isinstance(behind.type, Enum):
                    return
                type_ = behind.type
            case Array(of) if elements:
                type_ = of
            case _:
                return


def bare(type_: Type, typedefs: Mapping[str, Typed], *, elements: bool = False) -> Type:
    """Return the last of a type's `layers`."""
    if elements or type(type_) in WRAPPERS:  # most types have none, and this is asked most of all
        *_, type_ = layers(type_, typedefs, elements=elements)
    return type_


def is_const(type_: Type, typedefs: Mapping[str, Typed]) -> bool:
    """Tell whether an object of this type may not be written, elements of an array included (C11 6.7.3p6, p9)."""
    around = layers(type_, typedefs, elements=True)
    return any(isinstance(each, Qualified) and "const" in each.qualifiers for each in around)


def unqualified(type_: Type) -> Type:
    """Return a type without what qualifies it itself."""
    return bare(type_, {})


def plain(type_: Type, typedefs: Mapping[str, Typed]) -> Type:
    """Return a type without typedefs and qualifiers at any level; those of two compatible types are equal.

    Records and enums are compatible with themselves alone here (C11 6.2.7p1), and an old-style function with one
    that takes nothing.
    """
    type_ = rebuilt(bare(type_, typedefs), lambda each: plain(each, typedefs))
    if isinstance(type_, FunctionType):
        return FunctionType(type_.returns, type_.parameters, type_.variadic)
    return type_


def _known(all_: Iterable[Typed]) -> tuple[Type, ...]:
    return tuple(each.type for each in all_ if not isinstance(each.type, Enum))
