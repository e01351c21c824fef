"""How failure is told: by listed values, by words such as "0 on success", or by an enum of statuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import is_read_before, is_tested_first, status
from abidance.draft.model import Rank, guessed
from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.draft.documentation.markup import Documentation
    from abidance.draft.model import Guess, Value
    from abidance.draft.views import FunctionView, HeaderView
    from abidance.ir.declarations import Enum, Enumerator
    from abidance.ir.types import Type

_RESULT = "returns"
_LONGEST = 72
_APART = 2
"""Lines between macros that belong together, such as one with a comment."""
_AMOUNT = re.compile(
    r"\b(?:number|count|amount|length|size|index|position|offset|bytes|how (?:many|much)|sum)\b",
    re.IGNORECASE,
)
_GOOD = (
    ("ok",),
    ("success",),
    ("noerr",),
    ("no", "error"),
    ("no", "err"),
    ("zero", "error"),
    ("error", "none"),
    ("err", "none"),
)
_WARNINGS = frozenset(("warning", "warn"))
_FEW = 24
"""So many failures are listed; of more, the numbers beside success are."""
_ERRORS = frozenset(("err", "error", "invalid", "fail", "failed", "failure", "nomem", "memory", "bad", "no"))


def guesses(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the statuses of a function: what it returns, an integer or an enum, or leaves behind a parameter."""
    returned = [*_returned(view)]
    yield from returned or _behind(view)


def _returned(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    returns = view.function.returns
    if view.header.is_enum(returns):
        told = _of_enum(view.header, returns)
        if told is not None:
            yield _RESULT, _by_type(*told)
    elif view.header.is_integer(returns):
        for text in view.documentation:
            found = _documented(view, text)
            if found is not None:
                value, words = found
                yield _RESULT, guessed("status", value, text.rank, words, text.span)


def meaning_of(header: HeaderView, enum: Enum, enumerator: Enumerator) -> str:
    """Return the comment on an enumerator, or its name in words where it has none: its number says nothing.

    What the names of its enum have in common at their beginning says nothing either.
    """
    said = re.sub(r"[\n#:`{}\[\],&*!|>\'\"%@]+", " ", header.documentation.on_enumerator(enumerator))
    said = re.sub(r"^\s*\d+\s*(?:$|-\s)", "", said)
    return " ".join(said.split())[:_LONGEST].strip() or _own_words(
        enumerator.name, [each.name for each in enum.enumerators]
    )


def _own_words(name: str, names: Iterable[str]) -> str:
    """Return a name in words, without those with which all the names begin."""
    words = words_of(name)
    others = [words_of(each) for each in names]
    alike = next((n for n, word in enumerate(words) if any(each[n : n + 1] != (word,) for each in others)), 0)
    return " ".join(words[alike:])


def _of_enum(header: HeaderView, type_: Type) -> tuple[str, dict[str, Value]] | None:
    """Return the constant of an enum of errors that tells of success, and the others; None for any other enum."""
    enum = header.enum(type_)
    if enum is None:
        return None
    every = enum.enumerators
    good = [e.name for e in every if words_of(e.name)[-1:] in _GOOD or words_of(e.name)[-2:] in _GOOD]
    bad = [each for each in every if each.name not in good]
    if len(good) != 1 or not any(not _ERRORS.isdisjoint(words_of(each.name)) for each in bad):
        return None
    return good[0], {each.name: meaning_of(header, enum, each) for each in bad}


def _by_type(good: str, errors: dict[str, Value]) -> Guess:
    return guessed("status", _status(good, errors), Rank.TYPE, f"an enum of errors, and `{good}`")


def _status(good: str, errors: dict[str, Value]) -> Value:
    """Return the status that a constant says and its failures do, by ranges where these are too many to be read."""
    return _around(good, errors) if len(errors) > _FEW else {"ok": (good,), "errors": errors}


def _behind(view: FunctionView) -> Iterator[tuple[str, Guess]]:
    """Yield the enum of errors that a function leaves behind a parameter, where it is one, and what is passed there."""
    header = view.header
    places = [(name, t) for name, _, t in view.pointers() if header.is_enum(t) and not header.is_const(t)]
    found = [(name, each) for name, type_ in places if (each := _of_enum(header, type_)) is not None]
    if len(found) != 1:
        return
    ((name, (good, errors)),) = found
    yield name, _by_type(good, errors)
    for text, said in view.sentences(name):
        if any(map(is_read_before, said)):
            spoken = view.direction(name)
            both = spoken is not None and spoken[0] != "out"
            clause, passed = ("one_of", (good,)) if both else ("initially", good)
            yield name, guessed(clause, passed, text.rank, "what is passed counts", text.span)
            return
    if view.direction(name) is not None:
        return
    type_ = dict(places)[name]
    spelled = header.type_name(type_)
    if (elsewhere := header.read_before.get(spelled)) is not None:
        yield name, guessed("initially", good, Rank.COMMENT, f"in `{elsewhere}`, what is passed counts")
    elif (enum := header.enum(type_)) and (words := is_tested_first(header.documentation.on_enum(enum))):
        yield name, guessed("initially", good, Rank.COMMENT, f'of `{spelled}`, "{words}"')


def _around(good: str, others: Iterable[str]) -> Value:
    """Return the status by the numbers beside that of success, where there are many; warnings are below it."""
    above: dict[str, Value] = {f"{good} + 1..": "failed"}
    if any(not _WARNINGS.isdisjoint(words_of(name)) for name in others):
        return {"ok": (f"..{good}",), "errors": above}
    return {"ok": (good,), "errors": {f"..{good} - 1": "failed", **above}}


def _documented(view: FunctionView, text: Documentation) -> tuple[Value, str] | None:
    if text.statuses:
        listed = [(name, meaning) for name, meaning in text.statuses if _is_value(view, name)]
        found = _listed(view, listed) if len(listed) == len(text.statuses) else None
        if found is not None:
            return found, "its values are listed"
    named = _named(view, text.result(view.name))
    if named is not None:
        return named
    spoken = status(text.result(view.name))
    if spoken is None:
        return None
    (ok,) = spoken.ok
    if not ok.lstrip("-").rstrip(".").isdigit():
        number = view.header.macro_value(ok)
        if ok in view.header.declarations.enumerators or number is None:
            return None
        errors: dict[str, Value] = {f"..{number - 1}": "failed", f"{number + 1}..": "failed"}
        return {"ok": (ok,), "errors": errors}, spoken.text
    return {"ok": tuple(map(_number, spoken.ok)), "errors": dict(spoken.errors)}, spoken.text


def _named(view: FunctionView, said: str) -> tuple[Value, str] | None:
    """Return the constants of one group as statuses where the text on the result names some: one is that of success.

    A group is an enum, or macros whose names begin alike. A text that speaks of an amount tells of other values too.
    """
    words = [each for each in re.findall(r"[A-Za-z_]\w*", said) if _is_value(view, each)]
    if not words or _AMOUNT.search(said):
        return None
    group = _group(view.header, words[0])
    good = [name for name in group if words_of(name)[-1:] in _GOOD or words_of(name)[-2:] in _GOOD]
    if len(good) != 1 or len(group) < 2 or not all(word in group for word in words):
        return None
    errors: dict[str, Value] = {name: meaning for name, meaning in group.items() if name not in good}
    return _status(good[0], errors), f"`{words[0]}` among its results"


def _group(header: HeaderView, name: str) -> dict[str, str]:
    """Return the constants that belong to one, itself included, each with what it means."""
    known = header.declarations
    key = known.enumerators.get(name)
    enum = known.enums.get(key) if key is not None else None
    if enum is not None:
        return {each.name: meaning_of(header, enum, each) for each in enum.enumerators}
    first, _, rest = name.partition("_")
    here = known.macros.get(name)
    if not rest or here is None:
        return {}
    # A guard or a limit whose name begins alike stands elsewhere.
    there = [each for each in known.macros.values() if each.span.path == here.span.path]
    there.sort(key=lambda each: each.span.line)
    group = [here]
    for step, several in ((1, there), (-1, there[::-1])):
        last = here.span.line
        for each in several:
            if (each.span.line - last) * step > 0 and abs(each.span.line - last) <= _APART:
                last = each.span.line
                group.append(each)
    group.sort(key=lambda each: each.span.line)
    alike = [each.name for each in group if each.name.startswith(f"{first}_")]
    values = [header.macro_value(each) for each in alike]
    if None in values or len(set(values)) < len(values):
        return {}
    return {each: _own_words(each, alike) for each in alike}


def _listed(view: FunctionView, listed: list[tuple[str, str]]) -> Value | None:
    """Return the status of values that are listed one by one, everything else among the failures."""
    good = [
        name for name, meaning in listed if status(f"{name} on {meaning}") or "success" in meaning.lower()
    ]
    if len(good) != 1:
        return None
    ok = good[0]
    number = int(ok) if ok.lstrip("-").isdigit() else view.header.macro_value(ok)
    if number is None:
        return None
    errors: dict[str, Value] = {f"..{number - 1}": "failed", f"{number + 1}..": "failed"}
    return {"ok": (_number(ok),), "errors": errors}


def _is_value(view: FunctionView, name: str) -> bool:
    known = view.header.declarations
    return name.lstrip("-").isdigit() or name in known.macros or name in known.enumerators


def _number(text: str) -> Value:
    return int(text) if text.lstrip("-").isdigit() else text
