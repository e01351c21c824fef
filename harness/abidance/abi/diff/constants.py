"""Macros, and enumerators of enums that are no types: values that callers have compiled in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.change import Change
from abidance.abi.diff.enums import is_sentinel
from abidance.abi.facts import UNKNOWN, Family
from abidance.abi.internal import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.diff.context import DiffContext
    from abidance.abi.facts import ConstantFacts, Facts

_VERSION = re.compile(
    r"(^|_)(VERSION|VER|VERNUM|MAJOR|MINOR|MICRO|PATCH|PATCHLEVEL|SUBLEVEL|REVISION|REV|RELEASE|RELEASED|BUILD|DATE|"
    r"TIMESTAMP|COMMIT|GIT|TWEAK|SONUM|INTERFACE_AGE|BINARY_AGE|AGE|CURRENT)(_|\d|$)|VERSION",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"(^|_)(MAX|MIN|MAXIMUM|MINIMUM|SIZE|BUFSIZ|BUFSIZE|LEN|LENGTH|COUNT|LIMIT|DEFAULT|DEFAULTS|DEF|CAPACITY|NUM|LAST|END|"
    r"TIMEOUT|DEPTH|WIDTH|BITS|BYTES|SENTINEL)(_|\d|$)|^(MAX|MIN)[A-Z]",
    re.IGNORECASE,
)
_ALL = re.compile(r"(^|_)(ALL|ANY|MASK)(_|$)", re.IGNORECASE)
_TEXT = re.compile(r'^\(*\s*(u8|[uUL])?"')
_NUMBER = re.compile(r"^\(*\s*[-+]?\s*(\.?[0-9][\w.]*([eEpP][-+]\w+)?)\s*\)*$")
_BRACED = re.compile(r"^\(*\s*\{.*\}\s*\)*$")
_TEXT_PART = re.compile(r'"(?:[^"\\]|\\.)*"')
_TOKEN = re.compile(
    r"""(?:u8|[uUL])?"(?:[^"\\]|\\.)*"|[uUL]?'(?:[^'\\]|\\.)*'|\.?[0-9](?:[eEpP][-+]|[\w.])*|\$?\w+|"""
    r"""\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|[-+*/%&|^=!<>]=|&&|\|\||\#\#|\S"""
)
# Behind an escape in figures, the next string could not go on without changing it.
_TEXTS = re.compile(r'(?:"(?:[^"\\]|\\[^0-7x])*"\s*)+')
_DECIMAL = re.compile(r"([-+]?\s*(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)([fFlL]?)")
# What stands before declarations, for the header's own use.
_DECORATION = re.compile(
    r"^\s*(__attribute__|__attribute|__declspec|\[\[|_Pragma|__extension__|extern|static|inline|__inline|__inline__|"
    r"_Noreturn|noreturn|restrict|__restrict|__restrict__|_Alignas|_Thread_local|__thread|__cdecl|__stdcall)\b|^\s*\[\["
)
# What `configure` found on the machine that the library was built on.
_CONFIGURED = re.compile(r"(^|_)HAVE_")
_GIVEN_MACRO = re.compile(r"\$\d+ ?\(")
_GUARD = re.compile(r"_(H|HPP|H_|INCLUDED|H_INCLUDED)_*$")


def constants(context: DiffContext) -> Iterator[Change]:
    """Yield the changes of all constants that are not enumerators of a type."""
    if context.both_know(Family.CONSTANTS):
        for change in _constants(context):
            yield replace(change, traits=change.traits | context.internal(change.old_span or change.new_span))


def _constants(context: DiffContext) -> Iterator[Change]:
    old, new = context.old.constants, context.new.constants
    for name in sorted(old.keys() | new.keys()):
        if any(name in side and _is_guard(side[name]) for side in (old, new)):
            continue
        if name in old and name in new:
            yield from _both(context, old[name], new[name])
        elif name in old and not _is_enumerator(name, context.new):
            yield _alone(context, old[name], "removed")
        elif name in new and not _is_enumerator(name, context.old):
            yield _alone(context, new[name], "added")
        elif name in old:
            yield from _both_values(context, old[name])


def _is_guard(constant: ConstantFacts) -> bool:
    """Tell whether the macro only keeps a header from being read twice."""
    return constant.text in ("", "1") and _GUARD.search(constant.name) is not None


def _is_enumerator(name: str, facts: Facts) -> bool:
    return any(each.name == name for enum in facts.enums.values() for each in enum.enumerators or ())


def _both_values(context: DiffContext, old: ConstantFacts) -> Iterator[Change]:
    """Yield the change of a constant that became an enumerator of a type."""
    for enum in context.new.enums.values():
        for each in enum.enumerators or ():
            both = each.name == old.name and isinstance(old.value, int) and isinstance(each.value, int)
            if both and old.value != each.value:
                yield _change("value", old, str(old.value), str(each.value), "integer", *_name_traits(old))


def _alone(context: DiffContext, constant: ConstantFacts, aspect: str) -> Change:
    gone = aspect == "removed"
    other = context.new if gone else context.old
    shown = f"{constant.name} = {constant.value}" if isinstance(constant.value, int) else constant.text
    traits = {kind_of(constant), *_name_traits(constant)}
    if is_reserved(constant.name):
        traits.add("reserved")
    if constant.value in (1, None) and _CONFIGURED.search(constant.name):
        traits.add("configured")
    if any(constant.name in names for names in (other.functions, other.variables, other.typedefs)):
        traits.add("declared")  # the macro only stood before a declaration of the same name
    return Change(
        "constant",
        aspect,
        constant.name,
        shown if gone else "",
        "" if gone else shown,
        frozenset(traits),
        of=constant.kind,
        old_span=constant.span if gone else None,
        new_span=None if gone else constant.span,
    )


def _both(context: DiffContext, old: ConstantFacts, new: ConstantFacts) -> Iterator[Change]:
    if "function" in (old.kind, new.kind):
        yield from _calls(old, new)
    elif isinstance(old.value, int) and isinstance(new.value, int):
        if old.value != new.value:
            traits = _name_traits(old) or _value_traits(context, old.name, old.value, new.value)
            yield _change("value", old, str(old.value), str(new.value), "integer", *traits, new=new)
    elif isinstance(old.value, int) and new.value is UNKNOWN:
        yield _change("lost", old, str(old.value), "unknown", new=new)
    elif UNKNOWN not in (old.value, new.value) and (old.value, _meaning(old)) != (new.value, _meaning(new)):
        kinds = {kind_of(old), kind_of(new)}
        # What decorates in one configuration is empty, or another macro, in the next.
        kind = (
            "decoration" if kinds == {"decoration", "words"} else kinds.pop() if len(kinds) == 1 else "mixed"
        )
        yield _change("value", old, old.text, new.text, kind, *_name_traits(old), new=new)


def _calls(old: ConstantFacts, new: ConstantFacts) -> Iterator[Change]:
    """Yield the change of a macro that has parameters on one side at least."""
    before, after = _call(old), _call(new)
    if before == after:
        return
    traits = {kind_of(old), kind_of(new)} - {"words"} or {"words"}
    if all(each is not None and _GIVEN_MACRO.search(each[1]) for each in (before, after)):
        # A list to which callers give a macro of theirs; what it declares is judged where it stands.
        traits = {"words"}
    if before is not None and after is not None and before[0] != after[0]:
        traits.add("parameters")
    yield _change("value", old, old.text, new.text, *traits, *_version_trait(old), new=new)


def _call(constant: ConstantFacts) -> tuple[int | str, str] | None:
    """Return how many parameters a macro has, and its words without their names and the brackets around them.

    One that takes any number has ``...`` for the number. None stands for a macro without parameters.
    """
    if constant.kind != "function":
        return None
    listed, _, body = constant.text[1:].partition(")")
    parameters = [each.strip() for each in listed.split(",") if each.strip()]
    for number, each in enumerate(parameters):
        name = each.removesuffix("...") or "__VA_ARGS__"
        body = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f"${number}", body)
    body = re.sub(r"\(\s*(\$\d+)\s*\)", r"\1", body)
    count = "..." if parameters and parameters[-1].endswith("...") else len(parameters)
    return count, _words(body)


def _meaning(constant: ConstantFacts) -> object:
    """Return what does not change with the spelling: neighbouring strings are one (C11 6.4.5p5), 1.50 is 1.5."""
    text = constant.text.strip()
    if not _TEXTS.fullmatch(text):
        text = _words(text)
    while text.startswith("(") and text.endswith(")") and ")" not in text[1:-1]:
        text = text[1:-1].strip()
    if _TEXTS.fullmatch(text):
        return "".join(each[1:-1] for each in _TEXT_PART.findall(text))
    if _BRACED.match(text):
        return re.sub(r"\s*([{},])\s*", r"\1", text).replace(",}", "}")
    found = _DECIMAL.fullmatch(text)
    return (float(found[1].replace(" ", "")), found[2].upper()) if found else text


def _words(text: str) -> str:
    """Return preprocessing tokens with single blanks: how they were set apart means nothing (C11 6.10.3p1)."""
    return " ".join(_TOKEN.findall(text))


def kind_of(constant: ConstantFacts) -> str:
    """Return what it is to callers.

    That is ``integer``, ``string``, ``number``, ``several`` values in braces, ``call``, ``decoration`` or ``words``.
    """
    if constant.kind == "enumerator" or constant.value is UNKNOWN or isinstance(constant.value, int):
        return "integer"
    if constant.kind == "function":
        body = constant.text.partition(")")[2].strip()
        if not body or _DECORATION.match(body):
            return "decoration"
        return "words" if constant.name.startswith("_") else "call"
    if _TEXT.match(constant.text):
        return "string"
    if _DECORATION.match(constant.text):
        return "decoration"
    if _BRACED.match(constant.text):
        return "several"
    return "number" if _NUMBER.match(constant.text) else "words"


def _value_traits(context: DiffContext, name: str, old: int, new: int) -> tuple[str, ...]:
    """Return the trait of a value that only sums up others: all flags, or the first number that is free."""
    gained = _ALL.search(name) is not None and old & ~new == 0
    return ("limit",) if gained or (_follows(context.old, name) and _follows(context.new, name)) else ()


def _follows(facts: Facts, name: str) -> bool:
    """Tell whether the constant's name says that it follows all others of its family, and its value does."""
    family, _, last = name.rpartition("_")
    own = facts.constants[name].value
    values = [
        each.value
        for each in facts.constants.values()
        if each.name.startswith(f"{family}_") and each.name != name and isinstance(each.value, int)
    ]
    return last.upper() == "NEXT" and isinstance(own, int) and bool(values) and own > max(values)


def names_version(name: str) -> bool:
    """Tell whether the name says that it stands for a version."""
    return _VERSION.search(name) is not None


def _version_trait(constant: ConstantFacts) -> tuple[str, ...]:
    return ("version",) if names_version(constant.name) else ()


def _name_traits(constant: ConstantFacts) -> tuple[str, ...]:
    if names_version(constant.name) or constant.kind == "function":
        return _version_trait(constant)
    limit = is_sentinel(constant.name) or _LIMIT.search(constant.name)
    return ("limit",) if limit else ()


def _change(
    aspect: str, old: ConstantFacts, before: str, after: str, *traits: str, new: ConstantFacts | None = None
) -> Change:
    return Change(
        "constant",
        aspect,
        old.name,
        before,
        after,
        frozenset(traits),
        of=old.kind,
        old_span=old.span,
        new_span=new.span if new else None,
    )
