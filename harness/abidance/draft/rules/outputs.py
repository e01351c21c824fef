"""What is written through a pointer to one object: numbers, records, pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import (
    caller_frees,
    freed_with,
    is_string,
    is_text,
    left_there,
    several,
    writes_several,
    written_through,
)
from abidance.draft.model import Rank, gap, guessed, sure
from abidance.draft.rules import buffers
from abidance.draft.rules.results import can_free, deallocator
from abidance.header.name_words import is_size, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.types import Type

_OUT = frozenset(
    (
        "out",
        "result",
        "ret",
        "res",
        "output",
        "rval",
        "retval",
        "pp",
        "actual",
        "written",
        "found",
        "err",
        "error",
        "errmsg",
        "value",
        "val",
        "status",
        "version",
        "major",
        "minor",
        "patch",
        "micro",
        "width",
        "height",
    )
)
_ON_FAILURE = frozenset(("err", "error", "errmsg", "errcode", "errnum", "errno", "reason", "message", "msg"))
_BUFFERS = frozenset(
    (
        "str",
        "string",
        "text",
        "buf",
        "buffer",
        "data",
        "src",
        "dst",
        "dest",
        "chars",
        "map",
        "matrix",
        "block",
        "mem",
    )
)
_GENERIC = frozenset(("struct sockaddr", "sockaddr"))
"""Records that are the beginning of others (POSIX, `<sys/socket.h>`)."""
_PLACES = frozenset(
    ("slot", "index", "idx", "id", "pos", "position", "offset", "cursor", "handle", "token", "state")
)
"""Words of numbers that stand for something, of which 0 is one."""
_GOES_ON = frozenset(("pos", "position", "offset", "cursor"))
"""Words of numbers that tell where the last call came to, and where this one begins."""
_OF_ANYTHING = frozenset(("out", "result", "res", "ret", "output"))
_NUMBERS = frozenset(("size_t", "ssize_t", "ptrdiff_t", "off_t", "time_t"))
_NO_PLURALS = ("ss", "us", "is", "as", "pos")
_SHORTEST = 3
_ASKS = frozenset(
    ("get", "query", "stat", "info", "parse", "time", "read", "decode", "version", "count", "size", "find")
)
_LISTS = frozenset(
    (
        "argv",
        "list",
        "array",
        "arr",
        "vec",
        "vector",
        "matrix",
        "table",
        "names",
        "values",
        "keys",
        "strings",
        "items",
        "vec",
        "attrs",
        "atts",
    )
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield what is written, and what of it is read before."""
    header = view.header
    for name, _, target in view.pointers():
        inner = header.target(target)
        if header.type_name(target) in _GENERIC:
            yield name, gap("in", None, f"which kind of address `{name}` leads to")
        elif inner is not None:
            yield from _pointer(view, name, target, inner)
        elif header.is_const(target):
            if header.is_plain_data(target) and header.record_key(target) is not None:
                kind = header.type_name(target)
                yield name, guessed("in", kind, Rank.NAME, "const, and one record")
            elif not header.is_void(target):
                yield name, gap("in", None, f"how much `{name}` points to")
        elif header.is_plain_data(target) and not header.is_byte(target):
            yield from _object(view, name, target)


def _pointer(view: FunctionView, name: str, target: Type, inner: Type) -> Iterator[tuple[str, Guess]]:
    """Yield that a pointer is stored, where that is said or its name says so."""
    header = view.header
    words = words_of(name)
    if header.is_const(target) or (words and words[-1] in _LISTS) or header.target(inner) is not None:
        yield name, gap("in", None, f"what the pointers at `{name}` lead to")
        return
    spoken = view.direction(name)
    kind = header.type_name(target)
    stored = _stored(view, name)
    failing = bool(words) and words[-1] in _ON_FAILURE
    # What `unsigned char **out` leads to is as often taken for the memory to write to.
    several = header.is_byte(inner) and not header.is_char(inner)
    named = (
        words
        and not failing
        and not several
        and (not _OUT.isdisjoint(words) or words[0] in ("p", "pp", "pz") or words[-1] == "p")
    )
    maker = header.makers.get(header.record_key(inner) or header.type_name(target))
    if spoken is not None and spoken[0] == "out":
        yield name, guessed("out", kind, spoken[1].rank, "`[out]`", spoken[1].span)
    elif maker is not None:
        yield name, gap("out", None, f"whether `{name}` leads to one that is there: `{maker}` makes one")
    elif spoken is None and (text := _new_text(view, name, inner)) is not None:
        yield name, text
    elif spoken is None and stored is not None:
        yield name, guessed("out", kind, stored[0].rank, stored[1], stored[0].span)
    elif spoken is None and named and _is_text(view, inner):
        yield (
            name,
            guessed(
                "out",
                {"to": "string", "nullable": True},
                Rank.NAME,
                "a `const char *` is stored, by its name",
            ),
        )
    elif spoken is None and named:
        yield name, guessed("out", kind, Rank.NAME, "a pointer to a pointer, named as a result")
    else:
        yield name, gap("out", None, f"whether a pointer at `{name}` is read before one is stored")


def _new_text(view: FunctionView, name: str, inner: Type) -> Guess | None:
    """Return that a text is left there which the caller frees, where the parameter's own description says both."""
    header = view.header
    for text in view.documentation:
        said = text.params[name].text if name in text.params else ""
        frees = caller_frees(said)
        if frees is None or header.is_const(inner) or not header.is_byte(inner) or left_there(said) is None:
            continue
        if not (is_text(said) if header.is_char(inner) else is_string(said)):
            continue
        by_name = freed_with(f"{said} {text.prose}", header.declarations.functions)
        free = by_name[0] if by_name is not None and can_free(view, by_name[0]) else deallocator(view)
        left = {"to": "string", "owner": "caller", "free": free or "free"}
        return guessed("out", left, text.rank, frees, text.span)
    return None


def _is_text(view: FunctionView, inner: Type) -> bool:
    """Tell whether a pointer that is stored leads to a text: it is no part of a buffer, which need not have an end."""
    header = view.header
    counted = {place for place, guess in buffers.guesses(view) if guess.clause in ("length", "capacity")}
    return (
        header.is_char(inner)
        and header.is_const(inner)
        and not any(name in counted and header.is_byte(to) for name, _, to in view.pointers())
    )


def _stored(view: FunctionView, name: str) -> tuple[Documentation, str] | None:
    """Return the words of the documentation by which something is stored there."""
    for text, said in view.sentences(name):
        words = written_through(said, name)
        if words is not None:
            return text, words
    for text in view.documentation:
        own = text.params.get(name)
        words = left_there(own.text) if own is not None else None
        if words is not None:
            return text, words
    return None


def _is_a_number(header: HeaderView, type_: Type) -> bool:
    """Tell whether an integer is of a type for numbers, and of none that a library has for its characters or words."""
    name = header.type_name(type_)
    return name in _NUMBERS or name == header.type_name(header.bare(type_))


def _may_be_several(name: str) -> bool:
    """Tell whether a name is as often that of several objects as of one: `levels`, `str`, `result_array`."""
    last = (words_of(name) or ("",))[-1]
    plural = last.endswith("s") and len(last) > _SHORTEST and not last.endswith(_NO_PLURALS)
    return last in _LISTS or last in _BUFFERS or plural


def _object(view: FunctionView, name: str, target: Type) -> Iterator[tuple[str, Guess]]:
    header = view.header
    kind, record = header.type_name(target), header.record_key(target) is not None
    spoken = view.direction(name)
    words = words_of(name)
    if any(place == name and guess.clause == "capacity" for place, guess in buffers.guesses(view)):
        return
    if spoken is not None and not record and _is_counted(view, name, target):
        yield name, gap(spoken[0] if spoken[0] == "out" else "inout", None, f"how many there are at `{name}`")
    elif spoken is not None and spoken[0] == "out":
        yield name, guessed("out", kind, spoken[1].rank, "`[out]`", spoken[1].span)
    elif spoken is not None:
        yield name, guessed("inout", kind, spoken[1].rank, f"`[{spoken[0]}]`", spoken[1].span)
    elif not record and (stored := _stored(view, name)) is not None:
        yield name, guessed("out", kind, stored[0].rank, stored[1], stored[0].span)
    elif _may_be_several(name) or (name not in view.named and not record):
        yield name, gap("inout", None, f"how many there are at `{name}`")
    elif record and view.before(name) is not None and not _ASKS.isdisjoint(words_of(view.name)):
        yield name, guessed("out", kind, Rank.NAME, "not const, in a function that asks")
    elif record:
        yield name, gap("inout", None, f"whether `{name}` is read, and what is valid there")
    elif words and words[-1] in _ON_FAILURE and header.is_integer(target):
        yield (
            name,
            guessed("inout", kind, Rank.NAME, "perhaps written only where the function fails, so 0 goes in"),
        )
        yield name, sure("range", (0, 0), Rank.CAUTION, "what is valid there is not known")
    elif (
        header.is_integer(target) and words and words[-1] in _OF_ANYTHING and not _is_a_number(header, target)
    ):
        yield name, gap("inout", None, f"how many there are at `{name}`")
    elif words and words[-1] in _GOES_ON and header.is_integer(target):
        yield name, gap("inout", None, f"which numbers may be at `{name}` before the call")
    elif not _OUT.isdisjoint(words) or (is_size(name) and header.target(view.function.returns) is not None):
        yield name, guessed("out", kind, Rank.NAME, "not const, and its name")
    elif header.is_integer(target) and not _PLACES.isdisjoint(words):
        yield name, gap("inout", None, f"which numbers may be at `{name}` before the call")
    elif (
        header.is_integer(target)
        and not is_size(name)
        and any(g.clause == "length" for _, g in buffers.guesses(view))
    ) or _writes_an_array(view):
        yield name, gap("inout", None, f"how many there are at `{name}`")
    elif header.is_integer(target) and not header.is_byte(target):
        yield name, guessed("inout", kind, Rank.NAME, "not const; read or not is not known, so 0 goes in")
        yield name, sure("range", (0, 0), Rank.CAUTION, "what is valid there is not known")
    elif header.is_bool(target) or header.is_enum(target):
        yield name, guessed("out", kind, Rank.NAME, "not const")
    elif header.is_float(target) and not _ASKS.isdisjoint(words_of(view.name)):
        yield name, guessed("out", kind, Rank.NAME, "not const, in a function that asks")
    elif header.is_float(target):
        yield name, gap("inout", None, f"how many there are at `{name}`, and whether they are read")


def _is_counted(view: FunctionView, name: str, target: Type) -> bool:
    """Tell whether numbers that documentation gives a direction may be several.

    It says so, or they are floats beside a number that says how many there are of something, and of nothing else.
    """
    if any(several(said) for _, said in view.sentences(name)):
        return True
    counted = {guess.value for _, guess in buffers.guesses(view) if guess.clause in ("length", "capacity")}
    return view.header.is_float(target) and any(
        (is_size(each) or _may_be_several(each))
        and each not in counted
        and view.header.is_integer(parameter.type)
        for each, parameter in view.parameters.items()
    )


def _writes_an_array(view: FunctionView) -> bool:
    """Tell whether the documentation speaks of an array that is written, and no parameter is known to be one."""
    counted = any(guess.clause in ("length", "capacity") for _, guess in buffers.guesses(view))
    return not counted and any(writes_several(text.prose) for text in view.documentation)
