"""Built libraries and their workers, made on first use and shared by all items of a process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.boundary.resolve.libraries import source_of
from abidance.checks import all_checks
from abidance.core.catalogue import MEASURED_ELSEWHERE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.execute.loading import Load
from abidance.execute.pool import SupervisorPool
from abidance.execute.spec import LOAD_SECONDS, WorkerSpec
from abidance.run.execution.pairs import PairRunner
from abidance.run.execution.reentry import ReentryRunner
from abidance.run.execution.runner import Runner
from abidance.run.execution.threads import ThreadRunner
from abidance.run.inputs.applicability import is_as_shipped
from abidance.toolchain.builders import build_library
from abidance.toolchain.builds import PREBUILT
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import LibrarySource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.checks.check import Check
    from abidance.contract.model import Contract
    from abidance.core.events import ItemId
    from abidance.execute.supervisor import Supervisor
    from abidance.run.inputs.settings import Settings
    from abidance.toolchain.library import Artifact


@dataclass(slots=True)
class LibrarySources:
    """`given` are shared objects named on the command line, by the name they were given."""

    given: dict[str, Path]
    load_limit: float = LOAD_SECONDS
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
        supervisor = self._pool.supervisor(WorkerSpec.of(artifact, stubs=boundary.stubs))
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
                found = build_library(self._source(contract, item), item.build)
            except AbidanceError as error:
                found = error
            self._artifacts[key] = found
        if isinstance(found, AbidanceError):
            raise found
        return found

    def _source(self, contract: Contract, item: ItemId) -> LibrarySource:
        if item.library in self.given:
            return LibrarySource(name=item.library, kind="path", where=self.given[item.library])
        return source_of(contract, item.library)

    def exports(self, artifact: Artifact) -> frozenset[str]:
        """Return the names that the library exports."""
        if artifact.path not in self._exports:
            self._exports[artifact.path] = frozenset(read_library(artifact.path).exports)
        return self._exports[artifact.path]

    def runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        """Return what runs cases of an item; its worker is shared, its counts are its own."""
        sides = item.sides
        if len(sides) == 1:
            match item.phase:
                case "threads":
                    return self._runner(boundary, item, settings, ThreadRunner)
                case "reentry":
                    return self._runner(boundary, item, settings, ReentryRunner)
                case "cost":
                    return self._cost_runner(boundary, item, settings)
            return self._runner(boundary, *sides, settings)
        for side in sides:  # in this order: what cannot be built is reported for the first
            self.artifact(boundary.contract, side)
        names = ("library", "build")
        differing = [name for name in names if len({getattr(side, name) for side in sides}) > 1]
        first, second = (" ".join(getattr(side, name) for name in differing) for side in sides)
        against = self._runner(boundary, sides[1], settings)
        pair = partial(
            PairRunner, against=against, sides=(first, second), one_library="library" not in differing
        )
        return self._runner(boundary, sides[0], settings, pair)

    def _cost_runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        # They generate calls, and bring Hypothesis, which other phases need not wait for here.
        from abidance.run.cost.runner import CostRunner  # noqa: PLC0415
        from abidance.run.inputs.accepted_costs import Accepted  # noqa: PLC0415

        known = Accepted.of(boundary.contract).at(item.function, item.library, item.build)
        accepted = {call: (name, count) for name, (call, count) in known.items()}
        self.artifact(boundary.contract, item)
        other = self._compared(boundary, item, settings)
        return self._runner(boundary, item, settings, partial(CostRunner, other=other, accepted=accepted))

    def _compared(self, boundary: Boundary, item: ItemId, settings: Settings) -> Supervisor | None:
        """Return what runs the library that an item's function is to be no worse than, if there is one."""
        cost = boundary.functions[item.function].cost
        clause = cost.no_worse_than if cost else None
        if clause is None or clause.library.text == item.library:
            return None
        name, contract = clause.library.text, boundary.contract
        prebuilt = name in self.given or contract.libraries[name].prebuilt
        shipped = (build for build in contract.builds if is_as_shipped(build))
        build = PREBUILT if prebuilt else next(shipped, "release") if item.build == PREBUILT else item.build
        return self._runner(boundary, replace(item, library=name, build=build), settings).supervisor

    def _runner(
        self, boundary: Boundary, item: ItemId, settings: Settings, make: Callable[..., Runner] = Runner
    ) -> Runner:
        """Return what `make` makes of a worker that is shared, with counts of its own."""
        artifact = self.artifact(boundary.contract, item)
        spec = WorkerSpec.of(artifact, stubs=boundary.stubs)
        if item.phase == "cost":
            if artifact.sanitizers:
                raise _too_slow(boundary, item, artifact)
            spec = replace(spec, counted=False)  # keeping account takes longer than some calls
        return make(
            boundary=boundary,
            supervisor=self._pool.supervisor(spec),
            checks=self._checks,
            phase=item.phase,
            time_limit=settings.time_limit,
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
