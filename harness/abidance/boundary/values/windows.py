"""What windows are given that go on from one call to the next: nothing, or more behind what is left of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.model.traversal import fields_of, parameter_windows, windows
from abidance.boundary.model.types import PointerShape
from abidance.boundary.model.values import used_handle

if TYPE_CHECKING:
    from collections.abc import Collection

    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Value, Values


def parameters_go_on(
    members: tuple[Member, ...], arguments: Values, more: Collection[str], only: Collection[str] = ()
) -> Values:
    """Return arguments whose windows, or `only` some, go on from the call before on their handle.

    There is nothing more in them, but for those in `more`, in which what they have is put behind what is left.
    """
    handle, found = used_handle(arguments), dict(arguments)
    if handle is None:
        return found
    on = list(handle.goes_on)
    for each in parameter_windows(members):
        value = found[each.parameter]
        if value is None or (only and each.parameter not in only):
            continue
        on.append(each.key)
        if {each.parameter, each.counter} & {*more}:
            continue
        if isinstance(value, dict):
            record = next(member.shape for member in members if member.name == each.parameter)
            found[each.parameter] = with_nothing(value, fields_of(record))
        else:
            found[each.parameter], found[each.counter] = nothing(value), 0
    name = next(name for name, value in arguments.items() if value is handle)
    return {**found, name: replace(handle, goes_on=tuple(dict.fromkeys(on)))}


def with_nothing(state: Values, members: tuple[Member, ...]) -> Values:
    """Return what fields are set to, with nothing in the windows among them."""
    found = dict(state)
    for window, count in windows(members):
        if window.name in found:
            found[window.name] = nothing(found[window.name])
            found[count.name] = 0
            if isinstance(window.shape, PointerShape) and window.shape.position:
                found[window.shape.position] = 0
    return found


def nothing(value: Value) -> Value:
    """Return as little as there can be of a value."""
    if isinstance(value, bytes | list):
        return value[:0]
    return 0 if isinstance(value, int) else value
