"""Sampling a process with `perf`: where it is, many times a second, with the stack that led there.

Stacks are unwound by `perf` from copies of the stack's memory and the unwind tables that every C and Rust library has,
so that no frame pointers are needed.
"""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.limits import why
from abidance.toolchain.process import english_environment, find_tool, run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = ("cycles", "cpu-clock", "cycles:u", "cpu-clock:u")
"""The first that works here is taken: hardware counters before the clock, and with the kernel's part if allowed."""
_FREQUENCY = 19997
"""Samples a second of processor time, where the system allows that: as a rule, little of the time is the call's."""
_LIMIT = Path("/proc/sys/kernel/perf_event_max_sample_rate")
_COPIED = 8192
"""So many bytes of the stack are copied with a sample."""
_SECONDS, _READING = 10.0, 120.0
_FRAME = re.compile(r"^\s*(?P<address>[0-9a-f]+) (?P<name>.*) \((?P<object>.*)\)$")


@dataclass(frozen=True, slots=True)
class SampledFrame:
    """One frame as `perf` tells it; `place` is where it is in the object's file, and means nothing for the kernel.

    For a frame that called another one it is the address that the call returns to.
    """

    place: int
    name: str
    object: str


class PerfError(Exception):
    """It cannot be sampled here, for the reason that the words say."""


def usable_event() -> str:
    """Return the event that processes can be sampled by here; raises PerfError."""
    tool = find_tool("perf")
    if tool is None:
        raise PerfError("`perf` is not installed")
    said = ""
    for event in EVENTS:
        with tempfile.TemporaryDirectory(prefix="abidance-perf-") as folder:
            data = Path(folder, "data")
            ran = run_tool(
                [tool, "record", "-q", "-e", event, "-F", "99", "-o", data, "--", "true"], seconds=_SECONDS
            )
        if ran.ok:
            return event
        said = next((line.strip() for line in ran.stderr.splitlines() if line.strip()), "") or said
    raise PerfError(f"`perf record` does not work here: {said.lower().rstrip('.:') or 'it says nothing'}")


@contextlib.contextmanager
def sampled(process: int, event: str, data: Path) -> Iterator[None]:
    """Sample a process for as long as the context lasts, into the file `data`; raises PerfError."""
    tool = find_tool("perf")
    assert tool is not None
    command = [
        *(str(tool), "record", "-q", "-e", event, "-F", str(_frequency())),
        *("--call-graph", f"dwarf,{_COPIED}", "-o", str(data), "-p", str(process)),
    ]
    try:
        recording = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=english_environment(),
            start_new_session=True,
        )
    except OSError as error:
        raise PerfError(f"`perf` cannot be started: {why(error)}") from None
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            recording.send_signal(signal.SIGINT)  # upon which it writes what it has
        try:
            _, said = recording.communicate(timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            recording.kill()
            _, said = recording.communicate()
    if not data.is_file() or not data.stat().st_size:
        words = said.decode(errors="replace").strip().partition("\n")[0].lower()
        raise PerfError(f"`perf record` wrote nothing: {words or 'it says nothing'}")


def _frequency() -> int:
    with contextlib.suppress(OSError, ValueError):
        return min(_FREQUENCY, max(int(_LIMIT.read_text(encoding="ascii")) - 1, 1))
    return _FREQUENCY


def stacks_of(data: Path) -> Iterator[tuple[SampledFrame, ...]]:
    """Yield the stack of each sample, the innermost frame first; raises PerfError."""
    tool = find_tool("perf")
    assert tool is not None
    ran = run_tool(
        [
            tool,
            "script",
            "-i",
            data,
            "-F",
            "ip,sym,dso",
            "--no-inline",
            "--no-demangle",
            "--max-stack",
            "127",
        ],
        seconds=_READING,
        largest=1 << 30,
    )
    if not ran.ok:
        raise PerfError(f"`perf script` could not read what was sampled: {ran.stderr.strip()[:200].lower()}")
    for block in ran.stdout.split("\n\n"):
        frames = tuple(
            SampledFrame(int(found["address"], 16), found["name"], found["object"])
            for line in block.splitlines()
            if (found := _FRAME.match(line))
        )
        if frames:
            yield frames
