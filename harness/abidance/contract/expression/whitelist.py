"""The part of Python that the language has, and the words for what it leaves out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.contract.expression.environment import AFTER_ONLY
from abidance.contract.expression.functions import FUNCTIONS, pattern
from abidance.contract.expression.operations import BINARY, COMPARE, MAX_BITS
from abidance.contract.language.regexes import RegexError
from abidance.core.catalogue import BAD_EXPRESSION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from abidance.contract.expression.positions import ExpressionPositions

MAX_DEPTH = 80
_HELP = (
    f"an expression may call {', '.join(f'`{name}`' for name in FUNCTIONS)}; "
    "what calls of the library have to do with each other is a law (`laws`), "
    "and what one tells of another stands under `requires` and `ensures`; "
    "a law asks in a step, `a = f(x)`, and makes others `if a.result > 0`"
)

_REFUSED: dict[type[ast.AST], str] = {
    ast.Await: "`await`",
    ast.Dict: "a mapping in braces",
    ast.DictComp: "a mapping in braces",
    ast.JoinedStr: "an f-string",
    ast.Lambda: "`lambda`",
    ast.NamedExpr: "assignment with `:=`",
    ast.Set: "a set in braces",
    ast.SetComp: "a set in braces",
    ast.Starred: "`*` before an argument",
    ast.Yield: "`yield`",
    ast.YieldFrom: "`yield`",
}
_INSTEAD: dict[type[ast.AST], str] = {
    ast.Dict: "in a step of a law fields are arguments, `f(record.field=value)`; compared they are one by one",
}
_PLAIN = (ast.BoolOp, ast.UnaryOp, ast.IfExp, ast.Slice, ast.List, ast.Tuple)


def refusals(tree: ast.expr, positions: ExpressionPositions, *, after: bool) -> list[Diagnostic]:
    """Return one diagnostic for each part of the expression that the language does not have."""
    checker = _Checker(positions, after=after)
    checker.check(tree, 1)
    return checker.problems


class _Checker:
    def __init__(self, positions: ExpressionPositions, *, after: bool) -> None:
        self.problems: list[Diagnostic] = []
        self._positions = positions
        self._after = after
        self._in_old = False

    def check(self, node: ast.expr, depth: int) -> None:
        if depth > MAX_DEPTH:
            if not self.problems:
                self._refuse(node, f"the expression nests deeper than {MAX_DEPTH} levels")
            return
        match node:
            case ast.Constant():
                self._constant(node)
            case ast.Name():
                self._name(node)
            case ast.Attribute(attr=attribute):
                if not self._is_dunder(attribute, node):
                    self._owner(node)
            case ast.Subscript(slice=ast.Tuple()):
                self._refuse(node, "an index is one number")
            case ast.BinOp(op=operator) if type(operator) not in BINARY:
                self._refuse(node, "`@` is not part of the expression language")
            case ast.Compare(ops=operators) if any(type(operator) not in COMPARE for operator in operators):
                self._refuse(node, "`is` is not part of the expression language", hint="write `==` or `!=`")
            case ast.Call():
                self._call(node, depth)
                return
            case ast.ListComp():
                self._comprehension(node.generators, node)
            case ast.GeneratorExp():
                self._refuse(
                    node, "a comprehension belongs in `all`, `any`, `sum`, `min`, `max`, `join` or brackets"
                )
            case ast.BinOp() | ast.Compare() | ast.Subscript():
                pass
            case _ if not isinstance(node, _PLAIN):
                what = _REFUSED.get(type(node), "this")
                self._refuse(
                    node, f"{what} is not part of the expression language", hint=_INSTEAD.get(type(node))
                )
                return
        self._children(node, depth)

    def _children(self, node: ast.AST, depth: int) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.comprehension):
                self._children(child, depth)
            elif isinstance(child, ast.expr):
                self.check(child, depth + 1)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, complex) or value is ...:
            self._refuse(node, "this constant is not part of the expression language")
        elif isinstance(value, int) and value.bit_length() > MAX_BITS:
            self._refuse(node, f"a number of more than {MAX_BITS} bits")

    def _name(self, node: ast.Name) -> None:
        if (
            not self._is_dunder(node.id, node)
            and not self._after
            and node.id in AFTER_ONLY
            and isinstance(node.ctx, ast.Load)
        ):
            self._refuse(node, f"`{node.id}` has no value before the call")

    def _is_dunder(self, word: str, node: ast.expr) -> bool:
        dunder = word.startswith("__") and word.endswith("__")
        if dunder:
            self._refuse(node, f"`{word}` is not part of the expression language")
        return dunder

    def _owner(self, node: ast.Attribute) -> None:
        owner = node.value
        while isinstance(owner, (ast.Attribute, ast.Subscript)):
            owner = owner.value
        if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "old":
            return
        if not isinstance(owner, ast.Name):
            self._refuse(node, f"`{node.attr}` is a field, and only a named value has fields")

    def _call(self, node: ast.Call, depth: int) -> None:
        function = FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or not isinstance(node.func, ast.Name):
            self._unknown_function(node.func)
        elif node.keywords:
            self._refuse(node, f"`{node.func.id}` takes its arguments by position, not by name")
        elif not function.least <= len(node.args) <= function.most:
            self._refuse(
                node,
                f"`{node.func.id}` takes {function.arity}, not {len(node.args)}",
                hint=function.signature,
            )
        elif node.func.id == "matches":
            self._pattern(node)
        elif node.func.id == "old" and not self._refuse_old(node):
            self._in_old = True
            self._children(node, depth)
            self._in_old = False
            return
        for argument in node.args:
            if (
                isinstance(argument, ast.GeneratorExp)
                and function
                and function.aggregates
                and len(node.args) == 1
            ):
                self._comprehension(argument.generators, argument)
                self._children(argument, depth + 1)
            else:
                self.check(argument, depth + 1)
        for keyword in node.keywords:
            self.check(keyword.value, depth + 1)

    def _pattern(self, node: ast.Call) -> None:
        _, text = node.args
        if not isinstance(text, ast.Constant) or not isinstance(text.value, str | bytes):
            self._refuse(
                text, "the form of `matches` is written out, in quotes", hint=FUNCTIONS["matches"].signature
            )
            return
        try:
            pattern(text.value)
        except RegexError as error:
            self._refuse(text, f"the form {error}", hint=error.hint)

    def _refuse_old(self, node: ast.Call) -> bool:
        if not self._after:
            self._refuse(
                node, "`old` has no meaning before the call", hint="values here are from before the call"
            )
        elif self._in_old:
            self._refuse(node, "`old` inside `old`")
        return not self._after or self._in_old

    def _unknown_function(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            self._refuse(node, f"unknown function `{node.id}`", did_you_mean(node.id, FUNCTIONS), hint=_HELP)
        elif isinstance(node, ast.Attribute):
            self._refuse(node, f"`{node.attr}` cannot be called: values have fields, not methods", hint=_HELP)
        else:
            self._refuse(node, "this cannot be called", hint=_HELP)

    def _comprehension(self, generators: list[ast.comprehension], node: ast.expr) -> None:
        for generator in generators:
            if generator.is_async:
                self._refuse(node, "`async` is not part of the expression language")
            if not isinstance(generator.target, ast.Name):
                self._refuse(generator.target, "a comprehension names one variable")

    def _refuse(self, node: ast.expr, message: str, label: str = "", hint: str | None = None) -> None:
        where = Label(self._positions.span(node), label)
        self.problems.append(Diagnostic(BAD_EXPRESSION, message, (where,), help=hint))
