"""Values that a contract writes out (`examples`, `rejects`, `prepare`), to values of their C types."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.callbacks import CallbackShape, EarlierCallbackShape
from abidance.boundary.model.float_formats import written_real
from abidance.boundary.model.types import (
    AddressShape,
    ArrayShape,
    HandleShape,
    Member,
    NothingShape,
    NumberHandle,
    PackedRecords,
    PointerShape,
    RecordShape,
    ScalarShape,
    TaggedPointerShape,
    What,
    WithinShape,
)
from abidance.boundary.model.values import SOMEWHERE, FixedText, Script
from abidance.boundary.model.variants import living_member, narrowed, tag_of
from abidance.boundary.values.array_ends import ending_field, is_end
from abidance.boundary.values.callback_writes import written_by
from abidance.boundary.values.content_answers import orders
from abidance.boundary.values.memory import blank, is_byte, rounded, shallow, unpack
from abidance.boundary.values.packed_records import pack_records
from abidance.contract.expression import EvaluationError, spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.ir.layout import AddressConstant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.float_formats import Real
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.types import Shape, TaggedUnion
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.literals import Literal
    from abidance.core.span import Span
    from abidance.ir.layout import Constant

_THERE = "there"
MISSING = object()
_WIDE = frozenset({"wchar_t", "char16_t", "char32_t"})
_CONTROL = re.compile("[\x80-\x9f]")
"""Characters that no text has, and that escapes of bytes in a text of YAML's come to."""
_WIDE_ENCODINGS = {2: "utf-16-le", 4: "utf-32-le"}
_OFFSET = ScalarShape("int", 8, 8, True, "ptrdiff_t", -(1 << 63), (1 << 63) - 1)
"""What is written of a pointer into other memory: how many elements it is from the start."""
_BYTE = ScalarShape("int", 1, 1, False, "unsigned char", 0, 255, char=True)


class LiteralConverter:
    """Turns literals into values; complains and returns MISSING for those that do not fit."""

    def __init__(
        self, constants: Mapping[str, int], problems: Problems, others: Mapping[str, Constant] | None = None
    ) -> None:
        """Take what numbers are called, and what else a macro may be."""
        self._constants = constants
        self._addresses = {
            name: each
            for name, each in (others or {}).items()
            if each is None or isinstance(each, AddressConstant)
        }
        self._problems = problems

    def _wrong(self, literal: Literal, words: str, declared: Span | None) -> object:
        labels = (Label(literal.span), *((Label(declared),) if declared else ()))
        self._problems.add(Diagnostic(WRONG_VALUE, f"this must be {words}", labels))
        return MISSING

    def value(self, shape: Shape, literal: Literal, declared: Span | None = None) -> Any:
        """Return the value of `shape` that a literal stands for."""
        match shape:
            case ScalarShape():
                return self._number(shape, literal, declared)
            case NumberHandle(number=number):
                return self._number(number, literal, declared)
            case AddressShape() if literal.null:
                return None
            case AddressShape() if not literal.quoted and literal.text in self._addresses:
                return self._addresses[literal.text]
            case CallbackShape():
                return self._script(shape, literal, declared)
            case PointerShape(records=PackedRecords()):
                return self._packed(shape, literal, declared)
            case WithinShape():
                return self._number(_OFFSET, literal, declared)
            case PointerShape(what=What.BYTES | What.STRING):
                return self._memory(shape, literal, declared)
            case PointerShape(what=What.ARRAY, element=element) if literal.items is None and is_byte(element):
                return self._memory(shape, literal, declared)
            case PointerShape(what=What.ARRAY, element=element):
                items = self._items(element, literal, declared)
                return items if items is MISSING else self._before_end(shape, items, literal, declared)
            case ArrayShape():
                return self._array(shape, literal, declared)
            case PointerShape(element=element):
                return self.value(element, literal, declared)
            case RecordShape(complex=True) if literal.entries is None:
                return self._complex(shape, literal, declared)
            case RecordShape():
                return self.record(self.told(shape, literal).members, literal, shape.spelling, declared)
            case TaggedPointerShape():
                return self._wrong(literal, "null, unless what tells where it leads is written too", declared)
            case EarlierCallbackShape():
                words = "null: it is one that an earlier call was given, and `another` only under `rejects`"
                return self._wrong(literal, words, declared)
            case HandleShape():
                words = (
                    "null: a handle is created by its create function, and `destroyed` or a state of its `states` "
                    "only under `rejects`"
                )
                return self._wrong(literal, words, declared)
        return self._wrong(literal, "omitted: no value is possible here", declared)

    def _packed(self, shape: PointerShape, literal: Literal, declared: Span | None) -> Any:
        """Return records one behind the other; of those that are passed the memory, which may be written as bytes."""
        if not shape.direction.read:
            return self.value(shape.seen, literal, declared)
        if literal.items is None:
            return self._memory(shape, literal, declared)
        found = self.value(shape.seen, literal, declared)
        assert shape.records is not None
        return found if found is MISSING else pack_records(shape.records, found)

    def told(self, shape: RecordShape, literal: Literal) -> RecordShape:
        """Return a record in which pointers lead to what the tags say that a literal gives with them."""
        given = {name.text: inner for name, inner in (literal.entries or {}).items()}
        for variant in shape.variants:
            if variant.pointer in given:
                tag = self._tag(variant, shape.members, given)
                shape = shape if tag is None else narrowed(shape, variant, tag)
        return shape

    def told_arguments(self, function: BoundaryFunction, given: Mapping[str, Literal]) -> tuple[Member, ...]:
        """Return the parameters of a function, of which pointers lead to what the tags say that are given."""
        members = function.members
        for name, variant in function.variants:
            tag = self._tag(variant, members, given) if variant.pointer in given else None
            if tag is not None:
                members = tuple(living_member(m, variant, tag) if m.name == name else m for m in members)
        return members

    def _tag(
        self, variant: TaggedUnion, members: tuple[Member, ...], given: Mapping[str, Literal]
    ) -> int | None:
        """Return the tag that is written out; None where it is not, or not all of it."""
        named = variant.tag.names
        read = {
            m.name: self.value(m.shape, given[m.name])
            for m in members
            if m.name in given and spelling(m.name) in named
        }
        try:
            tag = tag_of(variant, members, lambda member: read.get(member.name))
        except EvaluationError:
            return None
        return tag if isinstance(tag, int) else None

    def _script(self, shape: CallbackShape, literal: Literal, declared: Span | None) -> object:
        """Return what a callback answers: a list, or the one answer that it always gives."""
        if isinstance(shape.result, NothingShape) and not written_by(shape):
            return (
                Script()
                if literal.items == ()
                else self._wrong(literal, "`[]`: it returns nothing", declared)
            )
        if shape.by:
            known = orders(shape) if len(shape.by) > 1 else {}
            words = f"{', '.join(f'`{each}`' for each in (*known, 'any'))}: it answers by what it is given"
            return known.get(literal.text) or self._wrong(literal, words, declared)
        items = literal.items if literal.items is not None else (literal,)
        if not items:
            return self._wrong(literal, "a list of at least one return value", declared)
        if shape.allocates is not None:
            return self._allocating(items, declared)
        if written_by(shape):
            return self._turns(shape, items, declared)
        answers = [self.value(shape.result, item, declared) for item in items]
        return MISSING if MISSING in answers else Script(tuple(answers))

    def _allocating(self, items: tuple[Literal, ...], declared: Span | None) -> object:
        """Return what an allocator answers: `there` for memory, `null` for none."""
        for item in items:
            if not item.null and item.text != _THERE:
                return self._wrong(item, f"`{_THERE}` or `null`: it returns memory, or has none", declared)
        return Script(tuple(None if item.null else SOMEWHERE for item in items))

    def _turns(self, shape: CallbackShape, turns: tuple[Literal, ...], declared: Span | None) -> object:
        """Return what a callback writes and answers, turn by turn: a mapping each, the answer as `returns`."""
        members = [written.member for written in written_by(shape)]
        silent = isinstance(shape.result, NothingShape)
        if not silent:
            members.append(Member("returns", shape.result, members[0].declared))
        answers, written = [], []
        for literal in turns:
            turn = self.record(tuple(members), literal, "the callback", declared)
            if turn is MISSING or (not silent and "returns" not in turn):
                return self._wrong(literal, "a mapping with `returns`", declared)
            answers.append(turn.pop("returns", None))
            written.append(turn)
        return Script(() if silent else tuple(answers), tuple(written))

    def record(self, members: tuple[Member, ...], literal: Literal, owner: str, declared: Span | None) -> Any:
        """Return fields by name; those that the literal leaves out are left out."""
        if literal.entries is None:
            return self._wrong(literal, f"a mapping from fields of `{owner}` to values", declared)
        known = {member.name: member for member in members}
        found: dict[str, object] = {}
        for name, inner in literal.entries.items():
            if name.text not in known:
                places: dict[str, Span | None] = {m.name: m.declared for m in members}
                self._problems.unknown("field", name.text, name.span, places, f"`{owner}`")
                continue
            value = self.value(known[name.text].shape, inner, known[name.text].declared)
            if value is not MISSING:
                found[name.text] = value
        return found

    def _complex(self, shape: RecordShape, literal: Literal, declared: Span | None) -> object:
        """Return a complex number of its two parts in a list, or of a real number alone."""
        parts = literal.items if literal.items is not None else (literal,)
        if not 1 <= len(parts) <= len(shape.members):
            return self._wrong(literal, "the real and the imaginary part", declared)
        made = {
            member.name: self.value(member.shape, part, declared)
            for member, part in zip(shape.members, parts, strict=False)
        }
        left_out = {member.name: 0.0 for member in shape.members[len(parts) :]}
        return MISSING if MISSING in made.values() else made | left_out

    def _items(self, element: Shape, literal: Literal, declared: Span | None) -> Any:
        if literal.items is None:
            return self._wrong(literal, "a list", declared)
        items = [self.value(element, item, declared) for item in literal.items]
        return MISSING if MISSING in items else items

    def _before_end(
        self, shape: PointerShape, items: list[Any], literal: Literal, declared: Span | None
    ) -> object:
        """Return the elements of an array; complain about the first that would end it."""
        if shape.may_end_at_nul:  # the number beside it decides whether an element ends it
            return items
        field = ending_field(shape)
        for item, written in zip(items, literal.items or (), strict=True):
            if is_end(shape, item) and (field is None or field.name in item):
                which = "an element" if field is None else f"a record with another `{field.name}`"
                return self._wrong(written, f"{which}: this one ends the array, and is none of it", declared)
        return items

    def _array(self, shape: ArrayShape, literal: Literal, declared: Span | None) -> object:
        """Return an array in place, as it reads from memory; what is left out at its end is zero (C11 6.7.9p21)."""
        of, count = shape.of, shape.count
        single = literal.items is None and literal.entries is None
        if single and isinstance(of, ScalarShape) and of.spelling in _WIDE:
            return self._wide(shape, of.size, literal, declared)
        text = single and isinstance(of, ScalarShape) and of.size == 1
        made = self._memory(shape, literal, declared) if text else self._items(of, literal, declared)
        if made is MISSING:
            return MISSING
        if len(made) > count:
            return self._wrong(literal, f"at most {count} element{'' if count == 1 else 's'}", declared)
        if not text:
            made = [*made, *(blank(of) for _ in range(count - len(made)))]
            return bytes(each & 0xFF for each in made) if is_byte(of) else made
        raw = made.ljust(count, b"\0")
        if not is_byte(of):
            return unpack(shape, raw, "", shallow)
        return (
            FixedText(raw) if isinstance(made, FixedText) and isinstance(of, ScalarShape) and of.char else raw
        )

    def _wide(self, shape: ArrayShape, size: int, literal: Literal, declared: Span | None) -> object:
        """Return text in wide characters (C11 7.29, 7.28), each of the unsigned or signed numbers that they are."""
        raw = literal.text.encode(_WIDE_ENCODINGS[size], "surrogatepass")
        if len(raw) > shape.size:
            return self._wrong(literal, f"at most {shape.count} characters", declared)
        return unpack(shape, raw.ljust(shape.size, b"\0"), "", shallow)

    def _memory(self, shape: PointerShape | ArrayShape, literal: Literal, declared: Span | None) -> Any:
        """Return bytes: from a list of their values, from ``b"..."``, or from text, which is recognised as such."""
        encoding = shape.encoding if isinstance(shape, PointerShape) else "utf-8"
        if literal.items is not None:
            values = [self._number(_BYTE, item, declared) for item in literal.items]
            return MISSING if MISSING in values else bytes(each & 0xFF for each in values)
        if literal.entries is not None:
            return self._wrong(literal, "text or a list of bytes from 0 to 255", declared)
        if not literal.quoted and literal.text.startswith(('b"', "b'")):
            try:
                made = literal.expression().evaluate({})
            except UsageError as error:
                for diagnostic in error.diagnostics:
                    self._problems.add(diagnostic)
                return MISSING
            if isinstance(made, bytes):
                return made
        found = _CONTROL.search(literal.text)
        if found and not (isinstance(shape, PointerShape) and (shape.encoded or shape.what is What.STRING)):
            byte = f"\\x{ord(found[0]):02x}"
            words = f"`{byte}` is a character here, U+{ord(found[0]):04X}, which is two bytes in UTF-8"
            labels = (Label(literal.span), *((Label(declared),) if declared else ()))
            help_ = f'write bytes as `b"{byte}.."`, or as a list, `[0x{ord(found[0]):02x}, ..]`'
            self._problems.add(Diagnostic(WRONG_VALUE, words, labels, help=help_))
            return MISSING
        try:
            raw = literal.text.encode(encoding)
        except UnicodeEncodeError:
            return self._wrong(literal, f"text that `{encoding}` can hold", declared)
        return FixedText(raw) if isinstance(shape, ArrayShape) and b"\0" not in raw else raw

    def _number(self, shape: ScalarShape, literal: Literal, declared: Span | None) -> Any:
        value: Any = literal.value
        if literal.items is not None or literal.entries is not None or literal.null:
            return self._wrong(literal, f"a `{shape.spelling}`", declared)
        if isinstance(value, bool):
            value = int(value)
        elif literal.quoted and len(literal.text) == 1 and (shape.char or not literal.text.isdecimal()):
            value = ord(literal.text)  # a character stands for its number, as in C
        elif isinstance(value, str):
            try:
                expression = literal.expression()
            except UsageError as error:
                for diagnostic in error.diagnostics:
                    self._problems.add(diagnostic)
                return MISSING
            value = self._problems.constant(expression, self._constants)
            if value is None:
                return MISSING
        bits = (shape.width or shape.size * 8) - shape.signed
        if isinstance(value, int) and value < 0 and not shape.signed and shape.has(value + (1 << bits)):
            value += 1 << bits  # one of its statuses, as they are written: C11 6.3.1.3
        fits = shape.kind == "float" or (
            isinstance(value, int) and (-(1 << bits) if shape.signed else 0) <= value < 1 << bits
        )
        if not fits:
            return self._wrong(literal, f"a number that fits `{shape.spelling}`", declared)
        return self._real(shape, value, literal, declared) if shape.kind == "float" else value

    def _real(self, shape: ScalarShape, value: Real, literal: Literal, declared: Span | None) -> object:
        """Return the number that a type holds for what is written: decimals are read exactly, then rounded once."""
        value = written_real(literal.text, value)
        exact = rounded(shape, value)
        if isinstance(exact, float) and math.isinf(exact) and value not in (math.inf, -math.inf):
            return self._wrong(literal, f"a number that fits `{shape.spelling}`", declared)
        return exact
