"""Phase `load`: the library is loaded, once for each build, and nothing of it is called.

Its constructors run then. What they do is reported here, and not of the function that happens to be called first.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.boundary.print_c.literals import bytes_text
from abidance.checks.evidence.frames import frame_label
from abidance.checks.process.process_state_changed import WORDS, details
from abidance.core.catalogue import LOAD_CHANGES_PROCESS, LOAD_FAILED
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.errors import CannotJudgeError
from abidance.execute.spec import WorkerSpec
from abidance.execute.zygote_handle import LoadFailedError, ZygoteHandle
from abidance.run.cost.code_sizes import code_sizes
from abidance.run.execution.alternation import after_each_call
from abidance.run.execution.context import ItemVerdict
from abidance.toolchain.library_dependencies import needed_libraries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.core.events import ItemId
    from abidance.execute.loading import Load
    from abidance.plan.observation import ProcessChange, StackFrame
    from abidance.run.libraries import LibrarySources
    from abidance.toolchain.library import Artifact

_MOST = 4
_FURTHER = {
    "closed": ("descriptors that it did not open", "files"),
    "replaced": ("descriptors that it did not open", "files"),
    "children": ("child processes", "processes"),
    "posix_timers": ("timers of the process", "timers"),
}


def judge(boundary: Boundary, item: ItemId, sources: LibrarySources) -> ItemVerdict:
    """Load the library; raises AbidanceError when it cannot be said what that does."""
    artifact = sources.artifact(boundary.contract, item)
    name = artifact.path.name
    try:
        load = sources.load(boundary, item)
    except LoadFailedError as error:
        if not error.by_itself:
            raise
        (reported,) = error.diagnostics
        lines, notes = frame_label(error.frames, "crashed here")
        found = Diagnostic(
            LOAD_FAILED,
            reported.message,
            (_label(boundary, item), *lines),
            (*notes, *_within(error.frames), *reported.notes),
            help=reported.help,
            place=f"{name}:failed",
        )
        failing = (needed for needed, alone in _needed(artifact) if alone is None)
        return ItemVerdict((_finding(_with_blame(found, next(failing, "")), item, name),))
    changes = [*_changes(boundary, item, load, name), *_files(boundary, item, load, artifact)]
    kinds = [each.place.rpartition(":")[2] for each in changes]
    blamed = _needed_changing(artifact, kinds) if changes else {}
    found_of = (_with_blame(each, blamed.get(kind, "")) for each, kind in zip(changes, kinds, strict=True))
    findings = tuple(_finding(each, item, name) for each in found_of)
    return ItemVerdict(findings, costs=code_sizes(boundary, item, artifact.path))


def _needed(artifact: Artifact) -> Iterator[tuple[str, Load | None]]:
    """Load each library that one needs by itself, the innermost first; yield what that showed, None where it fails."""
    spec = WorkerSpec.of(artifact)
    for path in needed_libraries(artifact.path, artifact.search):
        try:
            zygote = ZygoteHandle(replace(spec, library=path))
        except LoadFailedError as error:
            if error.by_itself:
                yield path.name, None
        except CannotJudgeError:
            continue
        else:
            yield path.name, zygote.load
            zygote.close()


def _needed_changing(artifact: Artifact, kinds: Iterable[str]) -> dict[str, str]:
    """Return by the kind of a change the first library that is needed and that makes it alone."""
    found: dict[str, str] = {}
    for name, load in _needed(artifact):
        if load is not None:
            alone = {change.kind for change in load.changes} | ({"printed"} if load.printed else set())
            for kind in alone.intersection(kinds):
                found.setdefault(kind, name)
    return found


def _left_files(artifact: Artifact) -> list[str]:
    """Return a file for each folder in which every load leaves a new one."""
    spec = WorkerSpec.of(artifact)
    after: frozenset[Path] = frozenset()

    def load() -> dict[Path, str]:
        nonlocal after
        before = _temporary_files()
        ZygoteHandle(spec).close()
        after = _temporary_files()
        return {file.parent: str(file) for file in after - before}

    return sorted(
        after_each_call(load, lambda: {file.parent for file in _temporary_files() - after}).values()
    )


def _temporary_files() -> frozenset[Path]:
    """Return this user's files in the folders for temporary ones, but for abidance's own."""
    found = []
    for folder in {Path("/tmp"), Path("/dev/shm"), Path(os.environ.get("TMPDIR") or "/tmp")}:  # noqa: S108
        with suppress(OSError), os.scandir(folder) as entries:
            found += [folder / each.name for each in entries if _is_own(each)]
    return frozenset(found)


def _is_own(entry: os.DirEntry[str]) -> bool:
    try:
        mine = entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:  # it has gone since
        return False
    return mine and not entry.name.startswith("abidance")


def _files(boundary: Boundary, item: ItemId, load: Load, artifact: Artifact) -> Iterator[Diagnostic]:
    """Yield the files that each load leaves in folders for temporary ones, where the first left any."""
    allowed = {word.text for word in boundary.contract.may}
    if "files" in allowed or not any(change.kind == "file" for change in load.changes):
        return
    name = artifact.path.name
    if files := _left_files(artifact):
        yield Diagnostic(
            LOAD_CHANGES_PROCESS,
            f"loading `{name}` leaves a temporary file behind each time",
            (_label(boundary, item),),
            tuple(f"such as `{file}`" for file in files[:_MOST]),
            help="do it in a function that is called; or, if it is intended, say `may: [files]` of the contract",
            place=f"{name}:file",
        )


def _within(frames: tuple[StackFrame, ...]) -> Iterator[str]:
    """Yield the calls that led to where a constructor crashed, as far as they have names."""
    names = [frame.function for frame in frames if frame.function]
    if len(names) > 1:
        yield f"called by {', '.join(f'`{name}`' for name in names[1:_MOST])}"


def _with_blame(found: Diagnostic, needed: str) -> Diagnostic:
    if not needed:
        return found
    return replace(found, notes=(f"so does loading `{needed}` alone, which it needs", *found.notes))


def _changes(boundary: Boundary, item: ItemId, load: Load, name: str) -> Iterator[Diagnostic]:
    allowed = {word.text for word in boundary.contract.may}
    by_kind: dict[str, list[ProcessChange]] = {}
    for change in load.changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, changes in by_kind.items():
        what, word = WORDS.get(kind) or _FURTHER.get(kind, ("", ""))
        if not word or word in allowed:
            continue
        said = [_detail(change).lstrip(": ") for change in changes]
        notes = [words for words in said if words][:_MOST]
        if len(said) > _MOST:
            notes.append(f"and {len(said) - _MOST} more")
        verb = "leaves" if kind == "children" else "changes the" if kind in WORDS else "changes"
        yield Diagnostic(
            LOAD_CHANGES_PROCESS,
            f"loading `{name}` {verb} {what}",
            (_label(boundary, item),),
            tuple(notes),
            help=f"do it in a function that is called; or, if it is intended, say `may: [{word}]` of the contract",
            place=f"{name}:{kind}",
        )
    if load.printed and "output" not in allowed:
        yield Diagnostic(
            LOAD_CHANGES_PROCESS,
            f"loading `{name}` printed {bytes_text(load.printed[:80])}{' and more' if len(load.printed) > 80 else ''}",
            (_label(boundary, item),),
            help="leave it out; or, if it is intended, say `may: [output]` of the contract",
            place=f"{name}:printed",
        )


def _detail(change: ProcessChange) -> str:
    match change.kind:
        case "closed":
            return f"closes {change.before}"
        case "replaced":
            return f"puts another file in the place of {change.before}"
        case "children":
            return f"{change.after} of them"
        case "posix_timers":
            return f"{change.after} made by `timer_create`"
    return details(change)


def _label(boundary: Boundary, item: ItemId) -> Label:
    library = boundary.contract.libraries.get(item.library)
    return Label(library.span if library else boundary.contract.key_span("boundary"), "loaded from here")


def _finding(diagnostic: Diagnostic, item: ItemId, name: str) -> Finding:
    return Finding(
        diagnostic=diagnostic,
        function=item.function,
        phase=item.phase,
        library=item.library,
        builds=(item.build,),
        call=f'dlopen("{name}", RTLD_NOW)',
        details={"seen_by": "the process, before and after"},
    )
