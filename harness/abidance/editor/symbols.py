"""The outline of a contract for an editor: sections, and what each of them names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol.types import DocumentSymbol, SymbolKind

from abidance.editor.outline import Items, Pair, Pairs, ScalarText

if TYPE_CHECKING:
    from abidance.editor.outline import Tree
    from abidance.editor.positions import Document

_SECTIONS = {
    "libraries": (SymbolKind.Package, ""),
    "types": (SymbolKind.Struct, "fields"),
    "handles": (SymbolKind.Class, ""),
    "functions": (SymbolKind.Function, "params"),
    "laws": (SymbolKind.Event, "given"),
}
"""Which sections name things, what these are, and what in them has names of its own."""


def symbols(document: Document, tree: Tree | None) -> list[DocumentSymbol]:
    """Return what a contract consists of, in the order written."""
    return [_top(document, pair) for pair in tree.pairs if pair.colon] if isinstance(tree, Pairs) else []


def _top(document: Document, pair: Pair) -> DocumentSymbol:
    kind, inner = _SECTIONS.get(pair.key.text, (SymbolKind.Property, ""))
    made = _symbol(document, pair, SymbolKind.Namespace if pair.key.text in _SECTIONS else kind)
    if pair.key.text in _SECTIONS and isinstance(pair.value, Pairs):
        made.children = []
        for each in pair.value.pairs:
            child = _symbol(document, each, kind)
            if isinstance(each.value, Pairs):
                below = each.value.below(inner).pairs if inner else []
                child.children = [_symbol(document, one, SymbolKind.Variable) for one in below]
                child.detail = each.value.text("summary") or None
            made.children.append(child)
    elif isinstance(pair.value, ScalarText):
        made.detail = pair.value.text
    return made


def _symbol(document: Document, pair: Pair, kind: SymbolKind) -> DocumentSymbol:
    end = max(pair.key.end, pair.value.end if isinstance(pair.value, ScalarText | Pairs | Items) else 0)
    return DocumentSymbol(
        name=pair.key.text or "?",
        kind=kind,
        range=document.range(pair.key.start, end),
        selection_range=document.range(pair.key.start, pair.key.end),
    )
