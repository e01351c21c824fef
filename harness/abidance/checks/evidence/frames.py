"""Where in the library it happened, and what the library printed, for the places and notes of a finding."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.diagnostic import Label
from abidance.core.span import Span
from abidance.plan.observation import WorkerEnding

if TYPE_CHECKING:
    from abidance.plan.observation import Death, StackFrame

_RUNTIME_FILE = re.compile(
    r"^/rustc/[0-9a-f]{7,}/|/lib/rustlib/src/rust/library/|/rust/deps/"
    r"|^/usr/include/|^/usr/lib(?:/[^/]+)?/gcc/.*/include/|/lib/clang/[^/]+/include/"
    r"|/tagging-allocator/src/lib\.rs$"
)
"""Rust's standard library is linked into the library under test, with the paths of whoever built it; what the system's
headers define is inlined into it. An allocator that looks at its blocks tells of what others have done."""
_RUNTIME_FUNCTION = re.compile(
    r"^<?&?(?:std|core|alloc|__rustc|panic_unwind)::|^(?:__rust_|rust_begin_unwind|rust_panic)"
)
_GENERATED = re.compile(r"^(?:__rustc::)?__(?:rust|rg)_\w*alloc")
"""What rustc makes of `#[global_allocator]`, and says that it is on the line of that."""
_REPORT = re.compile(r"^=+$|^==\d+==|: runtime error: ")
_NOISE = re.compile(r"^note: run with `RUST_BACKTRACE|^stack backtrace:|^\s*\d+: |^\s+at ")
_THREAD = re.compile(r"^(thread '[^']*') \(\d+\)")
_PANIC = re.compile(r"panicked at (?:'.*', )?([^\n']+:\d+:\d+)")
_ASSERTION = re.compile(r"([^\s:]+:\d+): [^\n]*Assertion `")
_PARTS = re.compile(r"\.(?:part|constprop|isra|cold|lto_priv|llvm)\b.*$")
_GENERIC = re.compile(r"(?:::)?<[^<>]*>")
_LINES, _WIDTH = 6, 200


def frame_label(frames: tuple[StackFrame, ...], text: str) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """Return the library's own line as a label, or as a note when its source is not at hand.

    What a language's runtime does on the way (a panic, say) is not the library's line while there is another.
    """
    own = [frame for frame in frames if not _is_runtime(frame)] or list(frames)
    own = [frame for frame in own if not frame.ends] or own
    for frame in own:
        if frame.file and frame.line and Path(frame.file).is_file():
            where = Span.at(Path(frame.file), frame.line, max(frame.column, 1), 1)
            return (Label(where, text, own=True),), ()
    for frame in own:
        if frame.function or frame.line:
            at = f" at {frame.file}:{frame.line}" if frame.line else ""
            return (), (f"in `{frame.function or '?'}`{at}",)
    if own:
        return (), (f"at {Path(own[0].module).name}+0x{own[0].offset:x} (build with -g to see the line)",)
    return (), ()


def frame_place(frames: tuple[StackFrame, ...]) -> str:
    """Return what tells two causes apart: the library's innermost function, or its offset while it has no name."""
    frames = tuple(frame for frame in frames if not frame.ends) or frames
    for frame in (*(frame for frame in frames if not _is_runtime(frame)), *frames):
        if frame.function:
            return frame.function
    return f"+0x{frames[0].offset:x}" if frames else ""


def origin_of(death: Death, frames: tuple[StackFrame, ...]) -> tuple[str, str] | None:
    """Return the line of the library that ended the process, as one and the same for every build and function.

    A panic and a failed assertion name it themselves. Otherwise it is the first of `frames` that is the library's own
    and has a line, with its function: compilers differ about the column of one fault. A function that never returns is
    left out while there is another. None where nobody knows.
    """
    for pattern in (_PANIC, _ASSERTION):
        if found := pattern.search(death.output):
            return ("death", found[1])
    own = [frame for frame in frames if frame.file and frame.line and not _is_runtime(frame)]
    # What only ends the process for others is not why: whoever asked for it is.
    for frame in (*(frame for frame in own if not frame.ends), *own):
        return ("death", line_of(frame))
    return None


def instruction_of(death: Death, frames: tuple[StackFrame, ...]) -> str:
    """Return the library's innermost instruction on the way to a fault, as a module, ``+`` and an offset.

    Nothing where its line is known, or where the library ended the process itself: what does that is shared by all
    that ask for it.
    """
    asked = death.ending is not WorkerEnding.SIGNAL or death.status == signal.SIGABRT
    if asked or not frames or origin_of(death, frames) is not None:
        return ""
    own = next((frame for frame in frames if not _is_runtime(frame)), frames[0])
    return f"{own.module}+0x{own.offset:x}"


def line_of(frame: StackFrame) -> str:
    """Return a frame's file, line and function; of the function, no more than all builds of it share."""
    name = _PARTS.sub("", frame.function)
    while (shorter := _GENERIC.sub("", name)) != name:
        name = shorter
    return f"{frame.file}:{frame.line}:{name.partition('(')[0].rpartition('::')[2]}"


def site_of(frames: tuple[StackFrame, ...]) -> str:
    """Return the library's own line as `line_of` does, nothing while it is not known."""
    own = (frame for frame in frames if frame.file and frame.line and not _is_runtime(frame))
    return next(map(line_of, own), "")


def of_block(function: str, frames: tuple[StackFrame, ...], *, freed: bool) -> tuple[str, str]:
    """Return the cause of a heap block that a function has spoiled, by where the block was asked for."""
    site = site_of(frames) or f"{function}:{frame_place(frames)}"
    return ("freed block" if freed else "past block", f"{function}:{site}")


def last_words(death: Death) -> tuple[str, ...]:
    """Return the last lines that the library printed during the call that ended it, as a note.

    A failed assertion and a panic say there what they are about. A sanitizer's report is reported elsewhere.
    """
    lines: list[str] = []
    for line in death.output.splitlines():
        if _REPORT.search(line):
            break
        if line.strip() and not _NOISE.search(line):
            # A thread's number is another one every time.
            lines.append(_THREAD.sub(r"\1", line.rstrip())[:_WIDTH])
    return ("\n    ".join(["it printed:", *lines[-_LINES:]]),) if lines else ()


def _is_runtime(frame: StackFrame) -> bool:
    if _RUNTIME_FILE.search(frame.file) or _GENERATED.search(frame.function):
        return True
    return not frame.file and _RUNTIME_FUNCTION.search(frame.function) is not None
