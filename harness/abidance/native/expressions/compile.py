"""An expression of a contract to the text of one C expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.native.expressions.comparisons import alike
from abidance.native.expressions.compiler import ExpressionCompiler
from abidance.native.expressions.emitter import NONE, Emitter, NotCompiledError, NoValueError
from abidance.native.expressions.kinds import CNumber, truth, without_null
from abidance.native.expressions.values import CInt, CNull, CNullable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.contract.expression import Expression
    from abidance.native.expressions.kinds import AnyValue
    from abidance.native.expressions.values import CValue


def compile_condition(
    expression: Expression,
    names: Mapping[str, CValue],
    *,
    before: Mapping[str, CValue] | None = None,
    constants: Mapping[str, object] | None = None,
    unseen: list[str] | None = None,
) -> str:
    """Return a C expression: 1 where the condition holds, 0 where it does not, else ABIDANCE_NO_VALUE.

    `names` are the values after the call, or before it where nothing is after, by the spelling of expressions, the
    parameters of a record's clause among them; `before` is what `old(x)` looks at. Of a name in both, a value goes
    before one of the header's `constants`. `unseen` takes why there may be no value in C where Python has one. Raises
    NotCompiledError.
    """

    def take(out: Emitter, value: AnyValue) -> None:
        out(f"abidance_r = {truth(out, value)};")

    return compile_value(expression, names, take, before=before, constants=constants, unseen=unseen)


def compile_same(
    expression: Expression,
    names: Mapping[str, CValue],
    other: Mapping[str, CValue],
    *,
    constants: Mapping[str, object] | None = None,
    unseen: list[str] | None = None,
) -> str:
    """Return a C expression: 1 where the expression has the same value in two environments, 0 where it has another.

    The rest is as for conditions; NaN is the same as NaN, and a pointer that nobody follows as another one.
    """

    def take(out: Emitter, value: AnyValue) -> None:
        known = _unnamed(constants, other)
        compiler = ExpressionCompiler(other, None, known, expression.folder(known), out)
        out.of_two_plays = True
        out(f"abidance_r = {alike(out, value, compiler.build(expression.tree, {}))};")

    return compile_value(expression, names, take, constants=constants, unseen=unseen)


def compile_integer(
    expression: Expression,
    into: str,
    names: Mapping[str, CValue],
    *,
    before: Mapping[str, CValue] | None = None,
    constants: Mapping[str, object] | None = None,
    null: str = "0",
    unseen: list[str] | None = None,
) -> str:
    """Return a C expression that sets `into`, of type `abidance_int`, and is 1; without a number, ABIDANCE_NO_VALUE.

    For lengths, capacities and counts: a bool is none. Where a pointer that tells it is NULL, the number is `null`.
    `unseen` as for conditions. Raises NotCompiledError.
    """

    def take(out: Emitter, value: AnyValue) -> None:
        if isinstance(value, CNull):
            out(f"{into} = {null};")
        else:
            if isinstance(value, CNullable):
                with out.block(f"if ({value.null})"):
                    out(f"{into} = {null}; abidance_r = 1; goto {NONE};")
            found = without_null(out, value)
            if isinstance(found, CNumber):
                out.refuse_if(f"{found.c}.kind != ABIDANCE_WHOLE")
                out(f"{into} = {found.c}.whole;")
            elif isinstance(found, CInt) and not found.boolean:
                out(f"{into} = {found.c};")
            else:
                raise NoValueError
        out("abidance_r = 1;")

    return compile_value(expression, names, take, before=before, constants=constants, unseen=unseen)


def compile_value(
    expression: Expression,
    names: Mapping[str, CValue],
    take: Callable[[Emitter, AnyValue], None],
    *,
    before: Mapping[str, CValue] | None = None,
    constants: Mapping[str, object] | None = None,
    unseen: list[str] | None = None,
) -> str:
    """Return a C expression that ends with what `take` emits for the value: it sets `abidance_r`.

    `unseen` takes why there may be no value in C where Python has one. Raises NotCompiledError, also where there never
    is one for such a reason.
    """
    known = _unnamed(constants, names)
    compiler = ExpressionCompiler(names, before, known, expression.folder(known))
    try:
        take(compiler.out, compiler.build(expression.tree, {}))
    except NoValueError:
        if compiler.out.unseen:
            raise NotCompiledError(compiler.out.unseen[-1]) from None
        compiler.out(f"goto {NONE};")
    if unseen is not None:
        unseen += compiler.out.unseen
    return compiler.out.expression()


def _unnamed(constants: Mapping[str, object] | None, names: Mapping[str, CValue]) -> dict[str, object]:
    """Return the constants that no value of a name goes before."""
    return {name: value for name, value in (constants or {}).items() if name not in names}
