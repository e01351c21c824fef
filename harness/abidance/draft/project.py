"""From what a person asks for to a contract's text: header and library are found, paths are made relative."""

from __future__ import annotations

import os
import re
import shlex
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from abidance.core.catalogue import BAD_CONFIGURATION, HEADER_NOT_FOUND
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, CannotJudgeError, UsageError
from abidance.core.files import write_whole
from abidance.draft.completion import completion, text_of
from abidance.draft.drafting import (
    assembled,
    exported_beside,
    exported_only,
    function_drafts,
    view_of,
    with_functions,
)
from abidance.draft.library_calls import OUTSIDE
from abidance.draft.library_search import InstalledLibrary, installed_library
from abidance.draft.rendering import render
from abidance.draft.source import DraftSource
from abidance.draft.verification import mistakes
from abidance.toolchain.builders import build_library
from abidance.toolchain.call_graph import CallGraph, call_graph_through
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf import read_library
from abidance.toolchain.header_prerequisites import needed_before
from abidance.toolchain.ld_so import find_library
from abidance.toolchain.library import LibrarySource
from abidance.toolchain.pkg_config import installed_packages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from abidance.draft.model import Draft, FunctionDraft, Value
    from abidance.draft.observation.session import Observations
    from abidance.draft.views import HeaderView
    from abidance.toolchain.elf import LibraryFacts

_SCHEMAS = ("contract.schema.json", ".vscode/contract.schema.json")
_FAR = 4  # `..` in a path that nobody reads
_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True, slots=True)
class LibraryOptions:
    """Where the library comes from, as options name it; at most one of the ways.

    The command runs in `directory`, where that is not where we are. Where the library cannot be built in all builds
    that are usual, `builds` are those that it can be, and `remark` says why.
    """

    library: str | None = None
    cmake: str | None = None
    target: str | None = None
    cargo: str | None = None
    command: tuple[str, ...] = ()
    artifact: str | None = None
    directory: Path | None = None
    builds: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class InitRequest:
    """What a contract is asked for. `folder` is where it will be: paths in it are relative to that."""

    header: str
    folder: Path
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)
    prefix: str | None = None
    library: LibraryOptions = field(default_factory=LibraryOptions)
    own: Path | None = None
    """The header whose functions are drafted, where `header` is one that brings what it needs."""
    writes: bool = True
    """Whether a header may be written beside the contract, where it takes one."""
    notes: tuple[str, ...] = ()
    observe: str = ""
    """Whether to call the library: nothing, ``safe`` or ``all``."""
    seconds: float | None = None
    """How long the drafted contract is tried, where the library is called; by default as its functions need."""
    told: Callable[[str], None] = lambda _: None
    """Given what is done to each function before it is called, and nothing at the end."""


def drafted_contract(request: InitRequest) -> tuple[Draft, str]:
    """Return the draft of a header's contract and its text.

    Raises UsageError for a header or library that is not there or cannot be read.
    """
    request = _located(request)
    try:
        return _drafted(request, viewed(request))
    except (UsageError, CannotJudgeError):
        completed = _completed(request)
        if completed is None:
            raise
    return _drafted(completed, viewed(completed))


def _located(request: InitRequest) -> InitRequest:
    """Return the request with the include directories of the package that has its header, if nothing else has it."""
    name = request.header.strip("<>")
    places = (*request.include_dirs, *find_compiler().system_dirs())
    if Path(name).is_file() or any((folder / name).is_file() for folder in places):
        return request
    packages = installed_packages()
    found = packages.having(name)
    if found is None:
        return request
    package, path = found
    note = f"`{package.name}.pc` says where `{path.name}` is, and what it needs."
    folders = (*request.include_dirs, *packages.include_dirs(package))
    return replace(request, header=f"<{name}>", include_dirs=folders, notes=(*request.notes, note))


def _drafted(request: InitRequest, found: ProjectFacts) -> tuple[Draft, str]:
    functions = function_drafts(found.view)
    path = request.folder.absolute() / "draft.contract.yaml"
    if not request.observe:
        drafted = _written(found, request, path, functions)
    else:
        from abidance.draft.trial.settling import Settling  # noqa: PLC0415 - brings all that runs contracts

        settling = Settling(functions, partial(_written, found, request, path), path, request.told)
        drafted = settling.settled(request.seconds)
        request.told("")
    return drafted, render(drafted, schema=_schema_for(request.folder))


def _completed(request: InitRequest) -> InitRequest | None:
    """Return the request for a header that compiles and has what was asked for; None where that is not what is wrong.

    One that is to come before others is written beside the contract, or told where nothing may be written.
    """
    compiler = find_compiler()
    system = compiler.system_dirs()
    header = _header(request, system)
    if request.own is not None:
        return None
    packages = installed_packages()
    package = packages.around(header)
    folders = (*request.include_dirs, *(packages.include_dirs(package) if package is not None else ()))
    if package is not None and needed_before(header, compiler, folders, request.defines) == ():
        if {*folders} == {*request.include_dirs}:
            return None
        note = f"`{package.name}.pc` says what `{header.name}` needs."
        return replace(request, include_dirs=tuple(dict.fromkeys(folders)), notes=(*request.notes, note))
    needed = completion(header, compiler, request.include_dirs, request.defines)
    if needed is None:
        return None
    if needed.around is not None:
        note = f"`{header.name}` does not compile alone: `{needed.around.name}`, which includes it, is read instead."
        return replace(request, header=str(needed.around), own=header, notes=(note,))
    first = f"{', '.join(f'`<{name}>`' for name in needed.before)}"
    if not request.writes:
        lines = " ".join(f"`#include <{name}>`," for name in needed.before)
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                f"`{header.name}` compiles only after {first}",
                help=f'write a header with {lines} `#include "{header.name}"`, and draft that, with `--prefix`',
            )
        )
    beside = request.folder / f"{header.stem}_first.h"
    named = str(_named(header, system, request.folder))
    if not beside.exists():  # what a person has written there is theirs
        write_whole(beside, text_of(needed.before, named))
    note = f"`{header.name}` compiles only after {first}: `{beside.name}` includes both."
    return replace(request, header=str(beside), own=header, notes=(note,))


def _written(
    found: ProjectFacts, request: InitRequest, path: Path, functions: Mapping[str, FunctionDraft]
) -> Draft:
    """Return the draft of a contract at `path`, without functions of which contracts cannot say what it does."""
    barred: dict[str, str] = {}
    while True:
        drafted = assembled(found.view, functions, barred)
        written = replace(
            drafted,
            header=found.header,
            include_dirs=tuple(_relative(each, request.folder) for each in request.include_dirs),
            builds=request.library.builds,
            builds_question=request.library.remark,
            notes=(*request.notes, *found.notes, *drafted.notes),
        )
        wrong = mistakes(written, path)
        if wrong.keys() <= barred.keys():
            return written
        barred |= wrong


def _schema_for(folder: Path) -> str:
    """Return the nearest file of the JSON Schema, relative to the folder: editors complain of one that is gone."""
    inside = folder.absolute()
    places = (above / name for above in (inside, *inside.parents) for name in _SCHEMAS)
    found = next((each for each in places if each.is_file()), None)
    return os.path.relpath(found, inside) if found is not None else ""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """The header and the library of a request. `header` is how a contract names it."""

    view: HeaderView
    header: Path
    notes: tuple[str, ...] = ()


def viewed(request: InitRequest) -> ProjectFacts:
    """Return the header that is asked for, with what its library tells; raises UsageError as `drafted_contract`."""
    compiler = find_compiler()
    system = compiler.system_dirs()
    header = _header(request, system)
    source = DraftSource(
        header, compiler, request.include_dirs, request.defines, prefix=request.prefix, own=request.own
    )
    view = view_of(source)
    libraries, facts, notes = _library(request, [*map(view.symbol, view.functions)])
    if facts is not None and request.own is None:
        view = with_functions(view, (*view.functions, *exported_beside(view, facts.exports)))
    exported = facts.exports.__contains__ if facts else _anything
    calls = call_graph_through(facts.path, OUTSIDE) if facts else CallGraph()
    source = replace(source, libraries=libraries, exported=exported, calls=calls)
    _named_so(request.prefix, view)
    view = exported_only(replace(view, source=source))
    if request.observe:
        source = replace(source, seen=_seen(request, view, facts))
        view = replace(view, source=source)
    return ProjectFacts(view, _named(header, system, request.folder), notes)


def _named_so(prefix: str | None, view: HeaderView) -> None:
    """Raise UsageError where no function has the prefix: a contract of nothing passes, and says nothing."""
    if not prefix or view.functions:
        return
    known = dict.fromkeys(
        name.partition("_")[0] for name in view_of(replace(view.source, prefix=None)).functions
    )
    shown = ", ".join(f"`{name}_`" for name in list(known)[:5])
    header = view.source.header.name
    raise UsageError(
        Diagnostic(
            BAD_CONFIGURATION,
            f"no function of `{header}` has a name that begins with `{prefix}`",
            help=f"those that are there begin with {shown}" if shown else f"`{header}` declares no function",
        )
    )


def _seen(request: InitRequest, view: HeaderView, facts: LibraryFacts | None) -> Observations:
    """Return what calls of the library show; one that has to be built is built first."""
    from abidance.draft.observation.session import observe  # noqa: PLC0415 - few call it

    artifact = build_library(_buildable(request, facts), "release")
    seen = observe(view, artifact, everything=request.observe == "all", told=request.told)
    request.told("")
    return seen


def _buildable(request: InitRequest, facts: LibraryFacts | None) -> LibrarySource:
    """Return the library as something to build, or to take as it is."""
    asked, name = request.library, _library_name(request)
    if asked.cmake and asked.target:
        return LibrarySource(name, "cmake", Path(asked.cmake).absolute(), asked.target)
    if asked.cargo:
        return LibrarySource(name, "cargo", Path(asked.cargo).absolute())
    if asked.command and asked.artifact:
        where = (asked.directory or Path()).absolute()
        artifact = Path(asked.artifact).absolute()
        return LibrarySource(name, "command", where, command=asked.command, artifact=artifact)
    if facts is None:
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                "`--observe` calls a library, and none is known",
                help="`--library`, `--cmake` and `--cargo` say which",
            )
        )
    return LibrarySource(name, "path", facts.path.absolute())


def _header(request: InitRequest, system: tuple[Path, ...]) -> Path:
    text = request.header
    places = (*request.include_dirs, *system)
    if text.startswith("<") and text.endswith(">"):
        found = next((folder / text[1:-1] for folder in places if (folder / text[1:-1]).is_file()), None)
    else:
        found = Path(text) if Path(text).is_file() else None
    if found is not None:
        return found.absolute()
    bare = text.strip("<>")
    elsewhere = next((folder / bare for folder in places if (folder / bare).is_file()), None)
    below = next((each for folder in places for each in folder.glob(f"*/{bare}")), None) if bare else None
    hint = f"`'<{bare}>'` names `{elsewhere}`" if elsewhere else "give its path, or `-I DIR` and '<name.h>'"
    if elsewhere is None and below is not None:
        folder = str(below).removesuffix(bare).rstrip("/")
        hint = f"it is in `{folder}`: `abidance init '<{bare}>' -I {folder}`"
    raise UsageError(
        Diagnostic(
            HEADER_NOT_FOUND,
            f"there is no header `{text}`",
            help=hint,
        )
    )


class _Library(NamedTuple):
    """What the contract says of the library, what of it could be read, and what a reader should know."""

    written: dict[str, Value]
    facts: LibraryFacts | None
    notes: tuple[str, ...] = ()


def _library(request: InitRequest, functions: Sequence[str]) -> _Library:
    """Return the library that the request names, or one that is installed."""
    asked = request.library
    name = _library_name(request)
    if asked.library and ("/" in asked.library or Path(asked.library).is_file()):
        path = Path(asked.library)
        return _Library({name: {"path": str(_relative(path, request.folder))}}, read_library(path))
    if asked.library:
        bare = asked.library.removeprefix("lib").partition(".so")[0]
        return _Library({_plain(bare): {"name": asked.library}}, read_library(find_library(asked.library)))
    if asked.cmake and asked.target:
        return _Library({name: {"cmake": _text(asked.cmake, request), "target": asked.target}}, None)
    if asked.cargo:
        return _Library({name: {"cargo": _text(asked.cargo, request)}}, None)
    if asked.command and asked.artifact:
        artifact = Path(asked.artifact)
        facts = read_library(artifact) if artifact.is_file() else None
        value: Value = {
            "command": _command(asked, request.folder),
            "artifact": _text(asked.artifact, request),
        }
        return _Library({name: value}, facts)
    found, how = installed_library(functions), "was found by its symbols"
    if found is None:
        found, how = _of_package(request, functions), "is that of the package"
    if found is None:
        return _Library({}, None)
    note = f"The library {how}: {found.exported} of {len(functions)} functions."
    return _Library({_plain(found.name): {"name": found.name}}, read_library(found.path), (note,))


def _command(asked: LibraryOptions, folder: Path) -> tuple[str, ...]:
    """Return the command as a contract in `folder` has it, which runs it there."""
    place = os.path.relpath((asked.directory or Path()).absolute(), folder.absolute())
    if place == ".":
        return asked.command
    script = len(asked.command) == 3 and asked.command[:2] == ("sh", "-c")
    line = asked.command[2] if script else shlex.join(asked.command)
    return ("sh", "-c", f"cd {shlex.quote(place)} && {line}")


def _of_package(request: InitRequest, functions: Sequence[str]) -> InstalledLibrary | None:
    """Return the library that the package named like the header links, where it has some of the functions."""
    package = installed_packages().named((request.own or Path(request.header.strip("<>"))).stem)
    best: InstalledLibrary | None = None
    for name in package.libraries if package is not None else ():
        try:
            facts = read_library(find_library(name))
        except AbidanceError:
            continue
        found = InstalledLibrary(name, facts.path, len(facts.exports.intersection(functions)))
        if found.exported > (best.exported if best is not None else 0):
            best = found
    return best


def _library_name(request: InitRequest) -> str:
    asked = request.library
    if asked.cargo:
        return "rust"
    if asked.target:
        return _plain(asked.target)
    file = asked.library or asked.artifact
    return _plain(Path(file).name.partition(".")[0].removeprefix("lib")) if file else "c"


def _plain(name: str) -> str:
    return _NAME.sub("_", name) or "c"


def _named(header: Path, system: Sequence[Path], folder: Path) -> Path:
    """Return how the contract names the header: one of the system as ``<zlib.h>``, others by their path."""
    resolved = [each.resolve() for each in system]
    for directory in sorted(resolved, key=lambda each: -len(str(each))):
        if header.resolve().is_relative_to(directory):
            return Path(f"<{header.resolve().relative_to(directory)}>")
    return _relative(header, folder)


def _text(path: str, request: InitRequest) -> str:
    return str(_relative(Path(path), request.folder))


def _relative(path: Path, folder: Path) -> Path:
    """Return a path as a contract in `folder` has it: absolute only where the two have nothing in common."""
    relative = os.path.relpath(path.absolute(), folder.absolute())
    apart = path.absolute().parts[1:2] != folder.absolute().parts[1:2]
    return path.absolute() if apart or relative.count("..") > _FAR else Path(relative)


def _anything(_: str) -> bool:
    return True
