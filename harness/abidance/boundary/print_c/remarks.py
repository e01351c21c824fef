"""Comments in the C of a test case: what was done about a call, or about its memory, that its text does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.encode.secret_fields import secret_fields
from abidance.boundary.model.types import PointerShape
from abidance.boundary.model.values import Derived
from abidance.boundary.print_c.literals import bytes_text, refused_in_words, value_text
from abidance.boundary.values.inner_pointers import BEHIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.encode.encoded_plan import Encoded, PlacedCall, PlacedWindow
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import Member
    from abidance.boundary.model.values import Value
    from abidance.plan.plan import View


def remarks(boundary: Boundary, encoded: Encoded, index: int) -> Iterator[str]:
    """Yield the lines above a call: memory that it is refused, that overlaps or changes; what it may leave nowhere."""
    placed, planned = encoded.calls[index], encoded.plan.calls[index]
    if planned.refuses:
        yield f"// `malloc` gives NULL for {refused_in_words(planned.refuses)}"
    if planned.views:
        yield f"// {_overlap(placed, planned.views)}"
    if change := planned.change:
        path = next(path for path, block in placed.places.items() if block == change.block)
        often = "" if change.at == 1 else f", time {change.at},"
        yield f"// when it reads `{path}` again{often} that is {bytes_text(change.contents)}"
    if secrets := planned.secrets:
        kept = [n for n, block in placed.places.items() if block in (*secrets.given, *secrets.made)]
        kept += [placed.follows[number] for number in secrets.read]
        kept += [path for path, part in secret_fields(boundary, placed) if part in secrets.parts]
        if kept:
            named = " and ".join(f"`{each.removesuffix(BEHIND)}`" for each in kept)
            yield f"// no copy of {named} may be left in memory that is freed, or on the stack"


def derivation(boundary: Boundary, encoded: Encoded, index: int, member: Member) -> str:
    """Return a comment on where an argument comes from that was computed from what earlier calls left."""
    case = encoded.case
    if case is None or index not in encoded.steps:
        return ""
    derived = case.steps[encoded.steps.index(index)].arguments.get(member.name)
    if not isinstance(derived, Derived) or not isinstance(member.shape, PointerShape):
        return ""
    if case.function in boundary.laws:
        return f" /* {derived.text} */"
    return f" /* from {' and '.join(case.steps[call].function for _, call in derived.names)} */"


def placing(encoded: Encoded, placed: PlacedCall, path: str) -> str:
    """Return a comment on memory from malloc, or an address that is not aligned; of what lies inside as well."""
    blocks = encoded.plan.blocks
    handed = [name for name, block in placed.places.items() if blocks[block].handed]
    told = [f"{'' if name == path else f'{name} '}from malloc" for name in handed if _is_in(name, path)]
    told += [
        f"{'' if name == path else f'{name} '}{blocks[block].skew} past a multiple of {blocks[block].align}"
        for name, block in placed.places.items()
        if blocks[block].skew and _is_in(name, path)
    ]
    return f" /* {', '.join(told)} */" if told else ""


def going_on(name: str, window: PlacedWindow, value: Value) -> str:
    """Return a comment on a window that goes on where the last call has ended."""
    more = window.size // window.shape.unit
    behind = f"room for {more} more" if window.contents is None else value_text(window.shape, value)
    return f"/* {name} goes on{f', with {behind} behind it' if more else ''} */"


def _overlap(placed: PlacedCall, views: tuple[View, ...]) -> str:
    """Return in words how two parameters lie in one memory: first the one that is read."""
    paths = {block: path for path, block in placed.places.items()}
    read, written = (paths[view.block] for view in views)
    apart = views[1].offset - views[0].offset
    if apart == 0:
        return f"`{written}` and `{read}` begin at the same byte of one memory"
    count = f"{abs(apart)} byte{'' if abs(apart) == 1 else 's'}"
    return f"`{written}` begins {count} {'after' if apart > 0 else 'before'} `{read}`, in one memory"


def _is_in(name: str, path: str) -> bool:
    return name == path or name.startswith((f"{path}.", f"{path}["))
