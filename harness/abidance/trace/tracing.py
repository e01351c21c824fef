"""A trace from the contract to its event: the library, the interposer, the program, and what it recorded."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.costs import Histogram
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.core.nearest import did_you_mean
from abidance.core.traces import Traced, TracedFunction, TracedGrowth, TracedSize, TracedStatus
from abidance.toolchain.builders import build_library, builds_of
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import LibrarySource
from abidance.trace.calibration import calibrate, check_clock
from abidance.trace.codes import NOTHING_TRACED
from abidance.trace.interposer import interposer
from abidance.trace.interposer_build import compiled_interposer
from abidance.trace.plain_values import with_plain_values
from abidance.trace.program import find_program, run_program, why_unseen
from abidance.trace.recording import COARSE, FINE, bucket_ends, read_recording
from abidance.trace.sampled_values import example
from abidance.trace.sightings import Sightings
from abidance.trace.unjudged_clauses import unjudged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.contract.model import Contract
    from abidance.toolchain.library import Artifact
    from abidance.trace.calibration import Calibration
    from abidance.trace.interposer import InterposedFunction, Interposer
    from abidance.trace.program import ProgramEnd, TracedProgram
    from abidance.trace.recording import RecordedCalls, Recording


_LIBCS_OWN = "__libc_start_main"


@dataclass(frozen=True, slots=True)
class _Ready:
    """All that a program is traced with."""

    boundary: Boundary
    artifact: Artifact
    names: tuple[str, ...]
    made: Interposer
    calibration: Calibration
    samples: int


def trace_contract(path: Path, library: str, command: Sequence[str], samples: int = 0) -> Traced:
    """Run a command, and return how it called a library: a name of the contract's, or a path.

    With `samples`, so many calls of each function are kept as examples of the contract.

    Raises UsageError, and CannotJudgeError where no call can be seen, or none was.
    """
    program = find_program(command)
    check_clock()
    ready = _ready(load_contract(path), library, samples)
    folder = Path(tempfile.mkdtemp(prefix="abidance-trace-"))
    try:
        end = run_program(program, compiled_interposer(ready.made.source), folder)
        lengths = [len(each.lengths) for each in ready.made.functions]
        recording = read_recording(folder, lengths, len(ready.made.checks))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not any(each.calls for each in recording.functions.values()):
        symbols = [each.symbol for each in ready.made.functions]
        raise CannotJudgeError(why_unseen(program, symbols, ready.names))
    return _traced(path, ready, program, end, recording)


def _ready(contract: Contract, library: str, samples: int) -> _Ready:
    artifact = _artifact(contract, library)
    facts = read_library(artifact.path)
    if _LIBCS_OWN in facts.functions:
        raise CannotJudgeError(
            Diagnostic(NOTHING_TRACED, "the C library cannot be traced: what records calls is made of it")
        )
    boundary = with_plain_values(join(contract))
    files = (facts.soname, artifact.path.name, artifact.built.name, str(artifact.path), str(artifact.built))
    names = tuple(dict.fromkeys(each for each in files if each))
    made = interposer(boundary, facts.functions, names, samples)
    if not any(each.promised for each in made.functions):
        raise CannotJudgeError(
            Diagnostic(
                NOTHING_TRACED,
                f"`{artifact.path.name}` exports no function that `{contract.boundary}` promises anything of",
                help="is it the library of this contract?",
            )
        )
    return _Ready(boundary, artifact, names, made, calibrate(), samples)


def _artifact(contract: Contract, library: str) -> Artifact:
    if library in contract.libraries:
        source = source_of(contract, library)
    elif not library and len(contract.libraries) == 1:
        source = source_of(contract, next(iter(contract.libraries)))
    elif not library:
        known = ", ".join(f"`{name}`" for name in contract.libraries)
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                "say which library the program calls: `--library NAME` or `--library PATH`",
                help=f"there are {known}" if known else None,
            )
        )
    elif Path(library).is_file():
        source = LibrarySource(Path(library).name, "path", Path(library).absolute())
    else:
        hint = did_you_mean(library, contract.libraries) or "the contract's libraries are " + (
            ", ".join(f"`{name}`" for name in contract.libraries) or "none"
        )
        message = f"`{library}` is neither a file nor a library of the contract"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=hint))
    return build_library(source, builds_of(source, ("release",))[0])


def _traced(
    path: Path, ready: _Ready, program: TracedProgram, end: ProgramEnd, recording: Recording
) -> Traced:
    boundary, made = ready.boundary, ready.made
    sightings = Sightings(boundary, made, recording, ready.artifact.library)
    functions = [
        _function(boundary, each, recording.functions[number], ready)
        for number, each in enumerate(made.functions)
        if number in recording.functions and recording.functions[number].calls
    ]
    return Traced(
        boundary.name,
        str(path.absolute()),
        _loaded(recording, ready.artifact),
        program.command,
        round(end.seconds, 6),
        end.status,
        recording.processes,
        float(ready.calibration.overhead),
        tuple(sorted(functions, key=lambda each: (-each.calls, each.name))),
        sightings.findings(),
        sightings.notes(),
        unjudged(boundary, made, recording),
        recording.lost,
    )


def _loaded(recording: Recording, artifact: Artifact) -> str:
    """Return the file that the program's calls went to, which need not be the one that was asked for."""
    return ", ".join(sorted(recording.libraries)) or str(artifact.built)


def _function(
    boundary: Boundary, each: InterposedFunction, calls: RecordedCalls, ready: _Ready
) -> TracedFunction:
    clock = ready.calibration
    return TracedFunction(
        each.name,
        calls.calls,
        calls.returned,
        _times(calls, clock) if not each.untimed else None,
        each.untimed,
        tuple(
            TracedSize(place.place, _sizes(calls.sizes.get(index, {})), place.written)
            for index, place in enumerate(each.lengths)
            if calls.sizes.get(index)
        ),
        _statuses(boundary, each, calls),
        tuple(
            TracedGrowth(*_octave(power), count, max(spent / count - clock.apart, 0) * 1e12 / clock.hertz)
            for power, (count, spent) in sorted(calls.growth.items())
        ),
        calls.threads,
        calls.refused,
        calls.own / calls.owned * 1e12 / clock.hertz if calls.owned else None,
        each.promised,
        _examples(each, calls, ready.samples),
    )


def _examples(each: InterposedFunction, calls: RecordedCalls, most: int) -> tuple[str, ...]:
    """Return samples as examples, of threads that made more calls more of them."""
    if each.function is None or not each.sampled:
        return ()
    weighed = [
        (number / calls_of, thread, sample)
        for thread, (calls_of, samples) in enumerate(calls.samples)
        for number, sample in enumerate(samples, 1)
    ]
    found: dict[str, None] = {}
    for _, _, sample in sorted(weighed, key=lambda one: one[:2]):
        text = example(each.function, each.sampled, sample)
        if text is not None and len(found) < most:
            found[text] = None
    return tuple(found)


def _octave(power: int) -> tuple[int, int]:
    return (0, 0) if power == 0 else (1 << (power - 1), (1 << power) - 1)


def _times(calls: RecordedCalls, clock: Calibration) -> Histogram:
    counts: dict[int, int] = {}
    for bucket, count in calls.times.items():
        low, high = bucket_ends(bucket, FINE)
        value = clock.picoseconds(min((low + high) / 2, calls.most))
        counts[value] = counts.get(value, 0) + count
    return Histogram.of_counts(counts)


def _sizes(counted: dict[int, int]) -> Histogram:
    counts: dict[int, int] = {}
    for bucket, count in counted.items():
        low, _ = bucket_ends(bucket, COARSE)  # sizes are often powers of two, which begin one
        counts[low] = counts.get(low, 0) + count
    return Histogram.of_counts(counts)


def _statuses(boundary: Boundary, each: InterposedFunction, calls: RecordedCalls) -> tuple[TracedStatus, ...]:
    function = each.function
    if function is None or not each.statuses:
        return ()
    found = []
    for value, count in sorted(calls.statuses.items(), key=lambda pair: (-pair[1], pair[0])):
        if each.statuses == "pointer":
            found.append(TracedStatus("a pointer" if value else "NULL", count, bool(value)))
            continue
        told = function.result.ok if function.result.bounds is None else None  # else arguments tell
        success = value in told if told else None
        found.append(TracedStatus(_name(boundary, each, value), count, success))
    if calls.other_statuses:
        found.append(TracedStatus("others", calls.other_statuses))
    return tuple(found)


def _name(boundary: Boundary, each: InterposedFunction, value: int) -> str:
    """Return a status by its name: an enumerator's, or a macro's that the contract's `status` has."""
    function = each.function
    assert function is not None
    shape = function.result.shape
    if isinstance(shape, ScalarShape) and shape.kind == "bool" and value in (0, 1):
        return "true" if value else "false"
    names = (shape.names if isinstance(shape, ScalarShape) else None) or {}
    if value in names:
        return str(names[value])
    returns = function.promise.returns if function.promise else None
    status = returns.status if returns else None
    if status is not None and not status.is_asked:
        for written in (*(status.ok or ()), *(status.errors or {})):
            text = getattr(written, "text", str(written))
            if boundary.constants.get(text) == value:
                return text
    return str(value)
