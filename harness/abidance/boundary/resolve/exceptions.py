"""Names under `equivalence: {except: ...}`: a misspelled one would leave nothing out, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.boundary import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.model import Contract


def check_exceptions(
    contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems
) -> None:
    """Complain about functions, parameters and fields that the boundary does not have."""
    clause = contract.equivalence
    for entry in clause.except_ if clause else ():
        name, _, path = entry.text.partition(".")
        function = functions.get(name)
        if not path and name in contract.handles:
            continue
        if function is None or name not in contract.functions:
            places = {n: f.span for n, f in functions.items() if n in contract.functions}
            places |= {n: handle.span for n, handle in contract.handles.items() if not path}
            problems.unknown("function", name, entry.span, places, "`functions`")
        elif path and path.partition(".")[0] not in ("result", "errno"):
            # A handle that the caller allocates shows its fields, which are not among the parameter's own.
            known = {inner: member.declared for inner, member in paths(function.members)}
            if path.partition(".")[0] not in known:
                problems.unknown("parameter", path.partition(".")[0], entry.span, known, f"`{name}`")
