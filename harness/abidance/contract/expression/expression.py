"""An expression of a contract: parsed and checked once, compiled once when it is first evaluated."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression.allowance import spend
from abidance.contract.expression.alternatives import (
    alternatives,
    asks_for_null,
    compared_with,
    compares,
    in_turn,
    opposites,
)
from abidance.contract.expression.environment import CONSTANTS, declared
from abidance.contract.expression.errors import EvaluationError
from abidance.contract.expression.evaluation import Code, EvaluationFrame, build
from abidance.contract.expression.explanation import Explainer
from abidance.contract.expression.folding import ConstantFolder
from abidance.contract.expression.mining import literals
from abidance.contract.expression.narrowing import narrow
from abidance.contract.expression.operations import MAX_STEPS, NUMBERS, truth
from abidance.contract.expression.partial_evaluation import Postponed, postpone
from abidance.contract.expression.references import Reference, Resolve, join, references, unknown
from abidance.contract.expression.scenarios import scenarios
from abidance.contract.expression.show import show as show_value
from abidance.contract.expression.syntax import read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from abidance.contract.expression.environment import Environment
    from abidance.contract.expression.facts import Fact, MinedLiteral, Narrowing
    from abidance.contract.expression.inner_calls import InnerCall
    from abidance.contract.expression.positions import ExpressionPositions, Locate
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span


@dataclass(frozen=True, slots=True)
class Claim:
    """A part of a condition that stands by itself."""

    text: str
    span: Span
    _condition: Code | None = field(compare=False, repr=False)
    where: str = ""
    """Of what is equal to `a and b` or `a or b`, where it is this that is told: where that holds, or does not."""

    def says(self, now: Environment, before: Environment | None = None) -> bool:
        """Return whether it says anything of these values; raises EvaluationError where that has no value."""
        if self._condition is None:
            return True
        value = _run(self._condition, EvaluationFrame(now, before), self.span)
        return isinstance(value, NUMBERS) and truth(value)


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or value. Two are equal when their text and place are.

    `references` are the values it looks at, in the order written; `span` is its text in the file.
    """

    text: str
    span: Span
    references: tuple[Reference, ...] = field(compare=False)
    _tree: ast.expr = field(compare=False, repr=False)
    _where: ExpressionPositions = field(compare=False, repr=False)
    _code: list[Code] = field(default_factory=list, compare=False, repr=False)
    calls: tuple[CallInside, ...] = field(default=(), compare=False, repr=False)
    """The calls of C functions in it, in the order in which they are made: of a law's condition."""
    _postponed: dict[tuple[frozenset[str], frozenset[str]], Postponed | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    _alternatives: list[tuple[tuple[Expression, ...], ...]] = field(
        default_factory=list, compare=False, repr=False
    )
    _compared: dict[str, tuple[Expression, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ordered_with_calls(self) -> frozenset[str]:
        """Return the names that are compared, by which is more, with what C functions in it return."""
        told = {each.name for each in self.calls}
        compared = (each for each in ast.walk(self._tree) if isinstance(each, ast.Compare)) if told else ()
        names = [
            {part.id for part in ast.walk(each) if isinstance(part, ast.Name)}
            for each in compared
            if any(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in each.ops)
        ]
        return frozenset().union(*(each for each in names if told & each)) - told

    @property
    def names(self) -> frozenset[str]:
        """Return the first part of every reference: parameters, constants, `result`, `errno`."""
        return frozenset(reference.parts[0] for reference in self.references)

    @property
    def paths(self) -> tuple[tuple[str, Span], ...]:
        """Return every path that it looks at, such as ``request.route``, with its place."""
        return tuple((reference.path, reference.span) for reference in self.references)

    @property
    def sole_name(self) -> str:
        """Return the C name, or the path, that the whole expression is; empty where it is more than one."""
        inner = self._tree
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if not isinstance(inner, ast.Name) or not self.references:
            return ""
        first, *more = self.references[0].parts
        return join((declared(first), *more))

    @property
    def is_null(self) -> bool:
        """Tell whether it says NULL, and nothing else."""
        return isinstance(self._tree, ast.Name) and CONSTANTS.get(self._tree.id, self) is None

    @property
    def length(self) -> Expression:
        """Return how many elements it has, 0 where it is NULL."""
        there = ast.Compare(self._tree, [ast.NotEq()], [ast.Name("null", ast.Load())])
        count = ast.Call(func=ast.Name("len", ast.Load()), args=[self._tree], keywords=[])
        tree = _like(self._tree, ast.IfExp(there, count, ast.Constant(0)))
        return Expression(length_text(self.text), self.span, self.references, tree, self._where)

    @property
    def opposite(self) -> Expression:
        """Return the condition that holds where this one does not."""
        tree = _like(self._tree, ast.UnaryOp(ast.Not(), self._tree))
        return Expression(
            f"not ({self.text})", self.span, self.references, tree, self._where, calls=self.calls
        )

    def is_opposite(self, other: Expression) -> bool:
        """Tell whether it says, by its form, that another one does not hold."""
        return opposites(self._tree, other.tree)

    def with_numbers(self, numbers: Mapping[str, int]) -> Expression:
        """Return the same expression where some names are numbers."""
        tree = _Replacer({name: ast.Constant(number) for name, number in numbers.items()}).visit(
            copy.deepcopy(self._tree)
        )
        return Expression(self.text, self.span, tuple(references(tree, self._where, {})), tree, self._where)

    def with_words(self, words: Mapping[str, Expression]) -> Expression:
        """Return the expression that stands where each of some names is another one."""
        tree = _Replacer({name: each.tree for name, each in words.items()}).visit(copy.deepcopy(self._tree))
        return parse(ast.unparse(tree), self.span)

    @property
    def tree(self) -> ast.expr:
        """Return its syntax, which holds nothing but what the language has."""
        return self._tree

    def inside(self, tree: ast.expr) -> Expression:
        """Return a part of its syntax as an expression of its own."""
        return _inner(tree, self._where)

    def folder(self, constants: Mapping[str, object]) -> ConstantFolder:
        """Return what tells constant parts from others; `constants` are the header's."""
        return ConstantFolder(self._where, constants)

    def evaluate(self, now: Environment, before: Environment | None = None) -> object:
        """Return the value on `now`; ``old(x)`` looks at `before`.

        Raises EvaluationError, at its column, when there is no value.
        """
        if not self._code:
            self._code.append(build(self._tree, self._where, {}))
        return _run(self._code[0], EvaluationFrame(now, before), self.span)

    def holds(self, now: Environment, before: Environment | None = None) -> bool:
        """Return whether the condition is true; raises EvaluationError for a value that is no condition."""
        value = self.evaluate(now, before)
        if isinstance(value, NUMBERS):
            return truth(value)
        message = f"the condition is {show_value(value)}, which is neither true nor false"
        raise EvaluationError(message, self.span)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Return what it claims, part by part, and when each part says something."""
        return tuple(
            Claim(
                self.text if part is self._tree else self.text[slice(*self._where.offsets(part))],
                self.span,
                build(condition, self._where, {}) if condition is not None else None,
                self._side(condition) if is_equal_to_several(part) else "",
            )
            for part, condition in claims(self._tree)
        )

    def _side(self, condition: ast.expr | None) -> str:
        """Return, in words, on which side of what is equal to several conditions something is said."""
        holds = not isinstance(condition, ast.UnaryOp)
        told = condition.operand if isinstance(condition, ast.UnaryOp) else condition
        assert told is not None
        return (
            f" where `{self.text[slice(*self._where.offsets(told))]}` {'holds' if holds else 'does not hold'}"
        )

    @property
    def chooses(self) -> bool:
        """Return whether what it looks at may depend on what it has looked at before: `implies`, `or`, `if`."""
        return any(
            isinstance(node, ast.BoolOp | ast.IfExp)
            or (isinstance(node, ast.expr) and _condition(node) is not None)
            for node in ast.walk(self._tree)
        )

    def explain(
        self,
        now: Environment,
        before: Environment | None = None,
        *,
        constants: Collection[str] = (),
        show: Callable[[object], str] = show_value,
    ) -> list[tuple[Span, str]]:
        """Return what each part came to, as labels that do not overlap.

        Only parts that evaluation looked at have one; names in `constants` say enough without a value.
        """
        explainer = Explainer(self._where, EvaluationFrame(now, before), constants, show)
        return list(explainer.explain(self._tree, whole=True))

    def unknown_names(self, known: Collection[str], resolve: Resolve | None = None) -> list[Diagnostic]:
        """Return a diagnostic for each name not in `known` and each field that `resolve` does not have.

        A name that is written several times is one mistake, shown at its first place.
        """
        found = (unknown(reference, known, resolve) for reference in self.references)
        return list({problem.message: problem for problem in reversed([*found]) if problem}.values())[::-1]

    def literals(self, constants: Mapping[str, object] | None = None) -> tuple[MinedLiteral, ...]:
        """Return the constants in it, worth trying as values; `constants` are the header's."""
        return tuple(literals(self._tree, ConstantFolder(self._where, constants or {}), {}))

    @property
    def alternatives(self) -> tuple[tuple[Expression, ...], ...]:
        """Return the condition as alternatives, of which one must hold: each is conditions that all must hold."""
        if not self._alternatives:
            self._alternatives.append(
                tuple(tuple(map(self._part, each)) for each in alternatives(self._tree))
            )
        return self._alternatives[0]

    def in_turn(self, names: frozenset[str]) -> tuple[Expression, ...]:
        """Return conditions that all must hold, one after the other, each of which has one of some names."""
        trees = in_turn(self._tree, names)
        return (self,) if trees == [self._tree] else tuple(map(self._rewritten, trees))

    def _rewritten(self, tree: ast.expr) -> Expression:
        read = tuple(references(tree, self._where, {}))
        return Expression(self._text_of(tree), self.span, read, tree, self._where)

    def _text_of(self, tree: ast.expr) -> str:
        """Return how a condition is written that stands in the text, or is made of such that do."""
        place = self._where.offsets(tree)
        match tree:
            case ast.UnaryOp(op=ast.Not(), operand=inner) if self._where.offsets(inner) == place:
                return f"not ({self._text_of(inner)})"
            case ast.BoolOp(op=ast.And(), values=values) if self._where.offsets(values[0]) == place:
                parts = ((each, self._text_of(each)) for each in values)
                return " and ".join(
                    f"({text})" if isinstance(each, ast.BoolOp) and isinstance(each.op, ast.Or) else text
                    for each, text in parts
                )
        return self.text[slice(*place)]

    @property
    def of_each(self) -> ForEach | None:
        """Return what it says of each of what it goes through, of the form ``all(condition for x in xs if what)``.

        None where it is no such. ``implies(what, condition)`` in it is the same as an ``if``.
        """
        match self._tree:
            case ast.Call(
                func=ast.Name(id="all"),
                args=[
                    ast.GeneratorExp(
                        elt=said, generators=[ast.comprehension(target=ast.Name(id=name)) as loop]
                    )
                ],
            ):
                pass
            case _:
                return None
        filters = [*loop.ifs]
        while isinstance(said, ast.Call) and isinstance(said.func, ast.Name) and said.func.id == "implies":
            filters.append(said.args[0])
            said = said.args[1]
        kept = tuple(_inner(each, self._where) for each in filters)
        return ForEach(name, _inner(loop.iter, self._where), kept, self._part(said))

    def postponed(self, unknown: frozenset[str], texts: frozenset[str] = frozenset()) -> Postponed | None:
        """Return what is left to work out where some names have a value only later; None where that is too much.

        It is then worked out without this language, so numbers are, and `texts` are compared with what is known.
        """
        key = unknown, texts
        if key not in self._postponed:
            self._postponed[key] = postpone(self._tree, self._where, unknown, texts, self.span)
        return self._postponed[key]

    def only_compares(self, name: str) -> bool:
        """Tell whether it does nothing with a value but compare it, or ask whether it is true."""
        return compares(self._tree, name)

    def asks_for_null(self, name: str) -> bool:
        """Tell whether it compares what a value is after a call with NULL."""
        return asks_for_null(self._tree, name)

    def compared_with(self, name: str) -> tuple[Expression, ...]:
        """Return what a value is compared with, such as ``n + 1`` in ``result == n + 1``."""
        if name not in self._compared:
            self._compared[name] = tuple(map(self._part, compared_with(self._tree, name)))
        return self._compared[name]

    def _part(self, tree: ast.expr) -> Expression:
        if tree is self._tree:
            return self
        text = self.text[slice(*self._where.offsets(tree))]
        return Expression(text, self.span, tuple(references(tree, self._where, {})), tree, self._where)

    def narrowings(self, constants: Mapping[str, object] | None = None) -> Narrowing:
        """Return what it says about single operands as far as it is a conjunction of such conditions."""
        return narrow(self._tree, ConstantFolder(self._where, constants or {}), {})

    def scenarios(self, constants: Mapping[str, object] | None = None) -> tuple[tuple[Fact, ...], ...]:
        """Return the sets of conditions that it names together: situations worth trying on purpose."""
        return tuple(scenarios(self._tree, ConstantFolder(self._where, constants or {})))


class _Replacer(ast.NodeTransformer):
    """Puts other expressions in the place of names."""

    def __init__(self, others: Mapping[str, ast.expr]) -> None:
        self._others = others

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what a name stands for, in its place, or the name."""
        if node.id not in self._others:
            return node
        return ast.copy_location(copy.deepcopy(self._others[node.id]), node)


def _run(code: Code, frame: EvaluationFrame, span: Span) -> object:
    try:
        return code(frame)
    except RecursionError:
        raise EvaluationError("the values nest too deeply", span) from None
    finally:
        if frame.steps != MAX_STEPS:
            spend(MAX_STEPS - frame.steps, span)


def _condition(tree: ast.expr) -> ast.expr | None:
    match tree:
        case ast.Call(func=ast.Name(id="implies"), args=[condition, _]):
            return condition
    return None


@dataclass(frozen=True, slots=True)
class CallInside:
    """A call of a C function in an expression, where `name` stands for what it leaves.

    Each argument has the keyword that it is written with, and that one's place, or None; so has the library that
    stands before the function.
    """

    name: str
    function: str
    span: Span
    arguments: tuple[tuple[tuple[str, Span] | None, Expression], ...]
    library: tuple[str, Span] | None = None
    old: bool = False
    """Whether it stands inside of ``old(...)``: it is made before the call that the condition is about."""
    loops: tuple[LoopAround, ...] = ()
    """The loops that it depends on: it is made for each of what they go through."""


@dataclass(frozen=True, slots=True)
class ForEach:
    """What is said of each of what `variable` goes through `over`, but for those for which `filters` do not hold."""

    variable: str
    over: Expression
    filters: tuple[Expression, ...]
    said: Expression

    def rounds(self, scope: Mapping[str, object]) -> list[object] | None:
        """Return what the variable is each time; None where it is not known what it goes through."""
        try:
            found = self.over.evaluate(scope)
            if not isinstance(found, Iterable):
                return None
            return [
                each
                for each in found
                if all(condition.holds({**scope, self.variable: each}) for condition in self.filters)
            ]
        except EvaluationError:
            return None


@dataclass(frozen=True, slots=True)
class LoopAround:
    """A loop around a call: its variable, and what that goes through.

    Of a ``range`` from one number to another, or from 0 to one, these are its `ends`.
    """

    variable: str
    over: Expression
    ends: tuple[Expression, ...] = ()


def parse(
    text: str,
    span: Span,
    locate: Locate | None = None,
    *,
    after: bool = True,
    calls: bool = False,
    loops: bool = False,
) -> Expression:
    """Return the expression that `text` is. `locate` maps offsets in it to the file.

    Without `after`, what exists only after the call (`result`, `errno`, `old`) is refused, and without `calls` every
    call of a C function, without `loops` each in a loop. Raises UsageError with a diagnostic for each refusal.
    """
    found: list[InnerCall] | None = [] if calls else None
    locate = locate or (lambda start, end: span.within(start, end - start))
    tree, where = read(text, locate, after=after, calls=found, loops=loops)
    seen = tuple(references(tree, where, {}))
    old = {each.parts[0] for each in seen if each.old}
    for call in reversed(found or ()):  # the outermost first: what it is given is from before as well
        given = [each for _, tree_ in call.arguments for each in references(tree_, where, {})]
        old |= {each.parts[0] for each in given if each.old or call.name in old}
    inside = tuple(_call_inside(each, where, old=each.name in old) for each in found or ())
    return Expression(text, span, seen, tree, where, calls=inside)


def _call_inside(call: InnerCall, where: ExpressionPositions, *, old: bool) -> CallInside:
    arguments = []
    for keyword, tree in call.arguments:
        named = None
        if keyword is not None and keyword.arg is not None:
            start = where.offset(keyword.lineno, keyword.col_offset)
            named = (keyword.arg, where.between(start, start + len(keyword.arg)))
        arguments.append((named, _inner(tree, where)))
    library = None if call.library is None else (call.library.id, where.span(call.library))
    loops = tuple(_loop_around(each, where) for each in call.loops)
    return CallInside(call.name, call.function, where.span(call.call), tuple(arguments), library, old, loops)


def _inner(tree: ast.expr, where: ExpressionPositions) -> Expression:
    return Expression(ast.unparse(tree), where.span(tree), tuple(references(tree, where, {})), tree, where)


def _loop_around(loop: ast.comprehension, where: ExpressionPositions) -> LoopAround:
    assert isinstance(loop.target, ast.Name)
    ends: tuple[Expression, ...] = ()
    match loop.iter:
        case ast.Call(func=ast.Name(id="range"), args=[*numbers]) if len(numbers) < 3:
            ends = tuple(_inner(each, where) for each in numbers)
    return LoopAround(loop.target.id, _inner(loop.iter, where), ends)


def claims(tree: ast.expr) -> list[tuple[ast.expr, ast.expr | None]]:
    """Return the parts of a conjunction, each with the condition on which it says something; None for always."""
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return [claim for value in tree.values for claim in claims(value)]
    if several := is_equal_to_several(tree):
        return [(tree, several), (tree, _like(several, ast.UnaryOp(ast.Not(), several)))]
    return [(tree, _met(tree))]


def is_equal_to_several(tree: ast.expr) -> ast.BoolOp | None:
    """Return the conditions, joined by `and` or `or`, that something is equal to; None where it is to nothing such.

    What holds of all that was met on one side alone, for want of values for which all of them hold, say, says half.
    """
    match tree:
        case ast.Compare(left=ast.BoolOp() as several, ops=[ast.Eq()]):
            return several
        case ast.Compare(ops=[ast.Eq()], comparators=[ast.BoolOp() as several]):
            return several
    return None


def _met(tree: ast.expr) -> ast.expr | None:
    match tree:
        case ast.Call(func=ast.Name(id="implies"), args=[condition, consequence]):
            inner = _met(consequence)
            return condition if inner is None else _like(tree, ast.BoolOp(ast.And(), [condition, inner]))
        case ast.Call(func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as loop]):
            inner = _met(loop.elt) or ast.Constant(value=True)
            found = ast.GeneratorExp(elt=inner, generators=loop.generators)
            return _like(tree, ast.Call(func=ast.Name(id="any", ctx=ast.Load()), args=[found], keywords=[]))
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_met(value) for value in values]
            told = [part for part in parts if part is not None]
            return _like(tree, ast.BoolOp(ast.Or(), told)) if len(told) == len(parts) else None
    return None


def length_text(text: str) -> str:
    """Return how many elements something has that is written so, as text."""
    return f"len({text}) if ({text}) != null else 0"


def _like(tree: ast.expr, made: ast.expr) -> ast.expr:
    return ast.fix_missing_locations(ast.copy_location(made, tree))
