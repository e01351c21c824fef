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
from abidance.draft.objects_elsewhere import made_elsewhere
from abidance.draft.rules import buffers
from abidance.draft.rules.results import can_free, deallocator
from abidance.header.name_words import is_size, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.types import Type

    Guesses = tuple[tuple[str, Guess], ...]

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
                yield name, gap("in", None, made_elsewhere(view, target) or f"how much `{name}` points to")
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


def _object(view: FunctionView, name: str, target: Type) -> Guesses:
    """Return what is guessed of one number, or one record: by the first that has an opinion."""
    if any(place == name and guess.clause == "capacity" for place, guess in buffers.guesses(view)):
        return ()
    ways = (_as_documented, _as_several, _as_record, _by_last_word, _by_other_words, _by_type)
    return next((found for way in ways if (found := way(view, name, target))), ())


def _as_documented(view: FunctionView, name: str, target: Type) -> Guesses:
    """Return what the documentation says."""
    header, spoken = view.header, view.direction(name)
    kind, record = header.type_name(target), header.record_key(target) is not None
    if spoken is None:
        stored = None if record else _stored(view, name)
        if stored is None:
            return ()
        return ((name, guessed("out", kind, stored[0].rank, stored[1], stored[0].span)),)
    way, text = spoken
    if not record and _is_counted(view, name, target):
        return _how_many(name, "out" if way == "out" else "inout")
    clause = "out" if way == "out" else "inout"
    return ((name, guessed(clause, kind, text.rank, f"`[{way}]`", text.span)),)


def _as_several(view: FunctionView, name: str, target: Type) -> Guesses:
    """Return that there may be several, by the name, or because there is none."""
    unnamed = name not in view.named and view.header.record_key(target) is None
    return _how_many(name) if _may_be_several(name) or unnamed else ()


def _as_record(view: FunctionView, name: str, target: Type) -> Guesses:
    if view.header.record_key(target) is None:
        return ()
    if view.before(name) is not None and not _ASKS.isdisjoint(words_of(view.name)):
        kind = view.header.type_name(target)
        return ((name, guessed("out", kind, Rank.NAME, "not const, in a function that asks")),)
    return ((name, gap("inout", None, f"whether `{name}` is read, and what is valid there")),)


def _by_last_word(view: FunctionView, name: str, target: Type) -> Guesses:
    """Return what the last word of an integer's name says."""
    header, last = view.header, (words_of(name) or ("",))[-1]
    if not header.is_integer(target):
        return ()
    if last in _ON_FAILURE:
        why = "perhaps written only where the function fails, so 0 goes in"
        return _zero_goes_in(name, header.type_name(target), why)
    if last in _OF_ANYTHING and not _is_a_number(header, target):
        return _how_many(name)
    return _in_some_state(name) if last in _GOES_ON else ()


def _by_other_words(view: FunctionView, name: str, target: Type) -> Guesses:
    """Return what the words of a name say, wherever they stand, and what the others beside it."""
    header, words = view.header, words_of(name)
    integer = header.is_integer(target)
    if not _OUT.isdisjoint(words) or (is_size(name) and header.target(view.function.returns) is not None):
        return ((name, guessed("out", header.type_name(target), Rank.NAME, "not const, and its name")),)
    if integer and not _PLACES.isdisjoint(words):
        return _in_some_state(name)
    beside_lengths = any(guess.clause == "length" for _, guess in buffers.guesses(view))
    if (integer and not is_size(name) and beside_lengths) or _writes_an_array(view):
        return _how_many(name)
    return ()


def _by_type(view: FunctionView, name: str, target: Type) -> Guesses:
    header, kind = view.header, view.header.type_name(target)
    if header.is_integer(target) and not header.is_byte(target):
        return _zero_goes_in(name, kind, "not const; read or not is not known, so 0 goes in")
    if header.is_bool(target) or header.is_enum(target):
        return ((name, guessed("out", kind, Rank.NAME, "not const")),)
    if not header.is_float(target):
        return ()
    if not _ASKS.isdisjoint(words_of(view.name)):
        return ((name, guessed("out", kind, Rank.NAME, "not const, in a function that asks")),)
    return ((name, gap("inout", None, f"how many there are at `{name}`, and whether they are read")),)


def _how_many(name: str, clause: str = "inout") -> Guesses:
    return ((name, gap(clause, None, f"how many there are at `{name}`")),)


def _in_some_state(name: str) -> Guesses:
    return ((name, gap("inout", None, f"which numbers may be at `{name}` before the call")),)


def _zero_goes_in(name: str, kind: str, why: str) -> Guesses:
    unknown = sure("range", (0, 0), Rank.CAUTION, "what is valid there is not known")
    return (name, guessed("inout", kind, Rank.NAME, why)), (name, unknown)


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
