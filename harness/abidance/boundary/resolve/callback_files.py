"""`contents:`, `seeks:` and `tells:` joined with the callback that reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callback_files import FileUse
from abidance.boundary.values.callback_writes import places_read, reading, written_number
from abidance.contract.expression import CONTENTS
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.callback_script import FileAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback
    from abidance.core.span import Span

_READER = "one that reads says what it writes, and how much: `{out: bytes, capacity: n, length: result}`"


def file_contents(
    callback: Callback, members: Sequence[s.Member], result: s.Shape, declared: Span, problems: Problems
) -> s.Member | None:
    """Return what a callback reads in all, where the contract says of what form; complain where it reads nothing."""
    said = callback.contents
    if said is None:
        return None
    reader = s.CallbackShape("", members=tuple(members), result=result)
    why = _why_no_reader(reader)
    if why:
        words = f"a callback has no contents where {why}"
        labels = (Label(callback.key_span("contents")), Label(declared))
        problems.add(Diagnostic(WRONG_VALUE, words, labels, help=_READER))
        return None
    memory = reading(reader)[1].memory
    form = "like" if said.like is not None else "encoding" if said.encoding is not None else ""
    if memory.what is not s.What.BYTES and form:
        words = f"`{form}` is said of bytes, and this callback reads an array"
        remedy = "say `generate: module:function`, a strategy of lists"
        problems.add(
            Diagnostic(WRONG_VALUE, words, (Label(said.key_span(form)), Label(declared)), help=remedy)
        )
        return None
    shape = replace(
        memory,
        direction=s.Direction.IN,
        length=None,
        capacity=None,
        nullable=False,
        encoding=said.encoding.name if said.encoding is not None else memory.encoding,
        encoded=said.encoding is not None,
        mostly=said.encoding is not None and said.encoding.mostly,
        like=said.like,
        limit=said.max,
        span=said.span,
    )
    return s.Member(CONTENTS, shape, declared, said.span, generate=said.generate)


def file_use(
    callback: Callback, members: Sequence[s.Member], result: s.Shape, declared: Span, problems: Problems
) -> FileUse | None:
    """Return what a callback does with the position of another; complain about what it cannot."""
    joiner = _Joiner(members, result, declared, problems)
    if callback.seeks is not None:
        seeks = callback.seeks
        named = seeks.to or seeks.by
        assert named is not None
        place = joiner.number(named)
        whence = joiner.number(seeks.from_) if seeks.from_ is not None else None
        told = s.RESULT_NAME if seeks.answers is not None else ""
        if place is None or (seeks.answers is not None and not joiner.answers(seeks.answers)):
            return None
        return FileUse(
            FileAction.SEEKS,
            seeks.callback.text,
            seeks.span,
            place,
            whence,
            relative=seeks.by is not None,
            bounded=seeks.answers is not None and seeks.answers.text == "distance",
            told=told,
        )
    if callback.tells is not None:
        tells = callback.tells
        asked = (
            (FileAction.TELLS_POSITION, tells.position),
            (FileAction.TELLS_SIZE, tells.size),
            (FileAction.TELLS_END, tells.end),
        )
        action, reader = next((action, name) for action, name in asked if name is not None)
        if not (joiner.answers(reader) if tells.in_ is None else joiner.writes(tells.in_)):
            return None
        told = s.RESULT_NAME if tells.in_ is None else tells.in_.text
        return FileUse(action, reader.text, tells.span, told=told)
    return None


class _Joiner:
    def __init__(
        self, members: Sequence[s.Member], result: s.Shape, declared: Span, problems: Problems
    ) -> None:
        self._members = members
        self._result = result
        self._declared = declared
        self._problems = problems

    def number(self, name: Name) -> int | None:
        """Return which parameter has a name; complain where it is no whole number."""
        index = self._index(name)
        if index is None or _whole(self._members[index].shape):
            return index
        self._wrong(name, f"`{name}` is no whole number that the callback is given")
        return None

    def writes(self, name: Name) -> bool:
        """Tell whether the callback writes a whole number there; complain where it does not."""
        index = self._index(name)
        if index is not None and not written_number(self._members[index].shape):
            kind = getattr(self._members[index].shape, "spelling", "").removesuffix(" *") or "int64_t"
            self._wrong(
                name,
                f"the callback writes no number to `{name}`",
                f"say so: `params: {{{name}: {{out: {kind}}}}}`",
            )
            return False
        return index is not None

    def answers(self, name: Name) -> bool:
        """Tell whether the callback returns a whole number; complain where it does not."""
        if _whole(self._result):
            return True
        self._wrong(
            name, "what the callback tells is a whole number, and it returns none", "say `in: PARAMETER`"
        )
        return False

    def _index(self, name: Name) -> int | None:
        for number, member in enumerate(self._members):
            if member.name == name.text:
                return number
        known = {member.name: member.declared for member in self._members}
        self._problems.unknown("parameter", name.text, name.span, known, "the callback")
        return None

    def _wrong(self, name: Name, words: str, remedy: str | None = None) -> None:
        where = (Label(name.span), Label(self._declared))
        self._problems.add(Diagnostic(WRONG_VALUE, words, where, help=remedy))


def _whole(shape: s.Shape) -> bool:
    return isinstance(shape, s.ScalarShape) and shape.kind != "float" and shape.size <= 8


def successful_answer(shape: s.ScalarShape) -> s.ScalarShape:
    """Return what a callback answers of which nothing says that it may fail."""
    first = shape.members[0] if shape.members else 1 if shape.kind == "bool" else 0
    return replace(shape, members=(first,), closed=True, open=False)


def with_files(members: Iterable[s.Member], problems: Problems | None) -> list[s.Member]:
    """Return callbacks that stand beside each other, those that read where others tell them to marked as such.

    Complain about one that is no reader, where there are `problems` to add that to.
    """
    members = [*members]
    uses = [
        m.shape.file for m in members if isinstance(m.shape, s.CallbackShape) and m.shape.file is not None
    ]
    known = {m.name: m for m in members}
    readers: dict[str, s.CallbackShape] = {}
    for use in uses:
        found = known.get(use.reader)
        why = "there is no such callback beside it" if found is None else _why_no_reader(found.shape)
        if not why and found is not None and isinstance(found.shape, s.CallbackShape):
            readers[use.reader] = replace(found.shape, shares_position=True)
        elif problems is not None:
            labels = (Label(use.span), *([Label(found.declared)] if found is not None else []))
            words = f"`{use.reader}` has no position: {why}"
            problems.add(Diagnostic(WRONG_VALUE, words, labels, help=_READER))
    return [replace(m, shape=readers[m.name]) if m.name in readers else m for m in members]


def _why_no_reader(shape: s.Shape) -> str:
    """Return why a callback has no position that others could move; empty where it has one."""
    if not isinstance(shape, s.CallbackShape):
        return "it is no callback that can be generated"
    if shape.at is not None:
        return "it is told where to read each time"
    if shape.result.handed if isinstance(shape.result, s.PointerShape) else False:
        return "it gives away what it reads"
    if len(places_read(shape)) != 1:
        return "it reads nothing, or more than one thing"
    if not reading(shape)[1].told:
        return "nobody is told how much it reads, so there is no end of that"
    return ""
