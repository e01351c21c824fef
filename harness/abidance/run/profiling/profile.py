"""`abidance profile`: where calls of one function spend their time, in each library of its boundary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.core.catalogue import BAD_CONFIGURATION, NOT_MEASURED, NOTHING_SELECTED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, NothingCollectedError, UsageError
from abidance.core.events import ItemId, ItemStarted
from abidance.core.nearest import did_you_mean
from abidance.core.profiles import Profiled
from abidance.run.cost.execution import CostExecution
from abidance.run.engine.items import check_names, libraries, no_library
from abidance.run.engine.session import Session
from abidance.run.inputs.applicability import is_as_shipped
from abidance.run.profiling.counting import MOST, count_calls
from abidance.run.profiling.inputs import inputs_of
from abidance.run.profiling.sampling import sample_calls
from abidance.toolchain.callgrind import CallgrindError, callgrind_reason
from abidance.toolchain.perf import PerfError, usable_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.core.events import Listener
    from abidance.run.execution.context import Context
    from abidance.run.inputs.selection import Selection
    from abidance.run.inputs.settings import Settings
    from abidance.run.profiling.counting import CountedCalls
    from abidance.run.profiling.inputs import ProfileInputs
    from abidance.run.profiling.sampling import SampledCalls
    from abidance.toolchain.library import Artifact

SECONDS = 1.0
"""For so long are a library's calls sampled."""


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What is profiled and how: kinds of inputs, or sizes by parameter, and for how many seconds of calls.

    `tool` is ``perf`` or ``callgrind``; where it is empty, the first that tells enough.
    """

    function: str
    kinds: tuple[str, ...] = ()
    sizes: tuple[tuple[str, int], ...] = ()
    seconds: float = SECONDS
    tool: str = ""


def profile_function(
    path: Path, selection: Selection, request: ProfileRequest, settings: Settings, listener: Listener
) -> list[Profiled]:
    """Return the profile of a function in each selected library, all by one tool; raises AbidanceError."""
    contract = load_contract(path)
    check_names(contract, selection)
    if request.function not in contract.functions:
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                f"`{contract.boundary}` has no function `{request.function}`",
                help=did_you_mean(request.function, contract.functions)
                or f"it has {', '.join(list(contract.functions)[:8]) or 'none'}",
            )
        )
    found = _shipped(contract, selection)
    with Session(settings, dict(selection.extra)) as session:
        boundary = session.boundary(contract)

        def profiled(library: str, build: str, request: ProfileRequest) -> Profiled:
            item = ItemId(boundary.name, request.function, "cost", library, build)
            listener(ItemStarted(item))
            context = session.context(boundary, item, listener)
            return _Profiling(context, request, session.sources.artifact(contract, item)).profile()

        profiles = [profiled(*each, request) for each in found]
        if len({each.tool for each in profiles}) > 1:
            # Samples and instructions are not to be compared: what counts for one library counts for all.
            request = replace(request, tool="callgrind")
            profiles = [
                each if each.tool == request.tool else profiled(*place, request)
                for place, each in zip(found, profiles, strict=True)
            ]
    return profiles


def _shipped(contract: Contract, selection: Selection) -> list[tuple[str, str]]:
    """Return the libraries, each in a build as it ships; raises where there is none."""
    found = libraries(contract, selection)
    if not found:
        raise no_library(contract)
    shipped: dict[str, str] = {}
    for library, build in found:
        if is_as_shipped(build):
            shipped.setdefault(library, build)
    if not shipped:
        message = "only builds as they ship are profiled: `release`, or a prebuilt library"
        builds = ", ".join(dict.fromkeys(build for _, build in found))
        raise NothingCollectedError(Diagnostic(NOTHING_SELECTED, message, help=f"selected are {builds}"))
    return [*shipped.items()]


@dataclass(frozen=True, slots=True)
class _Profiling:
    """The profile of one library's function."""

    context: Context
    request: ProfileRequest
    artifact: Artifact

    def profile(self) -> Profiled:
        """Return it, by the first tool that tells enough; raises AbidanceError."""
        execution = self.context.calls.execution
        assert isinstance(execution, CostExecution)
        inputs = inputs_of(self.context, self.request.kinds, self.request.sizes, execution.comes_back)
        reasons = []
        for tool, profile in (("perf", self._sampled), ("callgrind", self._counted)):
            if self.request.tool in ("", tool):
                try:
                    return profile(execution, inputs)
                except (PerfError, CallgrindError) as error:
                    reasons.append(str(error))
                finally:
                    self.context.calls.anew()
        raise self._cannot(reasons)

    def _sampled(self, execution: CostExecution, inputs: ProfileInputs) -> Profiled:
        event = usable_event()
        seen = sample_calls(execution, self.context.item.function, inputs.cases, event, self.request.seconds)
        return self._profiled("perf", "samples", seen, inputs.words, seen.seconds)

    def _counted(self, _: CostExecution, inputs: ProfileInputs) -> Profiled:
        if why := callgrind_reason():
            raise CallgrindError(why)
        seen = count_calls(self.context, self.artifact, inputs.cases)
        words = inputs.words if len(inputs.cases) <= MOST else f"the first of {inputs.words}"
        return self._profiled("callgrind", "instructions", seen, words)

    def _profiled(
        self, tool: str, unit: str, seen: SampledCalls | CountedCalls, inputs: str, seconds: float = 0.0
    ) -> Profiled:
        item, contract = self.context.item, self.context.boundary.contract
        return Profiled(
            item.boundary,
            str(contract.path),
            item.function,
            item.library,
            item.build,
            tool,
            unit,
            seen.frames,
            seen.stacks,
            calls=seen.calls,
            seconds=seconds,
            inputs=inputs,
            in_callbacks=seen.in_callbacks,
        )

    def _cannot(self, reasons: Sequence[str]) -> CannotJudgeError:
        item = self.context.item
        return CannotJudgeError(
            Diagnostic(
                NOT_MEASURED,
                f"`{item.function}` of `{item.library}` was not profiled",
                notes=tuple(reasons),
                help="install `perf` (Debian: linux-perf) or `valgrind`; in a container, `perf` takes the right "
                "CAP_PERFMON",
            )
        )
