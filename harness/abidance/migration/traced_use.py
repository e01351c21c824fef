"""How a traced program uses functions, and how that reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.costs import PICOSECOND, in_time
from abidance.migration.model import TracedLoad, share_words
from abidance.migration.sources import of_run
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from abidance.core.traces import Traced
    from abidance.evidence.model import ContractEvidence, FromRun


def trace_of(evidence: ContractEvidence, today: str) -> FromRun[Traced] | None:
    """Return the last trace of the library in use, or else of any: its name there may be a path."""
    traces = evidence.traces
    return next((each for each in traces if each.value.library == today), next(iter(traces), None))


def loads_of(evidence: ContractEvidence, today: str) -> dict[str, TracedLoad]:
    """Return how a traced program used the functions; one that was watched and not called has a load of no calls."""
    trace = trace_of(evidence, today)
    if trace is None:
        return {}
    traced, found = trace.value, {}
    for function in traced.functions:
        time = function.time
        if function.calls and time is None:
            continue
        buckets = time.buckets() if time is not None else ()
        spent = sum(bucket.count * (bucket.low + bucket.high) / 2 for bucket in buckets) * PICOSECOND
        p99 = time.at(0.99) * PICOSECOND if time is not None and function.calls else None
        found[function.name] = TracedLoad(
            function.calls, spent, traced.seconds, of_run(trace.origin), p99, function.threads
        )
    return found


def load_words(load: TracedLoad) -> str:
    """Return how a program used a function: calls, calls a second, the share of the time, and the slow calls."""
    slow = f", p99 {in_time(load.p99)}" if load.p99 is not None else ""
    threads = f" from {load.threads} threads" if load.threads > 1 else ""
    called = f"{count(load.calls, 'call')} traced{threads}, {rate_words(load.rate)}"
    return f"{called}, {share_words(load.share)} of the time{slow}"


def rate_words(rate: float) -> str:
    """Return such as ``2.1M calls a second``."""
    for worth, unit in ((1e6, "M"), (1e3, "k")):
        if rate >= worth:
            return f"{rate / worth:.3g}{unit} calls a second"
    return f"{rate:.3g} calls a second"
