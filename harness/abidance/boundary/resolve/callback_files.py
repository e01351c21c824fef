"""`contents:`, `seeks:`, `tells:` and `writes:` joined with the callback that reads, or writes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.callback_files import FileUse
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.values.callback_writes import places_read, reading, written_number
from abidance.contract.expression import CONTENTS
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.callback_script import FileAction

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    reader = CallbackShape("", members=tuple(members), result=result, whole=callback.whole is not None)
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
    if callback.writes is not None:
        writes = callback.writes
        data = joiner.memory(writes.data)
        beside = writes.file.text if writes.file is not None else ""
        return None if data is None else FileUse(FileAction.WRITES, beside, writes.span, data=data)
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

    def memory(self, name: Name) -> int | None:
        """Return which parameter has a name; complain where nothing tells how much that leads to."""
        index = self._index(name)
        shape = self._members[index].shape if index is not None else None
        told = (
            isinstance(shape, s.PointerShape)
            and shape.what in (s.What.BYTES, s.What.ARRAY)
            and shape.direction is s.Direction.IN
            and shape.length is not None
        )
        if index is None or told:
            return index
        words = f"`{name}` leads to nothing of which the callback is told how much it is to write"
        self._wrong(name, words, f"say so: `params: {{{name}: {{to: bytes, length: n}}}}`")
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

    Complain about one that neither reads nor writes, where there are `problems` to add that to.
    """
    known = {member.name: member for member in members}
    for name, member in [*known.items()]:
        shape = member.shape
        if not isinstance(shape, CallbackShape) or shape.file is None:
            continue
        owned_by = _owner(known, name, shape.file)
        use = replace(shape.file, reader=owned_by, own=owned_by == name)
        known[name] = replace(member, shape=replace(shape, file=use))
        owner = known.get(use.reader)
        why = "there is no such callback beside it" if owner is None else _why_no_file(owner.shape, shape)
        if why and problems is not None:
            labels = (Label(use.span), *([Label(owner.declared)] if owner is not None else []))
            words = f"`{use.reader}` has no position: {why}"
            problems.add(Diagnostic(WRONG_VALUE, words, labels, help=_READER))
        if owner is None or why or not isinstance(owner.shape, CallbackShape) or owner.shape.writes_to_file:
            continue
        written = owner.shape.is_written or use.data is not None
        shared = replace(owner.shape, shares_position=True, is_written=written)
        known[use.reader] = replace(owner, shape=shared)
    return [*known.values()]


def _owner(known: Mapping[str, s.Member], name: str, use: FileUse) -> str:
    """Return the callback whose file another uses: that which reads it, else the first that writes it."""
    of = use.reader or name
    shape = known[of].shape if of in known else None
    writer = shape.file if isinstance(shape, CallbackShape) and shape.writes_to_file else None
    return (writer.reader or of) if writer is not None else of


def _why_no_file(owner: s.Shape, user: CallbackShape) -> str:
    """Return why a callback has no file that another could use; empty where it has one."""
    if isinstance(owner, CallbackShape) and (why := _why_no_common_place(owner, user)):
        return why
    if isinstance(owner, CallbackShape) and owner.writes_to_file is not None:
        return ""
    why, data = _why_no_reader(owner), user.writes_to_file
    if why or data is None or not isinstance(owner, CallbackShape):
        return why
    number, read = reading(owner)
    if number is None:
        return "it hands out memory of its own, which nobody writes"
    same = isinstance(data.shape, s.PointerShape) and data.shape.unit == read.memory.unit
    return "" if same else "its elements have another size than those that are written"


def _why_no_common_place(owner: CallbackShape, user: CallbackShape) -> str:
    """Return why only one of two that share a file is told each time where in it; empty where that is well."""
    if owner.at is None:
        return "it goes on where it was, and this callback says `at`" if user.at is not None else ""
    measures = user.file is not None and user.file.action is FileAction.TELLS_SIZE
    return "" if user.at is not None or measures else "it is told where to read or write each time"


def _why_no_reader(shape: s.Shape) -> str:
    """Return why a callback has no file that others could use; empty where it has one."""
    if not isinstance(shape, CallbackShape):
        return "it is no callback that can be generated"
    if shape.result.handed if isinstance(shape.result, s.PointerShape) else False:
        return "it gives away what it reads"
    if len(places_read(shape)) != 1:
        return "it reads nothing, or more than one thing"
    if not (shape.whole or reading(shape)[1].told):
        return "nobody is told how much it reads, so there is no end of that"
    return ""
