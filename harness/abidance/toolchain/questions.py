"""Numbers asked of the compiler: a generated object file, compiled, never run, its constants read back.

Each question has a line of its own in the generated source, so that what the compiler refuses is known by
line and left out of a next try, and the other questions keep their answers.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from abidance.core.catalogue import PROBE_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.toolchain.coff_image import coff_objects, is_coff
from abidance.toolchain.elf_image import open_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.compile_errors import CompileError
    from abidance.toolchain.compiler import Compiled, Compiler
    from abidance.toolchain.elf_image import Image

SOURCE = "source.c"
_ELF = b"\x7fELF"
_OWN = "abidance_"
_TRIES = 8  # at dropping what the compiler blames
_STARTS = 200  # of the compiler for one set of questions
_SHT_SYMTAB = 2
_RESERVED = 0xFF00  # section numbers from here on mean something else (ELF gABI 4.1, "Section Indexes")
_WORD = 8  # bytes of one `unsigned long long` in the object file, on every target of gcc and clang
FLAGS = ("-w", "-O0", "-g0", "-fno-lto", "-fno-common")
# An expression of another type, or one that is no constant, gives 0 in place of an error (GCC manual, "Other
# Builtins"; C11 6.5.1.1). 1 is the class of integers. A value has 128 bits, so that it has its sign with it.
# The canonical name of the 128-bit floating type is gcc's; clang knows only the other one.
_PRELUDE = """\
#ifdef __clang__
#define _Float128 __float128
#endif
#define ABIDANCE_IS_INTEGER(x) (__builtin_classify_type(x) == 1 && sizeof(x) <= 8 && __builtin_constant_p(x))
#define ABIDANCE_INTEGER(x) __builtin_choose_expr(ABIDANCE_IS_INTEGER(x), (x), 0)
#define ABIDANCE_KIND(x) _Generic((x), float: 1, double: 1, long double: 1, char *: 2, const char *: 2, \
default: 3 * (__builtin_classify_type(x) == 5))
#define ABIDANCE_HIGH(x) -(unsigned long long)(ABIDANCE_INTEGER(x) < 0)
#ifdef __SIZEOF_INT128__
typedef __int128 abidance_value;
#define ABIDANCE_VALUE(x) ABIDANCE_INTEGER(x)
#else
typedef unsigned long long abidance_value;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define ABIDANCE_VALUE(x) ABIDANCE_HIGH(x), (unsigned long long)ABIDANCE_INTEGER(x)
#else
#define ABIDANCE_VALUE(x) (unsigned long long)ABIDANCE_INTEGER(x), ABIDANCE_HIGH(x)
#endif
#endif
"""
_VALUE = 16  # bytes
_INTEGER = 4
"""The kind of an integer constant, beside those of `ABIDANCE_KIND`."""


_EXPANDED = re.compile(r"abidance_expands_(\d+)\b([^\n]*(?:\n(?!abidance_expands_)[^\n]*)*)")
_QUOTED = re.compile(r"['\u2018]([^'\u2018\u2019]+)['\u2019]")


FLOATING, STRING, POINTER = "is a floating constant", "is a string", "is a pointer"
_KINDS = {1: FLOATING, 2: STRING, 3: POINTER}


class NumberQuestion(NamedTuple):
    """A C integer constant expression whose value, below 2**64, is wanted."""

    label: tuple[str, ...]
    expression: str


class ConstantQuestion(NamedTuple):
    """A macro or enumerator by name, or an expression, of whatever type and sign."""

    label: tuple[str, ...]
    name: str


class Mask(NamedTuple):
    """A bit-field whose bits are wanted, as the bytes of a record in which no other bit is set."""

    label: tuple[str, ...]
    type_name: str
    member: str


Question = NumberQuestion | ConstantQuestion | Mask


@dataclass(frozen=True, slots=True)
class Answers:
    """What the compiler said by label. Of a constant that is no integer, `kinds` may say what it is."""

    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    kinds: dict[tuple[str, ...], str] = field(default_factory=dict)
    masks: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    refused: dict[tuple[str, ...], str] = field(default_factory=dict)
    little_endian: bool = True


class CompilerRefusalError(Exception):
    """The compiler refuses more than single questions; `compiled` has its words."""

    def __init__(self, compiled: Compiled) -> None:
        super().__init__(compiled.words)
        self.compiled = compiled


def ask(
    questions: Sequence[Question], *, compiler: Compiler, flags: Sequence[str], undefine: Sequence[str] = ()
) -> Answers:
    """Return the answers to all questions that the compiler takes; one that it refuses costs no other its answer.

    `flags` bring the declarations in (``-include``). Macros in `undefine` are still there for constants, and
    gone for numbers and masks, whose words mean the declarations. Raises RefusedError when nothing compiles.
    """
    asking = _Asking(compiler, (*FLAGS, *flags), tuple(undefine))
    answers = asking.settle(questions)
    # A macro with half an expression can make the lines after it look wrong: those are asked once more.
    doubtful = [
        question
        for question in questions
        if isinstance(question, ConstantQuestion) and "expected" in answers.refused.get(question.label, "")
    ]
    for question in doubtful if len(doubtful) > 1 else ():
        if asking.starts < _STARTS:
            answers = _joined(answers, asking.settle([question]))
    return answers


def expansions(names: Sequence[str], *, compiler: Compiler, flags: Sequence[str]) -> dict[str, str]:
    """Return what the preprocessor makes of macros; those that swallow what follows them are left out."""
    lines = "".join(f"abidance_expands_{number} {name}\n" for number, name in enumerate(names))
    ran = compiler.run(("-E", "-P", "-w", "-x", "c", *flags, "-"), stdin=lines)
    found = {
        names[int(each[1])]: each[2].strip()
        for each in _EXPANDED.finditer(ran.stdout)
        if int(each[1]) < len(names)
    }
    return found if ran.ok else {}


class _Asking:
    """Compiles questions until each is answered or refused."""

    def __init__(self, compiler: Compiler, flags: tuple[str, ...], undefine: tuple[str, ...]) -> None:
        self.starts = 0
        self._compiler = compiler
        self._flags = flags
        self._undefine = undefine

    def settle(self, questions: Sequence[Question]) -> Answers:
        """Return answers and refusals; raises RefusedError when not even no question compiles."""
        refused: dict[tuple[str, ...], str] = {}
        for _ in range(_TRIES):
            asked = [question for question in questions if question.label not in refused]
            text, labels = _source(asked, self._undefine)
            self.starts += 1
            compiled = self._compiler.compile_object(text, self._flags)
            if compiled.image is not None:
                if not compiled.image.startswith(_ELF) and not is_coff(compiled.image):
                    raise CannotJudgeError(_not_read(self._compiler))
                return _read(compiled.image, asked, refused)
            if not asked or any(error.path != SOURCE for error in compiled.errors):
                raise CompilerRefusalError(compiled)
            blamed: dict[tuple[str, ...], CompileError] = {}
            for error in compiled.errors:
                if error.line in labels:
                    blamed.setdefault(labels[error.line], error)
            if not blamed:
                break
            refused |= {label: error.text for label, error in blamed.items()}
        return _joined(Answers(refused=refused), self._halves(asked, compiled))

    def _halves(self, asked: Sequence[Question], compiled: Compiled) -> Answers:
        """Find out by halves which questions the compiler refuses without saying which."""
        why = next((error.text for error in compiled.errors), "") or compiled.words.strip()[:200]
        if len(asked) == 1 or self.starts >= _STARTS:
            if self.starts < _STARTS:
                self.settle(())  # raises when it is not the question's fault
            return Answers(refused={question.label: why for question in asked})
        middle = len(asked) // 2
        return _joined(self.settle(asked[:middle]), self.settle(asked[middle:]))


def _not_read(compiler: Compiler) -> Diagnostic:
    return Diagnostic(
        PROBE_FAILED,
        f"object files for {compiler.target} are neither ELF nor COFF, and layouts are read from no others",
        help="a target such as `x86_64-linux-gnu` with the same data model may do",
    )


def _joined(first: Answers, second: Answers) -> Answers:
    """Return both; what either answers, the other has not refused."""
    numbers, masks = first.numbers | second.numbers, first.masks | second.masks
    refused = {
        label: words
        for label, words in (first.refused | second.refused).items()
        if label not in numbers and label not in masks
    }
    # Without an object file `little_endian` is only what it is by default.
    answered = second if second.numbers or second.masks else first
    return Answers(numbers, first.kinds | second.kinds, masks, refused, answered.little_endian)


def pointer_to(expression: str, *, compiler: Compiler, flags: Sequence[str]) -> str | None:
    """Return the type of a pointer to what the C `expression` is, as the compiler spells it, or None.

    C can compare types but print none, so a choice among no types is asked for: the refusal names the type
    that found no match (C11 6.5.1.1p2). `flags` bring the declarations in.
    """
    source = (
        "struct abidance_other;\n"
        f"int abidance_asked = _Generic((__typeof__({expression}) *)0, struct abidance_other *: 0);\n"
    )
    compiled = compiler.compile_object(source, (*FLAGS, *flags))
    # With another error besides, nothing can be concluded from this one.
    if len(compiled.errors) != 1 or compiled.errors[0].path != SOURCE:
        return None
    quoted = _QUOTED.findall(compiled.errors[0].text)
    if "_Generic" in compiled.errors[0].text:
        quoted = quoted[1:]  # gcc quotes the operator first
    # clang's first spelling is the expression again, with the type that it stands for behind.
    found = [each for each in quoted if "typeof" not in each]
    return found[0] if found else None


def has_attribute(name: str, *, compiler: Compiler) -> bool:
    """Tell whether the compiler has an attribute of that name; it warns of any other, and leaves that out."""
    source = f"#if !__has_attribute({name})\n#error\n#endif\n"
    return compiler.compile_object(source, FLAGS).ok


def _source(asked: Sequence[Question], undefine: Sequence[str]) -> tuple[str, dict[int, tuple[str, ...]]]:
    """Return the C source and which line asks what."""
    lines = _PRELUDE.splitlines()
    labels: dict[int, tuple[str, ...]] = {}

    def put(question: Question, line: str) -> None:
        lines.append(line)
        labels[len(lines)] = question.label

    constants = [question for question in asked if isinstance(question, ConstantQuestion)]
    lines.append("const abidance_value abidance_values[] = {")
    for each in constants:
        put(each, f"ABIDANCE_VALUE({each.name}),")
    lines += ["0};", "const unsigned char abidance_kinds[] = {"]
    for each in constants:
        put(each, f"{_INTEGER} * ABIDANCE_IS_INTEGER({each.name}) + ABIDANCE_KIND({each.name}),")
    lines.append("0};")
    lines += [f"#undef {name}" for name in undefine]
    lines.append("const unsigned long long abidance_numbers[] = {")
    for question in asked:
        if isinstance(question, NumberQuestion):
            put(question, f"(unsigned long long)({question.expression}),")
    lines.append("0};")
    for number, question in enumerate(asked):
        if isinstance(question, Mask):
            put(question, f"const {question.type_name} abidance_{number} = {{.{question.member} = -1}};")
    return "\n".join(lines) + "\n", labels


def _read(image: bytes, asked: Sequence[Question], refused: dict[tuple[str, ...], str]) -> Answers:
    objects, order = objects_of(image)
    answers = Answers(refused=refused, little_endian=order == "little")

    def words(name: str, size: int, *, signed: bool = False) -> Iterator[int]:
        raw = objects[name]
        return (int.from_bytes(raw[at : at + size], order, signed=signed) for at in range(0, len(raw), size))

    numbers = words("abidance_numbers", _WORD)
    values, kinds = words("abidance_values", _VALUE, signed=True), iter(objects["abidance_kinds"])
    for number, question in enumerate(asked):
        match question:
            case NumberQuestion(label, _):
                answers.numbers[label] = next(numbers)
            case Mask(label, _, _):
                answers.masks[label] = objects[f"abidance_{number}"]
            case ConstantQuestion(label, _):
                value, kind = next(values), next(kinds)
                if kind == _INTEGER:
                    answers.numbers[label] = value
                elif kind in _KINDS:
                    answers.kinds[label] = _KINDS[kind]
    return answers


def objects_of(image: bytes) -> tuple[dict[str, bytes], Literal["little", "big"]]:
    """Return the contents of the probe's own objects by name, and the order of bytes."""
    if is_coff(image):
        return coff_objects(image, _OWN), "little"
    elf = open_image(io.BytesIO(image))
    return _objects(elf), "little" if elf.order == "<" else "big"


def _objects(elf: Image) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    contents: dict[int, bytes] = {}
    for table in elf.sections:
        if table.kind != _SHT_SYMTAB:
            continue
        names = elf.contents(elf.sections[table.link])
        for name, _, _, index, start, size in elf.symbol_rows(elf.contents(table)):
            if not names.startswith(_OWN.encode(), name) or not 0 < index < _RESERVED:
                continue
            if index not in contents:
                contents[index] = elf.contents(elf.sections[index])
            text = names[name : names.index(b"\0", name)].decode()
            found[text] = contents[index][start : start + size]
    return found
