"""The simplest case of a law that has some of its inputs given: its explicit examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.generate.complete import simplest_case
from abidance.generate.laws import law_cases
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import no_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.boundary.model.boundary import Boundary, BoundaryLaw
    from abidance.boundary.model.values import Case
    from abidance.toolchain.machine_code import CodeWords


def complete_law(
    boundary: Boundary,
    law: BoundaryLaw,
    given: Mapping[str, object],
    words: Callable[[str], CodeWords] = no_words,
) -> Case:
    """Return the simplest case of a law with these inputs; the same one every time. Raises UnlawfulExampleError."""
    log = FilterLog()
    return simplest_case(law_cases(boundary, law, log, words, inputs=given), log)
