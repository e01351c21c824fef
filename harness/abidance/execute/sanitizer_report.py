"""Reads what sanitizers print: gcc's and clang's, with symbols or without.

Only the first report counts: the worker ends with it, and what a damaged process says afterwards is noise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.execute.stray_access import place
from abidance.plan.observation import RuntimeReport, StackFrame, Touch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.execute.modules import ModuleMap

_ERROR = re.compile(r"==\d+==\s*ERROR: (\w+Sanitizer): (.*)")
_WARNING = re.compile(r"WARNING: (ThreadSanitizer): (.*) \(pid=\d+\)")
_RUNTIME_ERROR = re.compile(r"(?:(.*?):(\d+)(?::(\d+))?|<unknown>): runtime error: (.*)")

_SPECIAL_KINDS = (
    ("attempting double-free", "double-free"),
    ("attempting free on address which was not", "bad-free"),
    ("requested allocation size", "allocation-size-too-big"),
    ("detected memory leaks", "memory-leak"),
    ("data race", "data-race"),
)
_ADDRESSES = re.compile(
    r" on (?:unknown )?address\b(?! which).*| on 0x.*|:? memory ranges .*| \(pc 0x.*"
    r"|:? ?0x[0-9a-f]+ in thread.*| in thread T\d+:?$"
)
_NUMBER = re.compile(r" ?\b0x[0-9a-f]+\b")

_FRAME = re.compile(r"\s*#\d+ +(?:0x[0-9a-f]+ *)?(?:in )?(.*?)\s*$")
_MODULE = re.compile(r"(.*?) ?\(([^()]+)\+0x([0-9a-f]+)\)(?: \(BuildId: \w+\))?")
_SOURCE = re.compile(r"(.*) (\S+?):(\d+)(?::(\d+))?")

_SECTIONS = (
    (re.compile(r"freed by thread"), "freed"),
    (re.compile(r"(?:previously )?allocated by|Location is heap block"), "allocated"),
    (re.compile(r"Previous (?:atomic )?(?:read|write) of"), "previous"),
    (re.compile(r"(?:Atomic )?(?:Read|Write) of size|(?:Direct|Indirect) leak of"), "frames"),
)
_ORDER = re.compile(r"Mutex M?\d+ .*acquired here|Mutex M?\d+ previously acquired")

_ACCESS = re.compile(r"(READ|WRITE|Read|Write|read|write) of size (\d+) at 0x([0-9a-f]+)")
_CAUSE = re.compile(r"The signal is caused by a (READ|WRITE) memory access")
_REGION = re.compile(
    r"0x[0-9a-f]+ is located \d+ bytes? (?:to the right of|after|to the left of|before|inside of) "
    r"\d+-byte region \[0x([0-9a-f]+),0x([0-9a-f]+)\)"
)
_BAD_ADDRESS = re.compile(
    r"(?:on (?:unknown )?address|-free on|misaligned address|malloc\(\)-ed:) 0x([0-9a-f]+)"
)


@dataclass(frozen=True, slots=True)
class _Start:
    """The first line of a report, taken apart."""

    line: int
    tool: str
    kind: str
    sentence: str
    file: str = ""
    row: int = 0
    column: int = 0


def parse_report(
    text: str, blocks: Sequence[tuple[int, int]], modules: ModuleMap
) -> tuple[RuntimeReport, Touch | None] | None:
    """Return the first report in `text` and the access that it is about, or None when there is no report.

    `blocks` are the plan's, as (address, size); `modules` give whole paths to modules named without one.
    """
    lines = text.splitlines()
    start = _first(lines)
    if start is None:
        return None
    body = _body(lines, start)
    stacks = _stacks(body, modules)
    frames = modules.own(stacks["frames"])
    if start.kind == "heap-use-after-free" and not stacks["freed"]:
        stacks["freed"], stacks["previous"] = stacks["previous"], []  # as ThreadSanitizer tells it
    if start.file:
        # UBSan names the line itself; the frame gives the module, which a line cannot.
        first = replace(
            frames[0] if frames else StackFrame("", 0), file=start.file, line=start.row, column=start.column
        )
        frames = (first, *frames[1:])
    report = RuntimeReport(
        start.tool,
        start.kind,
        _NUMBER.sub("", _ADDRESSES.sub("", start.sentence)),
        frames,
        modules.own(stacks["freed"]),
        modules.own(stacks["allocated"]),
        modules.own(stacks["previous"]),
    )
    return report, _touch(start, body, blocks)


def _first(lines: Iterable[str]) -> _Start | None:
    for index, line in enumerate(lines):
        if found := _ERROR.search(line) or _WARNING.search(line):
            return _Start(index, found[1], _kind(found[2]), found[2])
        if found := _RUNTIME_ERROR.fullmatch(line):
            file, row, column, sentence = found.groups()
            return _Start(
                index,
                "UndefinedBehaviorSanitizer",
                ubsan_kind(sentence),
                sentence,
                file or "",
                int(row or 0),
                int(column or 0),
            )
    return None


def _kind(sentence: str) -> str:
    for words, kind in _SPECIAL_KINDS:
        if sentence.startswith(words):
            return kind
    first = re.match(r"[\w-]+", sentence)
    return first[0] if first else "unknown"


def _body(lines: Sequence[str], start: _Start) -> list[str]:
    body: list[str] = []
    for line in lines[start.line + 1 :]:
        if line.startswith("SUMMARY:") or _first([line]):
            break
        body.append(line)
    return body


def _stacks(body: Iterable[str], modules: ModuleMap) -> dict[str, list[StackFrame]]:
    """Return the frames under each heading; a blank line ends what a heading began."""
    stacks: dict[str, list[StackFrame]] = {"frames": [], "freed": [], "allocated": [], "previous": [], "": []}
    section = "frames"
    for line in body:
        if frame := _FRAME.fullmatch(line):
            stacks[section].append(_frame(frame[1], modules))
        elif not line.strip():
            section = ""
        elif heading := _heading(line.strip(), stacks):
            section = heading
        elif line.rstrip().endswith("in frame"):
            section = ""  # where a stack variable lives is no stack of calls
    return stacks


def _heading(line: str, stacks: dict[str, list[StackFrame]]) -> str:
    name = next((name for pattern, name in _SECTIONS if pattern.match(line)), "")
    if _ORDER.match(line):
        name = "previous" if stacks["frames"] else "frames"
    # The first of its kind is the one that belongs to the report's first sentence.
    return name if name and not stacks[name] else ""


def _frame(text: str, modules: ModuleMap) -> StackFrame:
    module, offset, what = "", 0, text
    if found := _MODULE.fullmatch(text):
        what, module, offset = found[1], modules.path(found[2]), int(found[3], 16)
    if source := _SOURCE.fullmatch(what):
        function, file, line, column = source.groups()
        return StackFrame(module, offset, function, file, int(line), int(column or 0))
    function = "" if what.startswith("<null>") else what.removesuffix(" <null>")
    return StackFrame(module, offset, function)


def _touch(start: _Start, body: Sequence[str], blocks: Sequence[tuple[int, int]]) -> Touch | None:
    access = next((found for line in body if (found := _ACCESS.search(line))), None)
    cause = next((found for line in body if (found := _CAUSE.search(line))), None)
    named = _BAD_ADDRESS.search(start.sentence)
    write, size = None, 0
    if access is not None:
        write, size = access[1].lower() == "write", int(access[2])
    elif cause is not None:
        write = cause[1] == "WRITE"
    elif start.file:
        write = {"load": False, "store": True}.get(start.sentence.split(" ")[0])
    if start.kind in {"FPE", "ILL", "stack-overflow"}:
        return None  # the address is the instruction's, or the stack's
    if named is not None:
        address = int(named[1], 16)
    elif access is not None:
        address = int(access[3], 16)
    elif start.kind == "null-pointer-use":
        address = 0
    else:
        return None
    return _placed(address, write, size, _region(body), blocks)


def _region(body: Iterable[str]) -> tuple[int, int] | None:
    found = next((found for line in body if (found := _REGION.match(line))), None)
    return (int(found[1], 16), int(found[2], 16)) if found else None


def _placed(
    address: int,
    write: bool | None,
    size: int,
    region: tuple[int, int] | None,
    blocks: Sequence[tuple[int, int]],
) -> Touch:
    """Place an access in the block that the sanitizer's own account names, if it names any."""
    if region is None:
        return place(address, blocks, write=write, size=size)
    start, end = region
    for index, (block, length) in enumerate(blocks):
        # A block without bytes is the end of a chunk that nobody may touch; see `redzoned_place`.
        if (block == start and block + length == end) or (length == 0 and block == end):
            touch = place(address, [(block, length)], write=write, size=size, near=1 << 62)
            return replace(touch, block=index)
    return Touch(address, write, size)


_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"signed integer overflow|negation of .* cannot be", "signed-integer-overflow"),
        (r"division of .* cannot be represented", "signed-integer-overflow"),
        (r"unsigned integer overflow", "unsigned-integer-overflow"),
        (r"division by zero", "integer-divide-by-zero"),
        (r"shift exponent", "invalid-shift-exponent"),
        (r"left shift of", "invalid-shift-base"),
        (r"index .* out of bounds", "out-of-bounds-index"),
        (r"null pointer passed as argument", "invalid-null-argument"),
        (r"null pointer returned", "invalid-null-return"),
        (r"offset (?:\S+ )?to null pointer", "nullptr-with-offset"),
        (r"misaligned address", "misaligned-pointer-use"),
        (r"null pointer", "null-pointer-use"),
        (r"insufficient space for an object", "insufficient-object-size"),
        (r"not a valid value for type '(?:_B|b)ool'", "invalid-bool-load"),
        (r"not a valid value for type", "invalid-enum-load"),
        (r"outside the range of representable values", "float-cast-overflow"),
        (r"unreachable program point", "unreachable-call"),
        (r"end of a value-returning function", "missing-return"),
        (r"variable length array bound", "non-positive-vla-index"),
        (r"through pointer to incorrect function type", "function-type-mismatch"),
        (r"passing zero to", "invalid-builtin-use"),
        (r"which does not point to an object", "dynamic-type-mismatch"),
        (r"implicit conversion", "implicit-conversion"),
        (r"assumption .* (?:violated|failed)", "alignment-assumption"),
        (r"pointer index expression|offset .* overflowed|applying .* offset", "pointer-overflow"),
    )
)


def ubsan_kind(sentence: str) -> str:
    """Return the name of what the sentence after ``runtime error:`` says."""
    for pattern, kind in _KINDS:
        if pattern.search(sentence):
            return kind
    return "undefined-behavior"
