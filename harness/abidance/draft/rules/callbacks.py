"""A pointer to a function is a callback, and the `void *` after it what it gets back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import nullable
from abidance.draft.model import Rank, gap, guessed
from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.draft.model import Guess, Value
    from abidance.draft.views import FunctionView
    from abidance.ir.types import FunctionType

_KEEPS = frozenset(
    ("set", "add", "on", "register", "watch", "subscribe", "install", "new", "create", "init", "open")
)


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the callbacks among the parameters, and their user data."""
    header = view.header
    for name, parameter in view.parameters.items():
        function = header.function_type(parameter.type)
        if function is None:
            continue
        for text, said in view.sentences(name):
            allowed = nullable(said, name, view.parameters)
            if allowed and allowed[0]:
                yield name, guessed("nullable", value=True, rank=text.rank, text=allowed[1], span=text.span)
        reason = _too_much(view, function)
        if reason:
            yield name, gap("callback", None, f"what `{name}` does: {reason}")
            continue
        promise: dict[str, Value] = {}
        if not header.is_void(function.returns):
            promise["returns"] = {"one_of": (0,)}
        data = _user_data(view, name)
        lifetime = _lifetime(view)
        if lifetime:
            promise["lifetime"] = lifetime
        kept = ", kept for later" if lifetime else ""
        always = ", which returns 0" if "returns" in promise else ""
        yield name, guessed("callback", promise, Rank.TYPE, f"a pointer to a function{always}{kept}")
        if data:
            yield name, guessed("user_data", data, Rank.NAME, "the `void *` beside it")


def _too_much(view: FunctionView, function: FunctionType) -> str:
    """Return why an answer cannot be made up: it returns memory, or has to write some."""
    header = view.header
    if header.target(function.returns) is not None:
        return "it returns a pointer"
    if not (header.is_void(function.returns) or header.is_integer(function.returns)):
        return f"it returns a `{header.type_name(function.returns)}`"
    pointers = [header.target(each) for each in function.parameters]
    written = [
        each
        for each in pointers
        if each is not None
        and not header.is_void(each)
        and not header.is_const(each)
        and not header.is_opaque(each)
    ]
    return "it has something to write to" if written else ""


def _user_data(view: FunctionView, name: str) -> str | None:
    for beside in (view.after(name), view.before(name)):
        if beside is None:
            continue
        target = view.header.target(beside[1].type)
        if target is not None and view.header.is_void(target) and not view.header.is_const(target):
            return beside[0]
    others = [
        each
        for each, parameter in view.parameters.items()
        if words_of(each)[-1:]
        in (("data",), ("userdata",), ("ctx",), ("context",), ("user",), ("arg",), ("closure",))
        and (target := view.header.target(parameter.type)) is not None
        and view.header.is_void(target)
    ]
    return others[0] if len(others) == 1 else None


def _lifetime(view: FunctionView) -> str:
    """Return how long a callback is kept by a function that seems to store it."""
    if _KEEPS.isdisjoint(words_of(view.name)):
        return ""
    for _, _, target in view.pointers():
        handle = view.handle_of(target)
        if handle is not None and handle.creators:
            return f"handle({handle.name})"
    return "static"
