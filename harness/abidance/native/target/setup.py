"""What is called before all else, and after it, in C: `setup` and `teardown` of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.handle_places import left_by
from abidance.boundary.model.status_bounds import with_status
from abidance.boundary.model.traversal import walk
from abidance.native.target.calls import TargetCall, Variant
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.values import Values


def set_up_calls(
    boundary: Boundary,
    calls: Iterable[tuple[str, Values]],
    *,
    once: bool,
    compiled: Callable[[Variant], TargetCall | NotCompiledError],
) -> tuple[TargetCall, ...]:
    """Return the calls that set a library up, or tear it down; raises NotCompiledError where one is not compiled."""
    made = []
    for name, given in calls:
        function = with_status(boundary.functions[name], boundary.scope(given))
        shapes = (shape for member in function.members for shape in walk(member.shape))
        if once and any(getattr(shape, "lifetime", "") not in ("", "call", "static") for shape in shapes):
            raise NotCompiledError(f"what `{name}` is given lasts longer than an input")
        if left_by(function):
            raise NotCompiledError(f"`{name}` makes handles")
        call = compiled(Variant(function, given=given, sets_up=True))
        if isinstance(call, NotCompiledError):
            raise NotCompiledError(f"`{name}`: {call.reason}")
        made.append(call)
    return tuple(made)


def setup_text(boundary: Boundary, before: Iterable[TargetCall], after: Iterable[TargetCall]) -> str:
    """Return the C functions that set a library up and tear it down.

    `abidance_set_up` tells whether all went well. Of what is made once, each library of a target is set up once, and
    what that leaves is no leak. Neither takes anything of the input.
    """
    once = boundary.setup.once
    guard = "    if (done[which]++)\n        return well[which];\n" if once else ""
    left = "    abidance_held = 0, abidance_unowned = 0;\n" if once else ""
    all_before = " && ".join(f"{call.name}(0)" for call in before) or "1"
    all_after = " && ".join(f"{call.name}(0)" for call in after) or "1"
    return f"""
static int abidance_set_up(void)
{{
    static int done[2], well[2];
    int which = abidance_called == abidance_functions[1];
    (void)done;
{guard}    const uint8_t *next = abidance_next;
    abidance_role = "setup", abidance_next = abidance_end;
    well[which] = {all_before};
    abidance_role = NULL, abidance_next = next;
{left}    abidance_step = 0, abidance_excused_step = 0, abidance_accepted_step = 0, abidance_returned_count = 0;
    return well[which];
}}

static void abidance_tear_down(void)
{{
    abidance_role = "setup", abidance_next = abidance_end;
    int made = {all_after};
    (void)made;
    abidance_role = NULL;
}}
"""
