"""Observes a whole library: each function once what it needs can be made, then who frees what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.draft.observation.experiment import FunctionExperiment, preparers
from abidance.draft.observation.experiment_plan import NotCalledFurtherError
from abidance.draft.observation.laboratory import Laboratory
from abidance.draft.observation.results import FREES, freed_by, goes_with
from abidance.draft.observation.stored_callbacks import with_stored_callbacks
from abidance.draft.observation.subject import MemoryContent, Subject, Subjects, Uncallable, pointers_to
from abidance.ir.types import Pointer, Qualified, RecordRef, TypedefRef, Void

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from abidance.draft.observation.facts import FunctionObservation, ResultFacts
    from abidance.execute.supervisor import Supervisor
    from abidance.ir.declarations import Declarations
    from abidance.ir.layout import Layouts
    from abidance.ir.types import Type

_FREE = ("free", "p>v", False)


@dataclass(frozen=True, slots=True)
class LibraryObservation:
    """What was seen of each function that was called, and what was not called."""

    functions: dict[str, FunctionObservation]
    subjects: dict[str, Subject]
    uncalled: tuple[Uncallable, ...]

    @property
    def calls(self) -> int:
        """Return how many calls were made."""
        return sum(each.calls for each in self.functions.values())


def observe_library(
    supervisor: Supervisor,
    declarations: Declarations,
    layouts: Layouts,
    names: Iterable[str],
    refuse: Callable[[str], str],
    told: Callable[[str], None] = lambda _: None,
) -> LibraryObservation:
    """Call the named functions and return what was seen.

    `refuse` says why a function must not be called, or nothing; `told` is given what is done before it is done.
    """
    made = Subjects(declarations, layouts)
    uncalled: list[Uncallable] = []
    waiting: list[Subject] = []
    for name in names:
        found = made.of(declarations.functions[name])
        if isinstance(found, Subject) and (why := refuse(found.function.symbol)):
            found = Uncallable(name, why)
        if isinstance(found, Subject):
            waiting.append(found)
        else:
            uncalled.append(found)
    every = list(waiting)
    laboratory = Laboratory(supervisor, supervisor.spec.library)
    facts: dict[str, FunctionObservation] = {}
    experiments: dict[str, FunctionExperiment] = {}
    while waiting:
        ready = [each for each in waiting if laboratory.can_make(each)]
        if not ready:
            break
        # Those that make handles first, and of these the ones that need none.
        subject = min(ready, key=lambda each: (not _makes(each), len(each.handles)))
        waiting.remove(subject)
        told(f"observing {subject.name}")
        experiment = experiments[subject.name] = FunctionExperiment(laboratory, subject)
        facts[subject.name] = experiment.facts()
        for key, recipes in experiment.recipes().items():
            laboratory.recipes.setdefault(key, []).extend(recipes)
        for key, recipe in preparers(experiment).items():
            laboratory.preparers.setdefault(key, []).append(recipe)
    for name in list(experiments):
        again = _prepared(laboratory, experiments[name])
        if again is not None:
            told(f"observing {name}")
            shown = again.facts()
            if not shown.why:
                experiments[name], facts[name] = again, shown
    for name, experiment in experiments.items():
        if any(not each.called for each in facts[name].callbacks):
            told(f"observing {name}")
            facts[name] = with_stored_callbacks(laboratory, experiment, facts[name], experiments)
    for each in waiting:
        missing = next(h for h in each.handles if not laboratory.recipes.get(h.type))
        uncalled.append(Uncallable(each.name, f"no `{missing.type}` could be made for `{missing.name}`"))
    owners = Owners(laboratory, every, declarations)
    for name in sorted(experiments, key=lambda each: len(experiments[each].subject.handles)):
        result = facts[name].result
        if result is not None and result.new:
            facts[name] = replace(facts[name], result=owners.of(experiments[name], result))
    return LibraryObservation(facts, {each.name: each for each in every}, tuple(uncalled))


def _prepared(laboratory: Laboratory, experiment: FunctionExperiment) -> FunctionExperiment | None:
    """Return the experiment to make once more with records that are ready, where a function takes such."""
    for memory in experiment.subject.memories:
        known = laboratory.preparers.get(memory.record, ())
        mine = any(each.subject is experiment.subject for each in known)
        if known and not mine and memory.parameter is not None:
            return FunctionExperiment(laboratory, experiment.subject, prepared=True)
    return None


def _makes(subject: Subject) -> bool:
    return bool(subject.returns) or any(
        memory.content is MemoryContent.POINTERS and memory.handle for memory in subject.memories
    )


class Owners:
    """Who frees what functions have made: those without handles come first, for they show what ends handles."""

    def __init__(self, laboratory: Laboratory, every: list[Subject], declarations: Declarations) -> None:
        self._laboratory = laboratory
        self._every = every
        self._declarations = declarations
        self._destroyers: dict[str, tuple[str, str]] = {}

    def of(self, experiment: FunctionExperiment, result: ResultFacts) -> ResultFacts:
        """Return what came back, with what was found."""
        subject, laboratory = experiment.subject, self._laboratory
        laboratory.begin()
        try:
            handle = goes_with(laboratory, subject, experiment.seen, self._destroyers)
            if handle:
                return replace(result, handle=handle)
            if any(each.type not in self._destroyers for each in subject.handles):
                return result  # it may go with one of them
            freers = [*self._freers(subject)]
            names, trials = freed_by(laboratory, subject, experiment.seen, freers)
        except NotCalledFurtherError:
            return result
        key = subject.returns or next((m.handle for m in subject.memories if m.handle), "")
        if key and names:
            signature = next(text for name, text, _ in freers if name == names[0])
            self._destroyers.setdefault(key, (names[0], signature))
        return replace(result, freed_by=names, frees=trials)

    def _freers(self, subject: Subject) -> Iterator[tuple[str, str, bool]]:
        """Yield the functions that take just such a pointer: name, signature, and whether by type."""
        target, written = _given(subject, self._declarations)
        others = False
        for each in self._every:
            for index, to in pointers_to(self._declarations, each.function):
                bare = self._declarations.resolve(to)
                exact = target is not None and bare == target
                if not exact and not isinstance(bare, Void):
                    continue
                if len(each.function.parameters) == 1:
                    yield each.function.symbol, each.signature.text, exact
                elif FREES.search(each.name):
                    others = others or index >= 0
        # What a library has its own functions for is not for `free`, and neither is what hides behind a name.
        named = isinstance(written, TypedefRef) and isinstance(target, Void)
        if not others and not named and not isinstance(target, RecordRef):
            yield _FREE


def _given(subject: Subject, declarations: Declarations) -> tuple[Type | None, Type | None]:
    """Return what the pointer that a function gives points at, and that as it is written."""
    returns = declarations.resolve(subject.function.returns)
    if isinstance(returns, Pointer):
        return declarations.resolve(returns.to), _unqualified(returns.to)
    for memory in subject.memories:
        if memory.content is MemoryContent.POINTERS and not memory.const and memory.parameter is not None:
            outer = declarations.resolve(subject.function.parameters[memory.parameter].type)
            inner = declarations.resolve(outer.to) if isinstance(outer, Pointer) else None
            if isinstance(inner, Pointer):
                return declarations.resolve(inner.to), _unqualified(inner.to)
    return None, None


def _unqualified(type_: Type) -> Type:
    return type_.of if isinstance(type_, Qualified) else type_
