"""What the library's own code asserts: pointers that are not NULL, numbers of some values, what others are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.assertion_texts import null_checks
from abidance.draft.model import Rank, guessed, sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the pointers that are asserted not to be NULL, and the numbers that are one of some values."""
    for text in view.asserted:
        for name in null_checks(text, view.parameters):
            if view.header.target(view.parameters[name].type) is not None:
                yield name, sure("nullable", value=False, rank=Rank.LIBRARY, text=f"it asserts `{name}`")
    asked = tuple(dict.fromkeys(each for text in view.asserted for each in view.asked(text)))
    if asked:
        yield "", guessed("requires", asked, Rank.LIBRARY, "it asserts that")
    for text, function in view.asserted_of_its_kind:
        if alike := view.asked(text):
            yield (
                "",
                guessed("requires", alike, Rank.NAME, f"`{function}` asserts that, and others so named"),
            )
    for limit in view.limits():
        if limit.values:
            known = view.header.declarations
            named = all(
                each.isdigit() or each in known.enumerators or each in known.macros for each in limit.values
            )
            values = tuple(int(each) if each.isdigit() else each for each in limit.values)
            if named:
                yield (
                    limit.name,
                    sure("one_of", values, Rank.LIBRARY, f"it asserts that `{limit.name}` is one of them"),
                )
