"""What callbacks answer and write: the same each time, or something else after a while.

One that fills a buffer as far as it can, as a `read` does, comes to an end: whoever reads until there is no more would
not come back otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.traversal import generated_by
from abidance.boundary.model.types import (
    ArrayShape,
    Member,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.boundary.model.values import SOMEWHERE, Script
from abidance.boundary.values.callback_writes import (
    RESULT,
    counted_answer,
    counted_by_result,
    reading,
    written_by,
)
from abidance.boundary.values.content_answers import orders
from abidance.boundary.values.memory import blank, is_byte, simplest_script
from abidance.boundary.values.sizes import count as elements
from abidance.contract.expression import CONTENTS, EvaluationError
from abidance.generate import scalars
from abidance.generate.encoded_text import as_text, broken
from abidance.generate.forms import by_chance, form_of, of_form, some_of_form
from abidance.generate.hints import Bounds
from abidance.generate.python_strategies import NoOpinionError, drawn_value, some_of
from abidance.generate.scope import ROOMY
from abidance.generate.source import Simplest, UnlawfulDrawError
from abidance.generate.tags import tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.types import Shape
    from abidance.boundary.model.values import Value, Values
    from abidance.boundary.values.callback_writes import Written
    from abidance.contract.expression import Expression
    from abidance.generate.source import ChoiceSource

MOST = 5
"""Scripts of more answers than this are not generated: the last one goes on."""
LONG = 16
"""So many elements are written at a time, at most, but for the scripts worth trying."""
_FEW = 4
_FAILS, _AFTER = 8, ((), (SOMEWHERE,))
"""An allocator has nothing left after up to so many blocks: for good, or once."""
_EDGES = (1, 2, 7, 300, 5000)
_CUTS, _LONG_IN_PIECES = 3, 64
_SELDOM = (False,) * 7 + (True,)


def script(source: ChoiceSource, callback: CallbackShape, outer: Mapping[str, object]) -> Script:
    """Return a valid script; the simplest gives the simplest answer each time. `outer` is what is beside it."""
    if callback.allocates is not None:
        return _giving(source, callback, outer)
    if len(callback.by) > 1:
        return source.pick(tuple(orders(callback).values()))
    if callback.by:
        found = tuple(_value(source, callback.result) for _ in range(source.integer(1, _FEW)))
        return Script(found, by_content=True)
    written = written_by(callback)
    if isinstance(callback.result, NothingShape) and not written:
        return Script()
    if callback.whole:
        return _script(callback, written, [_all_of_it(source, callback, written, outer)])
    if callback.contents is not None:
        return _script(callback, written, [*_reading(source, callback, callback.contents, written, outer)])
    count = source.integer(0 if _ends(callback, written) else 1, MOST)
    turns = [_turn(source, callback, written, outer) for _ in range(count)]
    return _script(callback, written, turns)


def scripts(callback: CallbackShape) -> Iterator[Script]:
    """Yield scripts worth trying: each answer at the edges, at once and after others."""
    if callback.allocates is not None:
        if callback.result.nullable is True:  # type: ignore[union-attr]
            yield from (Script((*[SOMEWHERE] * n, None, *more)) for n in range(_FAILS) for more in _AFTER)
        return
    if callback.by:
        if len(callback.by) > 1:
            yield from orders(callback).values()
        else:
            answers = _edges(callback.result)
            yield from (Script((each,), by_content=True) for each in answers[:_FEW])
            yield Script(tuple(answers), by_content=True)
        return
    written = written_by(callback)
    if callback.whole:
        for all_of_it in _some(callback.contents or _contents_of(callback)):
            yield _script(callback, written, [_piece(Simplest(), callback, written, all_of_it, {})])
        return
    if callback.contents is not None:
        for whole in _some(callback.contents):
            for size in (max(len(whole), 1), *[1] * (1 < len(whole) <= _LONG_IN_PIECES)):
                pieces = _pieces(whole, [], min(size, _room(callback)))
                turns = [_piece(Simplest(), callback, written, each, {}) for each in pieces]
                yield _script(callback, written, turns)
        return
    if written:
        yield from _writing(callback, written)
    if isinstance(callback.result, NothingShape) or counted_by_result(callback):
        return
    if isinstance(callback.result, PointerShape) and counted_answer(callback):
        for sizes in ((), *((size,) for size in _EDGES), (1, 1), (3, 300)):
            memory = [_simplest_memory(callback.result, size) for size in sizes]
            beside = {each.member.name: _simplest(each, 1) for each in written}
            yield _script(callback, written, [(answer, beside) for answer in memory])
        return
    answers = _edges(callback.result)
    if not answers:
        return
    contents = {each.member.name: _simplest(each, 1) for each in written}
    for answer in answers:
        yield _script(callback, written, [(answer, contents)])
    first, *others = answers
    for other in others[:_FEW]:
        for row in ((first, other), (first, first, other), (other, first)):
            yield _script(callback, written, [(answer, contents) for answer in row])


def reading_these(callback: CallbackShape, contents: bytes | list[Any]) -> Script:
    """Return the script of a callback that hands out these contents, in as few pieces as there may be."""
    written = written_by(callback)
    most = max(len(contents), 1) if callback.whole else _room(callback)
    pieces = [*_pieces(contents, [], most)] or [contents] * callback.whole
    return _script(callback, written, [_piece(Simplest(), callback, written, each, {}) for each in pieces])


def _giving(source: ChoiceSource, callback: CallbackShape, outer: Mapping[str, object]) -> Script:
    """Return what an allocator answers: memory each time or, where that is valid, NULL after a while, or once."""
    assert isinstance(callback.result, OpaqueShape)
    if not may_be_null(callback.result.nullable, outer) or source.pick((True, False)):
        return Script((SOMEWHERE,))
    return Script((*[SOMEWHERE] * source.integer(0, _FAILS), None, *source.pick(_AFTER)))


def _script(callback: CallbackShape, written: Sequence[Written], turns: list[tuple[Value, Values]]) -> Script:
    """Return the script of some turns; where what is written has an end, that comes last."""
    if not callback.whole and _ends(callback, written):
        turns = [*turns, ending(callback, written)]
    answers = () if isinstance(callback.result, NothingShape) else tuple(answer for answer, _ in turns)
    return Script(answers, tuple(contents for _, contents in turns) if written else ())


def _ends(callback: CallbackShape, written: Sequence[Written]) -> bool:
    """Tell whether a callback says how much there is, and so comes to an end of it."""
    return bool(counted_answer(callback)) or any(each.told for each in written)


def _turn(
    source: ChoiceSource, callback: CallbackShape, written: Sequence[Written], outer: Mapping[str, object]
) -> tuple[Value, Values]:
    shape = callback.result
    if counted_by_result(callback):
        assert isinstance(shape, ScalarShape)
        failing = [n for n in failures(shape) if source.pick((False, False, False, True))]
        if failing:
            return source.pick(failing), {}
    contents = {each.member.name: _contents(source, each, shape, outer) for each in written}
    return _answered(callback, written, contents, lambda: _answer(source, callback, outer)), contents


def _reading(
    source: ChoiceSource,
    callback: CallbackShape,
    contents: Member,
    written: Sequence[Written],
    outer: Mapping[str, object],
) -> Iterator[tuple[Value, Values]]:
    """Yield the turns of a callback that reads contents of a form: pieces of them, and where it fails."""
    whole = _whole(source, contents, outer)
    cuts = [source.integer(0, len(whole)) for _ in range(source.integer(0, _CUTS))]
    for piece in _pieces(whole, cuts, _room(callback)):
        if counted_by_result(callback) and isinstance(callback.result, ScalarShape):
            yield from ((each, {}) for each in failures(callback.result) if source.pick(_SELDOM))
        yield _piece(source, callback, written, piece, outer)


def _all_of_it(
    source: ChoiceSource, callback: CallbackShape, written: Sequence[Written], outer: Mapping[str, object]
) -> tuple[Value, Values]:
    """Return the turn of a callback that reads as much as it is asked for: there, it succeeds, and then no more."""
    whole = _whole(source, callback.contents or _contents_of(callback), outer)
    return _piece(source, callback, written, whole, outer)


def _contents_of(callback: CallbackShape) -> Member:
    """Return what a callback reads in all, where the contract says nothing of it but that it is read."""
    read = reading(callback)[1]
    return Member(CONTENTS, replace(read.memory, length=None, capacity=None), read.member.declared)


def _whole(source: ChoiceSource, contents: Member, outer: Mapping[str, object]) -> bytes | list[Value]:
    """Return what there is to read in all."""
    shape, name = contents.shape, generated_by(contents)
    assert isinstance(shape, PointerShape)
    if name is not None:
        try:
            value = drawn_value(source, name, shape, {}, contents.name)
        except NoOpinionError:
            pass
        else:
            assert isinstance(value, bytes | list)
            return value
    most = MOST * LONG if shape.limit is None else shape.limit
    if shape.encoded:
        return as_text(source, b"", shape, 0, most) or b""
    value = _pointee(source, shape, outer, source.integer(0, most))
    assert isinstance(value, bytes | list)
    return value


def _some(contents: Member) -> Iterator[bytes | list[Value]]:
    """Yield contents that are worth trying."""
    shape, name = contents.shape, generated_by(contents)
    assert isinstance(shape, PointerShape)
    if name is None:
        found: Sequence[Value] = [_simplest_memory(shape, size) for size in (0, *_EDGES)]
    elif form_of(name, shape) is not None:
        found = some_of_form(shape)
    else:
        found = some_of(name, shape, {}, contents.name).values
    most = ROOMY if shape.limit is None else shape.limit
    yield from (each for each in found if isinstance(each, bytes | list) and len(each) <= most)


def _room(callback: CallbackShape) -> int:
    """Return how much a callback reads at a time, at most."""
    return max(highest(callback.result), 1) if counted_by_result(callback) else ROOMY


def _pieces(whole: bytes | list[Value], cuts: Sequence[int], most: int) -> Iterator[bytes | list[Value]]:
    """Yield the pieces of what is cut, each of so many elements at most, and none of none."""
    ends = [0, *sorted(cuts), len(whole)]
    for begin, end in pairwise(ends):
        yield from (whole[at : min(at + most, end)] for at in range(begin, end, most))


def _piece(
    source: ChoiceSource,
    callback: CallbackShape,
    written: Sequence[Written],
    piece: bytes | list[Value],
    outer: Mapping[str, object],
) -> tuple[Value, Values]:
    """Return the turn in which a piece of all is read."""
    number, _ = reading(callback)
    given: dict[str, Value] = {
        each.member.name: piece if n == number else _contents(source, each, callback.result, outer)
        for n, each in enumerate(written)
    }
    if number is None:
        return piece, given
    others = (lambda: _first(callback)) if callback.whole else lambda: _answer(source, callback, outer)
    return _answered(callback, written, given, others), given


def ending(callback: CallbackShape, written: Sequence[Written]) -> tuple[Value, Values]:
    """Return the turn in which nothing is left to write."""
    shape = callback.result
    contents = {each.member.name: _simplest(each, 0 if each.told else 1) for each in written}
    if counted_by_result(callback):
        assert isinstance(shape, ScalarShape)
        if not scalars.lawful(shape, 0):
            failing = failures(shape)
            return (
                (failing[0], {})
                if failing
                else (
                    int(shape.lowest),
                    {each.member.name: _simplest(each, int(shape.lowest)) for each in written},
                )
            )
    return _answered(callback, written, contents, lambda: _first(callback)), contents


def _answered(
    callback: CallbackShape, written: Sequence[Written], contents: Values, other: Callable[[], Value]
) -> Value:
    """Return how much is written where that is the answer, else the `other` one."""
    for each in written:
        value = contents[each.member.name]
        if each.told == RESULT and isinstance(value, bytes | list):
            return min(len(value), highest(callback.result)) if callback.whole else len(value)
    return None if isinstance(callback.result, NothingShape) else other()


def _writing(callback: CallbackShape, written: Sequence[Written]) -> Iterator[Script]:
    most = highest(callback.result) if counted_by_result(callback) else max(_EDGES)
    sizes = [size for size in _EDGES if size <= most]
    rows = [(), *((size,) for size in sizes), (1, 1), *((size, 1) for size in sizes[2:4]), (1, *sizes[-1:])]
    for row in rows:
        turns = []
        for size in row:
            contents = {each.member.name: _simplest(each, size) for each in written}
            turns.append((_answered(callback, written, contents, lambda: _first(callback)), contents))
        if turns or _ends(callback, written):
            yield _script(callback, written, turns)
    if counted_by_result(callback) and isinstance(callback.result, ScalarShape):
        for failure in failures(callback.result):
            contents = {each.member.name: _simplest(each, 3) for each in written}
            yield Script((failure,), ({},))
            if most >= 3:
                yield Script((3, failure), (contents, {}))


def _contents(source: ChoiceSource, written: Written, result: Shape, outer: Mapping[str, object]) -> Value:
    """Return what is written in one turn."""
    most = min(LONG, highest(result)) if written.told == RESULT else LONG
    least = max(int(result.lowest), 0) if written.told == RESULT and isinstance(result, ScalarShape) else 1
    if (lent := written.lends) is not None:
        if not written.told and may_be_null(lent.nullable, outer) and source.flag():
            return None
        return _pointee(source, lent, outer, source.integer(min(least, most), most) if written.told else None)
    match written.shape.what:
        case What.BYTES:
            return source.binary(min(least, most), most)
        case What.ARRAY:
            count = source.integer(min(least, most), most)
            return [_value(source, written.shape.element) for _ in range(count)]
    one: Value = _value(source, written.shape.element)
    return one


def _simplest(written: Written, size: int) -> Value:
    return _simplest_memory(written.lends or written.shape, size)


def _simplest_memory(shape: PointerShape, size: int) -> Value:
    match shape.what:
        case What.BYTES:
            return bytes(b"abcdefgh"[n % 8] for n in range(size))
        case What.ARRAY:
            return [_plain(shape.element)] * size
        case What.STRING:
            return b"a" * size
    return _plain(shape.element)


def _plain(shape: Shape) -> Value:
    return _first_number(shape) if isinstance(shape, ScalarShape) else blank(shape)


def _value(source: ChoiceSource, shape: Shape) -> Value:
    match shape:
        case ScalarShape():
            few = _few(shape)
            return source.pick(few) if few else scalars.number(source, shape, Bounds())
        case RecordShape():
            return _fields(source, shape)
        case ArrayShape() if is_byte(shape.of):
            return source.binary(shape.count, shape.count)
        case ArrayShape():
            return [_value(source, shape.of) for _ in range(shape.count)]
    return blank(shape)


def _fields(source: ChoiceSource, shape: RecordShape) -> dict[str, Value]:
    """Return a record of plain values, with one member of each union that has a tag."""
    there, given = tagged(
        source,
        shape,
        {},
        lambda variant: UnlawfulDrawError(variant.tag.text),
        lambda members, _: {m.name: _value(source, m.shape) for m in members},
    )
    plain = (m for m in there.members if not m.within)
    return {m.name: given[m.name] if m.name in given else _value(source, m.shape) for m in plain}  # type: ignore[misc]


def _records(shape: RecordShape) -> list[Value]:
    """Return records worth trying: each number at its edges, all else as simple as can be."""
    simplest = _value(Simplest(), shape)
    assert isinstance(simplest, dict)
    numbers = [
        m for m in shape.members if isinstance(m.shape, ScalarShape) and not shape.variants and not m.within
    ]
    edges: list[Value] = [{**simplest, m.name: edge} for m in numbers for edge in _edges(m.shape)[:_FEW]]
    return [simplest, *(each for each in edges if each != simplest)][: 4 * _FEW]


def failures(shape: ScalarShape) -> list[int]:
    """Return answers of a callback that tells how much it has written, and by numbers below zero that it could not."""
    if shape.listed:
        return [int(n) for n in shape.listed if n < 0]
    return [-1] if shape.lowest <= -1 else []


def highest(shape: Shape) -> int:
    """Return how much a callback's answer can tell of at most; any other shape tells of nothing."""
    return int(max(shape.listed or (shape.highest,))) if isinstance(shape, ScalarShape) else LONG


def _answer(source: ChoiceSource, callback: CallbackShape, outer: Mapping[str, object]) -> Value:
    shape = callback.result
    match shape:
        case ScalarShape() | RecordShape():
            return _value(source, shape)
        case PointerShape():
            if may_be_null(shape.nullable, outer) and source.flag():
                return None
            counted = bool(counted_answer(callback))
            return _pointee(source, shape, outer, source.integer(1, LONG) if counted else None)
    return None


def may_be_null(nullable: Expression | bool, outer: Mapping[str, object]) -> bool:
    """Tell whether a callback may answer NULL, as far as that is known before the call."""
    if isinstance(nullable, bool):
        return nullable
    return nullable.names <= outer.keys() and nullable.holds(outer)


def _pointee(
    source: ChoiceSource, shape: PointerShape, outer: Mapping[str, object], count: int | None = None
) -> Value:
    """Return what a callback's answer points at, or a pointer that it writes; `count` elements where it says so."""
    if shape.what is What.ONE:
        return _value(source, shape.element)
    if shape.like is not None:
        return source.drawn(of_form(shape), partial(by_chance, shape))
    if shape.what is What.STRING:
        most = LONG if shape.limit is None else min(shape.limit, LONG)
        text = source.text(0, most, shape.encoding).encode(shape.encoding)
        return broken(source, text, shape, most) if shape.mostly else text
    size = _counted(shape, outer) if count is None else count
    if shape.what is What.BYTES and shape.encoded:
        made = as_text(source, b"", shape, size, size)
        if made is None:
            raise UnlawfulDrawError(f"{size} bytes of {shape.encoding}")
        return made
    if shape.what is What.BYTES:
        return source.binary(size, size)
    return [_value(source, shape.element) for _ in range(size)]


def _counted(shape: PointerShape, outer: Mapping[str, object]) -> int:
    """Return how many elements a clause says that there are; raises EvaluationError where that is not known yet."""
    assert shape.length is not None
    if not shape.length.names <= outer.keys():
        message = f"`{shape.length.text}` is not known before the call"
        raise EvaluationError(message, shape.length.span)
    return elements(shape.length, outer)


def _first(callback: CallbackShape) -> Value:
    if isinstance(callback.result, PointerShape) and counted_answer(callback):
        return _simplest_memory(callback.result, 0)
    if isinstance(callback.result, RecordShape):
        return simplest_script(callback).answers[0]
    return _first_number(callback.result) if isinstance(callback.result, ScalarShape) else None


def _first_number(shape: ScalarShape) -> float:
    few = _few(shape)
    return few[0] if few else max(shape.lowest, min(0, shape.highest))


def _few(shape: ScalarShape) -> tuple[float, ...]:
    """Return the answers in the order of a contract's list; of a bool, true goes first: most go on with it."""
    return shape.listed or ((1, 0) if shape.kind == "bool" else ())


def _edges(shape: Shape) -> list[Value]:
    if isinstance(shape, PointerShape):
        there: list[Value] = [None] if shape.nullable is True else []
        if shape.like is not None and shape.what is What.STRING:
            there = [*some_of_form(shape)[: 2 * _FEW], *there]
        elif shape.what is What.STRING:
            there = [b"a", b"", *there]
        elif shape.what is What.ONE:
            there = [_plain(shape.element), *there]
        return there
    if isinstance(shape, RecordShape):
        return _records(shape)
    if not isinstance(shape, ScalarShape):
        return []
    few = _few(shape)
    if few:
        return list(few[:16])
    if shape.kind == "float":
        return [value for value in (0.0, 1.0, -1.0) if shape.lowest <= value <= shape.highest] or [
            shape.lowest
        ]
    return list(scalars.interesting(int(shape.lowest), int(shape.highest))[:9])
