"""Layouts as the compiler has them: what to ask about a boundary, and what the answers mean (decision 5).

C has no expression for an anonymous member, so its place is where its named members are: from the first byte
that one of them has to the last. That is all that reading and writing them needs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import PROBE_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.core.span import Span
from abidance.ir.arithmetic import STANDARD, VA_LIST, kind_of
from abidance.ir.layout import AddressConstant, Extent, FieldLayout, Layouts, RecordLayout, Scalar
from abidance.ir.naming import c_names
from abidance.ir.reachable import reachable, types_of
from abidance.ir.types import Array, Basic, EnumRef, FunctionType, RecordRef, TypedefRef, Unsupported, Void
from abidance.toolchain.compiler import search_flags
from abidance.toolchain.constant_values import constant_values
from abidance.toolchain.constants import (
    may_be_string,
    may_call,
    overlong,
    refusal_expanded,
    refusals,
    renamed,
    string_of,
)
from abidance.toolchain.questions import (
    FLOATING,
    POINTER,
    SOURCE,
    STRING,
    Answers,
    CompilerRefusalError,
    ConstantQuestion,
    Mask,
    NumberQuestion,
    ask,
    expansions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.ir.declarations import Declarations, Field, Record
    from abidance.ir.reachable import Reachable
    from abidance.ir.types import Type
    from abidance.toolchain.compiler import Compiled, Compiler
    from abidance.toolchain.questions import Question

LONG_DOUBLE = "long double"
X87_DIGITS = 64
_POINTER = "void *"
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What is asked about: functions and types, each with all that they reach, and constants by name.

    A typedef's own size and alignment are asked about when it is one of `types`.
    """

    functions: tuple[str, ...] = ()
    types: tuple[Type, ...] = ()
    constants: tuple[str, ...] = ()


def probe_layouts(
    declarations: Declarations,
    wanted: ProbeRequest,
    *,
    header: Path,
    include_dirs: tuple[Path, ...] = (),
    defines: Mapping[str, str] | None = None,
    compiler: Compiler,
) -> Layouts:
    """Return what `compiler` says of everything that `wanted` reaches. Nothing is run.

    What it refuses is in `failed` with its words, and costs the rest nothing. Incomplete types are left out.
    Raises CannotJudgeError when the header itself does not compile.
    """
    roots = [type_ for name in wanted.functions for type_ in types_of(declarations.functions[name])]
    plan = _Plan(declarations, reachable(declarations, (*roots, *wanted.types)), wanted)
    plan.expect_x87(compiler.target)
    flags = (*search_flags(include_dirs, defines or {}), "-include", str(header.absolute()))
    plan.look_closer(compiler, flags)
    try:
        answers = ask(list(plan.questions()), compiler=compiler, flags=flags, undefine=plan.undefine())
    except CompilerRefusalError as error:
        raise CannotJudgeError(_probe_failed(header, compiler, error.compiled)) from None
    layouts = plan.layouts(answers)
    layouts = replace(layouts, texts=plan.texts(layouts, compiler, flags))
    return replace(layouts, values=plan.values(layouts, compiler, flags))


class _Plan:
    """The questions about one boundary, and their answers put together."""

    def __init__(self, declarations: Declarations, needed: Reachable, wanted: ProbeRequest) -> None:
        self._declarations = declarations
        self._needed = needed
        self._names = c_names(declarations, needed)
        self._hosts = [
            declarations.records[key]
            for key in needed.records
            if key in self._names and declarations.records[key].fields is not None
        ]
        self._enums = [
            declarations.enums[key]
            for key in needed.enums
            if key in self._names and declarations.enums[key].enumerators
        ]
        self._refusals = refusals(wanted.constants, declarations, declarations.enumerators)
        self._enumerators = [
            each.name for enum in self._enums for each in enum.enumerators if each.name not in self._refusals
        ]
        self._typedefs = [
            type_.name for type_ in wanted.types if isinstance(type_, TypedefRef) and self._is_complete(type_)
        ]
        self._remade = {
            name: basic.spelling
            for name in needed.typedefs
            if isinstance(basic := declarations.resolve(TypedefRef(name)), Basic)
            and basic.spelling != VA_LIST
        }
        self._renamed: dict[str, str] = {}
        self._x87 = False
        self._basics = dict.fromkeys((*STANDARD, *needed.basics))

    def expect_x87(self, target: str) -> None:
        """Ask, of a target that has it, whether a `long double` is that of the x87, which a flag may change."""
        self._x87 = re.match(r"(?:x86_64|i[3-6]86)-", target) is not None

    def look_closer(self, compiler: Compiler, flags: Sequence[str]) -> None:
        """Refuse constants whose expansion is none: it spares the compiler thousands of errors in some headers."""
        same = renamed(
            [name for name, reason in self._refusals.items() if reason is None], self._declarations
        )
        refused = overlong(dict.fromkeys(same.values()), self._declarations)
        self._refusals |= {name: refused[other] for name, other in same.items() if other in refused}
        unsure = [
            name
            for name, reason in self._refusals.items()
            if reason is None and may_call(name, self._declarations)
        ]
        if unsure:
            known = self._declarations.enumerators
            for name, text in expansions(unsure, compiler=compiler, flags=flags).items():
                self._refusals[name] = refusal_expanded(text, self._declarations, known)

    def texts(self, layouts: Layouts, compiler: Compiler, flags: Sequence[str]) -> dict[str, bytes]:
        """Return the macros that are string literals, such as a version, also where others make them so."""
        macros = self._declarations.macros
        plain = {n: macros[n].text for n in self._refusals if n in macros and n not in layouts.constants}
        unsure = [
            name
            for name, text in plain.items()
            if string_of(text) is None and may_be_string(name, self._declarations)
        ]
        if unsure:
            plain |= expansions(unsure, compiler=compiler, flags=flags)
        return {name: found for name, text in plain.items() if (found := string_of(text)) is not None}

    def values(
        self, layouts: Layouts, compiler: Compiler, flags: Sequence[str]
    ) -> dict[str, float | AddressConstant]:
        """Return the macros that are floating constants, or pointers that are the same wherever they are."""
        why = {name: layouts.failed.get(self._renamed.get(name, name), "") for name in self._refusals}
        reals = [name for name, reason in why.items() if reason.endswith(FLOATING)]
        pointers = [n for n, r in why.items() if r.endswith((POINTER, STRING)) and n not in layouts.texts]
        found = constant_values((), reals, pointers, compiler=compiler, flags=flags)
        return {
            name: AddressConstant(value) if isinstance(value, int) else value
            for name, value in found.items()
            if isinstance(value, int | float)
        }

    def undefine(self) -> tuple[str, ...]:
        """Return the macros that share a name with a member, tag, typedef or enumerator asked about."""
        words = {field.name for host in self._hosts for field in self._declarations.named_fields(host)}
        words.update(word for name in self._names.values() for word in _WORD.findall(name))
        words |= {*self._needed.typedefs, *self._enumerators}
        return tuple(sorted(word for word in words if word in self._declarations.macros))

    def questions(self) -> Iterator[Question]:
        """Yield all questions; the first word of a label says what kind of thing it is about."""
        self._renamed = renamed(
            [name for name, reason in self._refusals.items() if reason is None], self._declarations
        )
        for name in dict.fromkeys(self._renamed.values()):
            yield ConstantQuestion(("constant", name), self._expression(name))
        for name in self._enumerators:
            yield ConstantQuestion(("constant", name), name)
        for name in (*self._basics, _POINTER):
            yield from _scalar_questions("scalar", name, name)
        for enum in self._enums:
            yield from _scalar_questions("enum", enum.key, self._names[enum.key])
        for text in self._needed.arrays:
            yield NumberQuestion(("array", text), text)
        for name in self._typedefs:
            yield NumberQuestion(("typedef", name, "size"), f"sizeof({name})")
            yield NumberQuestion(("typedef", name, "align"), f"_Alignof({name})")
        for name, spelling in self._remade.items():
            # An attribute may make another type of what the words say: a matrix, another mode.
            kinds = " == ".join(f"__builtin_classify_type(*({each} *)0)" for each in (name, spelling))
            yield NumberQuestion(("same", name), f"sizeof({name}) == sizeof({spelling}) && {kinds}")
        if self._x87:
            yield NumberQuestion(("mantissa", LONG_DOUBLE), "__LDBL_MANT_DIG__")
        for host in self._hosts:
            yield from self._record_questions(host)

    def _expression(self, name: str) -> str:
        """Return what has the value of a constant and is one to C, which the name of an object is not (C11 6.6p6)."""
        macro = self._declarations.macros.get(name)
        return f"(__typeof__({name}))({macro.text})" if macro is not None and macro.static else name

    def _record_questions(self, host: Record) -> Iterator[Question]:
        name = self._names[host.key]
        yield NumberQuestion(("record", host.key, "size"), f"sizeof({name})")
        yield NumberQuestion(("record", host.key, "align"), f"_Alignof({name})")
        for field in self._declarations.named_fields(host):
            label = ("field", host.key, field.name)
            if field.bits is not None:
                yield Mask(label, name, field.name)
                continue
            yield NumberQuestion((*label, "offset"), f"__builtin_offsetof({name}, {field.name})")
            if not self._is_flexible(field):
                yield NumberQuestion((*label, "size"), f"sizeof((({name} *)0)->{field.name})")

    def _is_complete(self, type_: Type) -> bool:
        """Tell whether objects of this type have a size (C11 6.2.5p1)."""
        match self._declarations.resolve(type_):
            case Void() | FunctionType() | Unsupported() | Array(_, None, ""):
                return False
            case Array(of, _, _):
                return self._is_complete(of)
            case RecordRef(key):
                return (
                    key in self._declarations.records and self._declarations.records[key].fields is not None
                )
            case EnumRef(key):
                return key in self._declarations.enums and bool(self._declarations.enums[key].enumerators)
            case _:
                return True

    def _is_flexible(self, field: Field) -> bool:
        match self._declarations.resolve(field.type):
            case Array(_, None, ""):
                return True
            case _:
                return False

    def layouts(self, answers: Answers) -> Layouts:
        """Return the answers as layouts."""
        failed = {_subject(label): words for label, words in answers.refused.items()}
        failed |= {name: reason for name, reason in self._refusals.items() if reason}
        asked = {label[1]: value for label, value in answers.numbers.items() if label[0] == "constant"}
        constants = {name: asked[name] for name in self._enumerators if name in asked}
        for name in self._refusals:
            same = self._renamed.get(name, name)
            if same in asked:
                constants[name] = asked[same]
            else:
                words = failed.get(same) or answers.kinds.get(("constant", same), "is no integer constant")
                failed.setdefault(name, words)
        for name, spelling in self._remade.items():
            if answers.numbers.get(("same", name)) == 0:
                failed[f"typedef {name}"] = (
                    f"to the compiler it is no `{spelling}`, which the header's words make it"
                )
        digits = answers.numbers.get(("mantissa", LONG_DOUBLE))
        if digits not in (None, X87_DIGITS):
            failed[LONG_DOUBLE] = f"its mantissa has {digits} bits, and only one of {X87_DIGITS} is read here"
        records: dict[str, RecordLayout] = {}
        for host in self._hosts:
            size, align = (answers.numbers.get(("record", host.key, each)) for each in ("size", "align"))
            if size is not None and align is not None:
                swapped = set(self._swapped(host))
                places = {
                    field.name: place
                    for field in self._declarations.named_fields(host)
                    if (place := _place(answers, host, field, swapped=field.name in swapped))
                }
                self._place_members(records, host, places, RecordLayout(size, align, {}), base=0)
        scalars = {name: _scalar(answers, "scalar", name) for name in (*self._basics, _POINTER)}
        enums = {enum.key: _scalar(answers, "enum", enum.key) for enum in self._enums}
        return Layouts(
            {name: scalar for name, scalar in scalars.items() if scalar},
            records,
            {key: scalar for key, scalar in enums.items() if scalar},
            constants,
            {label[1]: value for label, value in answers.numbers.items() if label[0] == "array"},
            {
                name: Extent(
                    answers.numbers["typedef", name, "size"], answers.numbers["typedef", name, "align"]
                )
                for name in self._typedefs
                if ("typedef", name, "size") in answers.numbers
                and ("typedef", name, "align") in answers.numbers
            },
            answers.little_endian,
            dict(sorted(failed.items())),
        )

    def _swapped(self, record: Record) -> Iterator[str]:
        """Yield the names of fields whose bits fill bytes the other way round (`scalar_storage_order`)."""
        for field in record.fields or ():
            if field.name and record.swapped:
                yield field.name
            elif not field.name and isinstance(field.type, RecordRef):
                yield from self._swapped(self._declarations.records[field.type.key])

    def _place_members(
        self,
        records: dict[str, RecordLayout],
        record: Record,
        places: Mapping[str, FieldLayout],
        outline: RecordLayout,
        base: int,
    ) -> None:
        """Add the layout of `record`, which starts `base` bytes into its host, and of its anonymous members.

        `places` has the named members by their offsets in the host.
        """
        fields: dict[str, FieldLayout] = {}
        records[record.key] = replace(outline, fields=fields)
        for number, field in enumerate(record.fields or ()):
            if field.name in places:
                fields[field.name] = _moved(places[field.name], -base)
            elif not field.name and isinstance(field.type, RecordRef):
                inner = self._declarations.records[field.type.key]
                inside = [
                    places[each.name]
                    for each in self._declarations.named_fields(inner)
                    if each.name in places
                ]
                start = min((place.offset for place in inside), default=base)
                end = max((_end(place) for place in inside), default=start)
                fields[f"<{number}>"] = FieldLayout(start - base, end - start)
                if not inner.spelling:  # one that has a name, as Plan 9 allows, is asked about by it
                    self._place_members(records, inner, places, RecordLayout(end - start, 1, {}), start)


def _scalar_questions(kind: str, key: str, name: str) -> Iterator[NumberQuestion]:
    yield NumberQuestion((kind, key, "size"), f"sizeof({name})")
    # gcc's `_Alignof` of a vector is at most that of the widest enabled register; a member knows better.
    member = f"__builtin_offsetof(struct {{ char before; {name} here; }}, here)"
    yield NumberQuestion((kind, key, "align"), member if "vector_size" in key else f"_Alignof({name})")
    if kind == "enum" or kind_of(key) in {"int", "bitint"}:
        yield NumberQuestion((kind, key, "signed"), f"({name})-1 < ({name})1")


def _scalar(answers: Answers, kind: str, key: str) -> Scalar | None:
    size, align, signed = (answers.numbers.get((kind, key, each)) for each in ("size", "align", "signed"))
    if size is None or align is None:
        return None
    return Scalar("int" if kind == "enum" else kind_of(key), size, align, bool(signed))


def _place(answers: Answers, host: Record, field: Field, *, swapped: bool) -> FieldLayout | None:
    label = ("field", host.key, field.name)
    if field.bits is None:
        offset = answers.numbers.get((*label, "offset"))
        size = answers.numbers.get(
            (*label, "size"), 0
        )  # a flexible array member has no size (C11 6.7.2.1p18)
        return None if offset is None else FieldLayout(offset, size)
    mask = answers.masks.get(label, b"")
    from_low = answers.little_endian is not swapped
    bits = int.from_bytes(mask, "little" if from_low else "big")
    if not bits:
        return None
    # Bits are counted in the order in which the record fills a byte.
    low = (bits & -bits).bit_length() - 1
    first = low if from_low else 8 * len(mask) - bits.bit_length()
    return FieldLayout(first // 8, 0, first, bits.bit_count())


def _moved(place: FieldLayout, by: int) -> FieldLayout:
    bit_offset = None if place.bit_offset is None else place.bit_offset + 8 * by
    return replace(place, offset=place.offset + by, bit_offset=bit_offset)


def _end(place: FieldLayout) -> int:
    if place.bit_offset is None or place.bit_width is None:
        return place.offset + place.size
    return (place.bit_offset + place.bit_width + 7) // 8


def _subject(label: tuple[str, ...]) -> str:
    """Return the key under which `Layouts.failed` tells of a refused question."""
    return f"{label[1]}.{label[2]}" if label[0] == "field" else label[1]


def _probe_failed(header: Path, compiler: Compiler, compiled: Compiled) -> Diagnostic:
    message = (
        f"`{' '.join(compiler.command)}` does not compile `{header.name}`, so it was not asked for layouts"
    )
    if not compiled.errors:
        return Diagnostic(
            PROBE_FAILED, message, (Label(Span.at(header, 1)),), tuple(compiled.words.splitlines()[:4])
        )
    # What the probe's own lines are blamed for follows from the first error.
    first, *others = sorted(compiled.errors, key=lambda error: error.path == SOURCE)
    return Diagnostic(
        PROBE_FAILED,
        f"{message}: {first.text}",
        (Label(Span.at(Path(first.path), first.line, first.column), first.text),),
        tuple(f"{error.path}:{error.line}: {error.text}" for error in others[:3] if error.path != SOURCE),
        help="does it need another header before it? one that includes both compiles alone",
    )
