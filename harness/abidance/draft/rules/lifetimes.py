"""How long memory that is passed must stay there, where the documentation asks for more than the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import stays_valid
from abidance.draft.model import gap, guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the lifetimes of what is only read, or the question what it goes with."""
    header = view.header
    for name, _, target in view.pointers():
        if not header.is_const(target) or view.handle_of(target) is not None or header.is_function(target):
            continue
        for text, said in view.sentences(name):
            found = stays_valid(said)
            if found is None:
                continue
            ends, words = found
            known = lifetime(view, name)
            if known is None:
                yield name, gap("lifetime", None, f"how long `{name}` must be there")
                break
            yield name, guessed("lifetime", known, text.rank, words, text.span)
            until = tuple(each for each in ends if each in header.functions and each not in _destroyers(view))
            if until:
                yield name, guessed("until", until, text.rank, words, text.span)
            break


def is_lent(view: FunctionView, name: str) -> bool:
    """Tell whether some memory must be there after the call by what is said of this, or of the function."""
    about = (each for _, said in view.sentences(name) for each in said)
    others = (each for text in view.documentation for each in text.sentences())
    return any(stays_valid([each]) is not None for each in (*about, *others))


def lifetime(view: FunctionView, name: str) -> str | None:
    """Return that it goes with the one handle of the call, or the one that it returns, where it is said of this one."""
    if all(stays_valid(said) is None for _, said in view.sentences(name)):
        return None
    handles = [each for each, _, target in view.pointers() if view.handle_of(target) is not None]
    returned = view.header.target(view.function.returns)
    if not handles and returned is not None and view.handle_of(returned) is not None:
        handles = ["result"]
    return f"handle({handles[0]})" if len(handles) == 1 else None


def _destroyers(view: FunctionView) -> frozenset[str]:
    """Return the functions that end the handles of this call, which end all that goes with them."""
    targets = (*(target for _, _, target in view.pointers()), view.header.target(view.function.returns))
    facts = (view.handle_of(target) for target in targets if target is not None)
    return frozenset(each.destroyer for each in facts if each is not None and each.destroyer)
