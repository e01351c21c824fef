"""`like`: contents of a given form, drawn by Hypothesis from its regular expression."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from abidance.boundary.model.text_lengths import longest_text
from abidance.boundary.model.types import PointerShape, What
from abidance.boundary.values.forms import codec_of
from abidance.contract.language.regexes import regex
from abidance.generate.scope import ROOMY
from abidance.generate.source import UnlawfulDrawError

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.contract.language.clauses import Name
    from abidance.generate.source import ChoiceSource

_LAST = {"ascii": 0x7F, "iso8859-1": 0xFF}
"""The last character of encodings that have all up to it."""
_WAYS = 48
"""So many ways through a form are taken at most."""
_PLACES = (1, 2, 0, 3, 4, 5, 6, 8, 12, 16, 24, 40, 64)
"""So many characters contents have that a source makes, where the form and the contract leave it open."""


def form_of(name: Name, shape: object) -> PointerShape | None:
    """Return the shape if a name is the form of its contents; any other name is that of a strategy of the project's."""
    return shape if isinstance(shape, PointerShape) and shape.like is name else None


def of_form(shape: PointerShape) -> st.SearchStrategy[bytes]:
    """Return a strategy for what a pointer with `like` points at, without a NUL behind."""
    assert shape.like is not None
    return _of_form(shape.like.text, codec_of(shape), longest(shape), shape.what is What.STRING)


def some_of_form(shape: PointerShape) -> tuple[bytes, ...]:
    """Return contents that take each step of the form at least once, always the same: short and long in turn."""
    assert shape.like is not None
    return _some_of_form(shape.like.text, codec_of(shape), longest(shape), shape.what is What.STRING)


def by_chance(shape: PointerShape, source: ChoiceSource) -> bytes:
    """Return contents of the form, each step in it chosen by a source; raises UnlawfulDrawError where none were met."""
    assert shape.like is not None
    most, codec, string = longest(shape), codec_of(shape), shape.what is What.STRING
    places = regex(shape.like.text).wander(lambda count: source.pick(range(count)), source.pick(_PLACES))
    letters = [[raw for each in place if (raw := _encoded(each, codec, string))] for place in places]
    if all(letters) and len(made := b"".join(map(source.pick, letters))) <= (ROOMY if most is None else most):
        return made
    some = some_of_form(shape)
    if not some:
        raise UnlawfulDrawError(shape.like.text)
    return source.pick(some)


def longest(shape: PointerShape) -> int | None:
    """Return how long contents of a form may be at most, as far as the contract says."""
    return longest_text(shape.like) if shape.limit is None and shape.what is What.STRING else shape.limit


@lru_cache(1024)
def _some_of_form(text: str, codec: str, most: int | None, string: bool) -> tuple[bytes, ...]:
    dice = Random(text)  # noqa: S311 - no secret
    choices: tuple[Callable[[list[bytes]], bytes], ...] = (itemgetter(0), itemgetter(-1), dice.choice)
    found: dict[bytes, None] = {}
    ways = [way for way in regex(text).walks() if len(way) <= (ROOMY if most is None else most)]
    for way in dice.sample(ways, _WAYS) if len(ways) > _WAYS else ways:
        places = [[raw for each in letters if (raw := _encoded(each, codec, string))] for letters in way]
        choose = choices[len(found) % len(choices)]
        if all(places) and len(raw := b"".join(map(choose, places))) <= (ROOMY if most is None else most):
            found[raw] = None
    short = sorted(found, key=len)
    return tuple(short[-1 - n // 2] if n % 2 else short[n // 2] for n in range(len(short)))


def _encoded(character: str, codec: str, string: bool) -> bytes:
    """Return a character in an encoding that begins without a mark; nothing where it has none, or ends the string."""
    try:
        raw = f"a{character}".encode(codec)[len("a".encode(codec)) :]
    except UnicodeEncodeError:
        return b""
    return b"" if string and b"\0" in raw else raw


@lru_cache(1024)
def _of_form(text: str, codec: str, most: int | None, string: bool) -> st.SearchStrategy[bytes]:
    encoding = codecs.lookup(codec).name
    first = 1 if string else 0
    if encoding.startswith("utf-") or encoding in _LAST:
        letters = st.characters(
            min_codepoint=first, max_codepoint=_LAST.get(encoding), exclude_categories=["Cs"]
        )
    else:
        letters = st.characters(codec=codec, min_codepoint=first)
    drawn = st.from_regex(re.compile(text, re.ASCII), fullmatch=True, alphabet=letters)
    raw = drawn.map(lambda each: each.encode(codec))
    return raw if most is None else raw.filter(lambda each: len(each) <= most)
