"""The position at which one callback reads and that others move, as C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.print_c.literals import bytes_text, value_text
from abidance.boundary.values.memory import unpack_scalar
from abidance.plan.callback_script import RESULT_TOLD, FileAction, Passed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.plan.callback_script import CallbackNumber, CallbackScript, FileAnswer, Position


def at(cursor: int) -> str:
    """Return the variable that says where a callback reads next."""
    return f"abd_at{cursor}"


def file(cursor: int) -> str:
    """Return the array that holds a file which callbacks write."""
    return f"abd_file{cursor}"


def _size(cursor: int) -> str:
    return f"abd_size{cursor}"


ROOM = 1 << 20
"""No file of a program is longer."""


def positions(callbacks: Iterable[CallbackScript]) -> Iterator[str]:
    """Yield the declarations of all positions that some callbacks share."""
    callbacks = [*callbacks]
    readers = [each.position for each in callbacks if each.position is not None]
    sizes = {each.cursor: sum(n or 0 for n in each.lengths) for each in readers if each.cursor is not None}
    shared = {each.file.cursor for each in callbacks if each.file is not None}
    for cursor in sorted(sizes.keys() | shared):
        yield f"static long long {at(cursor)}, {_size(cursor)} = {sizes.get(cursor, 0)};"
    written = {each.file.cursor for each in callbacks if each.file is not None and each.file.data is not None}
    first = {
        each.position.cursor: each
        for each in callbacks
        if each.position is not None and each.position.stored and each.position.cursor is not None
    }
    for cursor in sorted(written | first.keys()):
        contents = _at_first(first[cursor]) if cursor in first else b""
        there = f" = {bytes_text(contents, whole=True)}" if contents else ""
        yield f"static char {file(cursor)}[{ROOM}]{there};"


def _at_first(reader: CallbackScript) -> bytes:
    assert reader.position is not None
    turns = reader.writes[reader.position.data].contents if reader.position.data is not None else ()
    return b"".join(each or b"" for each in turns)


def left_of_file(cursor: int, begin: str, lengths: Sequence[int | None]) -> Iterator[str]:
    """Yield the statement that tells how much one reads from `begin` to the end of its turn, or behind these of all."""
    parts, end = "", 0
    for length in lengths:
        if length:
            end += length
            parts += f"{begin} < {end} ? {end} - {begin} : "
    rest = f"{_size(cursor)} > {begin} ? {_size(cursor)} - {begin} : 0"
    yield f"long long left = {parts}{rest};"


def writing_file(
    shape: CallbackShape,
    answers: Sequence[str],
    plan: CallbackScript,
    use: FileAnswer,
    called: Sequence[str],
    counting: tuple[list[str], str],
) -> Iterator[str]:
    """Yield the statements of a callback that writes at a position; otherwise as `with_position`."""
    assert use.data is not None
    answer, fails = answers[0] if answers else "", "" if use.succeed[0] else "1"
    if len(use.succeed) > 1:
        yield from _turns(shape, answers, use, counting)
        answer, fails = "answers[turn]", "!succeed[turn]"
    returning = "return answer;" if answers else "return;"
    if answers:
        yield f"{shape.returns} answer = {answer};"
    if fails:
        yield f"if ({fails}) {returning}"
    written = product(use.scale, use.numbers, called)
    yield f"size_t written = {written};"
    if plan.most is not None:
        most = product(plan.most.scale, plan.most.numbers, called)
        yield f"if (answer > ({shape.returns})({most})) answer = ({shape.returns})({most});"
        if use.counted and most == written:
            yield "written = (size_t)answer;"
        elif use.counted:
            yield f"written = written != 0 ? written / ({most}) * (size_t)answer : 0;"
    here, size = at(use.cursor), _size(use.cursor)
    if use.begin is not None:
        here = "place"
        yield f"long long place = {product(*use.begin, called)};"
    yield f"if ((size_t){scaled(here, use.size)} + written > {ROOM}) {failing(shape, use.failure)}"
    yield f"if (written == 0) {returning}"
    yield f"memcpy({file(use.cursor)} + {scaled(here, use.size)}, {called[use.data]}, written);"
    yield f"{here} += (long long)written{f' / {use.size}' if use.size != 1 else ''};"
    yield f"if ({here} > {size}) {size} = {here};"
    yield returning


def reading_all(
    shape: CallbackShape,
    answers: Sequence[str],
    plan: CallbackScript,
    position: Position,
    called: Sequence[str],
) -> Iterator[str]:
    """Yield the statements of a callback that reads as much as there is room for, or fails; as `writing_file`."""
    assert position.cursor is not None
    assert position.data is not None
    read, cursor = plan.writes[position.data], position.cursor
    unit = product(read.unit, read.units, called)
    room = product(read.scale, read.room, called)
    begin = product(position.scale, position.numbers, called) if position.placed else at(cursor)
    yield f"size_t room = {room}, begin = {scaled(f'({begin})', position.size)};"
    size = f"(size_t){scaled(_size(cursor), position.size)}"
    if position.fails is None:
        yield f"if (begin + room > {size}) room = begin < {size} ? {size} - begin : 0;"
        if unit != "1":
            yield f"room -= room % ({unit});"
    else:
        fails = [*_leaving(plan, called), failing(shape, position.fails)]
        if read.told not in (None, RESULT_TOLD):
            fails.insert(0, f"*{called[read.told or 0]} = 0;")
        yield f"if (begin + room > {size}) {{ {' '.join(fails)} }}"
    yield f"memcpy({called[read.argument]}, {file(cursor)} + begin, room);"
    if position.moves is not None:
        yield f"{at(cursor)} += (long long)room{f' / {position.size}' if position.size != 1 else ''};"
    count = f"room / ({unit})"
    if read.told not in (None, RESULT_TOLD):
        yield f"*{called[read.told or 0]} = {count};"
    if answers:
        yield f"return {count if read.told == RESULT_TOLD else answers[0]};"


def _leaving(plan: CallbackScript, called: Sequence[str]) -> Iterator[str]:
    """Yield the call by which a callback leaves where it fails."""
    if plan.leaves is None:
        return
    given = [
        called[each.argument]
        if isinstance(each, Passed)
        else str(int.from_bytes(each.raw, "little", signed=True))
        for each in plan.leaves.given
    ]
    yield f"{plan.leaves.symbol}({', '.join(given)});"


def scaled(count: str, size: int) -> str:
    """Return how many bytes so many elements are, as C."""
    return count if size == 1 else f"{count} * {size}"


def product(scale: int, numbers: Sequence[CallbackNumber], called: Sequence[str]) -> str:
    """Return a number times those that a callback is given, as C."""
    factors = [f"{'*' * each.behind}{called[each.argument]}" for each in numbers]
    return " * ".join([*[str(scale)] * (scale != 1 or not factors), *factors])


def with_position(
    shape: CallbackShape,
    answers: Sequence[str],
    plan: CallbackScript,
    file: FileAnswer,
    called: Sequence[str],
    counting: tuple[list[str], str],
) -> Iterator[str]:
    """Yield the statements of a callback that moves the position of another, or tells of it.

    `called` are its parameters, and `counting` is how its turns are counted: what that declares, and the next one.
    """
    answer = f"return {answers[0]};" if answers else "return;"
    if len(file.succeed) > 1:
        yield from _turns(shape, answers, file, counting)
        answer = "return answers[turn];"
        yield f"if (!succeed[turn]) {answer}"
    elif not file.succeed[0]:
        yield answer
        return
    told = {
        FileAction.SEEKS: "moved" if file.bounded else "to",
        FileAction.TELLS_POSITION: at(file.cursor),
        FileAction.TELLS_SIZE: _size(file.cursor),
        FileAction.TELLS_END: f"{at(file.cursor)} >= {_size(file.cursor)}",
    }[file.action]
    yield from _seeking(shape, file, called)
    if file.written:
        yield f"*{called[plan.writes[0].argument]} = {told};"
    if file.in_result:
        yield f"return {told};"
    elif answers:
        yield answer


def _turns(
    shape: CallbackShape, answers: Sequence[str], use: FileAnswer, counting: tuple[list[str], str]
) -> Iterator[str]:
    """Yield what says of each turn whether it succeeds and what it answers, and which turn this is."""
    yield f"static const int succeed[] = {{{', '.join(str(int(each)) for each in use.succeed)}}};"
    yield f"static const {shape.returns} answers[] = {{{', '.join(answers)}}};"
    yield from counting[0]
    yield f"int turn = {counting[1]};"


def failing(shape: CallbackShape, answer: bytes) -> str:
    """Return the statement by which a callback answers that it cannot do what it is asked for."""
    if not isinstance(shape.result, ScalarShape):
        return "return;"
    return f"return {value_text(shape.result, unpack_scalar(shape.result, answer))};"


def _seeking(shape: CallbackShape, file: FileAnswer, called: Sequence[str]) -> Iterator[str]:
    """Yield the statements that move the position, or fail; none of a callback that tells of it."""
    if file.place is None:
        return
    from_here = f"{at(file.cursor)} + " if file.relative else ""
    yield f"long long to = {from_here}(long long){called[file.place.argument]};"
    wrong, others = "to < 0", ""
    if file.whence is not None:
        whence = called[file.whence.argument]
        yield f"to += {whence} == SEEK_CUR ? {at(file.cursor)} : {whence} == SEEK_END ? {_size(file.cursor)} : 0;"
        others = " && ".join(f"{whence} != {each}" for each in ("SEEK_SET", "SEEK_CUR", "SEEK_END"))
        wrong = f"({others}) || to < 0"
    if file.bounded:
        end = _size(file.cursor)
        yield f"to = to < 0 ? 0 : to > {end} ? {end} : to;"
        yield f"long long moved = to - {at(file.cursor)};"
        wrong = f"({others})" if others else ""
    if wrong:
        yield f"if ({wrong}) {failing(shape, file.failure)}"
    yield f"{at(file.cursor)} = to;"
