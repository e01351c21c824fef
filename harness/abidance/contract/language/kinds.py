"""Kinds of value that are one scalar and no expression."""

from __future__ import annotations

import os
import re
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Define, Name, Schema, ValueKind
from abidance.contract.language.regexes import RegexError, regex
from abidance.contract.language.rules import listed
from abidance.contract.source.nodes import ListNode, Node, ScalarNode
from abidance.core.catalogue import UNKNOWN_NAME, WRONG_VALUE
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.toolchain.builds import SANITIZERS, parse_build

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader

VERSION = 1
NOT_A_BOOL = frozenset({"yes", "no", "on", "off"})
YAML_BOOLS = "YAML 1.2 has `true` and `false`; `yes`, `no`, `on` and `off` are text"


_CUT = "inside `[...]` and `{...}` YAML splits at commas: quote it, or give it a line of its own"


@dataclass(frozen=True)
class Text(ValueKind):
    """Text that is only shown."""

    _: KW_ONLY
    words: str = "text"

    def read(self, node: Node, reader: ContractReader) -> str | None:
        """Return the text."""
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text.strip():
            return node.text
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return any text."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True)
class Word(ValueKind):
    """A name of some form, which the model keeps as a Name with its place or, when `bare`, as its text.

    `pattern` is also JavaScript's. With `numbers`, what YAML takes for a number or bool is a word too. `among` are
    words of the language that may stand in its place.
    """

    pattern: str
    bare: bool = False
    numbers: bool = False
    among: tuple[str, ...] = ()

    def offers(self) -> tuple[str, ...]:
        """Return the words that mean something by themselves."""
        return self.among

    def read(self, node: Node, reader: ContractReader) -> Name | str | None:
        """Return the name."""
        scalar = isinstance(node, ScalarNode) and (self.numbers or isinstance(node.value, str))
        if isinstance(node, ScalarNode) and scalar and re.search(self.pattern, node.text):
            return node.text if self.bare else Name(node.text, node.span)
        plain = isinstance(node, ScalarNode) and node.in_flow and not node.style
        cut = plain and isinstance(node, ScalarNode) and node.text.count("(") > node.text.count(")")
        reader.wrong(node, self.words, hint=_CUT if cut else None)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return text of this form."""
        types = ["string", "number", "boolean"] if self.numbers else "string"
        examples: Schema = {"examples": list(self.among)} if self.among else {}
        return {"type": types, "pattern": self.pattern, **examples}


@dataclass(frozen=True)
class Choice(ValueKind):
    """One of a few words, which the model keeps as its text or, when `named`, as a Name with its place."""

    choices: tuple[str, ...]
    named: bool = False

    def offers(self) -> tuple[str, ...]:
        """Return all of them."""
        return self.choices

    def read(self, node: Node, reader: ContractReader) -> Name | str | None:
        """Return the word."""
        if isinstance(node, ScalarNode) and node.text in self.choices:
            return Name(node.text, node.span) if self.named else node.text
        close = did_you_mean(node.text, self.choices) if isinstance(node, ScalarNode) else ""
        reader.wrong(node, self.words, close)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return the choices."""
        return {"enum": list(self.choices)}


def choice(*choices: str, named: bool = False) -> Choice:
    """Return the kind of value that is one of the words."""
    return Choice(choices, named, words=listed(choices))


@dataclass(frozen=True)
class Flag(ValueKind):
    """True or false. With `only_true`, leaving the clause out is the only way to say no."""

    only_true: bool = False
    _: KW_ONLY
    words: str = "`true` or `false`"

    def offers(self) -> tuple[str, ...]:
        """Return what may be said."""
        return ("true",) if self.only_true else ("true", "false")

    def read(self, node: Node, reader: ContractReader) -> bool | None:
        """Return the truth."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, bool) and (value or not self.only_true):
            return value
        as_in_1_1 = isinstance(node, ScalarNode) and node.text.lower() in NOT_A_BOOL
        reader.wrong(node, self.words, hint=YAML_BOOLS if as_in_1_1 else None)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return a boolean."""
        return {"const": True} if self.only_true else {"type": "boolean"}


@dataclass(frozen=True)
class TrueOr(ValueKind):
    """True, or what another kind reads."""

    other: ValueKind
    _: KW_ONLY
    words: str = "`true`"
    several: bool = False
    """Whether the other kind reads lists."""

    def offers(self) -> tuple[str, ...]:
        """Return what is said without a name."""
        return ("true",)

    def read(self, node: Node, reader: ContractReader) -> object:
        """Return the truth, or what the other kind returns."""
        if isinstance(node, ScalarNode) and node.value is True:
            return True
        if (isinstance(node, ScalarNode) and isinstance(node.value, str)) or (
            self.several and isinstance(node, ListNode)
        ):
            return self.other.read(node, reader)
        reader.wrong(node, self.words)
        return None

    def schema(self, define: Define) -> Schema:
        """Return either."""
        return {"anyOf": [{"const": True}, self.other.schema(define)]}


@dataclass(frozen=True)
class Whole(ValueKind):
    """A whole number between two bounds."""

    least: int
    most: int

    def read(self, node: Node, reader: ContractReader) -> int | None:
        """Return the number."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return a number."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class PowerOfTwo(Whole):
    """An alignment."""

    def read(self, node: Node, reader: ContractReader) -> int | None:
        """Return the number."""
        value = super().read(node, reader)
        if value is not None and value & (value - 1):
            reader.wrong(node, self.words)
        return value


@dataclass(frozen=True)
class Version(ValueKind):
    """The version of the contract language."""

    _: KW_ONLY
    words: str = f"the version of the contract language, `{VERSION}`"

    def offers(self) -> tuple[str, ...]:
        """Return the version."""
        return (str(VERSION),)

    def read(self, node: Node, reader: ContractReader) -> int | None:
        """Return the version, if this abidance reads it."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, int):
            reader.wrong(node, self.words)
        elif value != VERSION:
            message = f"version {value} of the contract language is not known"
            reader.problem(WRONG_VALUE, message, node.span, f"this abidance reads version {VERSION}")
        else:
            return value
        return None

    def schema(self, _define: Define) -> Schema:
        """Return the one version."""
        return {"const": VERSION}


@dataclass(frozen=True)
class FilePath(ValueKind):
    """A path, which is relative to the folder of the file that has it unless it is absolute."""

    _: KW_ONLY
    words: str = "a path"

    def read(self, node: Node, reader: ContractReader) -> Path | None:
        """Return the absolute path; nothing is looked up."""
        if isinstance(node, ScalarNode) and isinstance(node.value, str) and node.text.strip():
            # `..` is taken away as text: messages are read by people, who see no symbolic links in it.
            return Path(os.path.normpath((node.span.path.parent / node.text).absolute()))
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return text."""
        return {"type": "string", "minLength": 1}


@dataclass(frozen=True)
class HeaderPath(FilePath):
    """A path, or a name in angle brackets, which is the compiler's to look up."""

    _: KW_ONLY
    words: str = "a path, or a header such as `<zlib.h>`"

    def read(self, node: Node, reader: ContractReader) -> Path | None:
        """Return the absolute path, or the name with its brackets; nothing is looked up."""
        if isinstance(node, ScalarNode) and re.fullmatch(r"<[^<>\n]+>", node.text):
            return Path(node.text)
        return super().read(node, reader)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A text encoding that Python has; with `mostly`, other bytes are valid as well."""

    name: str
    mostly: bool = False

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{_MOSTLY}{self.name}" if self.mostly else self.name


_MOSTLY = "mostly "


@dataclass(frozen=True)
class Codec(ValueKind):
    """The name of a text encoding that Python has, perhaps after `mostly`."""

    _: KW_ONLY
    words: str = "an encoding such as `utf-8`, `ascii` or `latin-1`, or `mostly utf-8`"

    def offers(self) -> tuple[str, ...]:
        """Return those that C strings most often have."""
        return ("utf-8", "ascii", "latin-1", "utf-16-le", "utf-32-le", "cp1252", "mostly utf-8")

    def read(self, node: Node, reader: ContractReader) -> Encoding | None:
        """Return the encoding."""
        try:
            if isinstance(node, ScalarNode):
                encoding = Encoding(node.text.removeprefix(_MOSTLY).strip(), node.text.startswith(_MOSTLY))
                if "a".encode(encoding.name):
                    return encoding
        except (LookupError, ValueError):
            pass  # also what is a codec but no text encoding, such as `hex`
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return text."""
        return {"type": "string", "minLength": 1, "examples": list(self.offers())}


@dataclass(frozen=True)
class RegexText(ValueKind):
    """A regular expression, which the model keeps as a Name with its place."""

    _: KW_ONLY
    words: str = "a regular expression"

    def read(self, node: Node, reader: ContractReader) -> Name | None:
        """Return the expression, which `regex` compiles."""
        if not isinstance(node, ScalarNode) or not (node.text or node.style):
            reader.wrong(node, self.words)
            return None
        try:
            regex(node.text)
        except RegexError as error:
            reader.problem(WRONG_VALUE, f"{reader.subject} {error}", node.span, hint=error.hint)
            return None
        return Name(node.text, node.span)

    def schema(self, _define: Define) -> Schema:
        """Return text, or what YAML takes for something else."""
        return {"type": ["string", "number", "boolean"], "examples": [r"\d{4}-\d\d-\d\d"]}


@dataclass(frozen=True)
class BuildKind(ValueKind):
    """How a library is built: `release`, `debug`, or sanitizers joined by `+`."""

    _: KW_ONLY
    words: str = "`release`, `debug`, or sanitizers such as `asan+ubsan`"
    parts: ClassVar[tuple[str, ...]] = ("release", "debug", *SANITIZERS)

    def offers(self) -> tuple[str, ...]:
        """Return the builds that are asked for most."""
        return ("release", "asan+ubsan", "tsan", "debug")

    def read(self, node: Node, reader: ContractReader) -> str | None:
        """Return the build's name. What no library could be built as is refused here already."""
        if not isinstance(node, ScalarNode):
            reader.wrong(node, self.words)
            return None
        strange = next((part for part in node.text.split("+") if part not in self.parts), None)
        try:
            parse_build(node.text)
        except UsageError as error:
            for each in error.diagnostics:
                code = WRONG_VALUE if strange is None else UNKNOWN_NAME
                reader.problem(code, each.message, node.span, hint=each.help)
        return node.text

    def schema(self, _define: Define) -> Schema:
        """Return words joined by plus signs."""
        part = "|".join(self.parts)
        pattern = rf"^({part})(\+({part}))*$"
        return {"type": "string", "pattern": pattern, "examples": list(self.offers())}


@dataclass(frozen=True)
class MacroText(ValueKind):
    """What a macro stands for; nothing after the key defines it as the compiler's `-D` does."""

    _: KW_ONLY
    empty: bool = True
    words: str = "the text of a macro"

    def read(self, node: Node, reader: ContractReader) -> str | None:
        """Return the text, with nothing turned into ``1``."""
        if isinstance(node, ScalarNode):
            return node.text if node.text or node.style else "1"
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return any scalar."""
        return {"type": ["string", "number", "boolean", "null"]}


@dataclass(frozen=True)
class CacheText(ValueKind):
    """The value of a cache variable of CMake, where YAML's `true` is `ON`."""

    _: KW_ONLY
    empty: bool = True
    words: str = "the value of a cache variable"

    def read(self, node: Node, reader: ContractReader) -> str | None:
        """Return the text that CMake gets."""
        if isinstance(node, ScalarNode):
            return {True: "ON", False: "OFF"}[node.value] if isinstance(node.value, bool) else node.text
        reader.wrong(node, self.words)
        return None

    def schema(self, _define: Define) -> Schema:
        """Return any scalar."""
        return {"type": ["string", "number", "boolean", "null"]}


# Letters of all languages, as C has them in names (C11 6.4.2.1, annex D), in what JSON Schema has of patterns.
_OTHER_LETTERS = r"\u00a8-\uffff"
_IDENTIFIER = f"[A-Za-z_{_OTHER_LETTERS}][A-Za-z0-9_{_OTHER_LETTERS}]*"
_TYPE = rf"^{_IDENTIFIER}( {_IDENTIFIER})*( ?\*)*$"
_ANY_NUMBER = (1 << 63) - 1

PROTOTYPE = Word(
    r"^[^#;{}\n\r]+\([^#;{}\n\r]*\)\s*$", words="a C declaration without its `;`, such as `int f(int x)`"
)
EXPRESSION_IN_C = Word(r"^[^#;{}\n\r]+$", words="a C expression without its `;`, such as `list->count`")
TEXT = Text()
LIKE = RegexText()
ARGUMENT = Word(".", bare=True, numbers=True, words="a word")
FUNCTION_NAME = Word(f"^{_IDENTIFIER}$", words="the name of a C function")
FIELD_NAME = Word(f"^{_IDENTIFIER}$", words="the name of a field")
FIELD_PATH = Word(rf"^{_IDENTIFIER}(\.{_IDENTIFIER})*$", words="the name of a field, or a path to one")
PARAMETER_NAME = Word(f"^{_IDENTIFIER}$", words="the name of a parameter")
OTHERS_PARAMETER = Word(
    rf"^{_IDENTIFIER}\.{_IDENTIFIER}$", words="another function's parameter, `function.parameter`"
)
PARAMETER_PATH = Word(rf"^{_IDENTIFIER}(\.{_IDENTIFIER})*$", words="a parameter or a path to a field")
CALLBACK_NAME = Word(
    rf"^{_IDENTIFIER}(\.{_IDENTIFIER})?$",
    words="a callback, such as `start` or `function.start`",
)
MACRO_NAME = Word(f"^{_IDENTIFIER}$", words="the name of a macro")
CACHE_VARIABLE = Word("^[A-Za-z_][A-Za-z0-9_./+-]*$", words="the name of a cache variable")
CACHE_TEXT = CacheText()
_STATUS = rf"-?({_IDENTIFIER}|\d+|0x[0-9a-fA-F]+)"
STATUS_NAME = Word(
    rf"^({_STATUS}(\.\.{_STATUS}?)?|\.\.{_STATUS})$",
    words="a number, an enumerator or a macro, `-EIO` too, or a range of them such as `..-1`",
)
STATE_NAME = Word(f"^{_IDENTIFIER}$", words="the name of a state")
LAW_NAME = Word(f"^{_IDENTIFIER}$", words="a name of letters, digits and `_`")
TYPE_NAME = Word(_TYPE, words="the name of a C type")
WHAT = Word(
    _TYPE, words="`bytes`, `array`, `string` or the name of a C type", among=("bytes", "array", "string")
)
LIVING = Word(
    _TYPE,
    words="a member, or of a pointer what it points to; `none` for neither",
    among=("none", "bytes", "array", "string"),
)
NAME = Word("^[A-Za-z0-9_][A-Za-z0-9_.-]*$", words="a name of letters, digits, `_`, `.` and `-`")
LABEL = Word(NAME.pattern, bare=True, words="a name")
GLOB = Word(rf"^[A-Za-z0-9_{_OTHER_LETTERS}*?\[\]! -]+$", words="a name or a pattern with `*` and `?`")
PREFIX = Word(f"^{_IDENTIFIER}$", bare=True, words="the beginning of C names")
HOOK = Word(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", words="a Python function as `package.module:function`")
CONTENTS = Word(
    r"^(zeros|random|text|[A-Za-z_][\w.]*:[A-Za-z_]\w*)$",
    words="`zeros`, `random`, `text`, or a Python function as `package.module:function`",
    among=("zeros", "random", "text"),
)
CODE = Word(r"^(ABD\d{3}|[a-z][a-z0-9-]*)$", words="a code such as `ABD421`, or a rule's name")
LIFETIME = Word(
    rf"^(call|static|handle\({_IDENTIFIER}\))$",
    words="`call`, `static` or `handle(NAME)`",
    among=("call", "static"),
)
ORDERED_ALONG = Word(rf"^(call|handle\({_IDENTIFIER}\))$", words="`call` or `handle(NAME)`", among=("call",))
UNTIL = Word(f"^{_IDENTIFIER}$", words="the name of a C function, or `change`", among=("change",))
FLAG = Flag()
TRUE = Flag(only_true=True, words="`true`")
COUNTED = Whole(0, _ANY_NUMBER, words="a whole number")
MOST = Whole(0, 1 << 24, words="a number of elements from 0 to 16777216")
ALIVE = Whole(1, 1 << 16, words="a number of handles from 1 to 65536")
ALIGNMENT = PowerOfTwo(1, 1 << 16, words="a power of two, of at most 65536")
PATH = FilePath()
HEADER = HeaderPath()
