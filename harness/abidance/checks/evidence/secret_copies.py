"""Copies of secrets that calls have left in memory which is nobody's any more, and whether they are any secret's."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from abidance.boundary.encode.secret_fields import secret_fields
from abidance.boundary.values.inner_pointers import BEHIND
from abidance.plan.remnants import LEAST_BYTES, LEAST_DIFFERENT, PART, READ, read_remains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.plan.remnants import Remains, Remnant

_MOST_PARTS = 256


@dataclass(frozen=True, slots=True)
class SecretCopy:
    """A copy of what is secret at `path` of the call under test, that the call with number `call` has left."""

    path: str
    call: int
    remnant: Remnant


def remains_at(trial: CaseResult, call: int) -> Remains | None:
    """Return what a call has left, None where nobody has looked."""
    calls = trial.observation.calls
    measured = calls[call].measured if call < len(calls) and calls[call].ran else ()
    secrets = trial.encoded.plan.calls[trial.encoded.plan.subject].secrets
    return read_remains(measured) if secrets is not None and measured else None


def secret_copies(trial: CaseResult) -> Iterator[SecretCopy]:
    """Yield the copies that the call under test has left, and then those in what later calls freed."""
    subject = trial.encoded.plan.subject
    paths = {block: path for path, block in trial.subject.places.items()}
    paths |= {READ | number: path for number, path in enumerate(trial.subject.follows)}
    fields = secret_fields(trial.boundary, trial.subject)
    paths |= {PART | number: path for number, (path, _) in enumerate(fields)}
    for call in range(subject, len(trial.observation.calls)):
        remains = remains_at(trial, call)
        for remnant in remains.found if remains is not None else ():
            if not _is_public(trial, remnant.block):
                yield SecretCopy(paths[remnant.block].removesuffix(BEHIND), call, remnant)


def _is_public(trial: CaseResult, block: int) -> bool:
    """Tell whether the caller is given, or has given, the same bytes where they are no secret."""
    plan, subject = trial.encoded.plan, trial.encoded.plan.subject
    secrets = plan.calls[subject].secrets
    assert secrets is not None
    # What is in a handle's memory is for the library alone, as long as it is there.
    kept = {*secrets.given, *secrets.made, *trial.subject.storage.values()}
    left = trial.observation.calls[subject]
    after = dict(zip(plan.calls[subject].watched, left.blocks, strict=True))
    if block & PART:
        return False
    public = [each.contents for n, each in enumerate(left.followed) if n not in secrets.read]
    if block & READ:
        known = [left.followed[block & ~READ].contents]
    else:
        known = [plan.blocks[block].contents, after.get(block, b"")]
    elsewhere = [each.contents for number, each in enumerate(plan.blocks) if number not in kept]
    elsewhere += [raw for number, raw in after.items() if number not in kept]
    elsewhere += [left.result, *public]
    parts = (part for raw in known for part in islice(_parts(raw), _MOST_PARTS))
    return any(part in raw for part in parts for raw in elsewhere)


def _parts(raw: bytes) -> Iterator[bytes]:
    for at in range(0, len(raw) - LEAST_BYTES + 1, LEAST_BYTES):
        part = raw[at : at + LEAST_BYTES]
        if len(set(part)) >= LEAST_DIFFERENT:
            yield part
