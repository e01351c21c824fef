"""A pointer with a size beside it: `in` and `length` of what is const, `out` and `capacity` of what is not."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from abidance.draft.model import Rank, guessed, sure
from abidance.draft.name_words import has_word, is_size, words_of

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
_LIST_WORDS = frozenset(("argv", "list", "array", "vec", "vector", "iov", "strings"))
_LARGEST = 4096


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the buffers among the parameters, and the numbers that say how large they are."""
    header = view.header
    for name, parameter, target in view.pointers():
        inside = header.target(target)
        if inside is not None or not (header.is_void(target) or header.is_complete(target)):
            continue
        if header.record_key(target) is not None and not header.is_plain_data(target):
            continue
        what = "bytes" if header.is_byte(target) else "array"
        count = _fixed(parameter)
        if count is not None:
            yield from _of_size(view, name, target, what, count, f"`[{parameter.extent}]`", certain=True)
            continue
        product = _product(view, name)
        size = product or _size(view, name, target)
        if size is not None:
            text = f"`{size}` beside it"
            yield from _of_size(view, name, target, what, size, text, certain=False)
        elif (number := _size_behind_pointer(view, name)) and not header.is_const(target):
            yield from _in_and_out(view, name, what, number)


def _of_size(
    view: FunctionView, name: str, target: Type, what: str, size: str, text: str, *, certain: bool
) -> Iterator[tuple[str, Guess]]:
    clause, rank = (sure, Rank.TYPE) if certain else (guessed, Rank.NAME)
    spoken = view.direction(name)
    direction = "in" if view.header.is_const(target) else "out"
    if direction == "out" and spoken is not None:
        said, text_of = spoken
        # What says only `[in]` of memory that is not const may write to it all the same.
        direction = "out" if said == "out" else "inout"
        yield name, guessed(direction, what, text_of.rank, f"`[{said}]`, and {text}", text_of.span)
    elif direction == "out" and has_word(view.name, _IN_PLACE):
        direction = "inout"
        yield name, guessed(direction, what, rank, f"changed in place, and {text}")
    else:
        yield name, clause(direction, what, rank, f"{'' if direction == 'in' else 'not '}const, and {text}")
    yield name, clause("capacity" if direction == "out" else "length", size, rank, text)


def _in_and_out(view: FunctionView, name: str, what: str, number: str) -> Iterator[tuple[str, Guess]]:
    counted = view.header.target(view.parameters[number].type)
    assert counted is not None
    text = f"`{number}` points to its size"
    yield name, guessed("out", what, Rank.NAME, text)
    yield name, guessed("capacity", _spelled(number), Rank.NAME, text)
    yield name, guessed("length", _spelled(number), Rank.NAME, text)
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
        return f"{_spelled(first[0])} * {_spelled(second[0])}"
    return None


def _size(view: FunctionView, name: str, target: Type) -> str | None:
    """Return the number that says how large a buffer is: behind it, before it, or behind the pointers beside it."""
    header = view.header
    beside = view.after(name)
    if beside is not None and header.is_integer(beside[1].type) and _fits(name, beside[0]):
        return _spelled(beside[0])
    # `memcmp(a, b, n)`: pointers of one kind share what follows; a `const char *` may be a string of its own.
    shared = beside
    while shared is not None and not header.is_char(target) and header.target(shared[1].type) is not None:
        other = header.target(shared[1].type)
        if other is None or header.is_function(shared[1].type) or not header.declarations.same(other, target):
            return None
        shared = view.after(shared[0])
        if shared is not None and header.is_integer(shared[1].type):
            return _spelled(shared[0]) if is_size(shared[0]) else None
    before = view.before(name)
    if before is not None and header.is_integer(before[1].type) and not header.is_char(target):
        earlier = view.before(before[0])
        taken = earlier is not None and header.target(earlier[1].type) is not None
        if _fits(name, before[0]) and not taken:
            return _spelled(before[0])
    return None


def _size_behind_pointer(view: FunctionView, name: str) -> str | None:
    beside = view.after(name)
    if beside is None:
        return None
    target = view.header.target(beside[1].type)
    if target is None or not view.header.is_integer(target) or view.header.is_const(target):
        return None
    return beside[0] if is_size(beside[0]) else None


def _fits(buffer: str, number: str) -> bool:
    return is_size(number) or (
        number.lower().startswith(buffer.lower()) and is_size(number[len(buffer) :].strip("_"))
    )


def _spelled(name: str) -> str:
    """Return a parameter's name as expressions have it."""
    return f"{name}_" if keyword.iskeyword(name) or name == "result" else name
