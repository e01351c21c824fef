"""Tells which exported functions of a library can come to code that differs between two builds of it.

The machine code of both is compared, symbol by symbol, but for where things lie; then whoever calls what differs is
followed up to what is exported. Whose address lies in data may be called by all that call through a pointer.
"""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NAMED = re.compile(r"<([^>+@]+)(?:@[^>+]*)?(?:[+-]0x[0-9a-f]+)?>")
_ADDRESS = re.compile(r"\b[0-9a-f]{3,16}\b(?= <)")
_WITHIN = re.compile(r"-?0x[0-9a-f]+\(%rip\)")
_FILLER = re.compile(r"\bnop|^xchg +%ax,%ax")
_BY_POINTER = re.compile(r"\b(?:call|jmp)\s+\*")


@dataclass(slots=True)
class Code:
    """The machine code of a library by symbol, what each symbol mentions, and which call through pointers."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    mentions: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    indirect: set[str] = field(default_factory=set)


def reaching(sound: Path, changed: Path) -> frozenset[str]:
    """Return the exported functions that can come to code of `changed` that `sound` has otherwise."""
    before, after = _code(sound), _code(changed)
    differs = {name for name in after.texts if after.texts[name] != before.texts.get(name)}
    called: dict[str, set[str]] = defaultdict(set)
    for name, mentioned in after.mentions.items():
        for other in mentioned:
            called[other].add(name)
    for name in _in_data(changed) - exports(changed):  # a table of what is exported is there for others
        called[name] |= after.indirect
    waiting, met = [*differs], set(differs)
    while waiting:
        for caller in called[waiting.pop()] - met:
            met.add(caller)
            waiting.append(caller)
    return frozenset(met & exports(changed))


def _code(library: Path) -> Code:
    found, name = Code(), ""
    for line in _lines("objdump", "-d", "--no-show-raw-insn", str(library)):
        if line.endswith(">:"):
            name, _, more = line.split("<")[1][:-2].partition("@")
            name = "" if more == "plt" else name  # which only leads to the function of that name
            continue
        _, _, text = line.partition(":\t")
        if not name or not text or name.startswith(".") or _FILLER.search(text):
            continue
        named = _NAMED.search(text)
        if named and named[1] != name:
            found.mentions[name].add(named[1])
        if _BY_POINTER.search(text):
            found.indirect.add(name)
        # Within a symbol, jumps are told by how far they are in it; of everything else, by what it is.
        kept = text if named and named[1] == name else _NAMED.sub(r"<\1>", text)
        found.texts[name].append(_WITHIN.sub("(%rip)", _ADDRESS.sub("", kept)))
    return found


def _in_data(library: Path) -> set[str]:
    """Return the functions whose addresses are in data, by the relocations that put them there."""
    places = {}
    for line in _lines("nm", str(library)):
        parts = line.split()
        if len(parts) == 3 and parts[1] in "tT":
            places[int(parts[0], 16)] = parts[2]
    found = set()
    for line in _lines("readelf", "-rW", str(library)):
        last = line.split()[-1:] or [""]
        if "R_X86_64_RELATIVE" in line and (name := places.get(int(last[0], 16))):
            found.add(name)
        elif "R_X86_64_64" in line and len(line.split()) > 4:
            found.add(line.split()[4].partition("@")[0])
    return found


def exports(library: Path) -> set[str]:
    """Return the names that a library exports."""
    return {line.split()[-1].partition("@")[0] for line in _lines("nm", "-D", "--defined-only", str(library))}


def _lines(*command: str) -> list[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
