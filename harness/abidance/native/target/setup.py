"""What is called before all else, and after it, in C: `setup` and `teardown` of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.status_bounds import with_status
from abidance.boundary.model.types import NothingShape, ScalarShape
from abidance.boundary.values.memory import pack_scalar
from abidance.native.target.domains import in_ranges
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.values import Values
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.symbols import Symbols


def setup_text(boundary: Boundary, symbols: Symbols, types: PassedTypes) -> str:
    """Return the C functions that set a library up and tear it down; raises NotCompiledError for what they are not.

    `abidance_set_up` tells whether all went well. Of what is made once, each library of a target is set up once.
    """
    before = _calls(boundary, boundary.setup.calls, symbols, types)
    after = _calls(boundary, boundary.teardown, symbols, types)
    once = "" if not boundary.setup.once else "    if (done[which]++)\n        return well[which];\n"
    return f"""
static int abidance_set_up(void)
{{
    static int done[2], well[2];
    int which = abidance_called == abidance_functions[1];
    (void)done;
{once}    well[which] = 1;
{before}
    return well[which];
}}

static void abidance_tear_down(void)
{{
    int well[1] = {{1}}, which = 0;
    (void)well, (void)which;
{after}
}}
"""


def _calls(
    boundary: Boundary, calls: Iterable[tuple[str, Values]], symbols: Symbols, types: PassedTypes
) -> str:
    return "\n".join(
        _call(with_status(boundary.functions[name], boundary.scope(given)), given, symbols, types)
        for name, given in calls
    )


def _call(function: BoundaryFunction, given: Values, symbols: Symbols, types: PassedTypes) -> str:
    """Return the statement that makes a call, unless one before it has failed."""
    signature, result = function.signature, function.result
    if signature is None:
        raise NotCompiledError("it cannot be called")
    if function.status is not None:
        raise NotCompiledError(f"`{function.name}` tells in memory whether it has succeeded")
    passed = [types.name(each) for each in signature.parameters]
    arguments = [
        _number(function, member.name, member.shape, given, type_)
        for member, type_ in zip(function.members, passed, strict=True)
    ]
    returns = types.name(signature.returns)
    match result.shape:
        case ScalarShape(kind="int" | "enum") if result.ok:
            told = in_ranges("value", result.ok.each)
        case ScalarShape(kind="bool"):
            told = "value != 0"
        case NothingShape() | ScalarShape():
            told = ""
        case _:
            raise NotCompiledError(f"`{function.name}` returns more than a number")
    value = "" if returns == "void" else f"{returns} value = "
    if signature.stub:  # a function of the header's own, or a macro
        room = "NULL" if returns == "void" else "&value"
        copies = [
            f"{type_} a{n} = {each};" for n, (type_, each) in enumerate(zip(passed, arguments, strict=True))
        ]
        listed = ", ".join(f"&a{n}" for n in range(len(arguments))) or "NULL"
        made = [*copies, f"void *given[] = {{{listed}}};", *([f"{returns} value;"] if value else [])]
        made.append(f"{symbols.stub(function).format('given', room)};")
    else:
        callee = symbols.function(function.declaration.symbol)
        made = [f"{value}{types.call(signature, callee, arguments)};"]
    if value:
        made.append(f"well[which] = {told};" if told else "(void)value;")
    return "\n        ".join(["    if (well[which]) {", *made]) + "\n    }"


def _number(function: BoundaryFunction, name: str, shape: object, given: Values, type_: str) -> str:
    value = given.get(name)
    if isinstance(shape, ScalarShape) and shape.kind in ("int", "bool", "enum") and isinstance(value, int):
        raw = int.from_bytes(pack_scalar(shape, value), "little")
        return f"({type_}){raw:#x}ull"
    if value is None and not isinstance(shape, ScalarShape):
        return "NULL"
    raise NotCompiledError(f"`{function.name}` is given more than numbers")
