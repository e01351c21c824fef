"""What one function of a header tells of the others: by its documentation, its assertions or its result."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import is_read_before, least
from abidance.header.name_words import creates, destroys, words_of
from abidance.ir.traversal import unqualified
from abidance.ir.types import Pointer, TypedefRef, Void

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.draft.views import HeaderView
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type

_CALL_BEFORE = re.compile(
    r"\b(?:call(?:ed)?|use|used|invoked)\s+(?:it\s+|this\s+(?:function\s+)?)?(?:once\s+|first\s+)?"
    r"(?:before|prior to)\s+(?:calling\s+|using\s+|any call to\s+)?[`@#]?(?P<function>\w+)",
    re.IGNORECASE,
)
_KIND = re.compile(r"\b\w*is_?a?\w*\((?P<name>\w+)\)|\b(?P<of>\w+)->(?:type|kind|tag)\b", re.IGNORECASE)
_COMPARED = re.compile(r"\b\w*(?:type|kind|tag)\w*\(\w+\) == \w+", re.IGNORECASE)
_SMALL = 16
"""A least value up to which numbers are tried in any case."""


def needed_first(header: HeaderView) -> dict[str, str]:
    """Return the functions before which, by the documentation of another, that other has to be called."""
    found: dict[str, str] = {}
    for name in header.functions:
        for text in header.documentation.about(name):
            for match in _CALL_BEFORE.finditer(f"{text.prose} {text.returns}"):
                if match["function"] in header.functions and match["function"] != name:
                    found.setdefault(match["function"], name)
    return found


def least_elsewhere(header: HeaderView) -> dict[str, tuple[int, str]]:
    """Return the large least values that are documented of numbers, by their names, each with the words.

    A name of one word, such as `size`, is of another number in each function.
    """
    found: dict[str, tuple[int, str]] = {}
    for name in header.functions:
        view = header.view(name)
        for number, parameter in view.parameters.items():
            if header.is_integer(parameter.type) and len(words_of(number)) > 1:
                for _, said in view.sentences(number):
                    limit = least(said, header.macro_value)
                    if limit is not None and _SMALL < limit[0] > found.get(number, (0, ""))[0]:
                        found[number] = (limit[0], f"of `{name}`: {limit[1]}")
    return found


def read_before(header: HeaderView) -> dict[str, str]:
    """Return the enums that functions leave where what is passed counts as well, each with such a function."""
    found: dict[str, str] = {}
    for view in map(header.view, header.functions):
        for name, _, target in view.pointers():
            sentences = (each for _, said in view.sentences(name) for each in said)
            if header.is_enum(target) and any(map(is_read_before, sentences)):
                found.setdefault(header.type_name(target), view.name)
    return found


def makers(header: HeaderView) -> dict[str, str]:
    """Return the functions that return a new object, by the key of its record or the name of what stands for it."""
    found: dict[str, str] = {}
    for name in filter(creates, header.functions):
        returned = header.target(header.declarations.functions[name].returns)
        if returned is not None:
            pointer = header.type_name(returned) if header.target(returned) is not None else ""
            found.setdefault(header.record_key(returned) or pointer, name)
    found.pop("", None)
    return found


def objects_behind_void(declarations: Declarations, functions: Iterable[str]) -> frozenset[str]:
    """Return the types that are `void *` by another name, of which a function makes an object and another ends it.

    What ends one is given nothing else, as `plist_free(plist_t)` and `cmsCloseProfile(cmsHPROFILE)` are.
    """
    made: set[str] = set()
    ended: set[str] = set()
    for function in map(declarations.functions.__getitem__, functions):
        if creates(function.name):
            made |= _behind_void(function.returns, declarations)
        if len(function.parameters) == 1 and destroys(function.name) is not None:
            ended |= _behind_void(function.parameters[0].type, declarations)
    return frozenset(made & ended)


def _behind_void(type_: Type, declarations: Declarations) -> set[str]:
    """Return the name of a type that is `void *` by that name; nothing for any other."""
    named, bare = unqualified(type_), declarations.resolve(type_)
    if not isinstance(named, TypedefRef) or not isinstance(bare, Pointer):
        return set()
    return {named.name} if isinstance(declarations.resolve(bare.to), Void) else set()


def asserted_alike(header: HeaderView) -> dict[str, tuple[frozenset[str], str]]:
    """Return what several functions assert of the kind of an object, each with the words that all their names have.

    And with one of them. Words that half of the functions have in their names tell nothing.
    """
    asserting: dict[str, list[str]] = {}
    for name in header.functions:
        for text in header.view(name).asserted:
            if _COMPARED.search(text):
                asserting.setdefault(" ".join(text.split()), []).append(name)
    times = Counter(word for name in header.functions for word in {*words_of(name)}) if asserting else {}
    everywhere = {word for word, several in times.items() if 2 * several > len(header.functions)}
    found = {}
    for text, names in asserting.items():
        words = frozenset.intersection(*map(frozenset, map(words_of, names))).difference(everywhere)
        if len(names) > 1 and words:
            found[text] = (words, names[0])
    return found


def variants(header: HeaderView) -> dict[str, tuple[str, str]]:
    """Return the keys of records of which a function asserts a kind, with that function and the assertion."""
    found: dict[str, tuple[str, str]] = {}
    for name in header.functions:
        view = header.view(name)
        for text in header.source.calls.asserted_by(view.function.symbol):
            kind = _KIND.search(text)
            parameter = view.parameters.get(kind["name"] or kind["of"]) if kind else None
            key = header.record_key(header.target(parameter.type)) if parameter else None
            if key:
                found.setdefault(key, (name, " ".join(text.split())))
    return found
