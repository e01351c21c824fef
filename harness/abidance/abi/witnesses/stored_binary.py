"""The binary witness with a memory: what a library's bytes showed before, they show again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.abi import store
from abidance.abi.witnesses import witness

if TYPE_CHECKING:
    from abidance.abi.facts import Facts
    from abidance.abi.witnesses import WitnessSubject

_LARGEST = 64 << 20  # bytes; to digest more takes longer than to read what a header declares of it


def read(subject: WitnessSubject) -> Facts:
    """Return what the binary witness reads.

    Only facts that depend on nothing but the library's bytes are kept: other files with debug information, and
    places where some might lie another time, are looked at anew.
    """
    path = subject.library
    assert path is not None
    content = None
    if not subject.debug_files and path.is_file() and path.stat().st_size <= _LARGEST:
        try:
            content = store.Content(path)
        except OSError:  # the witness has the words for it
            content = None
    if content is None:
        return witness("binary").read(subject)
    place = store.place_of(
        path.name, "binary", path.name, content.digest, store.surface_key(subject.scope.names)
    )
    facts = store.load(place)
    if facts is None:
        from abidance.abi.witnesses.binary import facts_of_file  # noqa: PLC0415 - readers of DWARF are not small

        facts, alone = facts_of_file(path, subject.scope.names)
        if alone and content.holds():
            store.save(place, facts)
    return facts
