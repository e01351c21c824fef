"""What a trial has to show beyond its values, so that a check is asked only where there is something for it.

Most trials show nothing of the kind, and most checks are about something of the kind: asking all of them of each
trial took longer than the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.evidence.sequence_calls import refuses

if TYPE_CHECKING:
    from abidance.checks.evidence.case_result import CaseResult


class Evidence:
    """One bit for each thing that may be there. Plain numbers, for `|` of an enum's flags makes an object each time."""

    DEATH = 1 << 0
    """The worker ended."""
    DAMAGE = 1 << 1
    """Something was written beside a block."""
    MODIFIED = 1 << 2
    """A block was written to that may only be read."""
    MISFREED = 1 << 3
    """A call freed a block of the caller's."""
    CONTROL = 1 << 4
    """A call left other floating-point control bits."""
    ALLOCATED = 1 << 5
    """A call asked for heap memory."""
    INVOKED = 1 << 6
    """The library called back."""
    CALLBACKS = 1 << 7
    """A call was given a callback."""
    LOOKS = 1 << 8
    """What an earlier call returned was looked at again."""
    PRINTED = 1 << 9
    """Something was printed."""
    SEQUENCE = 1 << 10
    """Several calls are under test together."""
    REJECTS = 1 << 11
    """The call is one that the contract says is refused."""
    REFILLED = 1 << 12
    """The case was run with other bytes in unwritten memory."""
    SAME = 1 << 13
    """The case was run once more with nothing changed."""
    REPEATED = 1 << 14
    """The case was run again because something grew, or changed in the process."""
    TRAPPED = 1 << 15
    """The case was run where system calls are seen."""
    MODELLED = 1 << 16
    """A model has an answer, or failed."""
    OTHER = 1 << 17
    """The same case was run on another library."""
    THREADS = 1 << 18
    """The same calls were made on several threads."""
    ALONE = 1 << 19
    """Calls of a sequence were made without those on other handles."""
    SPOILED = 1 << 20
    """Something was written behind a block of the library's own, or into one that it had freed."""
    FREED = 1 << 21
    """The library has freed memory that a call was to hand over."""
    COSTS = 1 << 22
    """What the call costs was measured."""
    BUDGETED = 1 << 23
    """A call that asked for heap memory was made again, for there is a budget."""
    REGISTERS = 1 << 24
    """A call did not preserve a register."""
    STRAYS = 1 << 25
    """Another process came back from a call as well."""
    STATES = 1 << 26
    """A call had to do with the state of a handle."""
    REFUSED_MEMORY = 1 << 27
    """A call was refused memory on purpose."""
    CHANGED = 1 << 29
    """Memory was changed while a call ran."""
    OVERLAPS = 1 << 28
    """Parameters of a call overlap."""
    SECRETS = 1 << 30
    """Copies of what is secret were looked for."""


def evidence(trial: CaseResult) -> int:
    """Return the bits of `Evidence` of all calls of a trial together."""
    seen, encoded = trial.observation, trial.encoded
    found = 0
    if seen.death is not None:
        found |= Evidence.DEATH
    if seen.damage:
        found |= Evidence.DAMAGE
    if seen.modified:
        found |= Evidence.MODIFIED
    if seen.corruption is not None:
        found |= Evidence.SPOILED
    if seen.freed:
        found |= Evidence.FREED
    if seen.printed:
        found |= Evidence.PRINTED
    if seen.trailing:
        found |= Evidence.INVOKED
    for call in seen.calls:
        side_effects = call.side_effects
        if side_effects.misfreed is not None:
            found |= Evidence.MISFREED
        if side_effects.control:
            found |= Evidence.CONTROL
        if side_effects.registers:
            found |= Evidence.REGISTERS
        if side_effects.strays:
            found |= Evidence.STRAYS
        if side_effects.refused:
            found |= Evidence.REFUSED_MEMORY
        if side_effects.allocations:
            found |= Evidence.ALLOCATED
        if call.invocations:
            found |= Evidence.INVOKED
    for placed in encoded.calls:
        if placed.looks:
            found |= Evidence.LOOKS
    if any(call.moves for call in encoded.plan.calls):
        found |= Evidence.STATES
    if encoded.plan.calls[encoded.plan.subject].secrets is not None:
        found |= Evidence.SECRETS
    if encoded.callbacks:
        found |= Evidence.CALLBACKS
    if encoded.steps:
        found |= Evidence.SEQUENCE
    if refuses(trial):
        found |= Evidence.REJECTS
    return found | _further(trial)


def _further(trial: CaseResult) -> int:
    """Return the bits of what further runs, a model or another library have shown."""
    found, again = 0, trial.again
    if again is not None:
        if again.refilled is not None:
            found |= Evidence.REFILLED
        if again.same is not None:
            found |= Evidence.SAME
        if again.apart is not None:
            found |= Evidence.OVERLAPS
        if again.either:
            found |= Evidence.CHANGED
        if again.repeats or again.changes:
            found |= Evidence.REPEATED
        if again.system_call:
            found |= Evidence.TRAPPED
        if again.once_more is not None:
            found |= Evidence.BUDGETED
    if trial.modelled is not None:
        found |= Evidence.MODELLED
    if trial.other is not None:
        found |= Evidence.OTHER
    if trial.threads is not None:
        found |= Evidence.THREADS
    if trial.costs is not None:
        found |= Evidence.COSTS
    if trial.alones:
        found |= Evidence.ALONE
    return found
