"""Which handle a call makes, of several of a kind that it is given places for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.contract.language.clauses import Name
from abidance.core.catalogue import CONTRADICTS_HEADER
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import FunctionPromise
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.declarations import Parameter


def with_new_handles(
    declaration: Declaration,
    members: list[s.Member],
    promise: FunctionPromise | None,
    shaper: Shaper,
    problems: Problems,
) -> list[s.Member]:
    """Return parameters of which some are new handles, and others of their kind are there already.

    What says `{out: HANDLE}` is new. Where nothing says so, what points to ``const`` is there already: a call that
    makes a handle writes to it. If several are left, the contract has to say which of them the call makes.
    """
    said = promise.params if promise is not None else {}
    outs = {name: param.out.text for name, param in said.items() if param.out is not None}
    written = {
        m.name
        for m, parameter in zip(members, declaration.parameters, strict=True)
        if not _points_to_const(parameter.type, shaper)
    }
    places = {m.name: m.shape for m in members if isinstance(m.shape, s.HandleShape) and m.shape.made}
    new = {name for name, shape in places.items() if outs.get(name) == shape.handle}
    in_place = {name: shape for name, shape in places.items() if shape.level == 1}
    for handle in dict.fromkeys(shape.handle for shape in in_place.values()):
        # One that is handed out behind a pointer to a pointer is the library's: in whose memory others lie is settled.
        if any(each.handle == handle and (name in new or each.level > 1) for name, each in places.items()):
            continue
        made = [name for name, shape in in_place.items() if shape.handle == handle and name in written]
        if len(made) > 1:
            problems.add(_several(declaration, handle, [m for m in members if m.name in made]))
        new.update(made or (name for name, shape in in_place.items() if shape.handle == handle))
    return [
        replace(m, shape=replace(m.shape, made=False))
        if isinstance(m.shape, s.HandleShape) and m.name in in_place and m.name not in new
        else m
        for m in members
    ]


def is_there_already(
    declaration: Declaration,
    promise: FunctionPromise | None,
    parameter: Parameter,
    handle: str,
    shaper: Shaper,
) -> bool:
    """Tell whether a parameter is a handle that is there when the call makes another of the kind, in other memory."""
    outs = (param.out for param in promise.params.values()) if promise is not None else ()
    if any(isinstance(out, Name) and out.text == handle for out in outs):
        return True
    return _points_to_const(parameter.type, shaper) and any(
        shaper.declarations.same(_target(each.type, shaper), _target(parameter.type, shaper))
        and not _points_to_const(each.type, shaper)
        for each in declaration.parameters
    )


def _target(type_: c.Type, shaper: Shaper) -> c.Type:
    resolved = shaper.declarations.resolve(type_)
    return resolved.to if isinstance(resolved, c.Pointer) else resolved


def _points_to_const(type_: c.Type, shaper: Shaper) -> bool:
    resolved = shaper.declarations.resolve(type_)
    return isinstance(resolved, c.Pointer) and shaper.declarations.is_const(resolved.to)


def _several(declaration: Declaration, handle: str, made: list[s.Member]) -> Diagnostic:
    """Return the diagnostic of a function that might make any of several handles."""
    names = " or ".join(f"`{each.name}`" for each in made)
    return Diagnostic(
        CONTRADICTS_HEADER,
        f"`{declaration.name}` makes a `{handle}`, and nothing says whether that is {names}",
        tuple(Label(each.promised) for each in made),
        help=f"say `{made[0].name}: {{out: {handle}}}` of each that it makes; others are there already",
    )
