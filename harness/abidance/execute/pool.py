"""One supervisor for each library and build of this process."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from abidance.execute.spec import LOAD_SECONDS
from abidance.execute.supervisor import Supervisor

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from abidance.execute.loading import Load
    from abidance.execute.spec import WorkerSpec
    from abidance.execute.zygote_handle import LoadFailedError


class SupervisorPool:
    """Shares supervisors between the items of a run; use it as a context manager, or call `close`."""

    def __init__(self, load_seconds: float = LOAD_SECONDS) -> None:
        self.loads: dict[Path, Load | LoadFailedError] = {}
        """What loading each library has shown so far; kept when the workers end."""
        self._load_seconds = load_seconds
        self._supervisors: dict[WorkerSpec, Supervisor] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def supervisor(self, spec: WorkerSpec) -> Supervisor:
        """Return the supervisor for `spec`; its worker starts with its first plan."""
        with self._lock:
            found = self._supervisors.get(spec)
            if found is None:
                found = self._supervisors[spec] = Supervisor(spec, self.loads, self._load_seconds)
            return found

    def close(self) -> None:
        """End every worker; a second time does nothing."""
        with self._lock:
            supervisors = [*self._supervisors.values()]
            self._supervisors.clear()
        for each in supervisors:
            each.close()
