"""ABD343: a callback was given what it may not be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.boundary.print_c.literals import in_words
from abidance.checks.check import Check
from abidance.checks.evidence.callback_text import labels_inside, named, nth, place
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.results.return_outside_domain import allowed, domain, misshapen
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.decode.callback_invocations import CallbackInvocation
    from abidance.checks.evidence.case_result import CaseResult


class CallbackArgumentOutsideDomain(Check):
    """Flags a callback's argument outside its domain: a number out of range, NULL, a string without a NUL.

    ## Why it matters
    The callback is the caller's code. It trusts its arguments as any function does, and cannot reject them.

    ## Example
        on_msg: {callback: {params: {msg: {to: bytes, length: len}}}}       # len counts one byte too many

    ## How it is detected
    Arguments are read as raw bytes during the invocation, and so are their targets, as far as they are
    readable: a `bool` must be 0 or 1, a closed enum one of its enumerators. A pointer that is not `nullable`
    must be aligned as its C type or `align` requires, and point to as much memory as its `length` says. Of
    memory that the callback writes, the whole `capacity` must be there: AddressSanitizer checks it to the byte,
    otherwise only the bytes that are written are checked. A handle in the caller's memory is the one that the call has.

    ## Not detected
    Pointers without a clause; readable memory that the library should not expose.
    """

    id = "ABD343"
    name = "callback-argument-outside-domain"
    only_with = Evidence.INVOKED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic a parameter, for the first invocation that is wrong."""
        if not trial.answered:
            return
        told: set[tuple[int | None, str]] = set()
        for called in trial.seen.called:
            for path, shown, wanted in _wrong(called):
                key = (called.invocation.callback, path.partition("[")[0])
                if key not in told:
                    told.add(key)
                    yield Diagnostic(
                        self.code,
                        f"`{trial.function.name}` gave the {nth(called.number)} call of "
                        f"{named(trial, called.placed)} {shown} as `{path}`, not {wanted}",
                        labels_inside(trial, called, path, f"{shown} here"),
                        place=place(trial, called.placed, key[1]),
                    )


def _wrong(called: CallbackInvocation) -> Iterator[tuple[str, str, str]]:
    for path, shape, value in called.scalars:
        if not allowed(shape, value):
            yield path, in_words(shape, value), domain(shape)
    for path in called.nulls:
        yield path, "NULL", "a pointer"
    for path, handle in called.strangers:
        yield path, "another pointer", f"the `{handle}` that the call was given"
    for path in called.unterminated:
        yield path, "a string without a NUL", "a terminated string"
    for path in called.unreadable:
        yield path, "a pointer to memory that cannot be read", "as much memory as the contract says"
    for run in called.broken_runs:
        yield run.path, run.shown, run.wanted
    for path in called.unwritable:
        yield path, "a pointer to memory that cannot be written", "as much memory as the contract says"
    for path, align, past in called.misaligned:
        off = f"{past} byte{'' if past == 1 else 's'}"
        yield path, f"a pointer {off} past a multiple of {align}", f"one that is aligned to {align}"
    for path, raw, of in called.texts:
        if (wrong := misshapen(raw, of, encoded=of.what is What.STRING or of.encoded)) is not None:
            yield path, *wrong
