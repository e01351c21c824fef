"""From what a check has counted to findings: the promise, the declaration, the calls and where they were made."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.span import Span
from abidance.toolchain.elf_image import PT_LOAD, open_image
from abidance.toolchain.symbolize import symbolize
from abidance.trace import codes

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.trace.interposer import InterposedFunction, Interposer
    from abidance.trace.recording import RecordedCall, Recording
    from abidance.trace.wrapped_call import ShownValue
    from abidance.trace.wrapper_text import TraceCheck

PHASE = "trace"
_REMEDY = "mend the caller; or, if the library means to take such calls, say so in the contract"
_SAID = {
    "ABD321": "comes back, and what the contract ensures does not hold: `{what}`",
    "ABD322": "comes back where {value}, which the contract does not allow",
    "ABD323": "answers a call that it refuses otherwise than the contract says: {what}",
    "ABD324": "tells of more in `{what}` than there is room for",
    "ABD329": "leaves a record whose invariant does not hold: `{what}`",
    "ABD361": "fails, and leaves `errno` at 0",
    "ABD362": "changes `errno`",
}


@dataclass(frozen=True, slots=True)
class CallSite:
    """Where a call was made from: a function and its line, or a file and a place in it."""

    words: str
    span: Span | None = None


class Sightings:
    """What the checks of one trace have found, in words."""

    def __init__(self, boundary: Boundary, made: Interposer, recording: Recording, library: str) -> None:
        self._boundary = boundary
        self._made = made
        self._recording = recording
        self._library = library
        self._functions = {each.name: (number, each) for number, each in enumerate(made.functions)}

    def findings(self) -> tuple[Finding, ...]:
        """Return what the contract forbids."""
        return tuple(
            self._finding(number, check)
            for number, check in enumerate(self._made.checks)
            if number in self._recording.seen and check.code.severity is Severity.ERROR
        )

    def notes(self) -> tuple[Diagnostic, ...]:
        """Return what decides nothing."""
        return tuple(
            self._diagnostic(number, check)
            for number, check in enumerate(self._made.checks)
            if number in self._recording.seen and check.code.severity is not Severity.ERROR
        )

    def _finding(self, number: int, check: TraceCheck) -> Finding:
        calls = self._calls(number)
        return Finding(
            self._diagnostic(number, check),
            check.function,
            PHASE,
            self._library,
            (),
            call=self._call(calls[0], check) if calls else "",
            found_after=calls[0].number if calls else 0,
            details={"calls": str(self._recording.seen[number])},
        )

    def _calls(self, number: int) -> list[RecordedCall]:
        return [each for each in self._recording.calls if each.check == number]

    def _diagnostic(self, number: int, check: TraceCheck) -> Diagnostic:
        calls, count = self._calls(number), self._recording.seen[number]
        sites = [call_site(each) for each in calls]
        labels = [Label(check.span)] if check.span is not None else []
        function = self._boundary.functions.get(check.function)
        if function is not None:
            labels.append(Label(function.declaration.span))
        called = next((site.span for site in sites if site.span is not None), None)
        if called is not None:
            labels.append(Label(called, "called here" if function is not None else "made here"))
        notes: list[str] = []
        if calls and function is not None:
            notes.append(f"the call:\n    {self._call(calls[0], check)}")
        places = list(dict.fromkeys(site.words for site in sites))
        if function is not None:
            if places:
                notes.append(f"called from {', '.join(places)}")
            number_of_calls = self._total(check.function)
            notes.append(f"seen in {count:,} of {number_of_calls:,} calls")
        return Diagnostic(
            check.code,
            self._message(check, calls[0] if calls else None, count, ", ".join(places)),
            tuple(labels),
            tuple(notes),
            help=_REMEDY if check.code in codes.CATALOGUE and function is not None else None,
            place=f"{check.function}:{check.what}",
            subject=check.function,
        )

    def _total(self, name: str) -> int:
        number, _ = self._functions[name]
        recorded = self._recording.functions.get(number)
        return recorded.calls if recorded is not None else 0

    def _message(self, check: TraceCheck, call: RecordedCall | None, count: int, places: str) -> str:
        name, what = check.function, check.what
        value = self._value(check, call)
        is_now = f"`{what}` is {value}" if value else f"`{what}`"
        match check.code:
            case codes.NULL_PASSED:
                return f"`{name}` is called with NULL for `{what}`"
            case codes.ARGUMENT_OUT_OF_RANGE if what.endswith(": length"):
                return f"`{name}` is called with a length for `{what.partition(':')[0]}` that none can be"
            case codes.ARGUMENT_OUT_OF_RANGE:
                return f"`{name}` is called where {is_now}, which the contract does not allow"
            case codes.PRECONDITION_BROKEN:
                return f"`{name}` is called where the contract's condition does not hold: `{what.partition(': ')[2]}`"
            case codes.USED_AFTER_DESTROY:
                return f"`{name}` is called with the handle `{what}`, which was destroyed"
            case codes.DESTROYED_TWICE:
                return f"`{name}` destroys the handle `{what}`, which was destroyed before"
            case codes.NEVER_DESTROYED:
                where = f" made from {places}" if places else ""
                return (
                    f"{count:,} `{name}`{where} {'is' if count == 1 else 'are'} alive when the program ends"
                )
            case codes.BEYOND_WHAT_IS_TRIED:
                return f"`{name}` is called where {is_now}: more than the contract lets `abidance run` try"
        words = _SAID.get(check.code.id, "breaks a promise: {what}")
        told = what.partition(": ")[2] or what
        return f"`{name}` {words.format(what=told, value=is_now)}"

    def _value(self, check: TraceCheck, call: RecordedCall | None) -> str:
        if call is None or check.function not in self._functions:
            return ""
        _, function = self._functions[check.function]
        for shown, raw in zip(function.values, call.values, strict=False):
            if shown.path in (check.what, f"*{check.what}") and shown.kind not in ("length", "pointer"):
                return as_text(shown, raw)
        return ""

    def _call(self, call: RecordedCall, check: TraceCheck) -> str:
        _, function = self._functions[check.function]
        return in_words(function, call)


def in_words(function: InterposedFunction, call: RecordedCall) -> str:
    """Return a call as C has it, with what is known of what its pointers point at: ``f(src /* 4 bytes */, 7)``."""
    assert function.function is not None
    shown = list(zip(function.values, call.values, strict=False))
    known = {each.path: as_text(each, raw) for each, raw in shown if each.kind != "length"}
    lengths = {each.path: raw for each, raw in shown if each.kind == "length"}
    parts = []
    for member in function.function.members:
        said = known.get(member.name, "...")
        about = [f"{lengths[member.name]:,} bytes"] if member.name in lengths and said != "NULL" else []
        about += [
            f"{each.partition('.')[2]} = {text}"
            for each, text in known.items()
            if each.startswith(f"{member.name}.")
        ]
        about += (
            [f"is at {known[f'*{member.name}']}"] if f"*{member.name}" in known and said != "NULL" else []
        )
        name = member.name if said == "a pointer" else said
        parts.append(f"{name} /* {', '.join(about)} */" if about else name)
    result = known.get("result", "")
    comes_back = f"   // {result}" if result and call.returned else ""
    return f"{function.name}({', '.join(parts)});{comes_back}"


def as_text(shown: ShownValue, raw: int) -> str:
    """Return a value as C shows it; of a pointer, whether it is NULL."""
    match shown.kind:
        case "pointer":
            return "a pointer" if raw else "NULL"
        case "float":
            return f"{struct.unpack('<f', struct.pack('<I', raw & 0xFFFFFFFF))[0]:g}"
        case "double":
            return f"{struct.unpack('<d', struct.pack('<Q', raw))[0]:.17g}"
    number = raw - (1 << 64) if shown.kind == "int" and raw >> 63 else raw
    return (shown.names or {}).get(number) or str(number)


def call_site(call: RecordedCall) -> CallSite:
    """Return where a call was made from, as debug information or the file's symbols tell."""
    if not call.file:
        return CallSite("somewhere that is mapped no more")
    file = Path(call.file)
    address = _address(file, call.offset)
    if address is None:
        return CallSite(f"`{file.name}`")
    # An address to return to is behind the call.
    stack = symbolize(file, [address - 1])[0]
    frame = stack[0] if stack else None
    if frame is not None and frame.file is not None and frame.line:
        span = Span(frame.file, frame.line, max(frame.column, 1), frame.line, max(frame.column, 1))
        return CallSite(f"`{frame.function}` at {frame.file.name}:{frame.line}", span)
    if frame is not None and frame.function:
        return CallSite(f"`{frame.function}` in `{file.name}`")
    return CallSite(f"`{file.name}` at {address:#x}")


def _address(file: Path, offset: int) -> int | None:
    """Return the address in a file's own numbering of what lies at an offset of it."""
    try:
        with file.open("rb") as opened:
            for each in open_image(opened).segments:
                if each.kind == PT_LOAD and each.offset <= offset < each.offset + each.size:
                    return each.address + offset - each.offset
    except (OSError, ValueError, struct.error):
        pass
    return None
