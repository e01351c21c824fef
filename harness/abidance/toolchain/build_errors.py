"""What is said when a build fails: the tool's own first errors, where they are, and where the rest is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED, TOOL_MISSING
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.core.span import Span
from abidance.toolchain.cache import shown

if TYPE_CHECKING:
    from abidance.core.codes import Code
    from abidance.toolchain.library import LibrarySource
    from abidance.toolchain.process import Finished

_MOST_LINES = 20
_WIDEST = 240
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ERROR = re.compile(
    r"\berror(\[E\d+\])?: |\bCMake Error\b|undefined reference to|^ninja: error|: cannot find -l"
    r"|\*\*\* .*Stop\."
)
_BEFORE = re.compile(r"In file included from |: In (member )?function |: At top level")
_NOISE = re.compile(
    r"^(FAILED: |\[\d+/\d+\] |make(\[\d+\])?: (Entering|Leaving)|ninja: build stopped|\S+ .* -o \S+ )"
)
_ENTERED = re.compile(r"(?m)^\S+: Entering directory [`'](.+)'$")
_UP = re.compile(r"(?P<path>\.\./[^:\n]+):\d+:")
_PLACES = (
    re.compile(
        r"(?m)^(?P<path>[^\s:][^:\n]*):(?P<line>\d+):(?P<column>\d+): (?:fatal )?error: (?P<text>.*)$",
        re.MULTILINE,
    ),
    re.compile(
        r"(?m)^error(?:\[E\d+\])?: (?P<text>.*)\n +--> (?P<path>[^:\n]+):(?P<line>\d+):(?P<column>\d+)",
        re.MULTILINE,
    ),
    re.compile(r"(?m)^CMake Error at (?P<path>[^:\n]+):(?P<line>\d+)(?P<column>) .*:\n+ *(?P<text>.*)$"),
)


def build_failed(
    source: LibrarySource, build: str, ran: Finished, *, base: Path, log: Path, hint: str | None = None
) -> CannotJudgeError:
    """Return the error for a build that ended badly; its output is kept whole in `log`.

    Paths in the tool's words are relative to `base`, or to a folder that the tool says it enters, as ninja and make do.
    """
    words = _ESCAPES.sub("", f"{ran.stdout}\n{ran.stderr}".strip())
    log.write_text(words + "\n", encoding="utf-8")
    what = f"`{source.target}` of `{source.name}`" if source.target else f"`{source.name}`"
    ending = f"took longer than {ran.seconds:.0f} s and was stopped" if ran.timed_out else "failed"
    told = tuple(_placed_line(line, words, base) for line in first_errors(words))
    if not told and not ran.timed_out:
        told = (f"`{Path(ran.command[0]).name}` ended with status {ran.status}, and no word of why",)
    return refuse(
        BUILD_FAILED,
        f"the `{build}` build of {what} {ending}",
        source,
        *(["\n".join(told)] if told else []),
        f"full log: {shown(log)}",
        place=None if ran.timed_out else _place(words, base),
        remedy=hint,
    )


def tool_missing(tool: str, source: LibrarySource, install: str) -> CannotJudgeError:
    """Return the error for a tool that the library needs and that is not there."""
    return refuse(
        TOOL_MISSING, f"`{source.name}` is built by `{tool}`, which was not found", source, remedy=install
    )


def refuse(
    code: Code,
    message: str,
    source: LibrarySource,
    *notes: str,
    remedy: str | None = None,
    place: Label | None = None,
) -> CannotJudgeError:
    """Return an error about `source`, shown where the contract names it and then at `place`."""
    labels = tuple(label for label in (Label(source.span) if source.span else None, place) if label)
    return CannotJudgeError(Diagnostic(code, message, labels=labels, notes=notes, help=remedy))


def first_errors(words: str) -> tuple[str, ...]:
    """Return the lines that say what went wrong first, with little of what stands around them."""
    lines = [line.rstrip() for line in words.splitlines()]
    start = next((i for i, line in enumerate(lines) if _ERROR.search(line)), None)
    if start is None:
        return tuple(line[:_WIDEST] for line in lines if line.strip())[-_MOST_LINES:]
    while start and _BEFORE.search(lines[start - 1]):
        start -= 1
    told = [line[:_WIDEST] for line in lines[start:] if line.strip() and not _NOISE.match(line)]
    more = sum(1 for line in told[_MOST_LINES:] if _ERROR.search(line))
    return (*told[:_MOST_LINES], *((f"... and {more} more error{'s' * (more > 1)}",) if more else ()))


def _place(words: str, base: Path) -> Label | None:
    for pattern in _PLACES:
        for found in pattern.finditer(words):
            path = _file(found["path"], words[: found.start()], base)
            if path is not None:
                span = Span.at(path, int(found["line"]), int(found["column"] or 1))
                return Label(span, found["text"].strip())
    return None


def _placed_line(line: str, words: str, base: Path) -> str:
    """Return a line whose file, given relative to the folder of the build, is named as one types it here."""
    found = _UP.match(line)
    path = _file(found["path"], words[: max(words.find(line), 0)], base) if found else None
    if found is None or path is None:
        return line
    here = os.path.relpath(path)
    return f"{path if here.startswith('..') else here}{line[found.end('path') :]}"


def _file(name: str, before: str, base: Path) -> Path | None:
    """Return the file that a tool names, after it has said `before`; None where there is none."""
    entered = (base / found[1] for found in reversed([*_ENTERED.finditer(before)]))
    for folder in (*entered, base):
        path = folder / name
        if path.is_file():
            return path.resolve() if ".." in path.parts else path
    return None
