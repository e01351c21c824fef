"""Phase `load`: the library is loaded, once for each build, and nothing of it is called.

Its constructors run then. What they do is reported here, and not of the function that happens to be called first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.print_c.call import bytes_text
from abidance.checks.evidence.frames import frame_label
from abidance.checks.process.process_state_changed import WORDS, details
from abidance.core.catalogue import LOAD_CHANGES_PROCESS, LOAD_FAILED
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.execute.zygote_handle import LoadFailedError
from abidance.run.execution.context import ItemVerdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.boundary import Boundary
    from abidance.core.events import ItemId
    from abidance.execute.loading import Load
    from abidance.plan.observation import ProcessChange, StackFrame
    from abidance.run.libraries import LibrarySources

_MOST = 4
_FURTHER = {
    "closed": ("descriptors that it did not open", "files"),
    "replaced": ("descriptors that it did not open", "files"),
    "children": ("child processes", "processes"),
    "posix_timers": ("timers of the process", "timers"),
}


def judge(boundary: Boundary, item: ItemId, sources: LibrarySources) -> ItemVerdict:
    """Load the library; raises AbidanceError when it cannot be said what that does."""
    name = sources.artifact(boundary.contract, item).path.name
    try:
        load = sources.load(boundary, item)
    except LoadFailedError as error:
        if not error.by_itself:
            raise
        (told,) = error.diagnostics
        found = Diagnostic(
            LOAD_FAILED,
            told.message,
            (_label(boundary, item), *frame_label(error.frames, "crashed here")[0]),
            (*frame_label(error.frames, "crashed here")[1], *_within(error.frames), *told.notes),
            help=told.help,
            place=f"{name}:failed",
        )
        found = _with_blame(found, sources.needed_failing(boundary, item))
        return ItemVerdict((_finding(found, item, name),))
    changes = [*_changes(boundary, item, load, name), *_files(boundary, item, load, sources)]
    kinds = frozenset(each.place.rpartition(":")[2] for each in changes)
    blamed = sources.needed_changing(boundary, item, kinds) if changes else {}
    told_of = [_with_blame(each, blamed.get(each.place.rpartition(":")[2], "")) for each in changes]
    return ItemVerdict(tuple(_finding(each, item, name) for each in told_of))


def _files(boundary: Boundary, item: ItemId, load: Load, sources: LibrarySources) -> Iterator[Diagnostic]:
    """Yield the files that each load leaves in folders for temporary ones, where the first left any."""
    allowed = {word.text for word in boundary.contract.may}
    if "files" in allowed or not any(change.kind == "file" for change in load.changes):
        return
    name = sources.artifact(boundary.contract, item).path.name
    if files := sources.left_files(boundary, item):
        yield Diagnostic(
            LOAD_CHANGES_PROCESS,
            f"loading `{name}` leaves a file behind in a folder for temporary ones, each time",
            (_label(boundary, item),),
            tuple(f"such as `{file}`" for file in files[:_MOST]),
            help="leave it to a function that is called; where it is meant so: `may: [files]` of the contract",
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
            help=f"leave it to a function that is called; where it is meant so: `may: [{word}]` of the contract",
            place=f"{name}:{kind}",
        )
    if load.printed and "output" not in allowed:
        yield Diagnostic(
            LOAD_CHANGES_PROCESS,
            f"loading `{name}` printed {bytes_text(load.printed[:80])}{' and more' if len(load.printed) > 80 else ''}",
            (_label(boundary, item),),
            help="leave it out; where it is meant so: `may: [output]` of the contract",
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
