"""Results: new handles, strings with their owner, and C's bool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import callee_keeps, caller_frees, freed_with
from abidance.draft.model import Rank, gap, guessed, sure
from abidance.draft.reference_counts import REFERENCES
from abidance.header.name_words import creates, destroys, has_word, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.model import Guess
    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.types import Type

_RESULT = "returns"
_THERE = frozenset(
    ("name", "version", "default", "error", "message", "dir", "path", "home", "label", "title")
)
"""Last words of functions whose text is as often one that was there before."""
_WALKS = frozenset(
    ("next", "prev", "previous", "first", "last", "child", "parent", "root", "sibling", "head", "tail")
)
"""Words of functions that lead from a node to one beside, above or below it."""
_LOOKS_UP = frozenset(("get", "find", "lookup", "search", "next", "first", "last", "item", "peek"))
_CHANGES = frozenset(("set", "assign", "replace", "put", "store"))
"""Words of functions whose text is as often what they have stored."""


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield what a function returns."""
    header, returns = view.header, view.function.returns
    if header.is_bool(returns):
        yield _RESULT, sure("bool", value=True, rank=Rank.TYPE, text="C's bool")
    target = header.target(returns)
    if target is None or header.is_function(returns):
        return
    handle = view.handle_of(target)
    if handle is not None:
        if view.name in handle.creators and not handle.borrowed:
            yield _RESULT, _new(view, handle)
            yield _RESULT, guessed("nullable", value=True, rank=Rank.CAUTION, text="NULL where it fails")
        else:
            yield from _borrowed(view, handle, target)
        return
    if header.is_char(target) and not _counted(view):
        yield from _string(view, target)


def _new(view: FunctionView, handle: HandleFacts) -> Guess:
    """Return that a result is a handle that was not there before, with what says so."""
    if not creates(view.name) and view.returns_new is not None:
        text, words = view.returns_new
        return guessed("handle", handle.name, text.rank, words, text.span)
    guess = sure if handle.opaque else guessed
    return guess("handle", handle.name, Rank.TYPE, "a new one, by its name and type")


def _borrowed(view: FunctionView, handle: HandleFacts, target: Type) -> Iterator[tuple[str, Guess]]:
    """Yield that a handle is a part of the first one that the function is given, where something says so."""
    owners = {name: own for name, _, to in view.pointers() if (own := view.handle_of(to)) and own.creators}
    owner = next(iter(owners), None)
    if owner is None or not handle.creators:
        return
    if handle.borrowed:
        rank, why = Rank.TYPE, "nothing begins or ends one"
    elif view.header.is_const(target):
        rank, why = Rank.TYPE, "const, so the library's"
    elif (
        owners[owner] == handle
        and has_word(view.name, _WALKS)
        and not _counts_references(view.header, handle)
    ):
        rank, why = Rank.NAME, "by its name it was there before"
    else:
        return
    yield _RESULT, guessed("handle", handle.name, rank, why)
    yield _RESULT, guessed("nullable", value=True, rank=Rank.CAUTION, text="NULL where there is none")
    yield _RESULT, guessed("owner", "callee", rank, why)
    yield _RESULT, guessed("lifetime", f"handle({owner})", rank, f"a part of `{owner}`")
    yield _RESULT, guessed("until", "change", Rank.CAUTION, "until something changes it")


def _counts_references(header: HeaderView, handle: HandleFacts) -> bool:
    """Tell whether a function of the header takes a reference to such a handle: a result may come with one, too."""
    return any(
        view.handle_of(target) == handle
        for view in map(header.view, header.functions)
        if has_word(view.name, REFERENCES)
        for _, _, target in view.pointers()
    )


def _counted(view: FunctionView) -> bool:
    """Tell whether a length is stored beside the result, which then need not end with a NUL."""
    for name, _, target in view.pointers():
        if (
            view.header.is_integer(target)
            and not view.header.is_const(target)
            and not view.header.is_char(target)
        ):
            return bool(name)
    return False


def _string(view: FunctionView, target: Type) -> Iterator[tuple[str, Guess]]:
    header = view.header
    nothing = guessed("nullable", value=True, rank=Rank.CAUTION, text="NULL is not excluded")
    if header.is_const(target):
        if any(header.is_char(to) and not header.is_const(to) for _, _, to in view.pointers()):
            return  # it may be what the function was given, and has an end where that has one
        yield _RESULT, guessed("to", "string", Rank.TYPE, "a `const char *`")
        yield _RESULT, guessed("owner", "callee", Rank.TYPE, "const, so the library's")
        yield _RESULT, nothing
        return
    found = _owner(view)
    if found is None:
        yield _RESULT, gap("owner", None, "who frees the result, and with what")
        return
    yield _RESULT, guessed("to", "string", Rank.TYPE, "a `char *`")
    yield _RESULT, nothing
    for guess in found:
        yield _RESULT, guess


def _owner(view: FunctionView) -> list[Guess] | None:
    for text in view.documentation:
        words = f"{text.returns} {text.prose}"
        by_name = freed_with(words, view.header.declarations.functions)
        if by_name is not None and can_free(view, by_name[0]):
            return _callers(by_name[0], text, by_name[1])
        keeps = callee_keeps(words)
        if keeps is not None:
            return [guessed("owner", "callee", text.rank, keeps, text.span)]
        frees = caller_frees(words)
        if frees is not None:
            return _callers(deallocator(view) or "free", text, frees)
    if has_word(view.name, _LOOKS_UP):
        return [guessed("owner", "callee", Rank.NAME, "by its name it was there before")]
    free = deallocator(view)
    if free is not None and words_of(view.name)[-1] not in _THERE and not has_word(view.name, _CHANGES):
        return [
            guessed("owner", "caller", Rank.NAME, f"not const, and there is `{free}`"),
            guessed("free", free, Rank.NAME, "it takes a `char *` or `void *` alone"),
        ]
    return None


def _callers(free: str, text: Documentation, words: str) -> list[Guess]:
    return [
        guessed("owner", "caller", text.rank, words, text.span),
        guessed("free", free, text.rank, words, text.span),
    ]


def deallocator(view: FunctionView) -> str | None:
    """Return the library's one function that frees a `char *` or any memory."""
    header = view.header
    known = [name for name in header.functions if destroys(name) == 0 and can_free(view, name)]
    return known[0] if len(known) == 1 else None


def can_free(view: FunctionView, name: str) -> bool:
    function = view.header.declarations.functions[name]
    if len(function.parameters) != 1:
        return False
    target = view.header.target(function.parameters[0].type)
    return target is not None and (view.header.is_void(target) or view.header.is_char(target))
