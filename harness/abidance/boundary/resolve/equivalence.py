"""What `equivalence` says of places, against the functions that the boundary has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.status_place import TOLD
from abidance.boundary.model.traversal import paths
from abidance.boundary.model.types import HandleShape, PointerShape, ScalarShape, What
from abidance.boundary.resolve.names import check_condition
from abidance.boundary.resolve.transfers import tells_success
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.known_count import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.types import Member
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract
    from abidance.contract.model.equivalence import Alike
    from abidance.core.span import Span

_BESIDE = ("result", "errno", TOLD)


def check_equivalence(
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    handles: Mapping[str, HandleLife],
    constants: Collection[str],
    problems: Problems,
) -> None:
    """Complain about places that the boundary does not have, about conditions there, and about verdicts on nobody."""
    clause = contract.equivalence
    if clause is None:
        return
    for place, known in clause.except_.items():
        function = _function(place, contract, functions, handles, problems, or_handle=True)
        for each in known:
            if each.verdict is not None and each.verdict.text not in (ALLOWED, *contract.libraries):
                judged = {ALLOWED: None, **{name: one.span for name, one in contract.libraries.items()}}
                problems.unknown("library", each.verdict.text, each.verdict.span, judged, "`libraries`")
            if each.when is not None and function is not None:
                check_condition(function, each.when, constants, problems)
            elif each.when is not None and place.text in contract.handles:
                message = (
                    f"`when` of the handle `{place.text}`: a condition is about the calls of one function"
                )
                problems.add(
                    Diagnostic(
                        WRONG_VALUE,
                        message,
                        (Label(each.when.span),),
                        help="say it of each function that differs",
                    )
                )
    for place, alike in clause.alike.items():
        function = _function(place, contract, functions, handles, problems, or_handle=False)
        if alike.like is not None and function is not None and _is_number(function, place):
            message = f"`{place.text}` is a number, and has no form"
            problems.add(Diagnostic(WRONG_VALUE, message, (Label(alike.like.span),)))
        if alike.failures is not None and function is not None:
            _check_failures(function, place, alike, problems)


def _check_failures(function: BoundaryFunction, place: Name, alike: Alike, problems: Problems) -> None:
    """Complain about failures of what is no result, or of a result that tells of none."""
    span, message, remedy = alike.key_span("failures"), "", None
    if place.text.partition(".")[2] not in ("", "result"):
        message = f"`failures` is about what a function returns, and `{place.text}` is no result"
    elif not tells_success(function):
        message = f"no result of `{function.name}` tells of a failure"
        remedy = "say which do: `returns: {status: {ok: .., errors: ..}}`"
    if message:
        labels = (Label(span), Label(function.declaration.span))
        problems.add(Diagnostic(WRONG_VALUE, message, labels, help=remedy))


def _is_number(function: BoundaryFunction, place: Name) -> bool:
    path = place.text.partition(".")[2]
    shapes = {inner: member.shape for inner, member in paths(function.members)}
    shape = function.result.shape if path == "result" else shapes.get(path)
    if isinstance(shape, PointerShape) and shape.what in (What.ONE, What.ARRAY):
        shape = shape.element
    return isinstance(shape, ScalarShape)


def _function(
    place: Name,
    contract: Contract,
    functions: Mapping[str, BoundaryFunction],
    handles: Mapping[str, HandleLife],
    problems: Problems,
    *,
    or_handle: bool,
) -> BoundaryFunction | None:
    """Return the function that a place is about; None for a handle, and for one that is not there."""
    name, _, path = place.text.partition(".")
    if or_handle and not path and name in contract.handles:
        return None
    function = functions.get(name)
    if function is None or name not in contract.functions:
        places = {n: f.span for n, f in functions.items() if n in contract.functions}
        if or_handle and not path:
            places |= {n: handle.span for n, handle in contract.handles.items()}
        problems.unknown("function", name, place.span, places, "`functions`")
        return None
    first, _, rest = path.partition(".")
    if not path or first in _BESIDE:
        return function
    known = _below(function, handles)
    giver = functions.get(first)
    if giver is not None and first not in known:
        # A callback that another function was given, as it is called in this one.
        known, path, first = _below(giver, handles), rest, rest.partition(".")[0]
        name = giver.name
    if path not in known:
        whole = first if first not in known else path
        problems.unknown("parameter", whole, place.span, known, f"`{name}`")
    return function


def _below(function: BoundaryFunction, handles: Mapping[str, HandleLife]) -> dict[str, Span | None]:
    found: dict[str, Span | None] = {}
    for path, member in paths(function.members):
        found[path] = member.declared
        if isinstance(member.shape, HandleShape):
            found |= {f"{path}.{inner}": each.declared for inner, each in _shown(member, handles)}
    return found


def _shown(member: Member, handles: Mapping[str, HandleLife]) -> list[tuple[str, Member]]:
    """Return the fields of a handle that the caller allocates, with their paths."""
    assert isinstance(member.shape, HandleShape)
    life = handles.get(member.shape.handle)
    return paths(life.record.members) if life is not None and life.record is not None else []
