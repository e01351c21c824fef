"""Built libraries and their workers, made on first use and shared by all items of a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.boundary.sources import source_of
from abidance.checks import all_checks
from abidance.core.errors import AbidanceError
from abidance.execute.pool import SupervisorPool
from abidance.execute.spec import WorkerSpec
from abidance.run.pairs import PairRunner
from abidance.run.reentry import ReentryRunner
from abidance.run.threads import ThreadRunner
from abidance.run.trials import Runner
from abidance.toolchain.builders import build_library
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import LibrarySource

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.boundary.model import Boundary
    from abidance.checks.check import Check
    from abidance.contract.model import Contract
    from abidance.core.events import ItemId
    from abidance.run.settings import Settings
    from abidance.toolchain.library import Artifact


@dataclass(slots=True)
class Sources:
    """`given` are shared objects named on the command line, by the name they were given."""

    given: dict[str, Path]
    _pool: SupervisorPool = field(default_factory=SupervisorPool)
    _artifacts: dict[tuple[Path, str, str], Artifact | AbidanceError] = field(default_factory=dict)
    _exports: dict[Path, frozenset[str]] = field(default_factory=dict)
    _checks: tuple[Check, ...] = field(default_factory=all_checks)

    def close(self) -> None:
        """End all workers."""
        self._pool.close()

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
        one, *others = (self._runner(boundary, side, settings) for side in sides)
        if not others:
            match item.phase:
                case "threads":
                    return ThreadRunner.of(one)
                case "reentry":
                    return ReentryRunner.of(one)
            return one
        names = ("library", "build")
        differing = [name for name in names if len({getattr(side, name) for side in sides}) > 1]
        first, second = (" ".join(getattr(side, name) for name in differing) for side in sides)
        return PairRunner.of(one, others[0], (first, second), one_library="library" not in differing)

    def _runner(self, boundary: Boundary, item: ItemId, settings: Settings) -> Runner:
        artifact = self.artifact(boundary.contract, item)
        return Runner(
            boundary=boundary,
            supervisor=self._pool.supervisor(WorkerSpec.of(artifact, stubs=boundary.stubs)),
            checks=self._checks,
            phase=item.phase,
            time_limit=settings.time_limit,
        )
