"""Numbers: limits that are documented, and narrow ones where nothing is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import least, listed, number_range, told_of
from abidance.draft.model import Rank, gap, guessed
from abidance.draft.rules.buffers import spelled
from abidance.header.name_words import SIZES, has_word, is_size, words_of
from abidance.ir.types import Basic, EnumRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.declarations import Parameter
    from abidance.ir.types import Type

_ANY = frozenset(
    ("seed", "hash", "crc", "adler", "value", "val", "cookie", "salt", "color", "colour", "x", "y", "z")
)
_SWITCHES = frozenset(
    ("is", "enable", "enabled", "on", "onoff", "bool", "boolean", "yes", "disable", "use", "has")
)
_WHETHER = re.compile(r"\b(?:whether|booleans?|true|non-?zero)\b", re.IGNORECASE)
_CHARACTERS = frozenset(("c", "ch", "char", "character", "byte", "codepoint", "wc"))
_FLAGS = frozenset(("flags", "flag", "options", "opts", "mask", "reserved", "opt", "oflags"))
_PLACES = frozenset(
    ("index", "idx", "i", "ix", "pos", "position", "offset", "off", "nth", "col", "column", "row", "slot")
)
_DESCRIPTORS = frozenset(
    ("fd", "fildes", "sock", "socket", "descriptor", "filedes", "sockfd", "fdes", "filehandle")
)
_NAMED = frozenset(("id", "ident", "identifier", "handle", "token"))
_PROCESSES = frozenset(("pid", "sig", "signo", "signal", "signum", "uid", "gid", "tid", "errnum"))
_TIMES = frozenset(
    ("timeout", "ms", "msec", "usec", "sec", "seconds", "secs", "delay", "interval", "wait", "nsec")
)
_SENTINELS = frozenset(
    ("max", "last", "count", "num", "end", "sentinel", "force", "size", "invalid", "nb", "total", "dummy")
)
_TALK = frozenset(("verbosity", "verbose", "debug", "loglevel", "trace", "level_of_detail"))
_ORIGIN = re.compile(
    r"\b(?:generated|returned|obtained|created|produced|computed|initiali[sz]ed|retrieved|allocated|got|given)\b[^.]{0,40}?"
    r"\b(?:by|from|with|using|via)\s+`?(?P<function>\w+)\b",
    re.IGNORECASE,
)
_DIVIDES = frozenset(("div", "divide", "mod", "modulo", "rem", "remainder", "quotient", "ratio"))
_ALLOCATES = frozenset(("alloc", "malloc", "calloc"))
_REFUSING = re.compile(
    r"\b(?:not|never|no|neither|nor|except|invalid|less|fewer|smaller|below|error|fails?)\b|n't\b",
    re.IGNORECASE,
)
_RANGES = (
    ("begin", "end"), ("start", "end"), ("start", "stop"), ("first", "last"), ("from", "to"), ("min", "max"),
    ("low", "high"), ("lo", "hi"), ("lower", "upper"),
)  # fmt: skip
_WHOLE = frozenset(
    ("int", "long", "long long", "short", "unsigned int", "unsigned long", "unsigned long long")
)
_SMALL = 16
_LARGE = 1 << 12
"""What is so large from the beginning may be an amount of memory, and is for a person to choose."""


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the limits of numbers and enums among the parameters."""
    header = view.header
    for name, parameter in view.parameters.items():
        if header.is_enum(parameter.type):
            yield from _enumerators(view, name, parameter)
        elif header.is_integer(parameter.type):
            yield from _integer(view, name, parameter)
        elif _has_extents(header, parameter.type):
            yield name, gap("one_of", None, f"which numbers the fields of `{name}` may be")
        elif header.is_float(parameter.type):
            yield name, gap("range", (-1000, 1000), f"which numbers `{name}` may be")
    ordered = tuple(_ordered(view))
    if ordered:
        yield (
            "",
            guessed("requires", ordered, Rank.NAME, "the beginning and the end of a range, by their names"),
        )


def _ordered(view: FunctionView) -> Iterator[str]:
    """Yield that what is named as a beginning is not past what is named as its end: `row_min <= row_max`."""
    numbers = [n for n, each in view.parameters.items() if view.header.is_integer(each.type)]
    for low in numbers:
        for first, last in _RANGES:
            high = low.lower().replace(first, last)
            named = next((each for each in numbers if each.lower() == high and each != low), None)
            if named is not None and first in words_of(low):
                yield f"{spelled(low)} <= {spelled(named)}"
                break


def _has_extents(header: HeaderView, type_: Type) -> bool:
    """Tell whether a record that is passed by value has several numbers, such as the sides of a rectangle or a time."""
    record = header.record(type_)
    numbers = [header.bare(each.type) for each in (record.fields if record else None) or ()]
    return sum(isinstance(each, Basic) and each.spelling in _WHOLE for each in numbers) > 1


def _integer(view: FunctionView, name: str, parameter: Parameter) -> Iterator[tuple[str, Guess]]:
    if view.header.stands_for_pointer(parameter.type):
        yield name, gap("one_of", None, f"which pointer `{name}` stands for")
        return
    for text, said in view.sentences(name):
        choice = listed(said, lambda value: view.header.macro_value(value) is not None)
        if choice is not None:
            yield name, guessed("one_of", choice[0], text.rank, choice[1], text.span)
            continue
        limits = number_range(said)
        if limits is not None and limits[0] >= 0:
            low, high, words = limits
            yield name, guessed("range", (low, high), text.rank, words, text.span)
    origin = next(
        (found for _, said in view.sentences(name) for each in said if (found := _ORIGIN.search(each))), None
    )
    if origin is not None and origin["function"] != view.name and origin["function"] in view.header.functions:
        yield name, gap("range", None, f"how `{name}` comes from `{origin['function']}`")
        return
    words_ = words_of(name)
    last = words_[-1] if words_ else ""
    if has_word(view.name, _DIVIDES):
        yield name, gap("range", (1, _SMALL), f"which numbers `{name}` may be: it may be divided by")
        return
    if last in _DESCRIPTORS or (last == "handle" and {"file", "fd", "descriptor"} & {*words_}):
        yield name, gap("one_of", None, f"which descriptor `{name}` may be")
    elif last in _PROCESSES:
        yield name, gap("one_of", None, f"which `{name}` may be passed")
    elif last in _NAMED:
        yield name, gap("range", None, f"which `{name}` there is")
    elif last in _PLACES:
        yield name, gap("range", None, f"which numbers `{name}` may be, in which state")
    elif last in _FLAGS or words_[:1] == ("flags",):
        yield name, _flags(view, name)
    elif last in _ANY:
        return
    elif not _SWITCHES.isdisjoint(words_):
        yield name, guessed("range", (0, 1), Rank.NAME, "a switch, by its name")
    elif view.header.is_byte(parameter.type) and (switch := _documented_switch(view, name)) is not None:
        yield name, switch
    elif last in _CHARACTERS or view.header.is_character(parameter.type):
        yield name, guessed("range", (1, 127), Rank.NAME, "a character, by its name or type")
    elif not _TALK.isdisjoint(words_):
        yield name, gap("range", (0, 0), f"which `{name}` may be, and what is printed then")
    elif last in _TIMES:
        yield name, gap("range", (0, 0), f"how long `{name}` may be")
    else:
        yield name, _amount(view, name, "how large" if is_size(name) or last in SIZES else "which numbers")


def _flags(view: FunctionView, name: str) -> Guess:
    """Return the flags that documentation names."""
    for text, said in view.sentences(name):
        told = [(flags, why) for words, why in told_of(said) if (flags := view.header.flags_among(words))]
        if told:
            named = tuple(dict.fromkeys(flag for flags, _ in told for flag in flags))
            return guessed("flags", named, text.rank, told[0][1], text.span)
    return gap("one_of", (0,), f"which flags `{name}` may have")


def _documented_switch(view: FunctionView, name: str) -> Guess | None:
    """Return what is said of a byte that stands for true or false."""
    for text, said in view.sentences(name):
        found = next((each for each in said if _WHETHER.search(each)), None)
        if found is not None:
            return guessed("range", (0, 1), text.rank, found, text.span)
    return None


def _amount(view: FunctionView, name: str, what: str) -> Guess:
    """Return a narrow range from the least value on that is documented or asserted; a large one is no small matter."""
    told = (least(said, view.header.macro_value) for _, said in view.sentences(name))
    documented = next((each for each in told if each is not None), view.header.least_elsewhere.get(name))
    asserted = [each.least for each in view.limits() if each.name == name]
    # Of nothing, or with no precision, few things can be made.
    making = view.name in view.header.creators or has_word(view.name, _ALLOCATES)
    floor = max((*asserted, documented[0] if documented else int(making)))
    if documented is not None and _SMALL < floor < _LARGE:
        # Kept where the number is the size of a buffer, of which nothing else is asked.
        return guessed("range", (floor, _LARGE), Rank.COMMENT, documented[1])
    if floor < _LARGE:
        return gap("range", (floor, floor + _SMALL), f"{what} `{name}` may be")
    return gap("range", None, f"{what} `{name}` may be, from {floor} on")


def _is_sentinel(words: tuple[str, ...]) -> bool:
    """Tell whether an enumerator is the number or the end of the others, or that none of them was found."""
    return (
        not _SENTINELS.isdisjoint(words[-2:])
        or words[-2:] == ("not", "found")
        or (words[-2:] in (("plus", "one"), ("minus", "one")) and not _SENTINELS.isdisjoint(words[-3:]))
    )


def _without_sentinels(names: Sequence[str]) -> list[str]:
    """Return enumerators without those before and behind the values: among them `STATUS_NOT_FOUND` is one.

    A name that begins with an underscore, beside others that do not, is none for callers.
    """
    hidden = {each for each in names if each.startswith("_")}
    told = [_is_sentinel(words_of(each)) or (each in hidden and len(hidden) < len(names)) for each in names]
    first = next((n for n, each in enumerate(told) if not each), len(names))
    behind = next((n for n in range(len(names), first, -1) if not told[n - 1]), first)
    return [*names[first:behind]]


def _is_offered(enumerator: str, said: Sequence[str]) -> bool:
    """Tell whether one of some sentences about a parameter says that it may be this as well: `IFD or IFD_COUNT`."""
    offered = re.compile(rf"\bor\s+[#%`:]*{re.escape(enumerator)}\b(?!\s*[-+(])")
    return any(offered.search(each) and not _REFUSING.search(each) for each in said)


def _enumerators(view: FunctionView, name: str, parameter: Parameter) -> Iterator[tuple[str, Guess]]:
    """Yield the enumerators that are values rather than the number or the end of them."""
    bare = view.header.bare(parameter.type)
    assert isinstance(bare, EnumRef)
    enum = view.header.declarations.enums.get(bare.key)
    names = [each.name for each in enum.enumerators] if enum else []
    if words_of(name)[-1:] and words_of(name)[-1] in _FLAGS:
        yield name, _flags(view, name)
        return
    taken = {each for _, said in view.sentences(name) for each in names if _is_offered(each, said)}
    values = [each for each in names if each in {*_without_sentinels(names), *taken}]
    if values and len(values) < len(names):
        left = [f"`{each}`" for each in names if each not in values]
        seem = "seems to be none" if len(left) == 1 else "seem to be none"
        yield name, guessed("one_of", tuple(values), Rank.NAME, f"without {', '.join(left)}, which {seem}")
