"""The header witness with a memory: while no file that it came from changes, a header and its layouts are the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi import store
from abidance.abi.witnesses import witness
from abidance.header import cached_headers
from abidance.header.store import place_of

if TYPE_CHECKING:
    from abidance.abi.facts import Facts
    from abidance.abi.witnesses import WitnessSubject
    from abidance.header.stamps import Stamps
    from abidance.toolchain.cache_entries import CachePlace

_last: dict[CachePlace, tuple[Facts, Stamps]] = {}  # both sides of a comparison may have the same header


def read(subject: WitnessSubject) -> Facts:
    """Return what the header witness reads."""
    if subject.header is None or subject.layouts is not None:
        return witness("header").read(subject)
    from abidance.toolchain.compiler import find_compiler  # noqa: PLC0415 - libraries alone need none

    subject = replace(subject, compiler=subject.compiler or find_compiler())
    assert subject.compiler is not None
    assert subject.header is not None
    header = place_of(subject.header, subject.include_dirs, subject.defines, subject.compiler)
    scope = subject.scope
    place = store.place_of(
        subject.header.name,
        "header",
        *header.key,
        store.surface_key(scope.names),
        repr((scope.types, scope.constants)),
    )
    facts = store.load(place)
    if facts is None:
        facts, stamps = _last.get(place, (None, None))
        if facts is None or stamps is None or not stamps.hold():
            facts, stamps = witness("header").read(subject), cached_headers.stamps_of(header)
        _last.clear()
        if stamps is not None:
            _last[place] = facts, stamps
            store.save(place, facts, stamps)
    return facts


def forget() -> None:
    """Begin as a new process does, which knows what is on disk."""
    _last.clear()
