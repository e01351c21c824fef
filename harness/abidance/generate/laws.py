"""Cases of a law: values for what it is given, and valid arguments for every step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import reject
from hypothesis import strategies as st

from abidance.boundary.model.traversal import (
    generated_by,
)
from abidance.boundary.model.types import HandleShape
from abidance.boundary.model.values import Case, Step
from abidance.contract.expression import EvaluationError
from abidance.core.errors import HookError
from abidance.generate.hints import Hints
from abidance.generate.law_writer import LawWriter
from abidance.generate.layouts import layout, loose_pointers, shift
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel, no_words
from abidance.generate.source import Drawn, Simplest, UnlawfulDrawError
from abidance.generate.sweep import pairs_alike

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Values
    from abidance.generate.source import ChoiceSource
    from abidance.toolchain.machine_code import CodeWords

_NOW_AND_THEN = (False, False, False, True)


def law_cases(
    boundary: Boundary,
    law: BoundaryLaw,
    log: FilterLog,
    words: Callable[[str], CodeWords] = no_words,
    *,
    inputs: Mapping[str, object] | None = None,
    models: Mapping[str, SequenceModel] | None = None,
) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of a law; `words` tells what the code behind a symbol compares with.

    `inputs` fixes some of what the law is given. `models` are those of `models_of_histories`.
    """
    make = LawMaker(boundary, law, log, words, models)

    @st.composite
    def case(draw: Any) -> Case:
        try:
            return make(Drawn(draw), inputs)
        except UnlawfulDrawError:
            reject()

    strategy: st.SearchStrategy[Case] = case()
    return strategy


def models_of_histories(
    boundary: Boundary, law: BoundaryLaw, words: Callable[[str], CodeWords] = no_words
) -> dict[str, SequenceModel]:
    """Return by kinds of handles what their sequences are made of, where a law is given one with a history."""
    shapes = (member.shape for member in law.members if member.name in law.histories)
    kinds = dict.fromkeys(shape.handle for shape in shapes if isinstance(shape, HandleShape))
    return {kind: SequenceModel.of(boundary, kind, words) for kind in kinds}


class LawMaker:
    """Makes cases of a law, whoever chooses; raises UnlawfulDrawError where what was chosen makes none."""

    def __init__(
        self,
        boundary: Boundary,
        law: BoundaryLaw,
        log: FilterLog,
        words: Callable[[str], CodeWords] = no_words,
        models: Mapping[str, SequenceModel] | None = None,
    ) -> None:
        functions = {step.function: boundary.functions[step.function] for step in law.steps}
        self._boundary = boundary
        self._law = law
        self._log = log
        self._hints = {n: Hints.of(boundary, f, words(f.declaration.symbol)) for n, f in functions.items()}
        self._own = Hints.of_law(boundary, law, words)
        self._alike = pairs_alike(tuple(m for m in law.members if generated_by(m) is None), self._own)
        self._loose = loose_pointers(boundary, (boundary.functions[step.function] for step in law.steps))
        self._models = models_of_histories(boundary, law, words) if models is None else models

    def __call__(self, source: ChoiceSource, inputs: Mapping[str, object] | None) -> Case:
        """Return a case; `inputs` fixes some of what the law is given."""
        try:
            # Whether two texts are one is what stores, caches and comparisons turn on.
            now = bool(self._alike) and inputs is None and source.pick(_NOW_AND_THEN)
            fixed = source.pick(self._alike) if now else inputs or {}
            writer = LawWriter(self._boundary, source, self._log, self._hints, self._models)
            steps, given = writer.written(self._law, self._own, fixed)
        except (EvaluationError, HookError) as error:
            self._log.unjudged.setdefault(str(error.diagnostics[0].span), error)
            raise UnlawfulDrawError from None
        flush, fill = layout(source)
        moved = shift(source, self._loose)
        return Case(self._law.name, given, flush, fill, steps=tuple(steps), shift=moved)


def with_unmade(
    boundary: Boundary, law: BoundaryLaw, steps: Sequence[Step], places: list[int], given: Values
) -> list[Step]:
    """Return the calls of a law with its next step behind them, which is not made: whatever it is given, the simplest.

    `places` is where the law's steps stand among the calls, and gets the place of this one. Raises UnlawfulDrawError.
    """
    writer = LawWriter(boundary, Simplest(), FilterLog(), {}, {})
    return writer.unmade(law, steps, places, given)
