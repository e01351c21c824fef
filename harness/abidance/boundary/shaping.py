"""A C type and what the contract says of one place, to a shape."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary import shapes as s
from abidance.boundary.arithmetic import bit_width, vector_count
from abidance.boundary.calling_back import callback_shape
from abidance.boundary.handing import given_over, takes_over
from abidance.boundary.reals import format_of
from abidance.contract.expression import spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.binding.callback_source import CallbackKind
    from abidance.boundary.calling_back import Inside
    from abidance.boundary.problems import Problems
    from abidance.boundary.reals import Format
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FieldPromise, TypePromise
    from abidance.contract.model.places import Place
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations, Field
    from abidance.ir.layout import Layouts
    from abidance.ir.layout import Scalar as Number

DEEPEST = 8
"""Records nested in records further than this are left zero: types may refer to themselves."""
BYTE = s.Scalar("int", 1, 1, signed=False, spelling="unsigned char", lowest=0, highest=255)


class Shaper:
    """Makes shapes for one boundary. What is wrong goes to `problems`; a shape comes back all the same."""

    def __init__(
        self,
        declarations: Declarations,
        layouts: Layouts,
        promises: Mapping[str, TypePromise],
        handles: Mapping[str, c.Type],
        problems: Problems,
        texts: Mapping[str, bytes],
    ) -> None:
        self.declarations = declarations
        self.layouts = layouts
        self.constants: dict[str, int | bytes] = {**layouts.constants, **texts}
        self.problems = problems
        self._promises = promises
        self._handles = handles
        self._used: set[str] = set()
        self.callbacks: dict[c.FunctionType, int] = {}
        """The types of functions that libraries call, each with the number of its kind."""
        self.kinds: dict[int, CallbackKind] = {}
        self.inside: Inside = []
        """What expressions about the invocations of callbacks name, until it can be looked for."""

    def text(self, type_: c.Type) -> str:
        """Return a type as C source."""
        return spell(type_, "", self.declarations)

    def shape(
        self, type_: c.Type, place: Place | None, declared: Span, direction: s.Direction, depth: int = 0
    ) -> s.Shape:
        """Return the shape of a value that is no pointer with a clause of its own."""
        resolved = self.declarations.resolve(type_)
        match resolved:
            case c.Void():
                return s.Nothing()
            case c.Basic() | c.Vector():
                return self._arithmetic(resolved, type_, place, declared)
            case c.EnumRef(key) if key in self.layouts.enums:
                return self._enum(key, type_, place, declared)
            case c.RecordRef(key) if key in self.layouts.records:
                return self.record(key, direction, depth)
            case c.Array(of, count, text):
                number = self.layouts.arrays.get(text, 0) if count is None else count
                inner = self.shape(of, None, declared, direction, depth + 1)
                return s.Array(inner, number, number * inner.size, inner.align)
            case c.Pointer(to):
                nullable = (place.nullable if place else None) or False
                calls = isinstance(self.declarations.resolve(to), c.FunctionType)
                return s.Opaque(
                    self.text(type_), nullable=nullable or True, said=nullable is not False, calls=calls
                )
        return s.Nothing()

    def _arithmetic(
        self, resolved: c.Basic | c.Vector, type_: c.Type, place: Place | None, declared: Span
    ) -> s.Shape:
        """Return the shape of an arithmetic type; `s.Nothing` for one whose values are not known here."""
        spelling = resolved.spelling if isinstance(resolved, c.Basic) else self.text(resolved)
        number = self.layouts.scalars.get(spelling)
        if number is None:
            return s.Nothing()
        match resolved:
            case c.Vector(of):
                element = self.shape(of, place, declared, s.Direction.IN)
                count = vector_count(resolved, number.size, element.size)
                return s.Array(element, count, number.size, number.align, self.text(type_))
            case c.Basic() if number.kind == "complex":
                part = c.Basic(spelling.removesuffix("_Complex").strip())
                each = self.shape(part, place, declared, s.Direction.IN)
                members = tuple(
                    s.Member(name, each, declared, offset=n * number.size // 2)
                    for n, name in enumerate(("real", "imag"))
                )
                return s.Record(self.text(type_), number.size, number.align, members, complex=True)
        if number.kind in {"int", "bool"} or spelling in {"float", "double"}:
            return self.scalar(number, type_, place, declared)
        if number.kind == "bitint" and (width := bit_width(spelling)):
            return self.scalar(number, type_, place, declared, width=width)
        if number.kind in {"float", "decimal"} and (format_ := format_of(spelling)):
            return self.scalar(number, type_, place, declared, format_=format_)
        return s.Nothing()

    def scalar(
        self,
        number: Number,
        type_: c.Type,
        place: Place | None,
        declared: Span,
        *,
        format_: Format | None = None,
        width: int = 0,
    ) -> s.Scalar:
        """Return the shape of a number with the contract's range or members."""
        real = number.kind in {"float", "decimal"}
        resolved = self.declarations.resolve(type_)
        if real:
            lowest, highest = float("-inf"), float("inf")
        elif number.kind == "bool":
            lowest, highest = 0, 1
        else:
            bits = (width or number.size * 8) - number.signed
            lowest, highest = -(1 << bits) if number.signed else 0, (1 << bits) - 1
        shape = s.Scalar(
            kind="bool" if number.kind == "bool" else "float" if real else "int",
            size=number.size,
            align=number.align,
            signed=number.signed,
            spelling=self.text(type_),
            lowest=lowest,
            highest=highest,
            char=resolved == c.Basic("char"),
            format=format_,
            width=width,
            basic=resolved.spelling if isinstance(resolved, c.Basic) else "",
        )
        return shape if place is None else self.limited(shape, place, declared)

    def limited(self, shape: s.Scalar, place: Place, declared: Span) -> s.Scalar:
        """Return a number's shape with `range` and `one_of` applied, when they fit its type."""
        if place.range is not None:
            bounds = [self.problems.constant(e, self.layouts.constants) for e in place.range]
            if None not in bounds:
                low, high = bounds
                assert low is not None
                assert high is not None
                if low > high or low < shape.lowest or high > shape.highest:
                    words = "is empty" if low > high else f"does not fit `{shape.spelling}`"
                    message = f"the range from {low} to {high} {words}"
                    self.problems.contradiction(message, place.value_span("range"), declared)
                else:
                    shape = replace(shape, lowest=low, highest=high, open=shape.kind == "enum")
        if place.one_of is not None:
            members = [self.problems.constant(e, self.layouts.constants) for e in place.one_of]
            numbers = tuple(m for m in members if m is not None)
            for expression, member in zip(place.one_of, members, strict=True):
                if member is not None and not shape.lowest <= member <= shape.highest:
                    message = f"`{expression.text}` does not fit `{shape.spelling}`"
                    self.problems.contradiction(message, expression.span, declared)
            shape = replace(shape, members=numbers, closed=True, open=False)
        return replace(shape, span=place.span)

    def _enum(self, key: str, type_: c.Type, place: Place | None, declared: Span) -> s.Scalar:
        enum = self.declarations.enums[key]
        promise = self._promises.get(key)
        names: dict[int, str] = {}
        for enumerator in enum.enumerators:
            value = self.layouts.constants.get(enumerator.name)
            if value is not None:
                names.setdefault(value, enumerator.name)
        shape = replace(
            self.scalar(self.layouts.enums[key], type_, None, declared),
            kind="enum",
            members=tuple(names),
            names=names,
            closed=promise is not None and promise.enum == "closed",
            open=promise is not None and promise.enum == "open",
            generate=promise.generate if promise is not None else None,
        )
        return shape if place is None else self.limited(shape, place, declared)

    def record(self, key: str, direction: s.Direction, depth: int = 0) -> s.Record:
        """Return the shape of a record, field by field."""
        record, layout = self.declarations.records[key], self.layouts.records[key]
        promise = self._promises.get(key)
        described = dict(promise.fields or {}) if promise else {}
        members: list[s.Member] = []
        for index, field in enumerate(record.fields or ()):
            found: list[s.Member] = []
            if field.name:
                member = self._field(key, field, described.get(field.name), direction, depth)
                found = [member] if member else []
            elif depth < DEEPEST and f"<{index}>" in layout.fields:
                found = self._anonymous(field, index, layout.fields[f"<{index}>"].offset, direction, depth)
            if record.kind == "union":
                found = [replace(m, within=(("", index), *m.within)) for m in found]
            members += found
        if promise is not None and key not in self._used:
            self._used.add(key)
            self._check_fields(key, promise, members)
        invariants = promise.invariants if promise else ()
        generate = promise.generate if promise else None
        return s.Record(
            record.spelling or key, layout.size, layout.align, tuple(members), invariants, generate=generate
        )

    def _anonymous(
        self, field: Field, index: int, offset: int, direction: s.Direction, depth: int
    ) -> list[s.Member]:
        """Return the members of an anonymous record as the outer one's (C11 6.7.2.1p13)."""
        resolved = self.declarations.resolve(field.type)
        if not isinstance(resolved, c.RecordRef):
            return []
        inner = self.record(resolved.key, direction, depth + 1)
        return [
            replace(
                member,
                offset=member.offset + offset,
                bits=(member.bits[0] + 8 * offset, member.bits[1]) if member.bits else None,
                within=tuple((f"<{index}>{union}", which) for union, which in member.within),
            )
            for member in inner.members
        ]

    def _field(
        self, key: str, field: Field, promise: FieldPromise | None, direction: s.Direction, depth: int
    ) -> s.Member | None:
        place = self.layouts.records[key].fields.get(field.name)
        if place is None:
            return None
        bits = None
        if place.bit_offset is not None and place.bit_width is not None:
            bits = (place.bit_offset, place.bit_width)
        resolved = self.declarations.resolve(field.type)
        if isinstance(resolved, c.Array) and resolved.count is None and not resolved.size_text:
            return None  # a flexible array member has no bytes of its own (C11 6.7.2.1p18)
        if isinstance(resolved, c.Unsupported):
            return None
        shape: s.Shape
        if isinstance(resolved, c.Pointer) and promise is not None and promise.to:
            if depth < DEEPEST:
                shape = self._field_pointer(field, resolved, promise, direction, depth)
            else:
                # A type may refer to itself: here it ends, in NULL where that is lawful.
                shape = s.Opaque(self.text(field.type), nullable=promise.nullable or False, said=True)
        elif promise is not None and promise.callback:
            shape = self._field_callback(key, field, promise)
        elif isinstance(resolved, c.Pointer) and field.name in _user_data(self._promises.get(key)):
            shape = s.UserData(
                self.text(field.type), said=True, nullable=(promise.nullable or False) if promise else False
            )
        elif promise is not None and promise.handle:
            shape = s.Handle(promise.handle.text, promise.span, nullable=promise.nullable or False)
            self.known_handle(promise.handle)
        else:
            if promise is not None and promise.to:
                message = f"`{field.name}` does not point: it is a `{self.text(field.type)}`"
                self.problems.contradiction(message, promise.key_span("to"), field.span)
            shape = self.shape(field.type, promise, field.span, direction, depth + 1)
        if isinstance(shape, s.Nothing):
            return None  # such as a `va_list`: it stays zero, and is no field that a contract can name
        if bits is not None and isinstance(shape, s.Scalar):
            shape = _narrow(shape, bits[1])
        return s.Member(
            field.name,
            shape,
            field.span,
            promise.span if promise else None,
            offset=place.offset,
            bits=bits,
            generate=self.generated(promise, shape, field.span),
        )

    def _field_callback(self, key: str, field: Field, promise: FieldPromise) -> s.Shape:
        assert promise.callback is not None
        name, types = promise.user_data, {f.name: f.type for f in self.declarations.records[key].fields or ()}
        if name is not None and name.text not in types:
            places: dict[str, Span | None] = {
                f.name: f.span for f in self.declarations.records[key].fields or ()
            }
            self.problems.unknown("field", name.text, name.span, places, f"`{key}`")
        handed_on = (name, types.get(name.text)) if name is not None else None
        before = len(self.inside)
        shape = callback_shape(self, field.type, promise.callback, promise, handed_on, field.span)
        beside: dict[str, s.Shape] = {spelling(name): s.Nothing() for name in types}
        self.inside[before:] = [(each, {**beside, **own}) for each, own in self.inside[before:]]
        return shape

    def _field_pointer(
        self, field: Field, type_: c.Pointer, promise: FieldPromise, direction: s.Direction, depth: int
    ) -> s.Shape:
        assert promise.to is not None
        if promise.capacity is not None:
            way = s.Direction.INOUT if promise.length is not None and direction.read else s.Direction.OUT
            way = s.Direction.OUT if promise.length is None else way
        elif self.declarations.is_const(type_.to):
            way = s.Direction.IN
        else:
            way = direction
        if way.written and self.declarations.is_const(type_.to):
            message = f"`{field.name}` points at const memory, which nothing is written to"
            self.problems.contradiction(message, promise.key_span("capacity"), field.span)
        return self.pointer(type_, promise, promise.to, way, field.span, depth + 1)

    def generated(self, place: Place | None, shape: s.Shape, declared: Span) -> Name | None:
        """Return what makes up values at a place, or complain where none are made up."""
        if place is None or place.generate is None:
            return None
        if isinstance(shape, s.Handle | s.Opaque):
            words = "a handle" if isinstance(shape, s.Handle) else "a pointer at which nobody knows what"
            self.problems.contradiction(
                f"`generate` makes no values of {words}", place.key_span("generate"), declared
            )
        elif isinstance(shape, s.Pointer) and not shape.direction.read:
            message = "`generate` has no meaning here: what is only written has no value before the call"
            self.problems.contradiction(message, place.key_span("generate"), declared)
        return place.generate

    def _check_fields(self, key: str, promise: TypePromise, members: list[s.Member]) -> None:
        known: dict[str, Span | None] = {member.name: member.declared for member in members}
        spelled = {*map(spelling, known), *self.constants}
        for name, field in (promise.fields or {}).items():
            if name not in known:
                self.problems.unknown("field", name, field.span, known, f"`{key}`")
                continue
            for clause in (field.length, field.capacity, field.nullable):
                if clause is not None and not isinstance(clause, bool):
                    self.problems.names(clause, spelled)
        for invariant in promise.invariants:
            self.problems.names(invariant, spelled)

    def pointer(
        self,
        type_: c.Pointer,
        place: Place,
        what: Name,
        direction: s.Direction,
        declared: Span,
        depth: int = 0,
    ) -> s.Shape:
        """Return the shape of a pointer with `in`, `out`, `inout` or `to`."""
        target = self.declarations.resolve(type_.to)
        element: s.Shape
        match what.text:
            case "bytes" | "string":
                kind, element = s.What(what.text), BYTE
                if isinstance(target, c.Pointer):
                    message = (
                        f"this is a `{self.text(type_)}`: what it points at are pointers, not {what.text}"
                    )
                    self.problems.contradiction(message, what.span, declared)
                elif what.text == "string" and self._size(target) not in (1, None):
                    message = f"a string has elements of one byte, and this is a `{self.text(type_)}`"
                    self.problems.contradiction(message, what.span, declared)
            case "array":
                kind = s.What.ARRAY
                if isinstance(target, c.Void | c.FunctionType):
                    message = "`array` needs a pointer to elements of a known type; `bytes` fits a `void *`"
                    self.problems.contradiction(message, what.span, declared)
                    return s.Opaque(self.text(type_))
                element = self.shape(type_.to, None, declared, direction, depth)
            case _:
                kind = s.What.ONE
                named = self._named(what, type_, target, declared)
                element = self.shape(named, place, declared, direction, depth)
        if kind is s.What.ARRAY and isinstance(element, s.Scalar):
            element = self.limited(element, place, declared)
        if element.size == 0:
            message = (
                f"`{self.text(type_.to)}` is incomplete: what it points at has no size that is known here"
            )
            self.problems.contradiction(message, what.span, declared)
            return s.Opaque(self.text(type_))
        self._sized(kind, direction, place, what)
        handed = takes_over(place, direction)
        alloc, free = given_over(self, element, place, declared) if handed else ("", "")
        return s.Pointer(
            direction=direction,
            what=kind,
            element=element,
            span=place.span,
            length=place.length,
            capacity=place.capacity,
            nullable=False if place.nullable is None else place.nullable,
            encoding=place.encoding or "utf-8",
            limit=place.max,
            align_to=max(place.align or 1, self._alignment(target)),
            misaligned=place.misaligned is True,
            lifetime=self._lifetime(place),
            handed=handed,
            alloc=alloc,
            free=free,
        )

    def _lifetime(self, place: Place) -> str:
        """Return ``call``, ``static``, or the handle that memory lives as long as; nothing where nothing is said."""
        if place.lifetime is None:
            return ""
        text = place.lifetime.text.removeprefix("handle(").removesuffix(")")
        if text != place.lifetime.text and text not in self._handles:
            known: dict[str, Span | None] = dict.fromkeys(self._handles)
            self.problems.unknown("handle", text, place.lifetime.span, known, "`handles`")
        return text

    def _sized(self, kind: s.What, direction: s.Direction, place: Place, what: Name) -> None:
        """Refuse memory that has no size; a string that is given has its own, with the NUL."""
        needs_size = kind in (s.What.BYTES, s.What.ARRAY) or (kind is s.What.STRING and not direction.read)
        if not needs_size or place.length is not None or place.capacity is not None:
            return
        if not direction.written and place.max is not None:
            return
        clause = "capacity" if direction.written else "length"
        self.problems.add(
            Diagnostic(
                WRONG_VALUE,
                f"`{what.text}` without `{clause}`: nobody knows how much memory there is",
                (Label(what.span, f"add `{clause}: EXPRESSION`"),),
            )
        )

    def _named(self, what: Name, type_: c.Pointer, target: c.Type, declared: Span) -> c.Type:
        found = self.declarations.find_type(what.text)
        if found is None:
            known: dict[str, Span | None] = {n: t.span for n, t in self.declarations.typedefs.items()}
            known |= {key: record.span for key, record in self.declarations.records.items()}
            known |= dict.fromkeys(("bytes", "array", "string"))
            self.problems.unknown("type", what.text, what.span, known, "the header")
            return type_.to
        if not isinstance(target, c.Void) and not self._same(found, target):
            message = f"it points at a `{self.text(type_.to)}`, not at a `{what.text}`"
            self.problems.contradiction(message, what.span, declared)
            return type_.to
        return found

    def _same(self, one: c.Type, other: c.Type) -> bool:
        """Tell whether two types are the same behind their names, or numbers of one layout."""
        first, second = self.declarations.resolve(one), self.declarations.resolve(other)
        if first == second or (isinstance(first, c.Pointer) and self._alike(first, second)):
            return True
        return (
            isinstance(first, c.Basic)
            and isinstance(second, c.Basic)
            and self.layouts.scalars.get(first.spelling) == self.layouts.scalars.get(second.spelling)
        )

    def _size(self, target: c.Type) -> int | None:
        if isinstance(target, c.Basic) and target.spelling in self.layouts.scalars:
            return self.layouts.scalars[target.spelling].size
        return None

    def _alignment(self, target: c.Type) -> int:
        """Return how a caller's pointer to this is aligned, also where its memory is given as bytes."""
        match target:
            case c.Basic(spelling) if spelling in self.layouts.scalars:
                return self.layouts.scalars[spelling].align
            case c.EnumRef(key) if key in self.layouts.enums:
                return self.layouts.enums[key].align
            case c.RecordRef(key) if key in self.layouts.records:
                return self.layouts.records[key].align
        return 1

    def known_handle(self, name: Name) -> bool:
        """Complain about a handle that `handles` does not have; return whether it does."""
        if name.text in self._handles:
            return True
        known: dict[str, Span | None] = dict.fromkeys(self._handles)
        self.problems.unknown("handle", name.text, name.span, known, "`handles`")
        return False

    def bare(self, type_: c.Type) -> c.Type:
        """Return a type without names and without qualifiers of what it points at."""
        resolved = self.declarations.resolve(type_)
        return (
            c.Pointer(self.declarations.resolve(resolved.to)) if isinstance(resolved, c.Pointer) else resolved
        )

    def handles_of(self, type_: c.Type) -> Collection[str]:
        """Return the handles whose pointer type this is."""
        resolved = self.declarations.resolve(type_)
        return [name for name, handle in self._handles.items() if self._alike(resolved, handle)]

    def _alike(self, one: c.Type, other: c.Type) -> bool:
        one, other = self.declarations.resolve(one), self.declarations.resolve(other)
        if isinstance(one, c.Pointer) and isinstance(other, c.Pointer):
            return self._alike(one.to, other.to)
        return one == other


def _user_data(promise: TypePromise | None) -> set[str]:
    """Return the fields that are only handed on to a callback."""
    fields = promise.fields.values() if promise else ()
    return {field.user_data.text for field in fields if field.user_data is not None}


def _narrow(shape: s.Scalar, width: int) -> s.Scalar:
    """Return a bit-field's shape: its range is that of its width (C11 6.7.2.1p10)."""
    if shape.kind == "bool":
        return shape
    lowest, highest = (-(1 << (width - 1)), (1 << (width - 1)) - 1) if shape.signed else (0, (1 << width) - 1)
    members = tuple(m for m in shape.members if lowest <= m <= highest)
    return replace(
        shape, lowest=max(lowest, shape.lowest), highest=min(highest, shape.highest), members=members
    )
