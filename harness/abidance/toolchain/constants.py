"""Which macros cannot be integer constants, by a look at their words: it spares the compiler some errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable

    from abidance.ir.declarations import Declarations

_TOKEN = re.compile(
    r'(?P<string>(?:u8|[uUL])?"(?:[^"\\]|\\.)*+")'
    r"|(?P<value>(?:u8|[uUL])?'(?:[^'\\]|\\.)*+'|\.?[0-9](?:[eEpP][-+]|[\w.'])*+)"
    r"|(?P<word>[^\W\d][\w$]*+)|(?P<operator>[=!<>]=|<<|>>|&&|\|\||[-+*/%&|^~!<>?:(),.])|(?P<other>\S)"
)
_WORD = re.compile(r"[^\W\d][\w$]*+(?=\s*\()")
_NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_STRINGS = re.compile(r'\s*("(?:[^"\\\n]|\\[\\"nrt0])*"\s*)+')
# What most constants are: nothing but one number.
_NUMBER = re.compile(r"[0-9]\w*")
# The compiler expands so many in about a second, and headers of systems have a tenth of them.
_MOST_WORDS = 1_000_000
_TYPE_NAMES = (
    "char short int long float double void signed unsigned const volatile struct union enum _Bool bool "
    "__int128"
)
_TYPE_WORDS = frozenset(_TYPE_NAMES.split())
# Words after which there is no expression, though some look like the call of a macro.
_STATEMENTS = (
    "__attribute__ __attribute __declspec __asm__ __asm asm _Pragma __extension__ __inline __inline__ "
    "__restrict __restrict__ __const __volatile__ __signed__ extern static inline typedef return do if "
    "while for"
)
_NO_EXPRESSION = frozenset(_STATEMENTS.split())
_NO_VALUE = "is no value"
_TAGGED = frozenset(("struct", "union", "enum"))
_OPERATORS = frozenset(("sizeof", "_Alignof", "alignof", "__alignof__", "offsetof", "__builtin_offsetof"))


def refusals(
    names: Iterable[str], declarations: Declarations, enumerators: Container[str]
) -> dict[str, str | None]:
    """Return why macros or enumerators are no integer constants, None for those of which the compiler must say it.

    Each macro is looked at once, however many are made of it.
    """
    sound: set[str] = set()
    unsound: dict[str, tuple[str, str]] = {}

    def refusal(name: str) -> str | None:
        if name in declarations.function_macros:
            return "is a macro with parameters"
        if name not in declarations.macros and name not in enumerators:
            return "is neither a macro nor an enum constant of this header"
        if _is_number(name, declarations):
            return None
        seen: set[str] = set()
        bare: set[str] = set()
        """Those that are a type by themselves, as in a cast: they need no value."""
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each in seen or each in sound:
                continue
            seen.add(each)
            if each not in unsound and each in declarations.macros:
                reason = _look(declarations.macros[each].text, each, declarations, enumerators, waiting)
                if reason == _NO_VALUE and each != name:
                    bare.add(each)
                elif reason:
                    unsound[each] = each, reason
            if each in unsound and not (unsound[each][1] == _NO_VALUE and each != name):
                unsound[name] = culprit, reason = unsound[each]
                return reason if culprit == name else f"uses `{culprit}`, which {reason}"
        sound.update(seen - bare)
        return None

    return {name: refusal(name) for name in names}


def refusal_expanded(text: str, declarations: Declarations, enumerators: Container[str]) -> str | None:
    """Return why the whole expansion of a macro is no integer constant, or None when the compiler must say."""
    return _look(text, "", declarations, enumerators, None)


def renamed(names: Iterable[str], declarations: Declarations) -> dict[str, str]:
    """Return by name the macro that stands for the same: where its text is another macro's name, that one's, and so on.

    The compiler expands a macro word by word each time, which takes the square of the length of such a chain.
    """
    known: dict[str, str] = {}
    for name in names:
        chain, last = [name], name
        while (last := _only_word(last, declarations)) and last not in known and last not in chain:
            chain.append(last)
        known.update(dict.fromkeys(chain, known.get(last, chain[-1])))
    return {name: known[name] for name in names}


def overlong(names: Collection[str], declarations: Declarations) -> dict[str, str]:
    """Return why macros are not expanded: together with the shorter ones they stand for more words than `_MOST_WORDS`.

    Macros made of macros double with each step, or grow by one where there are thousands.
    """
    weights = {name: 1 for name in names if _is_number(name, declarations)}
    total, refused = 0, {}
    for name in sorted(names, key=lambda each: _weight(each, declarations, weights)):
        total += weights[name]
        if total > _MOST_WORDS:
            refused[name] = "is made of so many other macros that it is not expanded"
    return refused


def _weight(name: str, declarations: Declarations, weights: dict[str, int]) -> int:
    """Return of how many words the expansion of a macro is, and note it in `weights`, with those that are in it."""
    waiting = [name]
    parts: dict[str, list[str]] = {}
    while waiting:
        each = waiting[-1]
        if each in weights:
            waiting.pop()
        elif each in parts:  # one that is in itself is not expanded there (C11 6.10.3.4p2)
            weights[each] = min(
                len(parts[each]) + sum(weights.get(part, 0) for part in parts[each]), _MOST_WORDS
            )
            waiting.pop()
        else:
            macro = declarations.macros.get(each) or declarations.function_macros.get(each)
            parts[each] = [token[0] for token in _TOKEN.finditer(macro.text)] if macro else []
            waiting += (part for part in parts[each] if part not in parts and part not in weights)
    return weights[name]


def _only_word(name: str, declarations: Declarations) -> str:
    """Return the macro of which the name is all there is in a macro's text; nothing for any other text."""
    macro = declarations.macros.get(name)
    if macro is None or macro.static:
        return ""
    inner = declarations.macros.get(macro.text.strip())
    return inner.name if inner is not None and not inner.static else ""


def may_call(name: str, declarations: Declarations) -> bool:
    """Tell whether a macro's own text may use a macro with parameters, which `refusal` does not look into."""
    macro = declarations.macros.get(name)
    if macro is None or "(" not in macro.text:
        return False
    return any(word in declarations.function_macros for word in _WORD.findall(macro.text))


def _is_number(name: str, declarations: Declarations) -> bool:
    macro = declarations.macros.get(name)
    return macro is not None and _NUMBER.fullmatch(macro.text) is not None


def _look(
    text: str,
    name: str,
    declarations: Declarations,
    enumerators: Container[str],
    waiting: list[str] | None,
) -> str | None:
    """Return why this macro's own text is no expression of constants; other macros in it go to `waiting`.

    Without `waiting` the text is expanded already: no word in it is a macro any more.
    """
    tokens = list(_TOKEN.finditer(text))
    depth, call_depth, has_value = 0, 0, False
    for index, token in enumerate(tokens):
        word, before = token[0], tokens[index - 1][0] if index else ""
        following = tokens[index + 1][0] if index + 1 < len(tokens) else ""
        if token["string"]:
            return "is a string"
        if token["other"] or word in _NO_EXPRESSION or (word == "," and depth == 0):
            return "is no expression"
        depth += (word == "(") - (word == ")")
        if depth < 0:
            return "is no expression"
        call_depth = 0 if depth < call_depth else call_depth
        has_value = has_value or bool(token["value"])
        if not token["word"] or call_depth or before in _TAGGED:
            continue
        called = following == "(" and (
            word.startswith("__") if waiting is None else _may_be_called(word, declarations)
        )
        if word in _OPERATORS or called:
            # What stands between the parentheses of a macro may be anything.
            call_depth, has_value = depth + 1, True
        elif word in enumerators or (waiting is not None and word in declarations.macros and word != name):
            if waiting is not None:
                waiting.append(word)
            has_value = True
        elif word.startswith("__") and not _is_declared(word, declarations):
            has_value = True  # the compiler's own, such as `__INT_MAX__` (C11 7.1.3)
        elif word not in _TYPE_WORDS and word not in declarations.typedefs:
            spliced = any(each["string"] for each in tokens)  # as in `PRIu64 " items"`
            return "is a string" if spliced else f"uses `{word}`, which is no constant"
    if depth or not tokens:
        return "is no expression" if tokens else "is empty"
    return None if has_value else _NO_VALUE


def _is_declared(word: str, declarations: Declarations) -> bool:
    known = (declarations.functions, declarations.variables, declarations.typedefs, declarations.macros)
    return any(word in names for names in known)


def _may_be_called(word: str, declarations: Declarations) -> bool:
    """Tell whether `word(` may be a macro with parameters: nothing else that is known has the name."""
    return word not in _TYPE_WORDS and not _is_declared(word, declarations)


def string_of(text: str) -> bytes | None:
    """Return the contents of string literals that stand one behind the other; None for what is anything else."""
    if not _STRINGS.fullmatch(text):
        return None
    parts = _STRING.findall(text)
    return "".join(parts).encode().decode("unicode_escape").encode("latin-1")


def may_be_string(name: str, declarations: Declarations) -> bool:
    """Tell whether a macro may expand to string literals: there is one in it, or `#`, or in what it is made of."""
    waiting, met = [name], {name}
    while waiting:
        each = waiting.pop()
        macro = declarations.macros.get(each) or declarations.function_macros.get(each)
        if macro is None:
            continue
        if '"' in macro.text or "#" in macro.text:
            return True
        words = {*_NAME.findall(macro.text)} - met
        waiting += words
        met |= words
    return False
