"""From a header to a draft: what is its own, each function by the rules, and what nobody can guess."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.draft.model import Draft, FunctionDraft, PlaceDraft
from abidance.draft.rules import RULES
from abidance.draft.views import FunctionView, HeaderView
from abidance.header import read_header
from abidance.header.own import Own
from abidance.ir.spelling import spell
from abidance.ir.tables import declared_in
from abidance.ir.types import Void

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.draft.source import DraftSource

RESULT = "returns"
"""The name of a function's result among its places."""


def draft(source: DraftSource, functions: Collection[str] | None = None) -> Draft:
    """Return a draft of the header's contract, or of those `functions` alone, with the handles that they use.

    Nothing is run but the compiler. Raises UsageError for a header that cannot be read.
    """
    header = view_of(source)
    wanted = [name for name in header.functions if functions is None or name in functions]
    drafts = tuple(
        draft_function(FunctionView.of(header, header.declarations.functions[name])) for name in wanted
    )
    return Draft(
        source.header,
        source.boundary or source.header.stem,
        source.include_dirs,
        source.defines,
        source.prefix or "",
        source.libraries,
        functions=drafts,
    )


def view_of(source: DraftSource) -> HeaderView:
    """Return the header as rules see it; raises UsageError when it cannot be read."""
    path = source.header.absolute()
    declarations = read_header(
        path, include_dirs=source.include_dirs, defines=source.defines, compiler=source.compiler
    )
    own = declared_in(declarations.functions, Own(path, source.include_dirs).has)
    prefix = source.prefix or ""
    return HeaderView(source, declarations, tuple(name for name in own if name.startswith(prefix)))


def draft_function(view: FunctionView) -> FunctionDraft:
    """Return what the rules say of one function."""
    function, declarations = view.function, view.header.declarations
    places = {
        name: PlaceDraft(name, spell(parameter.type, name, declarations))
        for name, parameter in view.parameters.items()
    }
    if not isinstance(view.header.bare(function.returns), Void):
        places[RESULT] = PlaceDraft(RESULT, spell(function.returns, "", declarations))
    for rule in RULES:
        for name, guess in rule(view):
            places[name] = places[name].strengthened([guess])
    result = places.pop(RESULT, None)
    listed = ", ".join(place.spelling for place in places.values()) + (", ..." if function.variadic else "")
    declaration = spell(function.returns, f"{function.name}({listed or 'void'})", declarations)
    return FunctionDraft(function.name, function.span, declaration, tuple(places.values()), result)
