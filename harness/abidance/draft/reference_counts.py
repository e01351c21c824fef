"""Handles with a count of references: which function adds one, and which gives one back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.header.name_words import words_of

if TYPE_CHECKING:
    from abidance.draft.handle_pairs import HandleFacts
    from abidance.draft.views import FunctionView, HeaderView

_COUNTERPARTS = {
    "unref": ("ref",),
    "decref": ("incref",),
    "unreference": ("reference",),
    "release": ("retain", "acquire", "addref"),
}
"""What adds a reference, by the word for what gives one back: the two are named alike."""
REFERENCES = frozenset(word for adding in _COUNTERPARTS.values() for word in adding)
"""Words of functions that add a reference: what one returns is no new object."""
_GIVE_BACK = frozenset((*_COUNTERPARTS, "put"))
_OF_REFERENCES = re.compile(r"\b(?:references?|ref ?-?count)\b", re.IGNORECASE)
_ADDS_ONE = re.compile(
    r"\b(?:increas|increment|add|acquir)\w*\b[^.;]{0,30}\b(?:references?|ref ?-?count)\b", re.IGNORECASE
)


def reference_adder(header: HeaderView, facts: HandleFacts) -> str | None:
    """Return the function that adds a reference to a handle, by its name, or else by what is said.

    It is given one, and returns that or nothing. None where there are several, or where nothing gives references back.
    """
    named: list[str] = []
    told: list[str] = []
    for view in map(header.view, header.functions):
        pointers = [*view.pointers()]
        by_name = not REFERENCES.isdisjoint(words_of(view.name))
        if len(view.parameters) != 1 or len(pointers) != 1:
            continue
        if not by_name and not any(_ADDS_ONE.search(text.prose) for text in view.documentation):
            continue
        if view.handle_of(pointers[0][2]) != facts or view.name == facts.destroyer:
            continue
        returned = header.target(view.function.returns)
        same = returned is not None and header.record_key(returned) == facts.key
        if same or header.is_void(view.function.returns):
            (named if by_name else told).append(view.name)
    found = named or told
    if len(found) != 1 or facts.destroyer is None:
        return None
    adds, ends = header.view(found[0]), header.view(facts.destroyer)
    return adds.name if _gives_reference_back(ends) or _belong_together(adds, ends) else None


def _gives_reference_back(view: FunctionView) -> bool:
    """Tell whether what ends a handle ends it with the last reference, by its name or documentation.

    `json_delete` of Jansson ends one whatever there is: `json_decref` is the one to call, which the header defines.
    """
    said = any(_OF_REFERENCES.search(text.prose) for text in view.documentation)
    return said or not _GIVE_BACK.isdisjoint(words_of(view.name))


def _belong_together(view: FunctionView, ends: FunctionView) -> bool:
    """Tell whether a function returns what it adds a reference to, and there is only a `destroy` to give that back.

    So it is with cairo, fontconfig and HarfBuzz: `hb_set_reference` and `hb_set_destroy`.
    """
    header = view.header
    if "destroy" not in words_of(ends.name) or header.is_void(view.function.returns):
        return False
    others = (header.view(name) for name in header.declarations.functions)
    return all(
        _GIVE_BACK.isdisjoint(words_of(other.name)) or other.taken.isdisjoint(view.taken) for other in others
    )


def gives_back_one_of_several(header: HeaderView, key: str, end: str) -> bool:
    """Tell whether a function gives back a reference of those that another, by its name, adds to the same object.

    Where one that frees stands beside the two, as `exif_data_free` does, that is what the last reference leads to.
    """
    adding = {by for word in words_of(end) for by in _COUNTERPARTS.get(word, ())}
    return any(
        not adding.isdisjoint(words_of(view.name)) and len(view.parameters) == 1 and key in view.taken
        for view in map(header.view, header.functions)
    )
