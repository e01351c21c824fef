"""Which pointers may be NULL, where the documentation says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import nullable
from abidance.draft.model import guessed, sure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield what the documentation says of NULL."""
    for name, _, _ in view.pointers():
        for text, said in view.sentences(name):
            answer = nullable(said, name, view.parameters)
            if answer is None:
                continue
            allowed, words = answer
            guess = guessed if allowed else sure
            yield name, guess("nullable", value=allowed, rank=text.rank, text=words, span=text.span)
