"""Whether a library exports what an item would call: a contract is held against no other library than its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import SYMBOL_MISSING
from abidance.core.diagnostic import Diagnostic, Finding, Label
from abidance.core.nearest import did_you_mean
from abidance.run.execution.context import ItemVerdict
from abidance.run.phases import LAWS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.core.events import ItemId
    from abidance.run.execution.context import Context
    from abidance.run.libraries import LibrarySources
    from abidance.toolchain.library import Artifact

_SEVERAL = 2


def not_exported(context: Context, sources: LibrarySources) -> ItemVerdict | None:
    """Return the finding about the first function that an item would call and a library of its does not export."""
    found = (_missing(context, sources, function) for function in context.functions if context.runner)
    return next((verdict for verdict in found if verdict is not None), None)


def _missing(context: Context, sources: LibrarySources, function: BoundaryFunction) -> ItemVerdict | None:
    if function.signature is not None and function.signature.direct:
        return None
    symbol = function.declaration.symbol
    for side in _callers(context, function):
        artifact = sources.artifact(context.boundary.contract, side)
        exported = sources.exports(artifact)
        if symbol not in exported:
            break
    else:
        return None
    elsewhere = sources.needed_for(symbol, artifact)
    told = None if elsewhere is not None else _none_of_all(context.boundary, side, artifact, exported)
    if told is None:
        told = Diagnostic(
            SYMBOL_MISSING,
            f"`{artifact.path.name}` does not export `{symbol}`",
            (Label(function.span, "promised here"), Label(function.declaration.span, "declared here")),
            help=(did_you_mean(symbol, exported) if elsewhere is None else None)
            or _why_missing(artifact, elsewhere),
            place=symbol,
        )
    finding = Finding(
        told,
        function=function.name,
        phase=context.item.phase,
        library=side.library,
        builds=(side.build,),
    )
    return ItemVerdict((finding,))


def _none_of_all(
    boundary: Boundary, side: ItemId, artifact: Artifact, exported: Collection[str]
) -> Diagnostic | None:
    """Return that a library exports nothing of the boundary: that is one cause, whichever function is called."""
    wanted = [f for f in boundary.functions.values() if f.signature is not None and not f.signature.direct]
    if len(wanted) < _SEVERAL or any(each.declaration.symbol in exported for each in wanted):
        return None
    name = artifact.path.name
    return Diagnostic(
        SYMBOL_MISSING,
        f"`{name}` exports none of the {len(wanted)} functions of `{boundary.name}`",
        (Label(boundary.contract.libraries[side.library].span),),
        help=f"name the library that has them; `nm -D {name}` lists what this one exports",
        place=name,
    )


def _callers(context: Context, function: BoundaryFunction) -> Iterator[ItemId]:
    """Yield the sides of an item that call a function: of a law across libraries, those whose steps do."""
    law = context.boundary.laws.get(context.item.function) if context.item.phase == LAWS else None
    calling = {step.library for step in law.steps if step.function == function.name} if law else set()
    for side in context.item.sides:
        if not calling or "" in calling or side.library in calling:
            yield side


def _why_missing(artifact: Artifact, elsewhere: Path | None) -> str:
    if elsewhere is not None:
        return (
            f"`{elsewhere.name}`, which it needs, exports that: what is tested is in the library itself, so name that "
            "one, or link it into this one"
        )
    return f"is it hidden, or built under another name? `nm -D {artifact.path.name}` lists what is exported"
