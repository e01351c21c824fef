"""The simplest case of a law that has some of its inputs given: its explicit examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.generate.complete import simplest_case
from abidance.generate.laws import LawMaker, law_cases
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import no_words
from abidance.generate.source import Simplest, UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.values import Case
    from abidance.generate.sequence_model import SequenceModel
    from abidance.toolchain.machine_code import CodeWords


def complete_law(
    boundary: Boundary,
    law: BoundaryLaw,
    given: Mapping[str, object],
    words: Callable[[str], CodeWords] = no_words,
) -> Case:
    """Return the simplest case of a law with these inputs; the same one every time. Raises UnlawfulExampleError."""
    return LawCompleter(boundary, law, words)(given)


class LawCompleter:
    """Makes the simplest cases of a law from some of its inputs, of which there may be many."""

    def __init__(
        self,
        boundary: Boundary,
        law: BoundaryLaw,
        words: Callable[[str], CodeWords] = no_words,
        models: Mapping[str, SequenceModel] | None = None,
    ) -> None:
        self._boundary, self._law, self._words, self._models = boundary, law, words, models
        self._log = FilterLog()
        self._make = LawMaker(boundary, law, self._log, words, models)

    def __call__(self, given: Mapping[str, object]) -> Case:
        """Return the simplest case with these inputs. Raises UnlawfulExampleError."""
        case = self.simplest(given)
        if case is not None:
            return case
        others = law_cases(
            self._boundary, self._law, self._log, self._words, inputs=given, models=self._models
        )
        return simplest_case(others, self._log)

    def simplest(self, given: Mapping[str, object]) -> Case | None:
        """Return the case with these inputs and the simplest beside them, None where that is not valid."""
        try:
            return self._make(Simplest(), given)
        except UnlawfulDrawError:
            return None
