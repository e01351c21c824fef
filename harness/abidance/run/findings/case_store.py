"""Failing calls kept for `abidance replay`: one small JSON file each, under `.abidance/cases`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abidance.boundary.model.values import Case, Derived, Step
from abidance.boundary.model.values_json import from_json, to_json
from abidance.checks.evidence.expectation import Expectation
from abidance.core.catalogue import UNKNOWN_CASE
from abidance.core.diagnostic import VERSUS, Diagnostic
from abidance.core.errors import UsageError
from abidance.core.files import project_folder, read_regular_text, write_whole
from abidance.core.nearest import did_you_mean
from abidance.core.span import Span
from abidance.toolchain.cache import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.boundary.model.values import Value, Values

VERSION = 11
_LARGEST = 64 << 20  # bytes


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A failing call with everything that running it again needs.

    `library` is a name of the contract, or one given on the command line with its shared object in `given`. `at` is
    which of the same calls in one process is the first that fails, 0 where other calls had to come before.
    """

    id: str
    contract: Path
    library: str
    given: Mapping[str, Path]
    build: str
    phase: str
    code: str
    case: Case
    expectation: Expectation
    at: int = 1

    @property
    def compares(self) -> bool:
        """Tell whether two libraries, or two builds, are compared."""
        return VERSUS in self.library or VERSUS in self.build


def folder(root: Path) -> Path:
    """Return where cases are kept."""
    return project_folder(root) / "cases"


def save(root: Path, stored: StoredCase) -> None:
    """Write a case whole; paths below `root` relative to it, so that another machine's checkout can replay it."""
    document = {
        "version": VERSION,
        "contract": _below(root, stored.contract),
        "library": stored.library,
        "given": {name: _below(root, path) for name, path in stored.given.items()},
        "build": stored.build,
        "phase": stored.phase,
        "code": stored.code,
        "at": stored.at,
        "function": stored.case.function,
        "arguments": to_json(stored.case.arguments),
        "flush": stored.case.flush,
        "fill": stored.case.fill,
        "shift": stored.case.shift,
        **({"refuses": stored.case.refuses} if stored.case.refuses else {}),
        **({"overlap": list(stored.case.overlap)} if stored.case.overlap is not None else {}),
        **({} if stored.case.beside is None else {"beside": to_json(stored.case.beside)}),
        **({"secrets": True} if stored.case.secrets else {}),
        **({} if stored.case.changed is None else {"changed": _changed(*stored.case.changed)}),
        "steps": [
            [
                step.function,
                to_json(step.arguments),
                step.name,
                step.rejects,
                step.times,
                to_json(step.repeated),
                to_json(step.when),
                *_more(step),
            ]
            for step in stored.case.steps
        ],
        "expected": {name: to_json(value) for name, value in stored.expectation.values.items()},
        "rejects": stored.expectation.rejects,
        "expected_at": _span_to_json(root, stored.expectation.span),
    }
    whole = {**document, "digest": _digest(document)}
    write_whole(folder(root) / f"{stored.id}.json", json.dumps(whole, indent=1) + "\n")


def latest(root: Path, most: int) -> list[str]:
    """Return the ids of the cases that were stored last."""
    home = root / ".abidance" / "cases"
    try:
        files = sorted(home.glob("*.json"), key=lambda file: (-file.stat().st_mtime, file.stem))
    except OSError:
        return []
    return [file.stem for file in files[:most]]


def load(root: Path, case_id: str) -> StoredCase:
    """Read a case by its id, or by an unambiguous beginning of it; raises UsageError for an unknown one."""
    home = root / ".abidance" / "cases"
    known = sorted(file.stem for file in home.glob("*.json")) if home.is_dir() else []
    matching = [name for name in known if name.startswith(case_id)] if case_id else []
    if len(matching) != 1:
        why = "is not stored" if not matching else f"is a prefix of {len(matching)} ids"
        remedy = (
            did_you_mean(case_id, known)
            or "run the contract again; failing calls are stored as they are found"
        )
        raise UsageError(
            Diagnostic(UNKNOWN_CASE, f"the case `{case_id}` {why} under `.abidance/cases`", help=remedy)
        )
    file = home / f"{matching[0]}.json"
    try:
        document = json.loads(read_regular_text(file, _LARGEST))
        why = "is of another version of abidance"
        if document["version"] == VERSION:
            # It holds values of every kind; whatever damage may do to them, nothing of it is run.
            why = "is damaged"
            if document.pop("digest") == _digest(document):
                return _from_json(root, matching[0], document)
    except OSError as error:
        why = f"cannot be read: {(error.strerror or str(error)).lower()}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        why = "is damaged"
    raise UsageError(
        Diagnostic(UNKNOWN_CASE, f"the stored case `{matching[0]}` {why}", help="run the contract again")
    )


def _digest(document: Mapping[str, object]) -> str:
    """Return what a document that was damaged no longer has."""
    return digest(json.dumps(document, sort_keys=True))


def _from_json(root: Path, case_id: str, raw: Mapping[str, Any]) -> StoredCase:
    arguments = from_json(raw["arguments"])
    if not isinstance(arguments, dict):
        raise TypeError(arguments)
    return StoredCase(
        id=case_id,
        contract=root / raw["contract"],
        library=raw["library"],
        given={name: root / path for name, path in raw["given"].items()},
        build=raw["build"],
        phase=raw["phase"],
        code=raw["code"],
        case=Case(
            raw["function"],
            arguments,
            raw["flush"],
            raw["fill"],
            beside=_beside(raw),
            steps=tuple(map(_step_from_json, raw["steps"])),
            shift=raw["shift"],
            refuses=raw.get("refuses", 0),
            secrets=raw.get("secrets", False),
            overlap=tuple(raw["overlap"]) if "overlap" in raw else None,
            changed=_changed_from_json(raw["changed"]) if "changed" in raw else None,
        ),
        expectation=Expectation(
            {name: from_json(value) for name, value in raw["expected"].items()},
            _span_from_json(root, raw["expected_at"]),
            raw["rejects"],
        ),
        at=raw["at"],
    )


def _beside(raw: Mapping[str, Any]) -> Values | None:
    if "beside" not in raw:
        return None
    beside = from_json(raw["beside"])
    if not isinstance(beside, dict):
        raise TypeError(beside)
    return beside


def _step_from_json(raw: list[Any]) -> Step:
    function, written, name, rejects, times, repeats, condition, *more = raw
    arguments = from_json(written)
    if not isinstance(arguments, dict):
        raise TypeError(arguments)
    repeated, when = from_json(repeats), from_json(condition)
    if not isinstance(repeated, Derived | None) or not isinstance(when, Derived | None):
        raise TypeError(raw)
    usual: list[Any] = ["", (), (), 0]
    library, goes_on, said, refuses = more + usual[len(more) :]
    return Step(
        function,
        arguments,
        name,
        rejects,
        times,
        repeated,
        when,
        library,
        goes_on=tuple(goes_on),
        said=tuple(said),
        refuses=refuses,
    )


def _more(step: Step) -> list[object]:
    """Return what few steps have, up to the last that this one has."""
    found: list[object] = [step.library, [*step.goes_on], [*step.said], step.refuses]
    while found and not found[-1]:
        found.pop()
    return found


def _changed(name: str, at: int, value: Value) -> list[object]:
    return [name, at, to_json(value)]


def _changed_from_json(raw: list[Any]) -> tuple[str, int, Value]:
    name, at, value = raw
    return str(name), int(at), from_json(value)


def _span_to_json(root: Path, span: Span | None) -> list[str | int] | None:
    if span is None:
        return None
    return [_below(root, span.path), span.line, span.column, span.end_line, span.end_column]


def _span_from_json(root: Path, raw: list[Any] | None) -> Span | None:
    return Span(root / raw[0], *raw[1:]) if raw else None


def _below(root: Path, path: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
