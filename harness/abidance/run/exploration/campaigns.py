"""Explores each function and handle of a library once, whichever of its builds asks first; all of them share it.

A library that we build is built once more, with coverage and, where the contract asks for AddressSanitizer, with that.
A prebuilt one is explored as it is, between guard pages.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.core.catalogue import NOT_EXPLORED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.core.events import Explored
from abidance.native import seeds as inputs
from abidance.native import shown_calls
from abidance.native.campaign import Assignment, Limits, explore
from abidance.native.engine_environment import show, show_all
from abidance.native.executable import build_executable, engine_compiler
from abidance.native.target import emit
from abidance.run.execution.handover import Campaign, FailedInput, Handed, is_runnable
from abidance.run.exploration.corpus import keep, stored_cases
from abidance.run.inputs.exploring import patience_for
from abidance.toolchain.library import BuildSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.native.campaign import Exploration
    from abidance.native.executable import EngineName, Executable
    from abidance.native.progress import Failure
    from abidance.native.target import Target
    from abidance.run.execution.context import Context
    from abidance.run.libraries import LibrarySources
    from abidance.toolchain.library import Artifact

TIME_LIMIT = 1.0
"""Seconds for one input; whether a call takes too long is for the confirmation to say."""
MOST_SHOWN = 400
"""So many of the inputs that reached something new are handed over, the first of them."""

_Place = tuple["Path", str]


@dataclass(frozen=True, slots=True)
class Start:
    """What exploring a function or handle begins with: the `known` cases of earlier runs, and what stands for `seeds`.

    `seeds` and those of `work` are in the same order.
    """

    work: Assignment
    seeds: tuple[Handed, ...]
    known: tuple[Handed, ...]

    def seeds_of(self, numbers: Iterable[int]) -> tuple[Handed, ...]:
        """Return the cases of those seeds that reached something new."""
        return tuple(self.seeds[number] for number in numbers)


@dataclass(slots=True)
class Campaigns:
    """What was explored in this process. What could not be is kept too: it fails the same way for every item."""

    sources: LibrarySources
    _targets: dict[Path, Target] = field(default_factory=dict)
    _executables: dict[_Place, Executable | AbidanceError] = field(default_factory=dict)
    _done: dict[tuple[_Place, str], Campaign | AbidanceError] = field(default_factory=dict)

    def of(self, context: Context, seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        """Return what exploring an item's function or handle comes to; raises CannotJudgeError with NOT_EXPLORED."""
        key = ((context.boundary.contract.path, context.item.library), context.item.function)
        found = self._done.get(key)
        if found is None:
            try:
                found = self._explored(context, seconds, seeds)
            except AbidanceError as error:
                found = not_explored(context, error)
            self._done[key] = found
        if isinstance(found, AbidanceError):
            raise found
        return found

    def start(
        self, context: Context, seeds: Iterable[Handed], limits: Limits, engine: EngineName = "own"
    ) -> Start:
        """Return what an engine begins with; raises AbidanceError where there is nothing to run, or no engine."""
        entry = context.item.function
        target = self.target(context.boundary)
        if entry not in target.entries:
            raise CannotJudgeError(_no_form_in_c(context, target))
        executable = self._executable(context, target, engine)
        known = stored_cases(context)
        start = _encoded(context.boundary, entry, (*known, *seeds))
        work = Assignment(
            executable,
            entry,
            [data for data, _ in start],
            (*target.dictionary, *_words(context)),
            seed=context.settings.seed or 0,
            limits=limits,
            other=_other(context, self.sources),
            fenced=self.sources.fenced_in is not None,
        )
        return Start(work, tuple(handed for _, handed in start), known)

    def _explored(self, context: Context, seconds: float, seeds: Callable[[], Iterable[Handed]]) -> Campaign:
        sequences = context.item.function in context.boundary.handles
        patience = patience_for(seconds, sequences=sequences)
        limits = Limits(seconds=seconds, patience=patience, time_limit=TIME_LIMIT)
        start = self.start(context, seeds(), limits)
        found = explore(start.work)
        cases = reached_cases(context.boundary, start.work, found.fresh[:MOST_SHOWN])
        reached = start.seeds_of(found.kept_seeds)
        keep(context, (*reached, *cases), start.known)
        ours = {handed.key for handed in start.known}
        again = tuple(handed for handed in reached if handed.key in ours)
        failures = tuple(failed(context.boundary, start.work, each) for each in found.failures)
        return Campaign(summary(found, start.work.executable, len(cases)), (*again, *cases), failures)

    def target(self, boundary: Boundary) -> Target:
        """Return a boundary's contract compiled to C."""
        path = boundary.contract.path
        if path not in self._targets:
            self._targets[path] = emit(boundary)
        return self._targets[path]

    def _executable(self, context: Context, target: Target, engine: EngineName) -> Executable:
        """Return the target with its engine for a library; raises AbidanceError."""
        key = (context.boundary.contract.path, context.item.library)
        found = self._executables.get(key)
        if found is None:
            try:
                artifact = _artifact(context, self.sources, engine)
                found = build_executable(target.source, artifact, engine)
            except AbidanceError as error:
                found = error
            self._executables[key] = found
        if isinstance(found, AbidanceError):
            raise found
        return found


def _artifact(context: Context, sources: LibrarySources, engine: EngineName) -> Artifact:
    """Return the library as it is explored: with coverage and AddressSanitizer if it can be built so.

    A build that fails with coverage, and not without, is explored without.
    """
    contract, item = context.boundary.contract, context.item.sides[0]
    if sources.is_prebuilt(contract, item):
        return sources.artifact(contract, item)
    how = BuildSettings(compiler=engine_compiler(engine), coverage="guards" if engine == "afl++" else "edges")
    if len(context.item.sides) > 1:
        return sources.covered(contract, item, _COMPARED, how)
    wanted = explored_builds(context.settings.builds or contract.builds)
    error: AbidanceError | None = None
    for each in (how, BuildSettings(compiler=how.compiler)):
        for build in wanted:
            try:
                return sources.covered(contract, item, build, each)
            except AbidanceError as raised:  # items of that build say so
                error = error or raised
    assert error is not None
    raise error


def _other(context: Context, sources: LibrarySources) -> Path | None:
    """Return the library whose answers are compared with the first's, where two are; raises AbidanceError."""
    if len(context.item.sides) == 1:
        return None
    contract, item = context.boundary.contract, context.item.sides[1]
    build = item.build if sources.is_prebuilt(contract, item) else _COMPARED
    return sources.artifact(contract, replace(item, build=build)).path


_COMPARED = "release"
"""The build of two libraries that are explored side by side: two sanitizers in one process do not get along."""


def _words(context: Context) -> Iterator[bytes]:
    """Yield what the library's code compares with: without coverage nothing else leads there."""
    for function in context.functions:
        found = context.words(function.declaration.symbol)
        yield from found.texts
        for number in found.numbers:
            width = next((each for each in _WIDTHS if -(1 << 8 * each - 1) <= number < 1 << 8 * each), None)
            if width is not None:
                raw = (number % (1 << 8 * width)).to_bytes(width, "little")
                yield from dict.fromkeys((raw, raw[::-1]))


_WIDTHS = (1, 2, 4, 8)
"""Bytes of a number in the machine's code."""


def explored_builds(builds: Sequence[str]) -> tuple[str, ...]:
    """Return the builds to be explored, the first that can be made: what is watched most closely, then what ships."""
    closely = [build for build in builds if "asan" in build.split("+")]
    plain = [build for build in builds if "tsan" not in build.split("+") and build not in closely]
    return tuple(dict.fromkeys((*closely[:1], *plain[:1], "release")))


def _encoded(boundary: Boundary, entry: str, cases: Iterable[Handed]) -> list[tuple[bytes, Handed]]:
    """Return cases with the inputs that stand for them, each input once; those that none stands for are left out."""
    found: dict[bytes, Handed] = {}
    for handed in cases:
        data = inputs.encode(boundary, entry, handed.case, handed.rejects)
        if data is not None:
            found.setdefault(data, handed)
    return [*found.items()]


def alone(work: Assignment) -> Assignment:
    """Return what shows calls once: with a library beside it they are made on both, and are the same."""
    return replace(work, other=None)


def reached_cases(boundary: Boundary, work: Assignment, fresh: Sequence[bytes]) -> tuple[Handed, ...]:
    """Return the cases of inputs that did not fail, each once."""
    each = (read(boundary, work.entry, text) for text in show_all(alone(work), fresh))
    found = {handed.key: handed for handed in each if handed is not None}
    return tuple(found.values())


def failed(boundary: Boundary, work: Assignment, failure: Failure) -> FailedInput:
    """Return a failure with the case that its input stands for."""
    return FailedInput(
        failure, read(boundary, work.entry, show(alone(work), failure.data, work.limits.time_limit + 1))
    )


def read(boundary: Boundary, entry: str, text: str) -> Handed | None:
    """Return the case of an input, from what the target tells of its calls; None where it told no whole call."""
    try:
        shown = shown_calls.read(boundary, entry, text)
    except (
        ValueError,
        KeyError,
        TypeError,
        StopIteration,
    ):  # a call that ended the process while it was told of
        return None
    handed = Handed(shown.case, shown.rejects)
    return handed if is_runnable(boundary, handed) else None


def summary(found: Exploration, executable: Executable, cases: int) -> Explored:
    """Return what is said of an exploration."""
    why = (
        ""
        if found.covered
        else f"`{executable.artifact.path.name}` does not tell which of its code is reached"
    )
    return Explored(found.executions, found.edges, found.seconds, cases, why)


def _no_form_in_c(context: Context, target: Target) -> Diagnostic:
    name = context.item.function
    left = next((each for each in target.left if each.subject == name), None)
    labels = (Label(left.span),) if left is not None and left.span is not None else ()
    notes = (left.reason,) if left is not None else ()
    return Diagnostic(NOT_EXPLORED, f"`{name}` cannot be called from C alone", labels, notes, place=name)


def not_explored(context: Context, error: AbidanceError) -> AbidanceError:
    """Return why an item was not explored: no fault of the library's, whatever it was."""
    if all(each.code == NOT_EXPLORED for each in error.diagnostics):
        return error
    first = error.diagnostics[0]
    return CannotJudgeError(
        Diagnostic(
            NOT_EXPLORED,
            f"exploring library `{context.item.library}`: {first.message}",
            first.labels,
            notes=first.notes,
            help=first.help,
        )
    )
