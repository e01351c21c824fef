"""What a function returns to tell how it went: `Z_OK`, `-1`, `0..`, `..-1`, `1..3`."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.contract.language.clauses import Define, Name, Schema, ValueKind
from abidance.contract.language.formulas import VALUE
from abidance.contract.language.kinds import Word
from abidance.contract.language.value_range import BETWEEN, ends
from abidance.contract.source.nodes import Node, ScalarNode
from abidance.core.catalogue import WRONG_VALUE

if TYPE_CHECKING:
    from abidance.contract.expression.expression import Expression
    from abidance.contract.language.reader import ContractReader
    from abidance.core.span import Span


_VALUE = replace(VALUE, null=True)


@dataclass(frozen=True, slots=True)
class StatusValue:
    """From `least` to `most`, both inclusive; None for an end that the type alone sets. One value is both."""

    text: str
    span: Span
    least: Expression | None
    most: Expression | None


@dataclass(frozen=True, slots=True)
class StatusName(Name):
    """The same as a key, before what the value means."""

    least: Expression | None = field(compare=False)
    most: Expression | None = field(compare=False)


@dataclass(frozen=True)
class StatusRange(ValueKind):
    """A value, or two ends of a range of which one may be left open."""

    _: KW_ONLY
    words: str = "a value, or a range such as `0..` or `1..3`"

    def read(self, node: Node, reader: ContractReader) -> StatusValue | None:
        """Return the value or range."""
        if isinstance(node, ScalarNode) and node.value is not None and BETWEEN in node.text:
            found = ends(node, reader)
            if found is None:
                return None
            if found == (None, None):
                reader.wrong(node, self.words)
                return None
            return StatusValue(node.text, node.span, *found)
        expression: Expression | None = _VALUE.read(node, reader)
        return (
            None
            if expression is None
            else StatusValue(expression.text, expression.span, expression, expression)
        )

    def schema(self, define: Define) -> Schema:
        """Return what YAML may make of it."""
        return _VALUE.schema(define)


def status_name(key: ScalarNode, reader: ContractReader) -> StatusName | None:
    """Return the value, or the ends of the range, that a key is; None after a complaint."""
    before = len(reader.problems)
    found = ends(key, reader)
    if found is None:  # it is a word of a sentence more often than an expression that is wrong
        del reader.problems[before:]
        hint = "in braces, quote a meaning that has a comma"
        reader.problem(WRONG_VALUE, f"`{key.text}` is not {STATUS_KEY.words}", key.span, hint=hint)
        return None
    return StatusName(key.text, key.span, *found)


STATUS = StatusRange()
STATUS_KEY = Word(
    r"^(?!\s*\.\.\s*$).*\S",
    words="a number, an enumerator, a macro, an expression, or a range of them such as `..-1`",
)
