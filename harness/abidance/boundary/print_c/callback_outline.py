"""A callback that reads or writes a file as its declaration, with what it does in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.print_c.callback_files import product
from abidance.boundary.print_c.literals import bytes_text, value_text
from abidance.plan.callback_script import FileAction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Script
    from abidance.plan.callback_script import CallbackScript, FileAnswer, Position

_ACTIONS = {
    FileAction.SEEKS: "moves to another place",
    FileAction.TELLS_POSITION: "tells the place",
    FileAction.TELLS_SIZE: "tells the size",
    FileAction.TELLS_END: "tells whether the end is reached",
    FileAction.WRITES: "writes",
}


def outline(shape: CallbackShape, script: Script, plan: CallbackScript, *, numbered: bool) -> str:
    """Return what a callback does with a file, which has a number where there are several; empty of another."""
    called = [member.name for member in shape.members]
    if plan.file is not None:
        place = ""
        if plan.file.begin is not None:
            place = f" at `{product(*plan.file.begin, called)}`"
        failing = [*_failing(plan.file)]
        fails = f", and fails in turn {', '.join(map(str, failing))}" if failing else ""
        if not any(plan.file.succeed):
            return f"fails: {value_text(shape.result, script.answers[0])}" if script.answers else "fails"
        of = f" of file {plan.file.cursor + 1}" if numbered else ""
        return f"{_ACTIONS[plan.file.action]}{of}{place}{fails}"
    if plan.position is None:
        return ""
    position = plan.position
    of = f" of file {position.cursor + 1}" if numbered and position.cursor is not None else ""
    where = (
        f", from `{product(position.scale, position.numbers, called)}` on" if position.moves is None else ""
    )
    how = (
        "; again and again"
        if position.repeats
        else "; all that it is asked for"
        if position.fails is not None
        else ""
    )
    how += f", or it calls `{plan.leaves.symbol}`" if plan.leaves is not None else ""
    return f"reads{of} {', '.join(_turns(shape, script, plan, position)) or bytes_text(b'')}{where}{how}"


def _failing(file: FileAnswer) -> Iterator[int]:
    """Yield the turns in which it fails, from 1 on."""
    return (turn for turn, succeeds in enumerate(file.succeed, 1) if not succeeds)


def _turns(shape: CallbackShape, script: Script, plan: CallbackScript, position: Position) -> Iterator[str]:
    """Yield what is in each turn, of those that read nothing only those that fail."""
    data: Sequence[bytes | None] = plan.writes[position.data].contents if position.data is not None else ()
    for turn, length in enumerate(position.lengths):
        if length is None:
            answer = script.answers[turn] if turn < len(script.answers) else None
            yield "fails" if answer is None else f"fails with {value_text(shape.result, answer)}"
        elif length and position.data is not None:
            yield bytes_text(data[turn] or b"")
        elif length:
            answer = script.answers[turn]
            yield bytes_text(answer) if isinstance(answer, bytes) else f"{length} elements"
