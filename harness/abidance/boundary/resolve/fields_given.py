"""Fields of records that functions are asked with: numbers, handles, and memory, `valid(view.data, view.size)`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import THE_RESULT, FollowUpArgument
from abidance.boundary.model.traversal import along, fields_of, pointee, record_of
from abidance.boundary.values.living_members import number_at
from abidance.contract.expression import Expression, declared, spelling
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems


def field_in(function: BoundaryFunction, expression: Expression) -> FollowUpArgument | None:
    """Return the field of a record of a call that an expression is, whether there is such a field or not.

    None where it is none: what is called by that name is no record, or no array of such where it has an index.
    """
    found = _path(expression.tree)
    if found is None:
        return None
    name, index, path = found
    own = THE_RESULT if name == s.RESULT_NAME else name
    parameter = next((each.name for each in function.members if spelling(each.name) == name), own)
    given = FollowUpArgument(parameter, index=None if index is None else expression.inside(index), field=path)
    return None if record_around(_shape(function, parameter), given) is None else given


def _path(tree: ast.expr) -> tuple[str, ast.expr | None, tuple[str, ...]] | None:
    """Return the name, the index and the fields of a path such as `parts[i].data`; None of anything else."""
    match tree:
        case ast.Attribute(value=ast.Name(id=name), attr=field):
            return name, None, (declared(field),)
        case ast.Attribute(value=ast.Subscript(value=ast.Name(id=name), slice=index), attr=field):
            return name, index, (declared(field),)
        case ast.Attribute(value=inner, attr=field) if found := _path(inner):
            return found[0], found[1], (*found[2], declared(field))
    return None


def _shape(function: BoundaryFunction, parameter: str) -> s.Shape:
    if parameter == THE_RESULT:
        by_value = isinstance(function.result.shape, s.RecordShape)
        return function.result.shape if by_value else s.NothingShape()
    return next((each.shape for each in function.members if each.name == parameter), s.NothingShape())


def record_around(shape: s.Shape, given: FollowUpArgument) -> s.RecordShape | None:
    """Return the record that a field is in, by the shape of what leads to it; None where there is none."""
    array = isinstance(shape, s.PointerShape) and shape.what is s.What.ARRAY
    record = record_of(shape)
    return record if record is pointee(shape) and array is (given.index is not None) else None


def type_of_field(function: BoundaryFunction, given: FollowUpArgument) -> s.Shape | None:
    """Return what the field is that is given; None where there is none, or it is not known whether it lives."""
    return _field(_shape(function, given.parameter), given)


def _field(shape: s.Shape, given: FollowUpArgument) -> s.Shape | None:
    record = record_around(shape, given)
    members = tuple(along(record.members, given.field)) if record is not None else ()
    if len(members) < len(given.field) or any(each.within for each in members):
        return None
    return members[-1].shape


def leads_nowhere(
    function: BoundaryFunction, expression: Expression, variables: Collection[str], problems: Problems
) -> bool:
    """Tell whether an expression is a path that leads to no field of a record of a call, and complain if so."""
    name, index, path = _path(expression.tree) or ("", None, ())
    member = next((each for each in function.members if spelling(each.name) == name), None)
    message = remedy = ""
    if name in variables and index is None:
        message = f"`{name}` is what a loop goes through, and what lies in a record is given by its place"
        remedy = f"go through the places: `f(x[i].{path[0]}) for i in range(n)`"
    elif member is None or isinstance(member.shape, s.HandleShape):
        return False  # what has no such name, and what a handle counts, is told where names are
    else:
        given = FollowUpArgument(name, index=None if index is None else expression.inside(index), field=path)
        record = record_around(member.shape, given)
        members = () if record is None else tuple(along(record.members, path))
        if record is not None and len(members) == len(path):
            return False
        if record is not None:
            fields = record.members if not members else fields_of(members[-1].shape)
            known = {each.name: each.declared for each in fields}
            problems.unknown("field", path[len(members)], expression.span, known, f"`{record.spelling}`")
            return True
        message = f"`{name}` is no record, so there is no field `{path[0]}` in it"
        if index is None and isinstance(pointee(member.shape), s.RecordShape):
            message = (
                f"`{name}` is an array of records, so `{expression.text}` does not say which one is meant"
            )
            remedy = f"say `{name}[i].{path[0]}`"
    problems.add(Diagnostic(WRONG_VALUE, message, (Label(expression.span),), help=remedy or None))
    return True


def unfit_field(
    given: FollowUpArgument,
    passed: s.Shape,
    wanted: s.Member,
    asked: str,
    others: Mapping[str, FollowUpArgument],
    *,
    before: bool,
) -> str:
    """Return why a function that is asked is not given a field for a parameter, empty where it may be.

    `others` are what it is given besides, by its parameters.
    """
    path, shape, where = _text(given), wanted.shape, f"`{wanted.name}` of `{asked}`"
    if isinstance(shape, s.ScalarShape):
        record = record_around(passed, given)
        number = None if record is None else number_at(record, given.field)
        fits = number is not None and shape.kind != "float"
        return "" if fits else f"`{path}` is no whole number in the call's memory, or {where} is none"
    field = _field(passed, given)
    if isinstance(shape, s.HandleShape) and isinstance(field, s.HandleShape):
        passes_it = field.handle == shape.handle and field.level == shape.level == 1 and not field.made
        return (
            "" if passes_it else f"`{path}` is no `{shape.handle}` that the call is given, which {where} is"
        )
    if not isinstance(field, s.PointerShape):
        kind = f"a `{shape.handle}`" if isinstance(shape, s.HandleShape) else "memory"
        return f"`{path}` is no memory of which the contract says `to` and `length`, and {where} is {kind}"
    if not isinstance(shape, s.PointerShape):
        return f"`{path}` is memory, and {where} is none"
    if field.handed or field.owned or field.alloc or field.window or field.tail:
        return f"`{path}` is taken over or moved by the call, or lies in the record itself"
    if before and not field.direction.read:
        return f"`{path}` is written by the call, and `{asked}` is asked before it"
    return _other_memory(given, field, shape, where) or _other_length(given, field, shape, where, others)


def unfit_behind(
    given: FollowUpArgument,
    behind: s.PointerShape,
    wanted: s.PointerShape,
    where: str,
    others: Mapping[str, FollowUpArgument],
    *,
    before: bool,
) -> str:
    """Return why a function is not given what lies behind a pointer that a parameter points to, empty where it may be.

    `others` are what it is given besides, by its parameters.
    """
    path = given.named
    if before:
        return f"what `{path}` leads to is there after the call, and {where} is asked before it"
    if behind.handed or behind.owned or behind.alloc or behind.window:
        return f"`{path}` is taken over or moved by the call"
    if behind.what is s.What.ONE or wanted.what is s.What.ONE:
        return f"`{path}` points to a pointer, and {where} is given a text, bytes or an array of numbers"
    return _other_memory(given, behind, wanted, where) or _other_length(given, behind, wanted, where, others)


def _other_memory(given: FollowUpArgument, field: s.PointerShape, shape: s.PointerShape, where: str) -> str:
    """Return why memory that a pointer leads to is not what a function is given, empty where it is."""
    path = _text(given)
    if field.what is not shape.what:
        return f"`{path}` is described as `{field.what}`, and {where} as `{shape.what}`"
    if field.unit != shape.unit:
        return f"the elements behind `{path}` and those of {where} are not of one size"
    if (shape.codec and shape.codec != field.codec) or (shape.like and shape.like != field.like):
        return f"`{path}` may hold what {where} never does"
    return ""


def _other_length(
    given: FollowUpArgument,
    field: s.PointerShape,
    shape: s.PointerShape,
    where: str,
    others: Mapping[str, FollowUpArgument],
) -> str:
    """Return why a function is not told how much memory behind a field there is, empty where it is."""
    if field.what in (s.What.STRING, s.What.ONE) or (field.ended_by and field.ended_by == shape.ended_by):
        return ""
    path = _text(given)
    if not field.length_name or "." in field.length_name:
        beside = "field beside" if given.field else "parameter beside"
        return f"no {beside} `{path}` is its `length`"
    length = (
        FollowUpArgument(given.parameter, index=given.index, field=(*given.field[:-1], field.length_name))
        if given.field
        else FollowUpArgument(field.length_name)
    )
    told = others.get(shape.length_name)
    if told is not None and _text(told) == _text(length):
        return ""
    return f"`{path}` is `{_text(length)}` long, and {where} is given another length than that"


def _text(given: FollowUpArgument) -> str:
    """Return what is given as an expression names it."""
    if given.calculated is not None:
        return ast.unparse(given.calculated.tree)
    index = f"[{ast.unparse(given.index.tree)}]" if isinstance(given.index, Expression) else ""
    parameter = s.RESULT_NAME if given.parameter == THE_RESULT else spelling(given.parameter)
    return ".".join((f"{parameter}{index}", *(spelling(each) for each in given.field)))
