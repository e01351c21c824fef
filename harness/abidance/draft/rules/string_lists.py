"""Lists of strings that are returned, `char **`: where they end and who frees them, as the documentation says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import callee_keeps, caller_frees, freed_with
from abidance.draft.model import guessed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView

_ENDS = re.compile(
    r"\bNULL[- ]terminated\b[^.;]{0,30}\b(?:array|list|vector|table)\b"
    r"|\b(?:array|list|vector|table)\b[^.;]{0,40}\b(?:terminated by|ends? (?:with|in)|ended by|ending (?:with|in))\s+"
    r"(?:a\s+|the\s+)?[`@#%]?NULL\b"
)
_EACH = re.compile(
    r"\b(?:each|every|all(?: of)?(?: the)?)\s+(?:of\s+(?:the|its)\s+)?"
    r"(?:strings?|elements?|entr(?:y|ies)|items?|words?|names?|pointers?)\b[^.;]{0,60}\b(?:freed?|released?|deallocated?)\b"
    r"|\bfree\s+(?:both\s+)?(?:each|every|all(?: of)?(?: the)?)\s+(?:of\s+(?:the|its)\s+)?"
    r"(?:strings?|elements?|entr(?:y|ies)|items?|words?|names?|pointers?)\b",
    re.IGNORECASE,
)
"""What says that the strings are freed one by one; that all is freed by one call names no such thing."""
_RESULT = "returns"


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield what a function returns that gives a list of strings: only with the words that say where it ends."""
    header = view.header
    strings = header.target(view.function.returns)
    letters = header.target(strings) if strings is not None else None
    if letters is None or not header.is_char(letters):
        return
    for text in view.documentation:
        words = f"{text.returns} {text.prose}"
        ends = _ENDS.search(words)
        if ends is None:
            continue
        owner = [*_owner(view, text, words)]
        if owner:
            yield _RESULT, guessed("to", "array", text.rank, ends[0], text.span)
            yield _RESULT, guessed("ended_by", "null", text.rank, ends[0], text.span)
            for guess in owner:
                yield _RESULT, guess
        return


def _owner(view: FunctionView, text: Documentation, words: str) -> Iterator[Guess]:
    """Yield who frees the list and the strings; nothing where the documentation does not say it."""
    keeps = callee_keeps(words)
    if keeps is not None:
        yield guessed("of", "string", text.rank, keeps, text.span)
        yield guessed("owner", "callee", text.rank, keeps, text.span)
        return
    named = freed_with(words, view.header.declarations.functions)
    each = _EACH.search(words)
    said = named[1] if named is not None else caller_frees(words)
    if said is None:
        return
    free = named[0] if named is not None else "free"
    if each is not None:
        if not (named is None or _takes(view, free, deep=False)):
            return
        of = {"to": "string", "owner": "caller", "free": free}
        yield guessed("of", of, text.rank, each[0], text.span)
    elif named is not None and _takes(view, free, deep=True):
        yield guessed("of", "string", text.rank, said, text.span)
    else:
        return  # one call of `free` for the list, and nothing of what is in it
    yield guessed("owner", "caller", text.rank, said, text.span)
    yield guessed("free", free, text.rank, said, text.span)


def _takes(view: FunctionView, name: str, *, deep: bool) -> bool:
    """Tell whether a function takes one thing to free: a list of strings where it is `deep`, else any pointer."""
    header = view.header
    function = header.declarations.functions[name]
    target = header.target(function.parameters[0].type) if len(function.parameters) == 1 else None
    if target is None:
        return False
    if not deep:
        return header.is_void(target)
    inner = header.target(target)
    return inner is not None and header.is_char(inner)
