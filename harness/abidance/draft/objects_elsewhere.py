"""Objects that functions of a header are given, and that only functions of another header make."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from abidance.header.name_words import creates
from abidance.ir.tables import matching

if TYPE_CHECKING:
    from abidance.draft.views import FunctionView
    from abidance.ir.types import Type


def made_elsewhere(view: FunctionView, target: Type) -> str | None:
    """Return the question how an opaque object comes about, where a header that is included declares what makes one.

    Nobody but the library makes one. None of what the header's own functions make, and where nothing is known to.
    """
    header = view.header
    handle = view.handle_of(target)
    if not header.is_opaque(target) or (handle is not None and handle.creators):
        return None
    key, kind = header.record_key(target), header.type_name(target)
    known = header.declarations.functions
    makers = [
        (len(known[name].parameters), name)
        for name in matching(known, creates)
        if name not in header.functions and header.record_key(header.target(known[name].returns)) == key
    ]
    if not makers:
        return None
    _, maker = min(makers)
    file = Path(known[maker].span.path).name
    return f"how a `{kind}` comes about: `{maker}` of `{file}` makes one; draft a header that includes both"
