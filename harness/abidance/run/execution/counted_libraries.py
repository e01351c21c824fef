"""Libraries that count which of their lines run: the pages of their counters, and what was counted in all workers."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from abidance.execute.shared_counters import SharedCounters
from abidance.toolchain.source_coverage.counters import Counters, counter_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.run.execution.judge import CallFindings
    from abidance.toolchain.source_coverage.counters import CounterPages

_ROOM = "/dev/shm"  # noqa: S108 - a folder of its own is made there


@dataclass(slots=True)
class CountedLibraries:
    """Keeps the counters of each library in files of a private folder. Use it as a context manager.

    `note` takes in each case that is judged, with the name of the library.
    """

    note: Callable[[str, CaseResult], None]
    _folder: Path | None = None
    _shared: dict[tuple[Path, Path], tuple[tuple[CounterPages, SharedCounters], ...]] = field(
        default_factory=dict
    )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def shared(self, library: Path, beside: Iterable[Path]) -> tuple[SharedCounters, ...]:
        """Return the counters of a library, and of the stubs beside it, which are counted for each library apart."""
        objects = (library, *beside)
        for each in objects:
            if (library, each) not in self._shared:
                self._shared[library, each] = tuple(
                    (pages, self._file(pages)) for pages in counter_pages(each)
                )
        return tuple(shared for each in objects for _, shared in self._shared[library, each])

    def judging(
        self, library: str, calls: Callable[[CaseResult], CallFindings]
    ) -> Callable[[CaseResult], CallFindings]:
        """Return what judges cases as `calls` does, and takes note of each."""

        def judged(trial: CaseResult) -> CallFindings:
            self.note(library, trial)
            return calls(trial)

        return judged

    def counters(self, library: Path) -> dict[Path, Counters]:
        """Return what was counted of a library and of the stubs beside it; what has no counters is not there."""
        found = {}
        for (whose, each), shared in self._shared.items():
            if whose == library and shared:
                found[each] = Counters([(pages.address, one.file.read_bytes()) for pages, one in shared])
        return found

    def _file(self, pages: CounterPages) -> SharedCounters:
        if self._folder is None:
            room = _ROOM if os.access(_ROOM, os.W_OK) else None
            self._folder = Path(tempfile.mkdtemp(prefix="abidance-counters-", dir=room))
        descriptor, name = tempfile.mkstemp(dir=self._folder)
        os.truncate(descriptor, pages.size)
        os.close(descriptor)
        return SharedCounters(pages.library, pages.address, pages.size, Path(name))
