"""Built libraries and their workers, made on first use and shared by all items of a process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.libraries import source_of
from abidance.checks import all_checks
from abidance.core.catalogue import MEASURED_ELSEWHERE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.execute.loading import Load
from abidance.execute.pool import SupervisorPool
from abidance.execute.spec import LOAD_SECONDS, WorkerSpec
from abidance.run.execution.across import AcrossExecution, AcrossFindings
from abidance.run.execution.executor import Executor
from abidance.run.execution.judge import EvidentChecks, Judge, standing_by_themselves
from abidance.run.execution.pairs import PairDifferences, PairExecution
from abidance.run.execution.proportion import Proportion
from abidance.run.execution.reentry import ReentryExecution, find_reentered
from abidance.run.execution.runner import Runner
from abidance.run.execution.threads import ThreadExecution, find_disturbed
from abidance.run.inputs.applicability import is_as_shipped
from abidance.toolchain.builders import build_library
from abidance.toolchain.builds import PREBUILT
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import BuildSettings, LibrarySource
from abidance.toolchain.library_dependencies import c_library, needed_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.check import Check
    from abidance.checks.evidence.case_result import CaseResult
    from abidance.contract.model import Contract
    from abidance.core.events import ItemId
    from abidance.run.execution.counted_libraries import CountedLibraries
    from abidance.run.execution.judge import CallFindings
    from abidance.run.inputs.settings import Settings
    from abidance.toolchain.library import Artifact


@dataclass(slots=True)
class LibrarySources:
    """`given` are shared objects named on the command line, by the name they were given.

    With `counted`, what is built is built so that it counts which of its lines run. With `fenced_in`, workers run in
    that folder, and one that would change anything outside of itself is ended instead.
    """

    given: dict[str, Path]
    load_limit: float = LOAD_SECONDS
    counted: CountedLibraries | None = None
    fenced_in: Path | None = None
    _pool: SupervisorPool = field(init=False)
    _artifacts: dict[tuple[Path, str, str], Artifact | AbidanceError] = field(default_factory=dict)
    _exports: dict[Path, frozenset[str]] = field(default_factory=dict)
    _checks: tuple[Check, ...] = field(default_factory=all_checks)

    def __post_init__(self) -> None:
        self._pool = SupervisorPool(self.load_limit)

    def close(self) -> None:
        """End all workers."""
        self._pool.close()

    def load(self, boundary: Boundary, item: ItemId) -> Load:
        """Load an item's library, where that was not done yet, and return what it showed.

        Raises LoadFailedError, and CannotJudgeError where its process did not come up.
        """
        artifact = self.artifact(boundary.contract, item)
        supervisor = self._pool.supervisor(self._spec(boundary, artifact))
        supervisor.start()
        found = supervisor.loads[artifact.path]
        assert isinstance(found, Load)
        return found

    def artifact(self, contract: Contract, item: ItemId) -> Artifact:
        """Return the built library of an item; a build that failed fails the same way for every item."""
        key = (contract.path, item.library, item.build)
        found = self._artifacts.get(key)
        if found is None:
            try:
                how = BuildSettings(coverage="lines") if self.counted is not None else None
                found = build_library(self._source(contract, item), item.build, how)
            except AbidanceError as error:
                found = error
            self._artifacts[key] = found
        if isinstance(found, AbidanceError):
            raise found
        return found

    def is_prebuilt(self, contract: Contract, item: ItemId) -> bool:
        """Tell whether an item's library is taken as it is."""
        return self._source(contract, item).prebuilt

    def covered(self, contract: Contract, item: ItemId, build: str, how: BuildSettings) -> Artifact:
        """Return an item's library, built so that its code tells what of it is reached; raises AbidanceError."""
        return build_library(self._source(contract, item), build, how)

    def _source(self, contract: Contract, item: ItemId) -> LibrarySource:
        if item.library in self.given:
            return LibrarySource(name=item.library, kind="path", where=self.given[item.library])
        return source_of(contract, item.library)

    def exports(self, artifact: Artifact) -> frozenset[str]:
        """Return the names that a program which is linked with the library can call: its own and the C library's."""
        if artifact.path not in self._exports:
            everybodys = c_library(artifact.path)
            files = (artifact.path, everybodys) if everybodys else (artifact.path,)
            self._exports[artifact.path] = frozenset().union(*(read_library(file).exports for file in files))
        return self._exports[artifact.path]

    def needed_for(self, symbol: str, artifact: Artifact) -> Path | None:
        """Return the library that exports a symbol among those that a library needs, None where none does."""
        needed = needed_libraries(artifact.path)
        return next((each for each in needed if symbol in read_library(each).exports), None)

    def runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        """Return what runs cases of an item; its worker is shared, its counts are its own."""
        if len(item.sides) > 1 and item.phase == "laws":
            return self._across_runner(boundary, item, settings)
        if len(item.sides) > 1:
            return self._pair_runner(boundary, item, settings)
        if item.phase == "cost":
            return self._cost_runner(boundary, item, settings)
        executor = self._executor(boundary, item.sides[0], settings)
        by_itself = standing_by_themselves(self._checks)
        match item.phase:
            case "threads":
                return Runner(ThreadExecution(executor), Judge(find_disturbed, by_itself), executor)
            case "reentry":
                return Runner(ReentryExecution(executor), Judge(find_reentered, by_itself), executor)
        calls: Callable[[CaseResult], CallFindings] = EvidentChecks(self._checks, executor.unasked)
        if self.counted is not None:
            calls = self.counted.judging(item.library, calls)
        return Runner(executor, Judge(calls, by_itself), executor)

    def _pair_runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        for side in item.sides:  # in this order: what cannot be built is reported for the first
            self.artifact(boundary.contract, side)
        names = ("library", "build")
        differing = [name for name in names if len({getattr(side, name) for side in item.sides}) > 1]
        first, second = (" ".join(getattr(side, name) for name in differing) for side in item.sides)
        one, other = (self._executor(boundary, side, settings) for side in item.sides)
        pair = PairExecution(one, other, (first, second))
        sides = (one.supervisor, other.supervisor)
        proportion = None
        if "library" in differing and self._ship(boundary.contract, item.sides):
            # Keeping account of the heap takes longer than some calls.
            quiet = [self._pool.supervisor(replace(each.spec, counted=False)) for each in sides]
            proportion = Proportion((quiet[0], quiet[1]), (first, second), settings.time_limit)
        differences = PairDifferences(pair, "library" not in differing, proportion)
        judge = Judge(differences, standing_by_themselves(self._checks))
        return Runner(pair, judge, one, (other,), known=differences.known)

    def _across_runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        executors = {side.library: self._executor(boundary, side, settings) for side in item.sides}
        one, *others = executors.values()
        checks = AcrossFindings(boundary, EvidentChecks(self._checks, one.unasked))
        judge = Judge(checks, standing_by_themselves(self._checks))
        return Runner(AcrossExecution(boundary, executors), judge, one, tuple(others))

    def _ship(self, contract: Contract, sides: Iterable[ItemId]) -> bool:
        """Tell whether libraries are all as they ship, so that what their calls cost means something."""
        return self.counted is None and all(
            is_as_shipped(side.build) and not self.artifact(contract, side).sanitizers for side in sides
        )

    def _cost_runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        # They generate calls, and bring Hypothesis, which other phases need not wait for here.
        from abidance.run.cost.execution import CostExecution, find_costly  # noqa: PLC0415
        from abidance.run.inputs.accepted_costs import Accepted  # noqa: PLC0415

        known = Accepted.of(boundary.contract).at(item.function, item.library, item.build)
        accepted = {call: (name, count) for name, (call, count) in known.items()}
        mine = self.artifact(boundary.contract, item)
        beside = self._beside(boundary, item)
        other = None if beside is None else self._executor(boundary, beside, settings).supervisor
        artifacts = (mine,) if beside is None else (mine, self.artifact(boundary.contract, beside))
        executor = self._executor(boundary, item, settings)
        execution = CostExecution(executor, other, artifacts, accepted=accepted)
        return Runner(execution, Judge(find_costly), executor)

    def _beside(self, boundary: Boundary, item: ItemId) -> ItemId | None:
        """Return the library that an item's function is to be no worse than, as an item; None if there is none."""
        cost = boundary.functions[item.function].cost
        clause = cost.no_worse_than if cost else None
        if clause is None or clause.library.text == item.library:
            return None
        name, contract = clause.library.text, boundary.contract
        prebuilt = name in self.given or contract.libraries[name].prebuilt
        shipped = (build for build in contract.builds if is_as_shipped(build))
        build = PREBUILT if prebuilt else next(shipped, "release") if item.build == PREBUILT else item.build
        return replace(item, library=name, build=build)

    def _executor(self, boundary: Boundary, item: ItemId, settings: Settings) -> Executor:
        """Return what runs plans in a worker that is shared, with counts of its own."""
        artifact = self.artifact(boundary.contract, item)
        spec = self._spec(boundary, artifact)
        if item.phase == "cost":
            if artifact.sanitizers:
                raise _too_slow(boundary, item, artifact)
            spec = replace(spec, counted=False)  # keeping account takes longer than some calls
        return Executor(
            boundary, self._pool.supervisor(spec), item.phase, settings.time_limit, settings.deadline
        )

    def _spec(self, boundary: Boundary, artifact: Artifact) -> WorkerSpec:
        spec = WorkerSpec.of(artifact, stubs=boundary.stubs)
        if self.fenced_in is not None:
            spec = replace(spec, fenced=True, directory=self.fenced_in)
        if self.counted is None:
            return spec
        beside = filter(None, (boundary.stubs.direct,))
        # Where clang's or rustc's own runtime is linked, it writes a file when a process exits.
        unwritten = (("LLVM_PROFILE_FILE", os.devnull),)
        return replace(
            spec,
            environment=(*spec.environment, *unwritten),
            counters=self.counted.shared(artifact.path, beside),
        )


def _too_slow(boundary: Boundary, item: ItemId, artifact: Artifact) -> CannotJudgeError:
    function = boundary.functions[item.function]
    return CannotJudgeError(
        Diagnostic(
            MEASURED_ELSEWHERE,
            f"`cost` of `{function.name}` is not for `{artifact.path.name}`, which is built with a sanitizer",
            (Label(function.span), Label(function.declaration.span)),
        )
    )
