"""Types as C text, and back. The text is what a reader of a snapshot sees, so it is C and nothing else.

What C cannot spell is between backticks; ``?`` is a type that is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.abi.facts import UNKNOWN
from abidance.ir.arithmetic import BASIC_SPELLINGS
from abidance.ir.spelling import declare, spell
from abidance.ir.types import (
    Array,
    Basic,
    EnumRef,
    FunctionType,
    Pointer,
    Qualified,
    RecordRef,
    TypedefRef,
    Unsupported,
    Vector,
    Void,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.abi.facts import Unknown
    from abidance.ir.types import Type

_TOKEN = re.compile(r"\s*(?:(`[^`]*`|<[^>]*>|\.\.\.|[\w$]+(?:\([0-9]+\))?|[*()\[\],?])|(\S))")
_VARIANTS = re.compile(r"(?:(?:\.|::)~?\w+)*")
_UNIT = re.compile(r" \[(?![0-9]*\])[^\[\]]*\]")
_QUALIFIERS = frozenset(("const", "volatile", "restrict", "_Atomic"))
_TAGGED = frozenset(("struct", "union", "enum"))
_BASIC = re.compile(
    r"_Float\d+x?|_Decimal\d+|(unsigned )?_BitInt\(\d+\)|(unsigned )?__int128|__builtin_\w+"
    r"|(float|double|long double) _Complex"
)
_DEEPEST = 100


class TypeTextError(ValueError):
    """The text is no type."""


def write(type_: Type | Unknown, declarator: str = "") -> str:
    """Return the type as C text, declaring `declarator`."""
    if type_ is UNKNOWN:
        return f"? {declarator}".strip()
    return declare(type_, declarator, _name, old_style="")


def _name(type_: Type) -> str:
    match type_:
        case Vector() | Unsupported():
            return f"`{spell(type_).replace('`', ' ')}`"
        case Basic(text):
            return text
    return spell(type_)


def write_function(
    returns: Type | Unknown, parameters: Sequence[str], *, variadic: bool, prototype: bool, name: str = ""
) -> str:
    """Return a function's declaration, or its type without a name, with its parameters as they are declared."""
    listed = [*parameters, *(["..."] if variadic else [])]
    return write(returns, f"{name}({', '.join(listed) or ('void' if prototype else '')})")


@dataclass(frozen=True, slots=True)
class DeclaredType:
    """A type and the name that it declares, empty for none. For functions, the parameters as declared."""

    name: str
    type: Type | Unknown
    returns: Type | Unknown = UNKNOWN
    parameters: tuple[DeclaredType, ...] = ()
    variadic: bool = False
    prototype: bool = True
    function: bool = False


def read(text: str) -> Type | Unknown:
    """Return the type that `text` spells; raises TypeTextError."""
    return read_declaration(text).type


def read_declaration(text: str) -> DeclaredType:
    """Return a type with the names that stand in it; raises TypeTextError."""
    reader = _Reader(text)
    found = reader.declaration()
    reader.end()
    return found


def _tokens(text: str) -> Iterator[str]:
    at, tagged = 0, False
    while found := _TOKEN.match(text, at):
        if found[2]:
            raise TypeTextError(f"`{found[2]}` has no place in a type")
        at = _end_of_tag(text, found.end(1)) if tagged else found.end(1)
        yield text[found.start(1) : at]
        tagged = found[1] in _TAGGED


def _end_of_tag(text: str, at: int) -> int:
    """Return where a tag ends whose first word ends at `at`.

    Arguments of a template stand in brackets right behind the word, the number of elements of an array behind a blank,
    and so does the name of the unit that has a record of its own under a common name.
    """
    at = _VARIANTS.match(text, at).end()  # type: ignore[union-attr]
    while text[at : at + 1] == "[":
        depth = 0
        for end in range(at, len(text)):
            depth += (text[end] == "[") - (text[end] == "]")
            if not depth:
                break
        else:
            raise TypeTextError(f"a bracket is not closed in `{text}`")
        at = _VARIANTS.match(text, end + 1).end()  # type: ignore[union-attr]
    unit = _UNIT.match(text, at)
    return unit.end() if unit else at


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def declaration(self) -> DeclaredType:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise TypeTextError("nested too deeply")
        base = self._specifiers()
        found = self._declarator(base)
        self._depth -= 1
        return found

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise TypeTextError(f"`{self._tokens[self._at]}` comes too late")

    def _peek(self, ahead: int = 0) -> str:
        return self._tokens[self._at + ahead] if self._at + ahead < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        word = self._peek()
        if not word or (wanted and word != wanted):
            raise TypeTextError(f"expected `{wanted or 'more'}` in `{self._text}`")
        self._at += 1
        return word

    def _qualifiers(self) -> frozenset[str]:
        found = set()
        while self._peek() in _QUALIFIERS:
            found.add(self._take())
        return frozenset(found)

    def _specifiers(self) -> Type | Unknown:
        qualifiers = self._qualifiers()
        base = self._base()
        if base is UNKNOWN or not qualifiers:
            return base
        return Qualified(base, qualifiers)

    def _base(self) -> Type | Unknown:
        word = self._take()
        if word == "?":
            return UNKNOWN
        if word.startswith("`"):
            spelling = word[1:-1].strip()
            if not spelling:
                raise TypeTextError("a type that is not supported has no spelling")
            return Unsupported(spelling, "")
        if word in _TAGGED:
            key = f"{word} {self._take()}"
            return EnumRef(key) if word == "enum" else RecordRef(key)
        if word == "void":
            return Void()
        words = [word]
        while f"{' '.join(words)} {self._peek()}" in _STARTS or _is_basic(
            f"{' '.join(words)} {self._peek()}"
        ):
            words.append(self._take())
        text = " ".join(words)
        if not re.match(r"[\w$]", text):
            raise TypeTextError(f"`{text}` is no type")
        return Basic(BASIC_SPELLINGS.get(text, text)) if _is_basic(text) else TypedefRef(text)

    def _declarator(self, base: Type | Unknown) -> DeclaredType:
        while self._peek() == "*":
            self._take()
            qualifiers = self._qualifiers()
            base = Pointer(_known(base))
            base = Qualified(base, qualifiers) if qualifiers else base
        if self._peek() == "(" and self._peek(1) == "*":
            self._take()
            start = self._at
            self._skip()
            end = self._at
            outer = self._suffixes("", base)
            after = self._at
            # What is in the brackets applies to all that stands behind them (C11 6.7.6).
            self._at = start
            inner = self._declarator(outer.type)
            if self._at != end - 1:
                raise TypeTextError(f"`{self._peek()}` comes too late")
            self._at = after
            return inner
        name = self._take() if re.match(r"[^\W\d]", self._peek()) else ""
        return self._suffixes(name, base)

    def _skip(self) -> None:
        depth = 1
        while depth:
            word = self._take()
            depth += (word == "(") - (word == ")")

    def _suffixes(self, name: str, base: Type | Unknown) -> DeclaredType:
        if self._peek() == "[":
            self._take()
            count = None if self._peek() == "]" else self._take()
            self._take("]")
            if count is not None and not count.isdecimal():
                raise TypeTextError(f"`{count}` is not a number of elements")
            inner = self._suffixes(name, base).type
            return DeclaredType(name, Array(_known(inner), None if count is None else int(count)))
        if self._peek() == "(":
            return self._function(name, base)
        return DeclaredType(name, base)

    def _function(self, name: str, base: Type | Unknown) -> DeclaredType:
        self._take("(")
        parameters: list[DeclaredType] = []
        variadic, prototype = False, True
        if self._peek() == ")":
            prototype = False
        elif self._peek() == "void" and self._peek(1) == ")":
            self._take()
        else:
            while True:
                if self._peek() == "...":
                    self._take()
                    variadic = True
                    break
                parameters.append(self.declaration())
                if self._peek() != ",":
                    break
                self._take()
        self._take(")")
        known = all(each.type is not UNKNOWN for each in parameters) and base is not UNKNOWN
        types = tuple(_known(each.type) for each in parameters)
        type_ = FunctionType(_known(base), types, variadic, prototype) if known else UNKNOWN
        return DeclaredType(name, type_, base, tuple(parameters), variadic, prototype, function=True)


_STARTS = frozenset(
    " ".join(form.split()[:length]) for form in BASIC_SPELLINGS for length in range(1, len(form.split()) + 1)
) | {"unsigned", "float", "double", "long double"}


# Not keywords before C23, so that headers have typedefs of these names; what they are elsewhere is written otherwise.
_TYPEDEFS = frozenset(("bool", "__gnuc_va_list", "__int128_t", "__uint128_t"))


def _is_basic(text: str) -> bool:
    return (text in BASIC_SPELLINGS and text not in _TYPEDEFS) or _BASIC.fullmatch(text) is not None


def _known(type_: Type | Unknown) -> Type:
    # Inside another type, what is not known is a type that nothing else equals but itself.
    return Unsupported("?", "not known") if type_ is UNKNOWN else type_
