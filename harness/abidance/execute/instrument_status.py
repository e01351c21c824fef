"""Which instruments a worker is to have, which of them are live in it, and what is said where one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import INSTRUMENT_OFF
from abidance.core.diagnostic import Diagnostic
from abidance.core.instruments import BY_KEY, INSTRUMENTS
from abidance.toolchain.instrumentation import is_instrumented
from abidance.toolchain.own_allocator import own_allocator
from abidance.watch.arena import Memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.instruments import Instrument
    from abidance.execute.greeting import Proofs
    from abidance.execute.spec import WorkerSpec


def wanted(spec: WorkerSpec) -> frozenset[str]:
    """Return the keys of the instruments that a worker of this kind is to have."""
    return frozenset(_wanted(spec))


def _wanted(spec: WorkerSpec) -> Iterator[str]:
    yield from ("crashes", "reader", "gate", "state", "mailbox", "strays")
    if spec.memory is Memory.GUARDED:
        yield from ("guards", "canaries", "read_only")
    if spec.counted or not spec.catch_faults:
        yield from ("heap", "bound")
    if spec.stubs.callbacks is not None:
        yield "callbacks"
    yield from spec.sanitizers


def live(spec: WorkerSpec, proofs: Proofs, asked: frozenset[str]) -> tuple[str, ...]:
    """Return the keys of the instruments asked for that proved themselves, in the order of the table."""
    missing = _missing(spec, proofs)
    return tuple(
        each.key
        for each in INSTRUMENTS
        if each.key in asked and each.key in proofs.live and each.key not in missing
    )


def blind(spec: WorkerSpec, proofs: Proofs, asked: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Return what is to be said of instruments asked for that did not prove themselves: nothing, or one thing."""
    why = _missing(spec, proofs)
    off = [
        each for each in INSTRUMENTS if each.key in asked and (each.key not in proofs.live or each.key in why)
    ]
    return _off([(each, why.get(each.key, "it was not tried")) for each in off])


def ended(key: str, how: str) -> tuple[Diagnostic, ...]:
    """Return what is to be said of a worker that ended while the instrument `key` was tried."""
    return _off([(BY_KEY[key], how)]) if key in BY_KEY else ()


def _missing(spec: WorkerSpec, proofs: Proofs) -> dict[str, str]:
    """Return what instruments have missed, by their keys."""
    own = own_allocator(spec.library)
    said = (
        f"`{spec.library.name}` has memory from another allocator than the one that is watched: its `{own}`"
    )
    alone = {
        each: f"`{spec.library.name}` is linked with its runtime, and none of its code is compiled for it"
        for each in spec.sanitizers
        if not is_instrumented(spec.library, each)
    }
    return dict(proofs.missing) | ({"bound": said} if own else {}) | alone


def _off(off: list[tuple[Instrument, str]]) -> tuple[Diagnostic, ...]:
    if not off:
        return ()
    (first, why), *others = off
    return (
        Diagnostic(
            INSTRUMENT_OFF,
            f"the {first.shown} of the worker did not see a planted fault: {why}",
            notes=tuple(f"nor did the {each.shown}: {words}" for each, words in others),
            help=first.remedy,
        ),
    )
