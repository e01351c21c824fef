"""The position at which one callback reads and that others move, as C."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.print_c.literals import value_text
from abidance.boundary.values.memory import unpack_scalar
from abidance.plan.callback_script import FileAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from abidance.boundary.model.types import CallbackShape
    from abidance.plan.callback_script import CallbackScript, FileAnswer


def at(cursor: int) -> str:
    """Return the variable that says where a callback reads next."""
    return f"abd_at{cursor}"


def _size(cursor: int) -> str:
    return f"abd_size{cursor}"


def positions(callbacks: Iterable[CallbackScript]) -> Iterator[str]:
    """Yield the declarations of all positions that some callbacks share."""
    callbacks = [*callbacks]
    readers = [each.position for each in callbacks if each.position is not None]
    sizes = {each.cursor: sum(n or 0 for n in each.lengths) for each in readers if each.cursor is not None}
    shared = {each.file.cursor for each in callbacks if each.file is not None}
    for cursor in sorted(sizes.keys() | shared):
        yield f"static long long {at(cursor)}, {_size(cursor)} = {sizes.get(cursor, 0)};"


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
    last = len(file.succeed) - 1
    answer = f"return {answers[0]};" if answers else "return;"
    if last > 0:
        yield f"static const int succeed[] = {{{', '.join(str(int(each)) for each in file.succeed)}}};"
        yield f"static const {shape.returns} answers[] = {{{', '.join(answers)}}};"
        yield from counting[0]
        yield f"int turn = {counting[1]};"
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
    failure = ""
    if isinstance(shape.result, ScalarShape):
        failure = f" {value_text(shape.result, unpack_scalar(shape.result, file.failure))}"
    if wrong:
        yield f"if ({wrong}) return{failure};"
    yield f"{at(file.cursor)} = to;"
