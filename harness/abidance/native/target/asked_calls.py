"""Calls that are made right after another one, to tell of it, as C."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.traversal import leads_to_number, pointer_behind, whole_number_of
from abidance.boundary.model.types import (
    RESULT_NAME,
    PointerShape,
    RecordHandle,
    RecordShape,
    ScalarShape,
)
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.resolve.fields_given import record_around
from abidance.boundary.values.living_members import field_at
from abidance.native.expressions.values import CInt, CRecord
from abidance.native.target.c_text import load, real
from abidance.native.target.places import lies_at
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.boundary.model.questions import AskedLength, FollowUpArgument
    from abidance.boundary.model.types import Shape
    from abidance.native.expressions.values import CValue
    from abidance.native.target.after_call import AfterCall


class PassedOn(NamedTuple):
    """What a call was given, or has left, that a function is asked with: its shape, and the address of it in C.

    It is `there` where that condition holds, empty for always.
    """

    shape: Shape
    at: str
    there: str = ""


def asked_call(
    call: AfterCall,
    name: str,
    arguments: Sequence[FollowUpArgument],
    as_type: str = "abidance_int",
    rooms: Mapping[str, str] = MappingProxyType({}),
) -> str | None:
    """Return a call that is made beside this one, to tell of it, as a C expression; None where none can be made.

    What it tells is cast to `as_type`. `rooms` has the memory in which it leaves answers, by its parameters.
    """
    function, drawer = call.drawer.boundary.functions[name], call.drawer
    signature = function.signature
    if call.is_traced:
        call.clauses.leave(f"`{function.name}` is not called by anybody but the program")
        return None
    if signature is None or drawer.symbols is None or drawer.types is None:
        call.clauses.leave(f"`{function.name}`, which is asked, needs a call stub")
        return None
    types = drawer.types
    listed = [types.name(each) for each in signature.parameters]
    given = []
    for of, member, argument in zip(listed, function.members, arguments, strict=True):
        text = f"({of}){rooms[member.name]}" if argument.room else _argument(call, argument, member.shape, of)
        if text is None:
            each = argument.index is not None
            what = "of one element after the other" if each else "about a record that is passed by value"
            call.clauses.leave(f"`{function.name}`, which is asked {what}")
            return None
        given.append(text)
    if not signature.stub:
        callee = drawer.symbols.function(function.declaration.symbol)
        told = types.call(signature, callee, given)
        return told if isinstance(function.result.shape, RecordHandle) else f"({as_type}){told}"
    try:
        stub = drawer.symbols.stub(function)
    except NotCompiledError as error:
        call.clauses.leave(f"`{function.name}`, which is asked: {error.reason}")
        return None
    # A macro, or a function of the header's own: its arguments are passed by their addresses.
    passed = enumerate(zip(listed, given, strict=True))
    copies = [f"_Alignas(16) {of} given{n} = {each};" for n, (of, each) in passed]
    addresses = ", ".join(f"(void *)&given{n}" for n in range(len(given))) or "NULL"
    made = stub.format(f"(void *[]){{{addresses}}}", "&answer")
    returns = types.name(signature.returns)
    by_value = isinstance(function.result.shape, RecordHandle)
    answer = "answer" if by_value else f"({as_type})answer"
    return f"__extension__({{ {' '.join(copies)} {returns} answer; {made}; {answer}; }})"


def asked_count(call: AfterCall, asked: AskedLength, count: str) -> str | None:
    """Return the lines of C that set `count` to how many elements there are, by what functions tell of it.

    They set it to 0 where that comes to no number up to `_MOST`. None where one of the functions cannot be asked.
    """
    told = [asked_call(call, each.function, each.arguments) for each in asked.questions]
    if None in told:
        return None
    names = [call.out.fresh("told") for _ in told]
    known: dict[str, CValue] = {
        question.text: CRecord({RESULT_NAME: CInt(name)})
        for question, name in zip(asked.questions, names, strict=True)
    }
    works = call.clauses.number(asked.length, {**call.now(), **known}, count, call.before())
    return "\n".join(
        [
            "long before_asked = abidance_asked;",
            "abidance_inside = 1;",
            *(f"abidance_int {name} = {answer};" for name, answer in zip(names, told, strict=True)),
            "abidance_inside = 0;",
            "abidance_asked = before_asked;",
            f"if (({works}) != 1 || {count} < 0 || {count} > {_MOST}) {count} = 0;",
        ]
    )


_MOST = 1 << 24


def _argument(call: AfterCall, argument: FollowUpArgument, wanted: Shape, of: str) -> str | None:
    """Return an argument in C, which is passed as the type `of`; None of one that cannot be passed here."""
    if argument.contents is not None:
        return f"({of}){bytes_text(argument.contents, whole=True)}"
    if not argument.parameter:
        constant = argument.constant
        told = str(constant) if isinstance(constant, int) else real(float(constant))
        told = call.worked_out.get(argument, told)
        if isinstance(wanted, RecordHandle):
            return told
        return f"({of})(uintptr_t){told}" if of.endswith("*") else f"({of}){told}"
    if argument.index is not None:
        return None
    shape, at, _ = passed_on(call, argument, wanted)
    if isinstance(shape, RecordShape) or isinstance(wanted, RecordShape):
        return None
    if isinstance(shape, RecordHandle) and argument.parameter == THE_RESULT:
        return f"ABIDANCE_LOAD({of}, {at})" if isinstance(wanted, RecordHandle) else f"({of}){at}"
    if isinstance(wanted, RecordHandle):
        return f"ABIDANCE_LOAD({of}, ABIDANCE_LOAD(void *, {at}))"
    if isinstance(shape, ScalarShape) and shape.format is None:
        return f"({of}){load(shape, at)}"
    return f"ABIDANCE_LOAD({of}, {at})"


def passed_on(call: AfterCall, given: FollowUpArgument, wanted: Shape) -> PassedOn:
    """Return what a function is given that is asked with a parameter, or with the result, where that lies in C.

    Where a number is `wanted` and the parameter leads to one, it is that.
    """
    if given.parameter == THE_RESULT:
        return _in_record(given, call.function.result.shape, RESULT_NAME)
    index = [member.name for member in call.function.members].index(given.parameter)
    shape, at = call.function.members[index].shape, f"a{index}"
    if given.field:
        return _in_record(given, shape, at)
    behind = whole_number_of(shape)
    if behind is not None and leads_to_number(shape) and isinstance(wanted, ScalarShape):
        pointer = f"ABIDANCE_LOAD(unsigned char *, {at})"
        return PassedOn(behind, pointer, f"{pointer} != NULL")
    further = pointer_behind(shape) if isinstance(wanted, PointerShape) else None
    if further is not None and pointer_behind(wanted) is None:
        pointer = f"ABIDANCE_LOAD(unsigned char *, {at})"
        return PassedOn(further, pointer, f"{pointer} != NULL")
    return PassedOn(shape, lies_at(shape, at))


def _in_record(given: FollowUpArgument, shape: Shape, at: str) -> PassedOn:
    """Return where a field lies of a record that is `at` a place, or behind the pointer there; or what lies there."""
    if not given.field:
        return PassedOn(shape, at)
    record = record_around(shape, given)
    found = None if record is None else field_at(record, given.field)
    if found is None:
        raise NotCompiledError(f"`{given.named}` has no such field in C")
    pointer = f"ABIDANCE_LOAD(unsigned char *, {at})" if isinstance(shape, PointerShape) else at
    return PassedOn(found[1], f"({pointer} + {found[0]})", f"{pointer} != NULL")
