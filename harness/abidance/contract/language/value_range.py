"""Two ends with `..` between them, as text: `0..`, `1..3`, `..-1`, `0..n`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.expression.expression import Expression, parse
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader
    from abidance.contract.source.nodes import ScalarNode

BETWEEN = ".."


def ends(node: ScalarNode, reader: ContractReader) -> tuple[Expression | None, Expression | None] | None:
    """Return both ends, None for one that is left open, the same one twice without `..`; None after a complaint."""
    text = node.text
    first, between, last = text.partition(BETWEEN)
    least = most = None
    if first.strip():
        least = most = _end(node, 0, len(first), reader)
        if least is None:
            return None
    if between:
        most = _end(node, len(first) + len(BETWEEN), len(text), reader) if last.strip() else None
        if most is None and last.strip():
            return None
    return least, most


def _end(node: ScalarNode, start: int, end: int, reader: ContractReader) -> Expression | None:
    raw = node.text[start:end]
    start += len(raw) - len(raw.lstrip())
    text = raw.strip()
    try:
        return parse(text, node.at(start, start + len(text)), lambda a, b: node.at(start + a, start + b))
    except UsageError as error:
        reader.problems.extend(error.diagnostics)
        return None
