"""The callbacks of a stand-alone C program: they follow the script, and notice whether what was seen comes again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.callback_source import text_of_format
from abidance.binding.value_passing import is_va_list
from abidance.boundary.decode.callback_invocations import user_data_of
from abidance.boundary.encode.callback_reads import Reads
from abidance.boundary.model.callbacks import HandedHandleShape
from abidance.boundary.model.types import What
from abidance.boundary.print_c.callback import callback_parts
from abidance.boundary.print_c.callback_files import positions
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.values.memory import meaning
from abidance.checks.evidence.callback_lifetimes import last_call_of
from abidance.ir.types import Pointer
from abidance.plan.observation import PointerReadStatus
from abidance.plan.plan import Slot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCallback
    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.callback_script import CallbackScript
    from abidance.plan.observation import Invocation
    from abidance.run.findings.replayed_case import ReplayedCase

NOTED = "struct abd_noted { int calls, in_all, same, changed, foreign, late, over; void *user_data; };"
"""What the program notices of one callback. Only invocations during the call under test count as `calls`."""
_MOST = 32
_LONGEST = 256


def functions(again: ReplayedCase) -> Iterator[str]:
    """Yield the C functions, and what they share."""
    callbacks = again.trial.encoded.callbacks
    if not callbacks:
        return
    yield ""
    yield f"{NOTED} /* of one callback */"
    yield "static int on_trial; /* whether the call under test runs */"
    if any(_takes_slots(each) for each in again.trial.encoded.plan.callbacks):
        yield "static void **slots; /* what earlier calls have saved */"
    yield from positions(again.trial.encoded.plan.callbacks)
    for number, placed in enumerate(callbacks):
        within = again.trial.encoded.plan.lanes is not None
        names = [f"p{n}" for n in range(len(placed.shape.members))]
        head, answering = callback_parts(
            again.boundary.declarations,
            f"callback{number}",
            replace(placed.shape, printf=None),  # the text is made where it is looked at
            placed.script,
            again.trial.encoded.plan.callbacks[number],
            names,
            f"turn{number}" if within else "",
            "(void *)slots[{}]".format,
        )
        yield ""
        yield f"static struct abd_noted noted{number};"
        if within:
            yield f"static int turn{number};"
        yield ""
        yield f"/* {placed.path} */"
        yield head
        yield "{"
        entering = ["if (within) within = 0, lane1(NULL);"] if within else []
        yield from (
            f"    {line}" for line in (*_noticing(again.trial, number, placed), *entering, *answering)
        )
        yield "}"


def _takes_slots(callback: CallbackScript) -> bool:
    """Tell whether a callback gives what earlier calls have saved to a call of its own."""
    given = [one for each in callback.frees for one in each.given]
    return bool(callback.calls) or any(isinstance(one, Slot) for one in given)


def placed(trial: CaseResult) -> Iterator[str]:
    """Yield the statements that put callbacks, and what belongs to them, in their places."""
    if any(_takes_slots(each) for each in trial.encoded.plan.callbacks):
        yield "slots = slot;"
    for number, (callback, each) in enumerate(
        zip(trial.encoded.plan.callbacks, trial.encoded.callbacks, strict=True)
    ):
        yield f"slot[{callback.slot}] = (void *)callback{number};"
        known, block = user_data_of(trial.encoded, each) or (None, None)
        if block is not None:
            yield f"noted{number}.user_data = b{block}.at;"
        elif known is not None and any(known):
            address = int.from_bytes(known, "little")
            yield f"noted{number}.user_data = (void *){address:#x};"


def _noticing(trial: CaseResult, number: int, placed: PlacedCallback) -> Iterator[str]:
    noted, back = f"noted{number}", placed.shape.given_back
    if placed.shape.printf is not None:
        assert placed.shape.type is not None
        names, known = [f"p{n}" for n, _ in enumerate(placed.shape.members)], trial.boundary.declarations
        yield text_of_format(placed.shape.type, names, placed.shape.printf, known, "text")
    if back is not None and _is_pointer(trial, placed.shape, back):
        yield f"if ((void *)p{back} != {noted}.user_data) {noted}.changed = 1;"
    yield f"if (syscall(SYS_gettid) != getpid()) {noted}.foreign = 1;"
    yield f"if ({noted}.over) {noted}.late = 1;"
    yield f"{noted}.in_all++;"
    yield "if (on_trial) {"
    for n, each in enumerate(_invocations(trial, number)):
        conditions = [f"{noted}.calls == {n}", *_same(trial, placed.shape, each)]
        yield f"    if ({f'{chr(10)}            && '.join(conditions)})"
        yield f"        {noted}.same++;"
    yield f"    {noted}.calls++;"
    yield "}"
    for index in range(len(placed.shape.members)):
        yield f"(void)p{index};"


def _invocations(trial: CaseResult, number: int) -> list[Invocation]:
    subject = trial.encoded.plan.subject
    found = [each for each in trial.run.invocations if each.callback == number and each.call == subject]
    return [each for each in found if not each.late][:_MOST]


def _same(trial: CaseResult, shape: CallbackShape, each: Invocation) -> Iterator[str]:
    """Yield C conditions: the arguments are what they were, but for addresses."""
    pointers = {index for index in range(len(shape.members)) if _is_pointer(trial, shape, index)}
    for index, raw in enumerate(each.arguments):
        if _is_list(trial, shape, index):
            continue
        if index in pointers:
            yield f"p{index} {'!=' if any(raw) else '=='} NULL"
        else:
            mask = meaning(shape.members[index].shape, held=raw)
            both = (raw, mask.ljust(len(raw), b"\xff"))
            texts = ", ".join(bytes_text(part, whole=True) for part in both)
            yield f"abd_same(&p{index}, {texts}, {len(raw)})"
    reads = Reads.of(shape)
    there: list[str] = []
    for read, element, behind in zip(reads.reads, reads.shapes, each.reads, strict=True):
        region = read.pointer.region
        base = f"&p{region}" if region < len(shape.members) else there[region - len(shape.members)]
        base = "&text" if region == shape.printf else base
        there.append(f"abd_pointer_at({base}, {read.pointer.offset})")
        yield f"{there[-1]} {'==' if behind.reach is PointerReadStatus.NULL else '!='} NULL"
        raw = behind.contents
        if behind.reach is not PointerReadStatus.NULL and 0 < len(raw) <= _LONGEST:
            whole = element.record if isinstance(element, HandedHandleShape) else element.element
            one = isinstance(element, HandedHandleShape) or element.what is What.ONE
            known = one and whole is not None and len(raw) == whole.size
            mask = meaning(whole, pointers=False, held=raw) if known and whole else b"\xff" * len(raw)
            texts = ", ".join(bytes_text(part, whole=True) for part in (raw, mask))
            yield f"abd_same({there[-1]}, {texts}, {len(raw)})"


def seen_again(trial: CaseResult) -> list[str]:
    """Return C conditions: the callbacks of the call under test came as often as they did, with the same arguments."""
    conditions = []
    for number in range(len(trial.encoded.callbacks)):
        found = len(_invocations(trial, number))
        if found < _MOST:
            conditions.append(f"noted{number}.calls == {found} && noted{number}.same == {found}")
    return conditions


def counted_again(trial: CaseResult, number: int) -> list[str]:
    """Return one C condition: a callback came as often in all as it did."""
    return [f"noted{number}.in_all == {sum(each.callback == number for each in trial.run.invocations)}"]


def noticed(trial: CaseResult, what: str) -> list[str]:
    """Return one C condition: one of the callbacks noticed `what`."""
    return [" || ".join(f"noted{n}.{what}" for n in range(len(trial.encoded.callbacks)))]


def over(trial: CaseResult, index: int) -> Iterator[str]:
    """Yield the statements that end the time of callbacks after call `index`."""
    for number, each in enumerate(trial.encoded.callbacks):
        if last_call_of(trial.run, each) == index:
            yield f"noted{number}.over = 1;"


def _is_pointer(trial: CaseResult, shape: CallbackShape, index: int) -> bool:
    assert shape.type is not None
    return isinstance(trial.boundary.declarations.resolve(shape.type.parameters[index]), Pointer)


def _is_list(trial: CaseResult, shape: CallbackShape, index: int) -> bool:
    assert shape.type is not None
    return is_va_list(shape.type.parameters[index], trial.boundary.declarations)
