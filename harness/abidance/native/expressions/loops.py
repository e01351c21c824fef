"""Comprehensions in C, and the functions that look at every element."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Protocol

from abidance.native.expressions.arithmetic import compared, compute
from abidance.native.expressions.emitter import NONE, NoValueError
from abidance.native.expressions.kinds import (
    AnyValue,
    CNumber,
    CWritten,
    as_number,
    assign,
    join,
    loaded,
    number,
    run_of_bytes,
    truth,
    types,
    whole,
)
from abidance.native.expressions.sequences import at, count, elements, length
from abidance.native.expressions.values import CBytes, CFloat, CInt, CList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from abidance.native.expressions.emitter import Emitter

    Scope = Mapping[str, AnyValue]
    """Loop variables in sight."""
    Comprehension = ast.GeneratorExp | ast.ListComp


class PartCompiler(Protocol):
    """What compiles the parts of a loop."""

    out: Emitter

    def build(self, node: ast.expr, scope: Scope) -> AnyValue:
        """Return the value of a node."""

    def condition(self, node: ast.expr, scope: Scope) -> str:
        """Return a node as a condition."""


class Looping:
    """Compiles loops with what compiles their parts."""

    def __init__(self, parts: PartCompiler) -> None:
        self._parts = parts

    @property
    def _out(self) -> Emitter:
        return self._parts.out

    def _each(self, node: Comprehension, scope: Scope, body: Callable[[Scope], None], depth: int = 0) -> None:
        """Emit the loops of a comprehension around `body`, which is given the variables in sight."""
        if depth == len(node.generators):
            body(scope)
            return
        out, generator = self._out, node.generators[depth]
        assert isinstance(generator.target, ast.Name)
        items = elements(out, self._parts.build(generator.iter, scope))
        each, number_of = out.temporary("abidance_int"), out.whole(count(items))
        with out.block(f"for ({each} = 0; {each} < {number_of}; {each}++)"):
            out.spend("1")
            inner = {**scope, generator.target.id: at(out, items, each)}
            for test in generator.ifs:
                out(f"if (!{self._parts.condition(test, inner)}) continue;")
            self._each(node, inner, body, depth + 1)

    def aggregate(self, name: str, node: ast.expr, scope: Scope) -> AnyValue:
        """Return what `name` makes of the elements of a comprehension or of a list."""
        out = self._out
        if name in {"all", "any"} and isinstance(node, ast.GeneratorExp | ast.ListComp):
            return self._quantified(name, lambda body: self._each(node, scope, body), node.elt)
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            seen = out.whole("0")

            def walk(take: Callable[[AnyValue], None]) -> None:
                def body(inner: Scope) -> None:
                    out(f"{seen}++;")
                    take(self._parts.build(node.elt, inner))

                self._each(node, scope, body)
                out.spend(seen)

        else:
            items = elements(out, self._parts.build(node, scope))
            seen = length(out, items)
            out.spend(seen)

            def walk(take: Callable[[AnyValue], None]) -> None:
                each = out.temporary("abidance_int")
                with out.block(f"for ({each} = 0; {each} < {seen}; {each}++)"):
                    take(at(out, items, each))

        if name in {"all", "any"}:
            return self._held(name, walk)
        if name == "join":
            return self._joined(walk)
        return self._sum(walk, seen) if name == "sum" else self._extreme(name, walk, seen)

    def _quantified(
        self, name: str, loop: Callable[[Callable[[Scope], None]], None], element: ast.expr
    ) -> CInt:
        out = self._out
        result, done = out.whole("1" if name == "all" else "0"), out.label()

        def body(inner: Scope) -> None:
            self._decide(name, self._parts.condition(element, inner), result, done)

        self._to_the_end(lambda: loop(body), done)
        return CInt(result, boolean=True)

    def _held(self, name: str, walk: Callable[[Callable[[AnyValue], None]], None]) -> CInt:
        out = self._out
        result, done = out.whole("1" if name == "all" else "0"), out.label()

        def take(value: AnyValue) -> None:
            self._decide(name, truth(out, value), result, done)

        self._to_the_end(lambda: walk(take), done)
        return CInt(result, boolean=True)

    def _decide(self, name: str, condition: str, result: str, done: str) -> None:
        negated, decided = ("!", "0") if name == "all" else ("", "1")
        self._out(f"if ({negated}{condition}) {{ {result} = {decided}; goto {done}; }}")

    def _to_the_end(self, loop: Callable[[], None], done: str) -> None:
        """Emit a loop that jumps to `done`, which stands behind it even where the rest never has a value."""
        try:
            loop()
        except NoValueError:
            self._out(f"goto {NONE};")
        self._out(f"{done}: __attribute__((unused));")

    def _sum(self, walk: Callable[[Callable[[AnyValue], None]], None], seen: str) -> AnyValue:
        out, before = self._out, self._out.place()
        totals: list[AnyValue] = []

        def take(value: AnyValue) -> None:
            term = number(out, value)
            match term:
                case CInt():
                    total: AnyValue = CInt(out.temporary("abidance_int"))
                case CFloat():
                    total = CFloat(out.temporary("double"))
                case CNumber():
                    total = CNumber(out.temporary("abidance_number"))
            totals.append(total)
            zero: AnyValue = CFloat("0.0") if isinstance(term, CFloat) else CInt("(abidance_int)0")
            with out.earlier(before):
                assign(out, _names(total), total, zero)
            assign(out, _names(total), total, compute(out, ast.Add, total, term))

        walk(take)
        if not totals:
            return CInt(out.whole("0"))
        if isinstance(totals[0], CFloat):  # of nothing, a whole zero
            real, nothing = as_number(totals[0]), as_number(CInt("0"))
            return CNumber(out.temporary("abidance_number", f"{seen} ? {real} : {nothing}"))
        return totals[0]

    def _joined(self, walk: Callable[[Callable[[AnyValue], None]], None]) -> CBytes:
        out = self._out
        room, size = out.temporary("size_t", "0"), out.temporary("size_t", "0")
        array = out.allocate("unsigned char", "0")  # so that what is joined of nothing is somewhere, too

        def take(value: AnyValue) -> None:
            part = run_of_bytes(out, value)
            out.spend(part.length)
            each = out.temporary("size_t")
            with out.block(f"for ({each} = 0; {each} < {part.length}; {each}++)"):
                out.grow(array, room, size, "unsigned char")
                out(f"{array}[{size}++] = ({part.pointer})[{each}];")

        walk(take)
        return CBytes(array, size)

    def _extreme(self, name: str, walk: Callable[[Callable[[AnyValue], None]], None], seen: str) -> AnyValue:
        out, started = self._out, self._out.flag("0")
        found: list[AnyValue] = []

        def take(value: AnyValue) -> None:
            each = number(out, value)
            best = loaded(each, [out.temporary(of) for of in types(each)])
            found.append(best)
            better = compared(out, "<" if name == "min" else ">", each, number(out, best))
            with out.block(f"if (!{started} || {better})"):
                assign(out, _names(best), best, each)
            out(f"{started} = 1;")

        walk(take)
        out.refuse_if(f"{seen} == 0")
        if not found:
            raise NoValueError
        return found[0]

    def listed(self, node: Comprehension, scope: Scope) -> AnyValue:
        """Return the list that a comprehension makes, in memory of its own."""
        out, before = self._out, self._out.place()
        size = out.temporary("size_t", "0")
        made: list[CList] = []

        def body(inner: Scope) -> None:
            value = whole(out, self._parts.build(node.elt, inner))
            kind = join([value])
            arrays: list[tuple[str, str]] = []
            for of in types(kind):
                array, room = out.temporary(f"{of} *"), out.temporary("size_t")
                arrays.append((array, of))
                with out.earlier(before):
                    out(f"{array} = NULL;")
                    out(f"{room} = 0;")
                out.grow(array, room, size, of)
            assign(out, [f"{array}[{size}]" for array, _ in arrays], kind, value)
            out(f"{size}++;")

            def element(index: str) -> AnyValue:
                return loaded(kind, [f"{array}[(size_t)({index})]" for array, _ in arrays])

            made.append(CList(size, element))

        self._each(node, scope, body)
        return made[0] if made else CWritten(())


def _names(value: AnyValue) -> list[str]:
    assert isinstance(value, CInt | CFloat | CNumber)
    return [value.c]
