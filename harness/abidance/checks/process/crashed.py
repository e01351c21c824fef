"""ABD301: the library crashed."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.allocated_blocks import is_allocated, source_of
from abidance.checks.evidence.callback_text import labels, named
from abidance.checks.evidence.cause import CRASHES, Cause, cause_of, is_null
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.frames import frame_label, frame_place, instruction_of, last_words, origin_of
from abidance.checks.evidence.permissions import effect_span, promises
from abidance.checks.evidence.promise_labels import call_labels, member_labels
from abidance.checks.evidence.wording import promised_instead
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.plan import filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.observation import Death, Touch


POINTER = 8


class Crashed(Check):
    """Flags a call that ended the process by a signal.

    ## Why it matters
    The service that made the call is gone, with every request that it was serving.

    ## Example
        rejects: [{when: {request: null}, returns: false}]      # the library reads request->kind first

    ## How it is detected
    Calls run in a worker process; a handler on its own stack records the signal, the address and the stack
    before the process ends. SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT and stack overflow are distinguished. A
    fault on the guard page of an argument is reported as out-of-bounds-read or out-of-bounds-write instead.
    Memory whose ownership was transferred, or that comes from the caller's allocator, is unmapped when it is
    freed: a use after free faults.

    ## Not detected
    Signals that the library catches itself. Stack overflow on builds with AddressSanitizer's fake stack.
    """

    id = "ABD301"
    name = "crashed"
    only_with = Evidence.DEATH
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield at most one diagnostic: a process crashes once."""
        death = trial.death
        if death is None or cause_of(trial) is not Cause.CRASH:
            return
        function = trial.run.running
        lines, notes = frame_label(death.frames, "crashed here")
        what, places = _what(death), call_labels(trial, function)
        touch = death.touch
        if touch is not None and _is_freed(trial, touch):
            what, places = _after_free(trial, touch, places)
            what += f" ({_signal_name(death)})"
        aborted = _signal_name(death) == "SIGABRT" and function is trial.function
        unwound = _unwound(death) if aborted and promises(trial, "no_unwind") else ""
        given = _unwritten(trial)
        if given is not None:
            placed, path = given
            what += f", given `{path}`, which `{placed.function.name}` has not written"
            places = (
                *member_labels(trial.boundary, placed.function, path, "freed by the caller"),
                *places[:1],
            )
        if unwound:
            what = unwound
            places = (Label(effect_span(trial, "no_unwind"), "promised"), Label(function.declaration.span))
        yield Diagnostic(
            self.code,
            f"`{function.name}` {what}{promised_instead(trial)}",
            (*places, *lines),
            (*notes, *last_words(death)),
            place=f"{function.name}:{frame_place(death.frames)}",
            origin=origin_of(death, death.frames),
            site=instruction_of(death, death.frames),
        )


_EXCEPTION = re.compile(
    r"terminat(?:e called after throwing an instance of '|ing (?:due to|with) uncaught exception of type )"
    r"([\w:<>, *&]+)"
)


def _unwound(death: Death) -> str:
    """Return what left a function that nothing may leave, in words; nothing for another reason to abort."""
    if found := _EXCEPTION.search(death.output):
        return f"let an exception out, of `{found[1].strip()}`, which ends the process (SIGABRT)"
    if "panicked at" in death.output:
        return "panicked, and a panic that reaches C ends the process (SIGABRT)"
    return ""


def _unwritten(trial: CaseResult) -> tuple[PlacedCall, str] | None:
    """Return the call that left in place what another one, which ended the process, was to free, and where."""
    encoded, observation = trial.encoded, trial.observation
    last = trial.death.call if trial.death is not None else None
    if last is None or (index := encoded.calls[last].frees) is None or not observation.has_run(index):
        return None
    placed, path = encoded.calls[index], encoded.calls[last].freed
    block, watched = placed.places.get(path), encoded.plan.calls[index].watched
    if block is None or block not in watched:
        return None
    left = observation.calls[index].blocks[watched.index(block)][:POINTER]
    return (placed, path) if any(left) and left == filled(encoded.plan.fill, POINTER) else None


def _after_free(trial: CaseResult, touch: Touch, places: tuple[Label, ...]) -> tuple[str, tuple[Label, ...]]:
    """Return what was touched after it was freed, in words, and where it is promised."""
    verb = {True: "writes to", False: "reads", None: "touches"}[touch.write]
    assert touch.block is not None
    if is_allocated(trial, touch.block):
        source = source_of(trial, touch.block)
        whose = named(trial, source) if source is not None else "an allocator"
        places = labels(trial, source, "freed by then") if source is not None else places
        return f"{verb} memory from {whose} after it was freed", places
    placed, path = trial.encoded.owner(touch.block)
    places = member_labels(trial.boundary, placed.function, path, "owned by the callee, and freed by then")
    return f"{verb} `{path}`, which it owns and has freed", places


def _is_freed(trial: CaseResult, touch: Touch) -> bool:
    """Tell whether an access was to memory that the library took over: it can be touched until it is freed."""
    if touch.block is None or touch.side != "inside":
        return False
    return is_allocated(trial, touch.block) or trial.encoded.plan.blocks[touch.block].handed


def _what(death: Death) -> str:
    name = _signal_name(death)
    if death.stack_exhausted or (death.report and death.report.kind == "stack-overflow"):
        return "ran out of stack"
    if name == "SIGABRT":
        return "aborted (SIGABRT)"
    touch = death.touch
    if name in ("SIGSEGV", "SIGBUS") and touch is not None:
        access = {True: "writing", False: "reading", None: "accessing"}[touch.write]
        where = "a null pointer" if is_null(death) else f"address 0x{touch.address:x}"
        offset = f" (offset {touch.address})" if is_null(death) and touch.address else ""
        return f"crashed {access} {where}{offset} ({name})"
    return f"crashed ({name})"


def _signal_name(death: Death) -> str:
    if death.report is not None:
        return CRASHES.get(death.report.kind, death.report.kind)
    try:
        return signal.Signals(death.status).name
    except ValueError:
        return f"signal {death.status}"
