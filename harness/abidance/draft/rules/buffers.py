"""A pointer with a size beside it: `in` and `length` of what is const, `out` and `capacity` of what is not."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import length_of_terminated
from abidance.draft.model import Rank, gap, guessed, sure
from abidance.header.name_words import SIZES, has_word, is_size, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView
    from abidance.ir.declarations import Parameter
    from abidance.ir.types import Type

_IN_PLACE = frozenset(
    (
        "sort",
        "reverse",
        "swap",
        "shuffle",
        "encrypt",
        "decrypt",
        "crypt",
        "xor",
        "normalize",
        "lower",
        "upper",
        "update",
        "transform",
        "rotate",
        "scale",
        "mask",
        "inplace",
        "tolower",
        "toupper",
        "trim",
        "append",
        "cat",
    )
)
_GROUPS = frozenset(
    ("array", "arrays", "pairs", "triples", "pixels", "points", "rows", "elements", "records")
)
"""Words of functions whose number of bytes may be one of elements that are larger."""
_OPAQUE = frozenset(
    (
        "context",
        "ctx",
        "handle",
        "self",
        "this",
        "parent",
        "pool",
        "obj",
        "object",
        "opaque",
        "priv",
        "instance",
    )
)
"""Names of a `void *` that leads to what the library has made."""
_LARGEST = 4096
_SHORT = 3
_NUMBERS = frozenset(("count", "cnt", "num", "items", "nmemb", "nelem", "nr", "elems"))
_NUMBER_OF = frozenset(("n", "num", "nr", "no", "count", "len", "size", "sizeof", "num_of"))
_ABOUT = frozenset(
    ("max", "maximum", "total", "of", "in", "out", "num", "number", "the", "char", "chars", "bytes", "byte")
)
_PLACE = re.compile(r"\bind(?:ex|ices)\b|\bn-?th\b|\b(?:entry|item|element) to\b|\bwhich\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\b(?:size|length|len|capacity|count|number of|how (?:many|much)|bytes|characters|elements in)\b",
    re.IGNORECASE,
)
_CAPACITY = re.compile(
    r"\bin(?:put)?(?:/|,| and )out(?:put)?\b|\bon (?:input|entry)\b|\bupon entry\b|\bmust (?:contain|be set|hold)\b"
    r"|\bsize of (?:the )?(?:\w+ )?(?:buffer|array|destination|output)\b",
    re.IGNORECASE,
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the buffers among the parameters, and the numbers that say how large they are."""
    header = view.header
    for name, parameter, target in view.pointers():
        inside = header.target(target)
        if view.own_pointer_type(parameter):
            continue
        if inside is not None or not (header.is_byte(target) or header.is_complete(target)):
            continue
        if header.record_key(target) is not None and not header.is_plain_data(target):
            continue
        what = "bytes" if header.is_byte(target) else "array"
        count = _fixed(parameter)
        if count is not None:
            yield from _of_size(view, name, target, what, count, f"`[{parameter.extent}]`", certain=True)
            continue
        if header.is_void(target) and not _OPAQUE.isdisjoint(words_of(name)[-1:]):
            continue
        if what == "bytes" and not header.is_char(target) and has_word(view.name, _GROUPS):
            continue
        product = _product(view, name)
        size = product or _size(view, name, target)
        if size is not None:
            text = f"`{size}` beside it"
            ending = None if product else _ending(view, name, target, size)
            yield from ending or _of_size(view, name, target, what, size, text, certain=False)
        elif (number := _size_behind_pointer(view, name)) and not header.is_const(target):
            yield from _in_and_out(view, name, what, number)


def _ending(view: FunctionView, name: str, target: Type, size: str) -> list[tuple[str, Guess]]:
    """Return that a buffer is so long or ends with a NUL, where documentation has the length -1 for that."""
    header = view.header
    if not header.is_const(target) or header.is_void(target) or not header.is_integer(target):
        return []
    number = next((each for each in view.parameters if spelled(each) == size), None)
    for each in (number, name) if number is not None else ():
        for source, said in view.sentences(each):
            words = next(filter(None, map(length_of_terminated, said)), None)
            if words is not None:
                what = "string" if header.is_byte(target) else "array"
                clauses = (("in", what), ("length", size), ("nul_terminated", -1))
                return [
                    (name, guessed(key, value, source.rank, words, source.span)) for key, value in clauses
                ]
    return []


def _of_size(
    view: FunctionView, name: str, target: Type, what: str, size: str, text: str, *, certain: bool
) -> Iterator[tuple[str, Guess]]:
    clause, rank = (sure, Rank.TYPE) if certain else (guessed, Rank.NAME)
    spoken = view.direction(name)
    source = words_of(name)[-1:] in (("src",), ("source",), ("input",), ("in",))
    direction = "in" if view.header.is_const(target) or (source and spoken is None) else "out"
    if direction == "out" and spoken is not None:
        said, text_of = spoken
        # What says only `[in]` of memory that is not const may write to it all the same.
        direction = "out" if said == "out" else "inout"
        text = f"`[{said}]`, and {text}"
        yield name, guessed(direction, what, text_of.rank, text, text_of.span)
        if direction == "inout" and (other := _other_size(view, name, size)) is not None:
            yield name, gap("capacity", None, f"how much room there is at `{name}`: `{size}`, or `{other}`")
    elif direction == "out" and has_word(view.name, _IN_PLACE):
        direction = "inout"
        text = f"changed in place, and {text}"
        yield name, guessed(direction, what, rank, text)
    else:
        const = view.header.is_const(target)
        text = f"{'const' if const else 'named as a source' if source else 'not const'}, and {text}"
        yield name, clause(direction, what, rank, text)
    yield name, clause("capacity" if direction == "out" else "length", size, rank, text)


def _other_size(view: FunctionView, name: str, size: str) -> str | None:
    """Return another number of the call that may be the size of a buffer, as the one to which it is padded."""
    sizes = (
        each
        for each, parameter in view.parameters.items()
        if view.header.is_integer(parameter.type) and words_of(each)[-1:] and words_of(each)[-1] in SIZES
    )
    pointers = [each for each, _, _ in view.pointers() if each != name]
    return next(
        (
            each
            for each in sizes
            if spelled(each) not in size and not any(_named_after(other, each) for other in pointers)
        ),
        None,
    )


def _in_and_out(view: FunctionView, name: str, what: str, number: str) -> Iterator[tuple[str, Guess]]:
    counted = view.header.target(view.parameters[number].type)
    assert counted is not None
    text = f"`{number}` points to its size"
    yield name, guessed("out", what, Rank.NAME, text)
    yield name, guessed("capacity", spelled(number), Rank.NAME, text)
    yield name, guessed("length", spelled(number), Rank.NAME, text)
    yield (
        number,
        guessed("inout", view.header.type_name(counted), Rank.NAME, f"the size of `{name}`, in and out"),
    )
    yield number, guessed("range", (0, _LARGEST), Rank.NAME, f"the size of `{name}`")


def _fixed(parameter: Parameter) -> str | None:
    """Return the number of elements that the brackets of an array give."""
    text = parameter.extent.replace("static", "").replace("restrict", "").replace("const", "").strip()
    return text if text and (text.isdigit() or text.isupper()) else None


def _product(view: FunctionView, name: str) -> str | None:
    """Return `size * count` where both follow, as with `fwrite`."""
    first = view.after(name)
    second = view.after(first[0]) if first else None
    target = view.header.target(view.parameters[name].type)
    if first is None or second is None or target is None or not view.header.is_void(target):
        return None
    both = (first, second)
    if all(view.header.is_integer(each.type) and is_size(number) for number, each in both) and any(
        words_of(number)[-1] in ("size", "sz") for number, _ in both
    ):
        return f"{spelled(first[0])} * {spelled(second[0])}"
    return None


def _size(view: FunctionView, name: str, target: Type) -> str | None:
    """Return the number that says how large a buffer is: behind it, before it, or behind the pointers beside it."""
    header = view.header
    beside = view.after(name)
    if header.is_char(target) and beside is not None and _of_texts(view, name, beside[0]):
        return None
    named = [
        number
        for number, each in view.parameters.items()
        if len(name) > 1 and header.is_integer(each.type) and _named_after(name, number)
    ]
    if len(named) == 1:
        return spelled(named[0])
    behind_it = beside is not None and header.is_integer(beside[1].type) and _fits(name, beside[0])
    if behind_it and beside is not None and _of_another_buffer(view, name, beside[0]):
        return None  # `out_pos` before `out_size`, which is that of `out`
    if beside is not None and behind_it and not _is_place(view, beside[0]):
        return spelled(beside[0])
    # `memcmp(a, b, n)`: two pointers of one kind share what follows, where it is named after neither.
    if beside is not None and not header.is_char(target) and header.target(beside[1].type) is not None:
        other, behind = header.target(beside[1].type), view.after(beside[0])
        same = (
            other is not None
            and not header.is_function(beside[1].type)
            and header.declarations.same(other, target)
        )
        if (
            same
            and behind is not None
            and header.is_integer(behind[1].type)
            and set(words_of(behind[0])) <= SIZES
            and not _named_after(beside[0], behind[0])
        ):
            both = (header.is_void(target), _alike(name, beside[0]))
            return spelled(behind[0]) if any(both) else None
    before = view.before(name)
    if before is not None and header.is_integer(before[1].type) and not header.is_char(target):
        earlier = view.before(before[0])
        taken = earlier is not None and _is_buffer(view, earlier[1])
        # A number before a buffer is as often a value to be written into it.
        related = header.is_const(target) or not set(words_of(name)).isdisjoint(words_of(before[0]))
        if _fits(name, before[0]) and not taken and related:
            return spelled(before[0])
    return None


def _of_another_buffer(view: FunctionView, name: str, number: str) -> bool:
    """Tell whether a number is named as the size of another buffer, and not of this one."""
    others = (other for other, _, _ in view.pointers() if other != name and len(other) > 1)
    return not _named_after(name, number) and any(_named_after(other, number) for other in others)


def _is_place(view: FunctionView, number: str) -> bool:
    """Tell whether documentation calls a number an index, `n: entry to remove`, and nowhere how much there is."""
    said = " ".join(each for _, texts in view.sentences(number) for each in texts)
    return bool(_PLACE.search(said)) and not _AMOUNT.search(said)


def _of_texts(view: FunctionView, name: str, number: str) -> bool:
    """Tell whether a number behind a text may be no length of it: that of several texts, or a limit of two."""
    if not _NUMBERS.isdisjoint(words_of(number)[-1:]):
        return True
    before, own = view.before(name), view.parameters[name].type
    target = view.header.target(own)
    if before is None or target is None or not view.header.is_const(target):
        return False
    return view.header.declarations.same(before[1].type, own) and _alike(before[0], name)


def _is_buffer(view: FunctionView, parameter: Parameter) -> bool:
    """Tell whether a number behind this parameter would be its size."""
    target = view.header.target(parameter.type)
    return target is not None and view.handle_of(target) is None


def _size_behind_pointer(view: FunctionView, name: str) -> str | None:
    beside = view.after(name)
    if beside is None:
        return None
    target = view.header.target(beside[1].type)
    if target is None or not view.header.is_integer(target) or view.header.is_const(target):
        return None
    if not is_size(beside[0]):
        return None
    spoken = view.direction(beside[0])
    said = [each for _, texts in view.sentences(beside[0]) for each in texts]
    both = (spoken is not None and spoken[0] == "inout") or any(_CAPACITY.search(each) for each in said)
    return beside[0] if both else None


def _fits(buffer: str, number: str) -> bool:
    """Tell whether a number is the size of a buffer: by its words alone, or by those that it shares with the buffer."""
    if number[:1].lower() == buffer[:1].lower() and is_size(number[1:]) and not is_size(number):
        return True  # `klen` of `key`, `vlen` of `val`
    if not is_size(number) and not number.lower().startswith(buffer.lower()):
        return False
    if number.lower().startswith(buffer.lower()) and is_size(number[len(buffer) :].strip("_") or "n"):
        return True
    # `stream_size` after `version` is the size of something else; `buf_len` after `buffer` is not.
    others = [word for word in words_of(number) if word not in SIZES and word not in _ABOUT]
    begins = [word[:3] for word in words_of(buffer)]
    return all(
        any(word.startswith(begin) or begin.startswith(word[:2]) for begin in begins) for word in others
    )


def _named_after(buffer: str, number: str) -> bool:
    """Tell whether a number, wherever it stands, is named as the size of a buffer: `srcSize` or `nsrc` of `src`."""
    low, of = number.lower(), buffer.lower()
    if low.endswith(of) and low.removesuffix(of).strip("_") in _NUMBER_OF:
        return True
    rest = number[len(buffer) :].strip("_")
    return low.startswith(of) and bool(rest) and is_size(rest)


def is_counted(view: FunctionView, name: str, target: Type) -> bool:
    """Tell whether a number beside a buffer says how large it is."""
    return _size(view, name, target) is not None


def uncounted(view: FunctionView) -> tuple[str, ...]:
    """Return the numbers that are named as sizes, and belong to no buffer and no other parameter."""
    taken = {word for _, guess in guesses(view) for word in str(guess.value).replace("*", " ").split()}
    return tuple(
        name
        for name, parameter in view.parameters.items()
        if view.header.is_integer(parameter.type)
        and set(words_of(name)) & SIZES
        and spelled(name) not in taken
        and not _of_another(view, name)
    )


def _of_another(view: FunctionView, number: str) -> bool:
    """Tell whether a number is named after a parameter that is no text: `stream_size` after `strm`."""
    own = [word[:_SHORT] for word in words_of(number) if word not in SIZES and len(word) >= _SHORT]
    others = [
        name for name, _, target in view.pointers() if not view.header.is_byte(target) and len(name) >= _SHORT
    ]
    return any(name.lower().startswith(word) for word in own for name in others)


def _alike(one: str, other: str) -> bool:
    """Tell whether two names are those of a pair: `a` and `b`, `s1` and `s2`, `src` and `dst`."""
    first, second = one.rstrip("0123456789"), other.rstrip("0123456789")
    return first == second or (len(one) <= _SHORT and len(other) <= _SHORT)


def spelled(name: str) -> str:
    """Return a parameter's name as expressions have it."""
    return f"{name}_" if keyword.iskeyword(name) or name == "result" else name
