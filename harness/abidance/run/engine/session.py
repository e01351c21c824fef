"""One process's share of a run: boundaries, built libraries and workers, each made once and kept."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from abidance.boundary.model.types import HandleShape
from abidance.boundary.resolve.join import join
from abidance.checks.process.process_state_changed import ProcessStateChanged
from abidance.contract.expression.allowance import allowance
from abidance.core.call_stack import with_room
from abidance.core.catalogue import TYPE_REFUSED, WORKER_LOST
from abidance.core.codes import Severity
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.errors import AbidanceError, CannotJudgeError
from abidance.core.events import CaseRan, ItemFinished
from abidance.core.outcome import Outcome
from abidance.core.system import refusal
from abidance.execute.zygote_handle import signal_name
from abidance.generate.sequence_model import SequenceModel
from abidance.plan.observation import WorkerEnding
from abidance.run.engine.exported_symbols import not_exported
from abidance.run.engine.items import no_library
from abidance.run.engine.limits import never_begun
from abidance.run.engine.load_outcome import is_failure, pointer, sides_of
from abidance.run.engine.overtime import without_overtime
from abidance.run.engine.suppressed_items import searched, with_suppressed
from abidance.run.execution.context import Context, ItemVerdict, LibraryKnowledge
from abidance.run.execution.instrument_coverage import unwatched, watched_by
from abidance.run.findings.confirm import ForkMattersError
from abidance.run.libraries import LibrarySources
from abidance.run.phases import BY_NAME, EXPLORING, LOAD, load, makes_calls
from abidance.run.phases.whole import WHOLE_PHASES
from abidance.run.search.search import SearchOverError
from abidance.toolchain.instrumentation import left_out

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.contract.model import Contract
    from abidance.core.events import ItemId, Listener
    from abidance.plan.observation import Death
    from abidance.run.engine.items import Item
    from abidance.run.engine.load_outcome import Side
    from abidance.run.execution.context import Explorer
    from abidance.run.execution.counted_libraries import CountedLibraries
    from abidance.run.execution.runner import Runner
    from abidance.run.exploration.campaigns import Campaigns
    from abidance.run.inputs.settings import Settings

FEW = 3


@dataclass(slots=True)
class Session:
    """Runs items one at a time. Use it as a context manager, so that no worker outlives it."""

    settings: Settings
    given: dict[str, Path] = field(default_factory=dict)
    explorer: Explorer | None = None
    """What takes the place of a search of phase `explore`."""
    counted: CountedLibraries | None = None
    """Where it is kept what of each library ran, if that is wanted."""
    fenced_in: Path | None = None
    """The folder in which workers run that may change nothing outside of themselves, if that is wanted."""
    _boundaries: dict[Path, Boundary | AbidanceError] = field(default_factory=dict)
    _sources: LibrarySources | None = None
    _unloaded: set[Side] = field(default_factory=set)
    _knowledge: dict[Path, LibraryKnowledge] = field(default_factory=dict)
    _campaigns: Campaigns | None = None
    _told: dict[tuple[str, ...], dict[tuple[str, str], Finding]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        if self._sources is not None:
            self._sources.close()
            self._sources = None

    def rest(self) -> None:
        """End all workers for now; what was built and joined is kept, and the next item starts its own."""
        if self._sources is not None:
            self._sources.close()

    @property
    def sources(self) -> LibrarySources:
        """Return the built libraries and their workers."""
        if self._sources is None:
            self._sources = LibrarySources(self.given, self.settings.load_limit, self.counted, self.fenced_in)
        return self._sources

    def _explorer(self) -> Explorer:
        """Return what explores, which brings the compiler of contracts: other phases do not wait for that."""
        from abidance.run.exploration.campaigns import Campaigns  # noqa: PLC0415

        if self.explorer is not None:
            return self.explorer
        if self._campaigns is None:
            self._campaigns = Campaigns(self.sources)
        return self._campaigns

    def boundary(self, contract: Contract) -> Boundary:
        """Return the contract joined with its header; the same error every time when that fails."""
        found = self._boundaries.get(contract.path)
        if found is None:
            try:
                found = join(contract, counted=self.counted is not None)
            except AbidanceError as error:
                found = error
            self._boundaries[contract.path] = found
        if isinstance(found, AbidanceError):
            raise found
        return found

    def prepare(self, contract: Contract, item: Item) -> None:
        """Join contract and header, build the library and start its worker; raises AbidanceError."""
        deadline = self.settings.deadline
        if item.id.phase in WHOLE_PHASES or (deadline is not None and deadline.passed):
            return
        boundary = self.boundary(contract)
        if item.id.phase == LOAD:
            self.sources.artifact(contract, item.id)
            return
        self._check_loaded(item.id)
        if makes_calls(item.id.phase):
            if not item.id.library:
                raise no_library(contract)
            self.sources.runner(boundary, item.id, self.settings).start()

    @with_room
    def run(self, contract: Contract, item: Item, listener: Listener) -> ItemFinished:
        """Judge one item and return how it ended, without what the contract suppresses; never raises AbidanceError."""
        deadline = self.settings.deadline
        if deadline is not None and deadline.passed:
            return never_begun(item, deadline.words)
        try:
            with without_overtime(deadline):
                result = self._judged(contract, item, listener)
        except SearchOverError:
            assert deadline is not None
            return never_begun(item, deadline.words)
        self._told.setdefault(_place(item.id), {}).update(
            (finding.diagnostic.cause, finding) for finding in result.findings
        )
        if is_failure(result):
            self._unloaded |= sides_of(item.id)
        return searched(with_suppressed(contract, result), deadline)

    def _check_loaded(self, item: ItemId) -> None:
        """Raise AbidanceError for an item whose library is known not to be loaded."""
        if reason := pointer(item, self._unloaded):
            raise CannotJudgeError(reason)

    def _judged(self, contract: Contract, item: Item, listener: Listener) -> ItemFinished:
        started = time.monotonic()
        calls = 0
        outcome: Outcome | None = None
        context: Context | None = None
        try:
            if item.id.phase in WHOLE_PHASES:
                return self._whole(contract, item, started)
            boundary = self.boundary(contract)
            if item.id.phase == LOAD:
                return self._loaded(boundary, item, started)
            self._check_loaded(item.id)
            context = self.context(boundary, item.id, listener)
            with allowance(self.settings.max_examples or 0):
                verdict = not_exported(context, self.sources) or self._phase(context)
            calls = context.runner.calls if context.runner else 0
        except (AbidanceError, OSError, MemoryError) as raised:
            error = raised if isinstance(raised, AbidanceError) else refusal(raised)
            if error is None:
                raise
            verdict = ItemVerdict(reasons=error.diagnostics)
            outcome = Outcome.SKIPPED if _not_available(error) else Outcome.ERRORED
        runner = context.runner if context else None
        watched: tuple[str, ...] = ()
        if context is not None and runner is not None:
            for supervisor in runner.supervisors:
                supervisor.check_idle()
            watched = watched_by(context)
            verdict = replace(
                verdict,
                reasons=(
                    *verdict.reasons,
                    *unwatched(runner),
                    *_ended_between(runner),
                    *_traced(context, runner),
                ),
            )
        return ItemFinished(
            item=item.id,
            outcome=outcome or verdict.outcome,
            cases=verdict.cases,
            calls=calls,
            seconds=time.monotonic() - started,
            span=item.span,
            findings=verdict.findings,
            reasons=verdict.reasons,
            gaps=verdict.gaps,
            tested=verdict.tested,
            beyond=verdict.beyond,
            watched=watched,
            explored=verdict.explored,
            costs=verdict.costs,
            known=tuple(runner.known.values()) if runner else (),
            unasked=(*runner.executor.unasked, *_uninstrumented(item.id, runner)) if runner else (),
        )

    def _phase(self, context: Context) -> ItemVerdict:
        judge = BY_NAME[context.item.phase].judge
        try:
            return judge(context)
        except ForkMattersError:
            context.calls.executor.supervisor.load_apart()
            return judge(context)

    def _whole(self, contract: Contract, item: Item, started: float) -> ItemFinished:
        """Judge an item of the boundary itself; raises AbidanceError when that cannot be done."""
        return _ended(item, WHOLE_PHASES[item.id.phase].judge(contract), started)

    def _loaded(self, boundary: Boundary, item: Item, started: float) -> ItemFinished:
        """Judge what loading a library does; raises AbidanceError when that cannot be done."""
        return _ended(item, load.judge(boundary, item.id, self.sources), started)

    def context(self, boundary: Boundary, item: ItemId, listener: Listener) -> Context:
        """Return what a phase is given for an item; raises AbidanceError where its calls cannot be made."""
        runner = None
        functions = called(boundary, item)
        if makes_calls(item.phase):
            if not item.library:
                raise no_library(boundary.contract)
            for function in functions:
                if function.signature is None:
                    raise _refused(function)
            runner = self.sources.runner(boundary, item, self.settings)
            runner.fresh()
        return Context(
            item=item,
            boundary=boundary,
            functions=functions,
            settings=self.settings,
            progress=lambda cases: listener(CaseRan(item, cases)),
            runner=runner,
            given={s.library: self.given[s.library] for s in item.sides if s.library in self.given},
            knowledge=self._knowledge.setdefault(boundary.contract.path, LibraryKnowledge()),
            explorer=self._explorer() if item.phase in EXPLORING else None,
            reported=self._told.get(_place(item), {}),
        )


def _place(item: ItemId) -> tuple[str, ...]:
    """Return what findings of several phases are about alike."""
    return item.boundary, item.function, item.library, item.build


def _ended_between(runner: Runner) -> tuple[Diagnostic, ...]:
    """Return why an item is not judged whose process ended while nothing was called: no call can be blamed for it."""
    deaths = [each.idle_death for each in runner.supervisors if each.idle_death is not None]
    if any(each.has_lost_zygote for each in runner.supervisors):
        words = "the process that forks the workers was ended between two calls"
        return (Diagnostic(WORKER_LOST, words, help="a call that sends a signal to its parent does so"),)
    return tuple(
        Diagnostic(
            WORKER_LOST,
            f"the process ended between two calls ({_how(death)})",
            notes=tuple(line for line in death.output.splitlines() if line.strip())[:4],
            help="a thread left running by a call does so, or a descriptor that it closed",
        )
        for death in deaths
        if death.ending is not WorkerEnding.LOST
    )


def _traced(context: Context, runner: Runner) -> Iterator[Diagnostic]:
    """Yield why an item is not judged of which a call asked to be traced: signals stop such a process."""
    function = context.function
    allowed = {word.text for word in context.boundary.contract.may}
    allowed |= {word.text for word in function.promise.may} if function.promise else set()
    if any(each.is_traced for each in runner.supervisors) and "privileges" not in allowed:
        yield Diagnostic(
            ProcessStateChanged.code,
            f"`{function.name}` has its process traced by the parent of that (`PTRACE_TRACEME`)",
            (Label(function.span), Label(function.declaration.span)),
            help="each signal stops such a process; if that is intended, say `may: [privileges]`",
        )


def _uninstrumented(item: ItemId, runner: Runner) -> Iterator[str]:
    """Yield the source files in which a sanitizer sees nothing, though it watches others of the library."""
    for side, supervisor in zip(item.sides, runner.supervisors, strict=False):
        for sanitizer in supervisor.spec.sanitizers:
            files = left_out(supervisor.spec.library, sanitizer)
            if files:
                named = ", ".join(f"`{file}`" for file in files[:FEW])
                more = f" and {len(files) - FEW} more" if len(files) > FEW else ""
                yield f"what `{sanitizer}` would see in {named}{more} of `{side.library}`: compiled without it"


def _how(death: Death) -> str:
    return f"exit status {death.status}" if death.ending is WorkerEnding.EXIT else signal_name(death.status)


def _ended(item: Item, verdict: ItemVerdict, started: float) -> ItemFinished:
    return ItemFinished(
        item=item.id,
        outcome=verdict.outcome,
        seconds=time.monotonic() - started,
        span=item.span,
        findings=verdict.findings,
        reasons=verdict.reasons,
    )


def called(boundary: Boundary, item: ItemId) -> tuple[BoundaryFunction, ...]:
    """Return the functions that an item calls, the one that it is about first."""
    match BY_NAME[item.phase].section(boundary.contract, item.function):
        case "handles":
            cast = SequenceModel.of(boundary, item.function)
            makers = [role.function for role in cast.makers(item.function)]
            create = boundary.functions[boundary.handles[item.function].create]
            return tuple({each.name: each for each in (*makers, create, *cast.functions)}.values())
        case "laws":
            law = boundary.laws[item.function]
            made = (boundary.handles[m.shape.handle] for m in law.members if isinstance(m.shape, HandleShape))
            names = [*(step.function for step in law.steps), *(life.create for life in made)]
            return tuple(boundary.functions[name] for name in dict.fromkeys(names))
        case _:
            return (boundary.functions[item.function],)


def _refused(function: BoundaryFunction) -> AbidanceError:
    reasons = function.refused or (
        Diagnostic(TYPE_REFUSED, f"`{function.name}` cannot be called", (Label(function.declaration.span),)),
    )
    return AbidanceError(*reasons)


def _not_available(error: AbidanceError) -> bool:
    """Tell whether a tool that this machine lacks is all that is missing, or all there is to say is a note."""
    codes = [diagnostic.code for diagnostic in error.diagnostics]
    return bool(codes) and all(c.name == "tool-missing" or c.severity is Severity.NOTE for c in codes)
