"""What a worker is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.binding.stub_files import NO_STUBS, StubFiles
from abidance.toolchain.sanitizers import worker_environment
from abidance.watch.arena import Memory

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.execute.shared_counters import SharedCounters
    from abidance.toolchain.library import Artifact

_QUARANTINE = "quarantine_size_mb=8"
"""Freed memory that AddressSanitizer keeps from use. With its own 256 MiB every block is fresh pages, and a
4 KiB case takes 130 us instead of 32; one case rarely frees more than these 8 MiB."""
START_SECONDS = 60.0
"""How long the process may take to start that is to load a library."""
LOAD_SECONDS = 20.0
"""How long loading it may take; its constructors run then."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """A library and how to watch it. Two equal specifications share one worker.

    `environment` is added to that of this process. With `catch_faults`, the arena's handlers note down what
    killed the worker; without, that is left to a sanitizer's. With `shuffled`, the kernel maps memory at other
    addresses each time. With `counted`, the C library's allocator keeps account of what the library asks of it.
    `stubs` are loaded after the library. `sanitizers` are those that are to watch it. With `fenced`, a worker that
    would change anything outside of itself is ended instead, by SIGSYS. It runs in `directory`, where that is given.
    Its `counters` outlive each worker.
    """

    library: Path
    environment: tuple[tuple[str, str], ...] = ()
    preload: tuple[Path, ...] = ()
    memory: Memory = Memory.GUARDED
    catch_faults: bool = True
    shuffled: bool = False
    stubs: StubFiles = NO_STUBS
    counted: bool = False
    sanitizers: tuple[str, ...] = ()
    fenced: bool = False
    directory: Path | None = None
    counters: tuple[SharedCounters, ...] = ()

    @classmethod
    def of(cls, artifact: Artifact, *, leaks: bool = False, stubs: StubFiles = NO_STUBS) -> WorkerSpec:
        """Return the specification for a built library, by the sanitizers that it was built with."""
        environment = worker_environment(artifact, leaks=leaks)
        environment["ASAN_OPTIONS"] = f"{_QUARANTINE}:{environment['ASAN_OPTIONS']}"
        return cls(
            library=artifact.path,
            environment=tuple(sorted(environment.items())),
            preload=artifact.preload,
            memory=Memory.REDZONED if "asan" in artifact.sanitizers else Memory.GUARDED,
            catch_faults=not artifact.sanitizers & {"asan", "tsan"},
            stubs=stubs,
            sanitizers=tuple(sorted(artifact.sanitizers)),
            counted=not artifact.sanitizers & {"asan", "tsan", "msan"},
        )
