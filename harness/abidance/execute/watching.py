"""Which instruments a worker is to have, which of them are live in it, and what is said where one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import INSTRUMENT_OFF
from abidance.core.diagnostic import Diagnostic
from abidance.core.instruments import BY_KEY, INSTRUMENTS
from abidance.watch.arena import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.execute.greeting import Proofs
    from abidance.execute.spec import WorkerSpec


def wanted(spec: WorkerSpec) -> frozenset[str]:
    """Return the keys of the instruments that a worker of this kind is to have."""
    return frozenset(_wanted(spec))


def _wanted(spec: WorkerSpec) -> Iterator[str]:
    yield from ("crashes", "reader", "gate", "state")
    if spec.memory is Memory.GUARDED:
        yield "canaries"
        if spec.catch_faults:
            yield from ("guards", "read_only")
    if spec.counted or not spec.catch_faults:
        yield "heap"


def live(spec: WorkerSpec, proofs: Proofs) -> tuple[str, ...]:
    """Return the keys of the wanted instruments that proved themselves, in the order of the table."""
    asked = wanted(spec)
    return tuple(each.key for each in INSTRUMENTS if each.key in asked and each.key in proofs.live)


def blind(spec: WorkerSpec, proofs: Proofs, only: frozenset[str] | None = None) -> tuple[Diagnostic, ...]:
    """Return what is to be said of wanted instruments that did not prove themselves: nothing, or one thing.

    `only` are the keys of those that matter, where others do not.
    """
    asked = wanted(spec) if only is None else wanted(spec) & only
    why = dict(proofs.missing)
    off = [each for each in INSTRUMENTS if each.key in asked and each.key not in proofs.live]
    if not off:
        return ()
    first, *others = off
    return (
        Diagnostic(
            INSTRUMENT_OFF,
            f"the {first.shown} of the worker did not see a planted fault: {why.get(first.key, 'it was not tried')}",
            notes=tuple(f"nor the {each.shown}: {why.get(each.key, 'it was not tried')}" for each in others),
            help=BY_KEY[first.key].remedy,
        ),
    )
