"""Kinds of value that are expressions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from typing import TYPE_CHECKING, Any

from abidance.contract.expression.errors import EvaluationError
from abidance.contract.expression.expression import Expression, parse
from abidance.contract.language.clauses import Define, Schema, ValueKind
from abidance.contract.language.flow import joined
from abidance.contract.language.kinds import NOT_A_BOOL, YAML_BOOLS
from abidance.contract.language.shapes import MapOf
from abidance.contract.source.nodes import ListNode, MappingNode, Node, ScalarNode
from abidance.core.catalogue import BAD_EXPRESSION, WRONG_VALUE
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from abidance.contract.language.reader import ContractReader
    from abidance.core.diagnostic import Diagnostic

_IN_FLOW = (
    "inside `[...]` and `{...}` YAML splits at commas and brackets: quote the expression, or give it a line "
    "of its own"
)
EXPRESSIONS = "a list of expressions"
_COMMENT = "YAML begins a comment at ` #`: quote the expression"

Demand = Callable[[object], str]
"""From a value to what it should be instead, or nothing."""


@dataclass(frozen=True)
class Formula(ValueKind):
    """An expression. Without `after`, one on values from before the call.

    `demand` is asked about values that are known here already, because they name nothing. With `calls`, there may be
    calls of C functions in it; with `loops`, also where they are made for one element after the other.
    """

    after: bool = False
    demand: Demand | None = None
    calls: bool = False
    loops: bool = False
    null: bool = False
    """Whether YAML's null, written out, is an expression as well: the pointer."""
    advice: str = ""
    """The remedy where it does not parse, if what was meant is likely no expression."""
    _: KW_ONLY
    words: str = "an expression"

    def read(self, node: Node, reader: ContractReader) -> Any:
        """Return the expression."""
        if not isinstance(node, ScalarNode):
            hint = (
                "an expression with `: ` in it must be quoted" if isinstance(node, MappingNode) else _IN_FLOW
            )
            reader.wrong(node, self.words, hint=hint)
            return None
        if node.value is None and not (self.null and node.text):
            reader.wrong(node, self.words)
            return None
        try:
            expression = parse(
                node.text,
                node.at(0, len(node.text)),
                node.at,
                after=self.after,
                calls=self.calls,
                loops=self.loops,
            )
        except UsageError as error:
            reader.problems.extend(_with_hint(problem, node, self.advice) for problem in error.diagnostics)
            return None
        value = known_value(expression, reader) if self.demand else None
        wanted = self.demand(value[0]) if self.demand and value else ""
        if wanted:
            message = f"{reader.subject} must be {wanted}, not `{node.text}`"
            reader.problem(WRONG_VALUE, message, node.span)
        return expression

    def items(self, node: ListNode) -> tuple[Node, ...]:
        """Return the expressions of a list, with those whole that YAML has split at a comma between parentheses."""
        return joined(node)

    def schema(self, _define: Define) -> Schema:
        """Return what YAML may make of an expression."""
        return {"type": ["string", "number", "boolean", *(["null"] if self.null else [])]}


@dataclass(frozen=True)
class FlagOrFormula(Formula):
    """True, false, or where an expression holds."""

    _: KW_ONLY
    words: str = "`true`, `false` or an expression"

    def offers(self) -> tuple[str, ...]:
        """Return what is no expression."""
        return ("true", "false")

    def read(self, node: Node, reader: ContractReader) -> object:
        """Return a bool or the expression."""
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        if isinstance(node, ScalarNode) and not node.style and node.text.lower() in NOT_A_BOOL:
            reader.wrong(node, self.words, hint=YAML_BOOLS)
            return None
        return super().read(node, reader)

    def schema(self, _define: Define) -> Schema:
        """Return a boolean or text."""
        return {"type": ["boolean", "string", "number"]}


@dataclass(frozen=True)
class MapOrFormula(MapOf):
    """A mapping with free keys, or an expression, each as itself."""

    _: KW_ONLY
    formula: Formula

    def read(self, node: Node, reader: ContractReader) -> Any:
        """Return the mapping, or the expression."""
        written = isinstance(node, ScalarNode) and bool(
            node.value is not None or (self.formula.null and node.text)
        )
        return self.formula.read(node, reader) if written else super().read(node, reader)

    def schema(self, define: Define) -> Schema:
        """Return either form."""
        return {"anyOf": [super().schema(define), self.formula.schema(define)]}


@dataclass(frozen=True)
class RangeOf(ValueKind):
    """A list of two bounds, which the model keeps as two expressions."""

    _: KW_ONLY
    words: str = "a list of two bounds, `[lowest, highest]`"

    def read(self, node: Node, reader: ContractReader) -> tuple[Expression, Expression] | None:
        """Return the bounds; those that are known here must be in order."""
        if not isinstance(node, ListNode):
            ends = node.text.split("..") if isinstance(node, ScalarNode) else []
            both = len(ends) == 2 and all(end.strip() for end in ends)
            reader.wrong(node, self.words, hint=f"write `[{ends[0]}, {ends[1]}]`" if both else None)
            return None
        bounds = joined(node)
        if len(bounds) != 2:
            message = f"{reader.subject} must have two bounds, not {len(bounds)}"
            reader.problem(WRONG_VALUE, message, node.span, "`[lowest, highest]`, both inclusive")
            return None
        low, high = (BOUND.read(item, reader) for item in bounds)
        if low is None or high is None:
            return None
        values = [value[0] for value in (known_value(low, reader), known_value(high, reader)) if value]
        lowest, highest = values if len(values) == 2 else (0, 0)
        if isinstance(lowest, (int, float)) and isinstance(highest, (int, float)) and lowest > highest:
            message = f"the range is empty: `{low.text}` is more than `{high.text}`"
            reader.problem(WRONG_VALUE, message, node.span)
        return low, high

    def schema(self, define: Define) -> Schema:
        """Return a list of two."""
        return {"type": "array", "items": BOUND.schema(define), "minItems": 2, "maxItems": 2}


def known_value(expression: Expression, reader: ContractReader) -> tuple[object] | None:
    """Return the value, in a tuple, of an expression that names nothing; report that it has none."""
    if expression.names:
        return None
    try:
        return (expression.evaluate({}),)
    except EvaluationError as error:
        reader.problems.extend(error.diagnostics)
        return None


def _with_hint(problem: Diagnostic, node: ScalarNode, advice: str) -> Diagnostic:
    if advice:
        return replace(problem, help=advice)
    parses = "does not parse" not in problem.message
    if problem.help or problem.code is not BAD_EXPRESSION or node.style or parses:
        return problem
    rest = node.source.lines[node.span.end_line - 1][node.span.end_column - 1 :]
    if rest[:1].isspace() and rest.lstrip().startswith("#"):
        return replace(problem, help=_COMMENT)
    return replace(problem, help=_IN_FLOW) if node.in_flow else problem


def _number(value: object) -> str:
    return "" if isinstance(value, (int, float)) else "a number"


def _natural(value: object) -> str:
    right = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return "" if right else "a whole number of at least zero"


def _power_of_two(value: object) -> str:
    right = isinstance(value, int) and value > 0 and value & (value - 1) == 0
    return "" if right else "a power of two"


VALUE = Formula(words="a value or an expression")
MEMBER = Formula(
    advice="of texts, say `like: 'one|other'`: a regular expression", words="a value or an expression"
)
NULL_OR_NUMBER = Formula(null=True, words="`null`, a number or an expression")
BOUND = Formula(demand=_number, words="a number or an expression")
SIZE = Formula(demand=_natural, words="a size")
PINNED_ALIGNMENT = Formula(demand=_power_of_two, words="an alignment")
BEFORE = Formula()
AFTER = Formula(after=True)
WITH_CALLS = Formula(after=True, calls=True)
WITH_CALLS_IN_LOOPS = Formula(after=True, calls=True, loops=True)
BEFORE_WITH_CALLS = Formula(calls=True)
BEFORE_WITH_CALLS_IN_LOOPS = Formula(calls=True, loops=True)
NULLABLE = FlagOrFormula()
NULLABLE_AFTER = FlagOrFormula(after=True)
RANGE = RangeOf()
