"""Reading a snapshot. Whatever is not exactly what a snapshot may hold is one clear error."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from abidance.abi.codes import SNAPSHOT_UNREADABLE
from abidance.abi.facts import (
    ClauseFacts,
    ElfTarget,
    Facts,
    Family,
    Level,
    SharedObjectFacts,
    WitnessEvidence,
)
from abidance.abi.snapshot import decoding
from abidance.abi.snapshot.members import SnapshotError, SnapshotMembers
from abidance.abi.snapshot.snapshot import FORMAT, MARK, Snapshot
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.files import read_regular_text
from abidance.core.span import Span

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST = 256 << 20  # bytes


def is_snapshot(beginning: bytes) -> bool:
    """Tell whether a file that begins like this means to be a snapshot."""
    return beginning.lstrip()[:1] == b"{" and f'"{MARK}"'.encode() in beginning


def read_snapshot(path: Path) -> Snapshot:
    """Return the snapshot; raises UsageError for one that is damaged, foreign or newer, or not there."""
    try:
        text = read_regular_text(path, _LARGEST)
        document = json.loads(text)
    except OSError as error:
        _refuse(path, (error.strerror or str(error)).lower(), 1)
    except json.JSONDecodeError as error:
        _refuse(path, f"it is not JSON: {error.msg.lower()}", error.lineno)
    except (UnicodeDecodeError, RecursionError):
        _refuse(path, "it is not JSON in UTF-8", 1)
    if not isinstance(document, dict) or MARK not in document:
        _refuse(path, "it is not one of abidance's", 1)
    if document[MARK] != FORMAT:
        newer = isinstance(document[MARK], int) and document[MARK] > FORMAT
        words = f"it has format {document[MARK]}, and this version reads format {FORMAT}"
        _refuse(path, words, 2, "update abidance" if newer else None)
    try:
        return _snapshot(document)
    except SnapshotError as error:
        _refuse(path, str(error), _line_of(text, error.key))


def _snapshot(document: dict[str, object]) -> Snapshot:
    members = SnapshotMembers(document, "")
    members.skip(MARK)
    boundary, version = members.text("boundary", ""), members.text("version", "")
    target = members.inner("target")
    evidence = tuple(
        WitnessEvidence(
            name,
            Level[each.word("level", tuple(level.name.lower() for level in Level)).upper()],
            each.texts("gaps"),
        )
        for name, each in members.lines("evidence")
    )
    families = members.texts("knows")
    for family in families:
        if family not in tuple(Family):
            raise SnapshotError(f"`{family}` is not a family of facts", "knows")
    library = members.inner("library")
    symbols = decoding.symbols(members.lines("symbols"))
    facts = Facts(
        target=_target(target) if target else None,
        evidence=evidence,
        knows=frozenset(map(Family, families)),
        functions=decoding.functions(members.lines("functions")),
        variables=decoding.variables(members.lines("variables")),
        records=decoding.records(members.lines("records")),
        enums=decoding.enums(members.lines("enums")),
        typedefs=decoding.typedefs(members.lines("typedefs")),
        constants=decoding.constants(members.lines("constants")),
        scalars=decoding.scalars(members.lines("scalars")),
        library=SharedObjectFacts(
            library.maybe_text("soname"), symbols, library.maybe_texts("needed"), library.texts("demands")
        )
        if library
        else None,
        clauses=tuple(
            ClauseFacts(subject, aspect, text)
            for subject, each in members.lines("clauses")
            for aspect in each.names()
            for text in each.texts(aspect)
        ),
    )
    if library:
        library.done()
    members.done()
    return Snapshot(facts, boundary, version)


def _target(members: SnapshotMembers) -> ElfTarget:
    found = ElfTarget(
        members.text("machine"), members.number("bits"), members.flag("little_endian", default=True)
    )
    members.done()
    return found


def _line_of(text: str, key: str) -> int:
    """Return the line on which a key stands, for the message."""
    wanted = json.dumps(key, ensure_ascii=False)
    return (
        next((number for number, line in enumerate(text.splitlines(), 1) if wanted in line), 1) if key else 1
    )


def _refuse(path: Path, why: str, line: int, remedy: str | None = None) -> NoReturn:
    raise UsageError(
        Diagnostic(
            SNAPSHOT_UNREADABLE,
            f"`{path.name}` is not a readable snapshot: {why}",
            (Label(Span.at(path, line)),),
            help=remedy or "regenerate it with `abidance abi snapshot`",
        )
    )
