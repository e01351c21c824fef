"""Compiles callbacks that are kept, or that call the library: a script for each handle, and calls on the handle.

A callback that lasts as long as a handle has a script of its own there: several functions do what it does, each with
the script of a handle that took it, until that one is gone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from abidance.boundary.model.types import HandleShape, NumberHandle, RecordHandle, RecordShape, ScalarShape
from abidance.native.target.c_text import at_offset, bound_functions, integer, load, string
from abidance.native.target.callback_totals import counts
from abidance.native.target.input_format import CALL_TURNS
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.callbacks import FreeingArgument
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.native.target.c_text import Lines, PassedTypes
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.drawing import ArgumentDrawer
    from abidance.native.target.input_format import CallFromCallback, Path
    from abidance.native.target.symbols import Symbols

SCRIPTS = 16
"""So many scripts a callback has at a time; the oldest goes where more are kept."""


def one_for_each_handle(
    made: CompiledCallback, returns: str, parameters: list[str], fields: str, text: str
) -> list[str]:
    """Return the declarations of a callback with several scripts: `NAME` stands for the one that is meant."""
    name = made.name
    scripts = [f"&{name}_all[{n}]" for n in range(SCRIPTS)]
    return [
        f"struct {name}_script {{ {fields} }};",
        f"static struct {name}_script {name}_all[{SCRIPTS}], *{name}_at = {name}_all;",
        f"static abidance_owner {name}_owners[{SCRIPTS}];",
        f"#define {name} (*{name}_at)",
        *bound_functions(
            made.function, returns, f"struct {name}_script *{name}_at", parameters, text, scripts
        ),
    ]


def begin_script(drawer: ArgumentDrawer, made: CompiledCallback) -> None:
    """Compile which script it is that a call's callback has, and that it begins."""
    out, name = drawer.out, made.name
    if made.has_scripts:
        keeper = next((i for _, shape, i in drawer.handles if shape.handle == made.shape.lasts_with), "0")
        out(f"{name}_at = &{name}_all[abidance_script_for({name}_owners, {SCRIPTS}, (unsigned){keeper})];")
        out(f"{name}.mixed = abidance_script_mixed, {name}.ended = 0;")
    out(f"{name}.turn = {name}.turns = {name}.count = 0; {name}.more = 0;")
    if counts(made.shape):
        out(f"{name}.all = 0; abidance_total_begins(&{name}.all);")


def keep_script(drawer: ArgumentDrawer, made: CompiledCallback, kind: int) -> None:
    """Compile that the handle which a call has made keeps the script of the callback that it was given."""
    if made.has_scripts and not any(s.handle == made.shape.lasts_with for _, s, _ in drawer.handles):
        drawer.out(f"{made.name}_owners[{made.name}_at - {made.name}_all].id = abidance_made[{kind}];")


def draw_call(drawer: ArgumentDrawer, made: CompiledCallback, path: Path) -> None:
    """Compile the choice of a call that a callback makes, in which of its turns, and of what that passes."""
    out, name = drawer.out, made.name
    out(f"{name}.call = abidance_byte() % {len(made.may_call) + 1}u;")
    with out.block(f"if ({name}.call)"):
        out(f"{name}.call_turn = abidance_byte() % {CALL_TURNS}u;")
    for number, each in enumerate(made.may_call, 1):
        function, members = drawer.boundary.functions[each.function], each.frame.members
        record = RecordShape("", 8 * len(members), 8, members)
        with out.block(f"if ({name}.call == {number})"):
            inner = drawer.element(record, members, f"{name}.given", path)
            inner.take(each.frame.steps)
            for expression in function.requires:
                holds = drawer.clauses.condition(expression, inner.environment())
                out(f"if (({holds}) != 1) goto unlawful;")


def call_library(
    made: CompiledCallback, boundary: Boundary, symbols: Symbols, types: PassedTypes, out: Lines
) -> None:
    """Compile the call that a callback makes at the end of one of its turns, if any."""
    if not made.may_call:
        return
    name = made.name
    with out.block(f"if ({name}.call && {name}.turn - 1 == {name}.call_turn)"):
        out(f"int kept = errno;\nswitch ({name}.call) {{")
        for number, each in enumerate(made.may_call, 1):
            on_it = any(isinstance(m.shape, HandleShape) for m in boundary.functions[each.function].members)
            there = f"if ({name}.on) " if on_it else ""
            out(f"case {number}: {there}{_call(name, each, boundary, symbols, types)}; break;")
        out("}\nerrno = kept;")


def _call(name: str, call: CallFromCallback, boundary: Boundary, symbols: Symbols, types: PassedTypes) -> str:
    function = boundary.functions[call.function]
    assert function.signature is not None
    listed = [types.name(each) for each in function.signature.parameters]
    places = {member.name: at_offset(f"{name}.given", member) for member in call.frame.members}
    own, given = dict(call.own), list[str]()
    for of, member in zip(listed, function.members, strict=True):
        match member.shape:
            case ScalarShape():
                given.append(f"({of}){load(member.shape, places[member.name])}")
            case HandleShape():
                given.append(f"({of}){name}.on")
            case _:  # what the callback is given
                given.append(f"({of})x{own[member.name]}")
    callee = symbols.function(function.declaration.symbol)
    return types.call(function.signature, callee, given)


def say_on_what(drawer: ArgumentDrawer, made: CompiledCallback) -> None:
    """Compile which handle the callback calls functions on: that which the call is given which takes it."""
    if not made.may_call:
        return
    given = {path for path, _, _ in drawer.handles}
    for index, member in enumerate(drawer.function.members):
        shape = member.shape
        if isinstance(shape, HandleShape) and shape.handle == made.shape.on and (member.name,) in given:
            in_memory = drawer.boundary.handles[shape.handle].record is not None
            if not in_memory or made.shape.is_given_handle:
                drawer.out(f"{made.name}.on = ABIDANCE_LOAD(void *, a{index});")
                return
    drawer.out(f"{made.name}.on = NULL;")


def say_holders(drawer: ArgumentDrawer, made: CompiledCallback) -> None:
    """Compile which handles the callback frees with what it is given: those that the call is given."""
    kinds = {member.name: member.shape for member in drawer.function.members}
    for number, name in enumerate(made.holders):
        found = [
            index
            for index, (parameter, shape) in enumerate(kinds.items())
            if isinstance(shape, HandleShape) and name in (parameter, shape.handle) and not shape.made
        ]
        if not found or isinstance([*kinds.values()][found[0]], NumberHandle | RecordHandle):
            raise NotCompiledError("a callback that frees what it is given with what the call is not given")
        drawer.out(f"{made.name}.holder{number} = ABIDANCE_LOAD(void *, a{found[0]});")


def free_with_more(
    freer: BoundaryFunction,
    given: tuple[FreeingArgument, ...],
    made: CompiledCallback,
    symbols: Symbols,
    types: PassedTypes,
) -> str:
    """Return the call by which a callback frees what it is given, with a handle or a number beside it."""
    if freer.signature is None or freer.signature.stub:
        raise NotCompiledError(f"a callback that calls `{freer.name}`, which needs a call stub")
    arguments = []
    for of, each in zip(map(types.name, freer.signature.parameters), given, strict=True):
        if each.own is not None:
            arguments.append(f"({of})x{each.own}")
        elif each.handle:
            arguments.append(f"({of}){made.name}.holder{made.holders.index(each.handle)}")
        else:
            arguments.append(f"({of})0" if each.constant is None else f"({of}){integer(each.constant)}")
    return types.call(freer.signature, symbols.function(freer.declaration.symbol), arguments)


def leave_by(made: CompiledCallback, callee: str, parameters: list[str]) -> str:
    """Return the call by which a callback leaves where it fails, of a function that does not come back."""
    assert made.shape.leaves is not None
    arguments = [
        f"({of})x{each.own}" if each.own is not None else f"({of}){integer(each.constant or 0)}"
        for of, each in zip(parameters, made.shape.leaves[1], strict=True)
    ]
    return f"((void (*)({', '.join(parameters) or 'void'})){callee})({', '.join(arguments)})"


def show_call(made: CompiledCallback, out: Lines) -> None:
    """Compile how the call that a callback makes is shown."""
    if not made.may_call:
        return
    name = made.name
    with out.block(f"if ({name}.call)"):
        out(f'printf(", \\"calls\\": [[%u, ", {name}.call_turn);')
        for number, each in enumerate(made.may_call, 1):
            with out.block(f"if ({name}.call == {number})"):
                text = f'{json.dumps(each.function)}, {{"record": {{'
                text += ", ".join(f"{json.dumps(passed)}: null" for passed, _ in each.own)
                for index, member in enumerate(each.frame.members):
                    assert isinstance(member.shape, ScalarShape)
                    text += f"{', ' if index or each.own else ''}{json.dumps(member.name)}: "
                    out(f"abidance_show({string(text.encode())});")
                    out(f"abidance_show_integer({load(member.shape, at_offset(f'{name}.given', member))});")
                    text = ""
                out(f"abidance_show({string((text + '}}').encode())});")
        out('abidance_show("]]");')
