"""A C type and what the contract says of one place, to a shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from abidance.binding.value_passing import type_mismatch_behind
from abidance.boundary.model import types as s
from abidance.boundary.model.ranges import NONE
from abidance.boundary.model.traversal import along, fields_of, has_pointers
from abidance.boundary.resolve.callback_files import with_files
from abidance.boundary.resolve.callbacks import callback_shape
from abidance.boundary.resolve.idle_clauses import LIMITS, check_idle
from abidance.boundary.resolve.names import check_elements
from abidance.boundary.resolve.numbers import arithmetic, enum, narrow
from abidance.boundary.resolve.packed_records import with_constants
from abidance.boundary.resolve.pointers import NO_FIELDS, pointer_shape
from abidance.boundary.resolve.tagged_pointers import tagged_pointer
from abidance.boundary.resolve.user_data import handed_to_callbacks
from abidance.boundary.resolve.variants import VariantReader
from abidance.boundary.resolve.windows import with_ranges, with_windows
from abidance.boundary.values.memory import is_byte
from abidance.contract.expression import spelling
from abidance.contract.language.owners import cases_of
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c
from abidance.ir.declarations import spell
from abidance.ir.layout import AddressConstant
from abidance.ir.traversal import layers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from abidance.binding.callback_source import CallbackKind
    from abidance.boundary.model.ranges import Ranges
    from abidance.boundary.resolve.callbacks import Inside
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import FieldPromise, TypePromise
    from abidance.contract.model.places import Element, Place
    from abidance.contract.model.variants import VariantPromise
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations, Field
    from abidance.ir.layout import Constant, Layouts

Fields = Mapping[str, "FieldPromise"]
"""What a contract says of a record's fields, by name or by path."""
DEEPEST = 8
"""Records nested in records further than this are left zero: types may refer to themselves."""


_POINTER_BITS = 64


@dataclass(eq=False)
class Shaper:
    """Makes shapes for one boundary. What is wrong goes to `problems`; a shape comes back all the same."""

    declarations: Declarations
    layouts: Layouts
    promises: Mapping[str, TypePromise]
    problems: Problems
    handles: Mapping[str, c.Type]
    """What each of them is: a pointer, or a number."""
    others: InitVar[Mapping[str, Constant]]
    callbacks: dict[tuple[c.FunctionType, int | None], int] = field(default_factory=dict)
    """The types of functions that libraries call, and which parameter is a format, each with the number of its kind."""
    kinds: dict[int, CallbackKind] = field(default_factory=dict)
    inside: Inside = field(default_factory=list)
    """What expressions about the invocations of callbacks name, until it can be looked for."""
    invalid: Mapping[str, Ranges] = field(default_factory=dict)
    """The numbers that are none, of handles that are numbers."""
    in_memory: Mapping[str, str] = field(default_factory=dict)
    """The records that handles are which the caller allocates, by the handles' names."""
    created_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The numbers that handles are created with, as far as expressions see them."""
    none_of: Mapping[str, AddressConstant] = field(default_factory=dict)
    """The pointer that stands for none, in place of NULL, of handles that are pointers."""
    parameters: Mapping[str, Span] = field(default_factory=dict)
    """Those of the function that is joined."""
    constants: dict[str, Constant] = field(init=False)
    _used: set[str] = field(default_factory=set)
    _refused: set[str] = field(default_factory=set)

    def __post_init__(self, others: Mapping[str, Constant]) -> None:
        """Take the macros that are texts, fractions and pointers for constants, too."""
        self.constants = {**self.layouts.constants, **others}

    def text(self, type_: c.Type) -> str:
        """Return a type as C source."""
        return spell(type_, "", self.declarations)

    def shape(
        self,
        type_: c.Type,
        place: Place | Element | None,
        declared: Span,
        direction: s.Direction,
        depth: int = 0,
        inside: Fields = NO_FIELDS,
    ) -> s.Shape:
        """Return the shape of a value that is no pointer with a clause of its own; `inside` has those on its fields."""
        inside = {**inside, **place.fields} if place is not None else inside
        resolved = self.declarations.resolve(type_)
        if isinstance(type_, c.TypedefRef) and (
            other := type_mismatch_behind(type_, self.declarations, self.layouts)
        ):
            self._refuse(other.subject, other.reason, self.declarations.typedefs[other.subject].span)
        match resolved:
            case c.Unsupported(name, reason) if reason.startswith("the attribute"):
                self._refuse(name, reason, declared)
            case c.Void():
                return s.NothingShape()
            case c.Basic() | c.Vector():
                return arithmetic(self, resolved, type_, place, declared)
            case c.EnumRef(key) if key in self.layouts.enums:
                return enum(self, key, type_, place, declared)
            case c.RecordRef(key) if key in self.layouts.records:
                return self.record(key, direction, depth, inside)
            case c.Array(of, count, text):
                number = self.layouts.arrays.get(text, 0) if count is None else count
                limits = place if place is not None and any(map(place.says, LIMITS)) else None
                inner = self.shape(of, limits, declared, direction, depth + 1, inside)
                return s.ArrayShape(inner, number, number * inner.size, inner.align)
            case c.Pointer(to):
                nullable = (place.nullable if place else None) or False
                calls = isinstance(self.declarations.resolve(to), c.FunctionType)
                return s.OpaqueShape(
                    self.text(type_), nullable=nullable or True, said=nullable is not False, calls=calls
                )
        return s.NothingShape()

    def record(
        self, key: str, direction: s.Direction, depth: int = 0, inside: Fields = NO_FIELDS
    ) -> s.RecordShape:
        """Return the shape of a record, field by field; `inside` are clauses that the record around it has on them."""
        record, layout = self.declarations.records[key], self.layouts.records[key]
        if record.foreign:
            words = f"what `{record.foreign}` makes of its fields is not known"
            self._refuse(record.spelling or key, words, record.span)
        promise = self.promises.get(key)
        described = {**(promise.fields if promise else {}), **inside}
        members: list[s.Member] = []
        for index, declared in enumerate(record.fields or ()):
            found: list[s.Member] = []
            if declared.name:
                member = self._field(key, declared, described, direction, depth)
                found = [member] if member else []
            elif f"<{index}>" in layout.fields:
                found = self._anonymous(
                    declared, index, layout.fields[f"<{index}>"].offset, direction, depth, described
                )
            if record.kind == "union":
                found = [replace(m, within=(("", index), *m.within)) for m in found]
            members += found
        new = promise is not None and key not in self._used
        problems = self.problems if new or inside else None
        members = with_ranges(members, described, problems)
        members = with_windows(members, described, problems)
        members = with_files(members, problems)
        if promise is not None and new:
            if not inside:
                self._used.add(key)
            self.check_fields(key, promise.fields, members)
            for invariant in promise.invariants:
                self.problems.names(invariant, {*(spelling(m.name) for m in members), *self.constants})
        variants, told, conditions = VariantReader(key, record.span, self.constants, self.problems).read(
            promise.variants if promise else (), tuple(members)
        )
        return s.RecordShape(
            record.spelling or key,
            layout.size,
            layout.align,
            told,
            (*(promise.invariants if promise else ()), *conditions),
            generate=promise.generate if promise else None,
            variants=variants,
        )

    def _anonymous(
        self, field: Field, index: int, offset: int, direction: s.Direction, depth: int, described: Fields
    ) -> list[s.Member]:
        """Return the members of an anonymous record as the outer one's (C11 6.7.2.1p13)."""
        resolved = self.declarations.resolve(field.type)
        if not isinstance(resolved, c.RecordRef):
            return []
        inner = self.record(resolved.key, direction, depth + 1, described)
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
        self, key: str, field: Field, described: Fields, direction: s.Direction, depth: int
    ) -> s.Member | None:
        promise = described.get(field.name)
        place = self.layouts.records[key].fields.get(field.name)
        if place is None:
            return None
        bits = None
        if place.bit_offset is not None and place.bit_width is not None:
            bits = (place.bit_offset, place.bit_width)
        resolved = self.declarations.resolve(field.type)
        if isinstance(resolved, c.Array) and resolved.count is None and not resolved.size_text:
            # A flexible array member has no bytes of its own (C11 6.7.2.1p18).
            tail = promise is not None and promise.length is not None
            if not tail:
                return None
            beside = [spelling(each.name) for each in self.declarations.records[key].fields or ()]
            return self._tail(field, resolved, promise, place.offset, direction, depth, beside)
        if isinstance(resolved, c.Unsupported):
            if resolved.reason.startswith("the attribute"):
                self._refuse(f"{key}.{field.name}", resolved.reason, field.span)
            return None
        if isinstance(resolved, c.Basic) and bits is None and self._has_other_size(resolved, place.size):
            self._refuse(
                f"{key}.{field.name}", f"it has {place.size} bytes, and no `{resolved.spelling}`", field.span
            )
        shape = None
        if isinstance(resolved, c.Pointer):
            shape = self._pointer_field(key, field, resolved, promise, described, direction, depth)
        shape = shape or self._other_field(key, field, promise, described, direction, depth)
        if promise is not None and promise.length and not promise.to:
            message = f"`length` has no meaning without `to`: `{field.name}` is no flexible array member"
            self.problems.contradiction(message, promise.key_span("length"), field.span)
        if promise is not None and promise.user_data is not None and promise.callback is None:
            shape = handed_to_callbacks(shape, self._handed_on(key, promise.user_data), self)
        if isinstance(shape, s.NothingShape):
            return None  # such as a `va_list`: it stays zero, and is no field that a contract can name
        if depth < DEEPEST:
            check_idle(f"`{field.name}`", promise, shape, self.text(field.type), field.span, self.problems)
        if bits is not None and isinstance(shape, s.ScalarShape):
            shape = narrow(shape, bits[1])
        return s.Member(
            field.name,
            shape,
            field.span,
            promise.span if promise else None,
            offset=place.offset,
            bits=bits,
            generate=self.generated(promise, shape, field.span),
        )

    def _pointer_field(
        self,
        key: str,
        field: Field,
        pointer: c.Pointer,
        promise: FieldPromise | None,
        described: Fields,
        direction: s.Direction,
        depth: int,
    ) -> s.Shape | None:
        """Return the shape of a pointer of which the contract says what it leads to; None of another one."""
        nullable = (promise.nullable or False) if promise else False
        if promise is not None and promise.to:
            if depth >= DEEPEST:
                # A type may refer to itself: here it ends, in NULL where that is valid.
                return s.OpaqueShape(self.text(field.type), nullable=nullable, said=True)
            ended = any(each.end_of and each.end_of.text == field.name for each in described.values())
            below = _below(described, field.name)
            return self._field_pointer(field, pointer, promise, direction, depth, below, ended=ended)
        tagged = self._tagged(key, field)
        if tagged is not None:
            return self._tagged_field(field, pointer, tagged, promise, direction, depth)
        if promise is not None and promise.end_of is not None:
            return s.EndShape(promise.end_of.text, self.text(field.type), promise.span)
        if promise is not None and promise.callback:
            return self._field_callback(key, field, promise)
        if promise is not None and promise.opaque:
            return s.OpaqueAddressShape(self.text(field.type), nullable=nullable, said=True)
        if field.name in _user_data(described):
            return s.UserDataShape(self.text(field.type), said=True, nullable=nullable)
        return None

    def _other_field(
        self,
        key: str,
        field: Field,
        promise: FieldPromise | None,
        described: Fields,
        direction: s.Direction,
        depth: int,
    ) -> s.Shape:
        """Return the shape of a field that is no pointer, or one of which the contract does not say where it leads."""
        if promise is not None and promise.callback:
            return self._field_callback(key, field, promise)
        if promise is not None and promise.handle:
            nullable = promise.nullable or False
            if self.known_handle(promise.handle):
                return self.handle(promise.handle.text, promise.span, nullable=nullable)
            return s.OpaqueShape(self.text(field.type), nullable=nullable)
        for clause in ("to", "end_of", "opaque"):
            if promise is not None and promise.says(clause):
                message = f"`{field.name}` is not a pointer: it is a `{self.text(field.type)}`"
                self.problems.contradiction(message, promise.key_span(clause), field.span)
        return self.shape(
            field.type, promise, field.span, direction, depth + 1, _below(described, field.name)
        )

    def _tail(
        self,
        field: Field,
        array: c.Array,
        promise: FieldPromise | None,
        offset: int,
        direction: s.Direction,
        depth: int,
        beside: Iterable[str],
    ) -> s.Member:
        """Return a flexible array member, whose elements lie at the end of their record."""
        assert promise is not None
        assert promise.length is not None
        of = self.shape(array.of, promise, field.span, direction, depth + 1)
        if has_pointers(of):
            message = (
                "the elements of a flexible array member are pointers, and a contract cannot say to what"
            )
            self.problems.contradiction(message, promise.span, field.span)
        if promise.records is not None:
            message = "records one behind the other are not looked at in a flexible array member"
            labels = (Label(promise.records.span), Label(field.span))
            remedy = "leave `records` out: it is bytes, or an array"
            self.problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))
        shape = s.PointerShape(
            direction,
            s.What.BYTES if is_byte(of) else s.What.ARRAY,
            of,
            promise.span,
            length=with_constants(self, promise.length, beside),
            capacity=promise.capacity,
            limit=promise.max,
            tail=True,
            size=0,
            align=of.align,
        )
        generate = self.generated(promise, shape, field.span)
        return s.Member(field.name, shape, field.span, promise.span, offset=offset, generate=generate)

    def _has_other_size(self, basic: c.Basic, size: int) -> bool:
        number = self.layouts.scalars.get(basic.spelling)
        return number is not None and number.size != size

    def _refuse(self, name: str, reason: str, declared: Span) -> None:
        """Complain, once, about what the compiler makes of the header's words: values of it would be wrong."""
        if name in self._refused:
            return
        self._refused.add(name)
        message = f"`{name}` cannot be passed or read: {reason}"
        help_ = "leave out the functions that take it, and the others can be tested"
        self.problems.add(Diagnostic(TYPE_REFUSED, message, (Label(declared),), help=help_))

    def _field_callback(self, key: str, field: Field, promise: FieldPromise) -> s.Shape:
        assert promise.callback is not None
        handed_on = None if promise.user_data is None else self._handed_on(key, promise.user_data)
        before = len(self.inside)
        shape = callback_shape(self, field.type, promise.callback, promise, handed_on, field.span)
        fields = self.declarations.records[key].fields or ()
        beside: dict[str, s.Shape] = {spelling(each.name): s.NothingShape() for each in fields}
        self.inside[before:] = [(each, {**beside, **own}) for each, own in self.inside[before:]]
        return shape

    def _handed_on(self, key: str, name: Name) -> tuple[Name, c.Type | None]:
        """Return the field whose value comes back to callbacks, with its type; complain where there is none."""
        fields = {each.name: each for each in self.declarations.records[key].fields or ()}
        if name.text not in fields:
            places: dict[str, Span | None] = {each.name: each.span for each in fields.values()}
            self.problems.unknown("field", name.text, name.span, places, f"`{key}`")
            return name, None
        return name, fields[name.text].type

    def _field_pointer(
        self,
        field: Field,
        type_: c.Pointer,
        promise: FieldPromise,
        direction: s.Direction,
        depth: int,
        inside: Fields,
        *,
        ended: bool,
    ) -> s.Shape:
        assert promise.to is not None
        if promise.capacity is not None:
            way = s.Direction.INOUT if promise.length is not None and direction.read else s.Direction.OUT
            way = s.Direction.OUT if promise.length is None else way
        elif self.declarations.is_const(type_.to):
            way = s.Direction.IN
        elif direction is s.Direction.OUT and (
            promise.to.text == s.What.STRING or promise.ended_by is not None
        ):
            way = s.Direction.IN  # what has an end of its own, and no room, the library leaves
        else:
            way = direction
        if way.written and self.declarations.is_const(type_.to):
            message = f"`{field.name}` points to const memory, which is never written"
            self.problems.contradiction(message, promise.key_span("capacity"), field.span)
        to, deeper = promise.to, depth + 1
        return pointer_shape(self, type_, promise, to, way, field.span, deeper, ended=ended, inside=inside)

    def _tagged(self, key: str, field: Field) -> VariantPromise | None:
        """Return what says that a tag beside a pointer tells what it leads to."""
        promise = self.promises.get(key)
        variants = promise.variants if promise is not None else ()
        return next((v for v in variants if v.pointer is not None and v.pointer.text == field.name), None)

    def _tagged_field(
        self,
        field: Field,
        type_: c.Pointer,
        variant: VariantPromise,
        promise: FieldPromise | None,
        direction: s.Direction,
        depth: int,
    ) -> s.Shape:
        for clause in ("end_of", "handle", "callback", "nullable"):
            if promise is not None and promise.says(clause):
                message = f"what `{field.name}` leads to says its `variant`, and `{clause}` goes there"
                self.problems.contradiction(message, promise.key_span(clause), variant.span)
        if depth >= DEEPEST:
            return s.OpaqueShape(self.text(field.type), nullable=True, said=True)
        # What a call leaves in a record that it fills is only read.
        way = direction if direction is s.Direction.INOUT else s.Direction.IN
        way = s.Direction.IN if self.declarations.is_const(type_.to) else way
        return tagged_pointer(self, type_, variant, way, field.span, depth + 1)

    def generated(self, place: Place | None, shape: s.Shape, declared: Span) -> Name | None:
        """Return what generates values at a place, or complain where none are generated."""
        if place is not None and place.like is not None and not isinstance(shape, s.PointerShape):
            message = "`like` has no meaning here: it is the form of a `string` or of `bytes`"
            self.problems.contradiction(message, place.key_span("like"), declared)
        if place is None or place.generate is None:
            return None
        if isinstance(shape, s.HandleShape | s.OpaqueShape):
            words = "a handle" if isinstance(shape, s.HandleShape) else "a pointer with an unknown target"
            self.problems.contradiction(
                f"`generate` cannot supply {words}", place.key_span("generate"), declared
            )
        elif isinstance(shape, s.PointerShape) and not shape.direction.read:
            message = "`generate` has no meaning here: a parameter that is only written has no value before the call"
            self.problems.contradiction(message, place.key_span("generate"), declared)
        return place.generate

    def check_fields(self, key: str, fields: Fields, members: Sequence[s.Member]) -> None:
        """Complain about fields that a record has not, and about names in their clauses that lie not beside them."""
        known: dict[str, Span | None] = {member.name: member.declared for member in members}
        spelled = {*map(spelling, known), *self.constants}
        for name, said in fields.items():
            if "." in name:
                self._check_path(key, name, said, tuple(members))
                continue
            if name not in known:
                self.problems.unknown("field", name, said.span, known, f"`{key}`")
                continue
            for clause in _conditions(said):
                self.problems.names(clause, spelled)
            if said.of is not None:
                check_elements(said.of, tuple(members), spelled, self.problems)

    def _check_path(self, key: str, name: str, said: FieldPromise, members: tuple[s.Member, ...]) -> None:
        """Complain about a field of a field that is not there, and about names that do not lie beside it."""
        *outer, last = name.split(".")
        reached = [*along(members, outer)]
        around = fields_of(reached[-1].shape) if len(reached) == len(outer) else ()
        known: dict[str, Span | None] = {member.name: member.declared for member in around or members}
        if not around or last not in known:
            self.problems.unknown("field", name, said.span, known, f"`{key}`")
            return
        for clause in _conditions(said):
            self.problems.names(clause, {*map(spelling, known), *self.constants})

    def known_handle(self, name: Name) -> bool:
        """Complain about a handle that `handles` does not have; return whether it does."""
        if name.text in self.handles:
            return True
        known: dict[str, Span | None] = dict.fromkeys(self.handles)
        self.problems.unknown("handle", name.text, name.span, known, "`handles`")
        return False

    def handle(self, name: str, span: Span, type_: c.Type | None = None, **said: Any) -> s.HandleShape:
        """Return the shape of a handle that `handles` has; `said` are further fields of it.

        A number may have another `type_` at its place, which is as large.
        """
        said = {"created_with": self.created_with.get(name, ()), **said}
        if not self.is_number(self.handles[name]):
            return s.PointerHandle(name, span, **said)
        number = self.shape(type_ or self.handles[name], None, span, s.Direction.IN)
        assert isinstance(number, s.ScalarShape)
        bits = 8 * number.size
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if number.signed else (0, (1 << bits) - 1)
        invalid = self.invalid.get(name, NONE).within(low, high)
        return s.NumberHandle(
            name, span, number=number, invalid=invalid, size=number.size, align=number.align, **said
        )

    def address(self, written: Expression) -> AddressConstant | None:
        """Return a pointer that leads nowhere, which is written as a macro or as a number; None after a complaint."""
        known = self.constants.get(written.sole_name)
        if isinstance(known, AddressConstant) and known.address:
            return known
        if known is not None and not isinstance(known, int):
            words = f"`{written.text}` is no pointer that leads nowhere, such as `MAP_FAILED` or `-1`"
            self.problems.add(Diagnostic(WRONG_VALUE, words, (Label(written.span),)))
            return None
        number = self.problems.constant(written, self.layouts.constants)
        if number is None:
            return None
        if not isinstance(number, int) or not number or number.bit_length() > _POINTER_BITS:
            words = (
                f"`{written.text}` is no pointer that stands for none: NULL needs no clause but `nullable`"
            )
            self.problems.add(Diagnostic(WRONG_VALUE, words, (Label(written.span),)))
            return None
        return AddressConstant(number & ((1 << _POINTER_BITS) - 1))

    def is_number(self, type_: c.Type) -> bool:
        """Tell whether values of a type are numbers."""
        return isinstance(self.declarations.resolve(type_), c.Basic | c.EnumRef)

    def handles_of(self, type_: c.Type) -> Collection[str]:
        """Return the handles whose type this is: that of the pointer, or of the number."""
        return [name for name, handle in self.handles.items() if self.declarations.same(type_, handle)]

    def handle_named(self, type_: c.Type) -> str | None:
        """Return the handle that has the name of its type, where this is that type: of a number, or of a pointer.

        Not where another handle is said to be of that type: only a clause tells them apart.
        """
        for each in layers(type_, self.declarations.typedefs):
            if isinstance(each, c.TypedefRef) and self.handles.get(each.name) == each:
                alone = list(self.handles.values()).count(each) == 1
                is_record = isinstance(self.declarations.resolve(each), c.RecordRef)
                return each.name if self.is_number(each) or (alone and not is_record) else None
        return None

    def handle_declared(self, type_: c.Pointer) -> str | None:
        """Return the handle that is called as the type which a pointer is declared to point to.

        So two names of one record tell two handles apart, as `ASN1_INTEGER *` and `ASN1_STRING *` do. Not where a
        handle of that type has another name than its own type: only a clause tells what that one is.
        """
        named = {each for each in self.handles_of(type_) if self._is_called_as_its_type(each)}
        if len(named) != len(self.handles_of(type_)):
            return None
        names = (
            each.name
            for each in layers(type_.to, self.declarations.typedefs)
            if isinstance(each, c.TypedefRef)
        )
        return next((each for each in names if each in named), None)

    def _is_called_as_its_type(self, handle: str) -> bool:
        return self.handles[handle] == c.Pointer(c.TypedefRef(handle))


def _user_data(described: Fields) -> set[str]:
    """Return the fields that are only handed on to a callback."""
    return {field.user_data.text for field in described.values() if field.user_data is not None}


def _below(described: Fields, name: str) -> Fields:
    """Return the clauses on fields of a field, by their names in it."""
    start = f"{name}."
    return {path.removeprefix(start): said for path, said in described.items() if path.startswith(start)}


def _conditions(said: FieldPromise) -> Iterator[Expression]:
    """Yield what a field says over those beside it."""
    for clause in (said.length, said.capacity, said.nullable):
        if clause is not None and not isinstance(clause, bool):
            yield clause
    yield from (condition for _, condition in cases_of(said.owner))
