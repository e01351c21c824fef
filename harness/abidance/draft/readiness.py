"""Whether a handle can be used as its creator leaves it: another call may have to make it ready first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.views import FunctionView, HeaderView

_STARTS = frozenset(("compile", "init", "initialize", "initialise", "setup", "open"))
_BEGINS = ("init", "starts", "start", "begin", "setup", "reset")
_GOES_ON = ("update", "digest", "final", "finish", "finalize", "result")
"""Endings of functions that work on what another of the same name has begun."""
_AGAIN = frozenset(("reset", "clear"))
_CONNECTS = frozenset(("connect", "handshake", "login", "attach"))
_SETS = frozenset(("set", "config", "configure", "option", "opt", "enable", "disable", "use", "add"))
_ASKS = frozenset(
    ("get", "is", "has", "num", "count", "size", "version", "supports", "can", "peek", "cmp", "equal")
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What makes a new handle usable: a call that any contract can make, or else the functions that ask what does."""

    prepare: str = ""
    why: str = ""
    asking: frozenset[str] = frozenset()


def readiness(header: HeaderView) -> Mapping[str, Readiness]:
    """Return, by the names of handles, what is known of those that their creators leave unready."""
    every = [facts for several in header.handles.values() for facts in several]
    found: dict[str, Readiness] = {}
    for facts in every:
        if facts.creators and not facts.own_memory:
            users = {each.name: each for each in _users(header, facts) if each.name not in header.creators}
            ready = _of_handle(header, facts, users)
            if ready is not None:
                found[facts.name] = ready
    return found


def _users(header: HeaderView, facts: HandleFacts) -> Iterator[FunctionView]:
    """Yield the functions that take the handle first, but for the one that ends it."""
    for name in header.functions:
        view = header.view(name)
        first = next(iter(view.parameters.values()), None)
        target = header.target(first.type) if first else None
        handle = view.handle_of(target) if target is not None else None
        if handle is not None and handle.name == facts.name and name != facts.destroyer:
            yield view


def _of_handle(header: HeaderView, facts: HandleFacts, users: Mapping[str, FunctionView]) -> Readiness | None:
    calls = header.source.calls
    symbols = [header.symbol(each) for each in facts.creators]
    bare = any(calls.only_allocates(each) for each in symbols)
    within = {name for each in symbols for name in calls.exported_callees(each)}
    later = {name: view for name, view in users.items() if header.symbol(name) not in within}
    documented = sorted(
        {first for name, first in header.needed_first.items() if {name, first} <= users.keys()}
    )
    starting = [
        name for name, view in later.items() if _starts(view) and not _is_another_way(name, facts.creators)
    ]
    again = [name for name in later if not _AGAIN.isdisjoint(words_of(name))]
    streams = dict(_streams(users))
    candidates = (*documented, *streams.values(), *(starting + again if bare else ()))
    simple = [each for each in dict.fromkeys(candidates) if _is_simple(users[each])]
    if simple:
        return _prepared(simple[0], streams, facts if bare else None, documented)
    others = frozenset(users) - {*starting, *documented}
    if documented or bare:
        why = _called_before(documented[0]) if documented else _only_allocates(facts)
        return Readiness(why=why, asking=others)
    if starting and not any(_is_simple(users[each]) for each in starting):
        asking = frozenset(each for each in others if _SETS.isdisjoint(words_of(each)))
        return Readiness(why=f"`{starting[0]}` seems to come first", asking=asking)
    return _connected(users, others)


def _starts(view: FunctionView) -> bool:
    """Tell whether a function makes its handle ready, by its name, and nothing else."""
    begins = not _STARTS.isdisjoint(words_of(view.name)) and not _begins_another(view)
    return begins and view.header.target(view.function.returns) is None


def _is_another_way(name: str, creators: Iterable[str]) -> bool:
    """Tell whether a function does what a creator has done, by its name: `tl_init_in`, and `tl_init` creates one.

    A creator that calls it may have it inline, so that nobody sees the call.
    """
    words = words_of(name)
    made = (words_of(each) for each in creators)
    return any(words[: len(each)] == each and not _STARTS.isdisjoint(each) for each in made)


def _connected(users: Mapping[str, FunctionView], others: frozenset[str]) -> Readiness | None:
    """Return that what neither sets nor asks needs a handle that is connected, where something connects it."""
    connecting = [each for each in users if not _CONNECTS.isdisjoint(words_of(each))]
    if not connecting:
        return None
    asking = frozenset(each for each in others if (_SETS | _ASKS).isdisjoint(words_of(each)))
    return Readiness(why=f"whether `{connecting[0]}` comes first", asking=asking - {*connecting})


def _begins_another(view: FunctionView) -> bool:
    """Tell whether a function is named after what another parameter points to: `message_iter_init(message, iter)`."""
    header = view.header
    (_, _, own), *others = view.pointers()
    named = {
        word for name, _, target in others for word in (*words_of(name), *words_of(header.type_name(target)))
    }
    return any(
        word in named
        for word in words_of(view.name)
        if word not in (*words_of(header.type_name(own)), *_STARTS)
    )


def _streams(users: Mapping[str, FunctionView]) -> Iterator[tuple[str, str]]:
    """Yield what goes on with a stream, or ends it, each with what begins it: `md_update` and `md_reset`."""
    for name in users:
        for last in _GOES_ON:
            if name.lower().endswith(last):
                begins = [
                    name[: len(name) - len(last)] + _cased(each, name[-len(last) :]) for each in _BEGINS
                ]
                start = next((each for each in begins if each in users), None)
                if start is not None:
                    yield name, start


def _cased(word: str, like: str) -> str:
    return word.capitalize() if like[:1].isupper() else word


def _prepared(
    chosen: str, streams: Mapping[str, str], bare: HandleFacts | None, documented: list[str]
) -> Readiness:
    """Return that a call is made on each new handle; what goes on with something that another begins is a question."""
    others = frozenset(name for name, start in streams.items() if start != chosen)
    if bare is not None:
        why = _only_allocates(bare)
    elif chosen in documented:
        why = _called_before(chosen)
    else:
        why = f"`{chosen}` seems to begin what others go on with"
    return Readiness(chosen, why, others)


def _only_allocates(facts: HandleFacts) -> str:
    return f"`{facts.creators[0]}` only allocates memory"


def _called_before(first: str) -> str:
    return f"the documentation has `{first}` called before"


def _is_simple(view: FunctionView) -> bool:
    """Tell whether a function takes numbers alone beside the handle."""
    others = list(view.parameters.values())[1:]
    return all(view.header.is_integer(each.type) or view.header.is_bool(each.type) for each in others)
