"""The names of parameters: the header's and, where it has none, the contract's in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.core.catalogue import UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.core.span import Span


def parameter_names(declared: Sequence[str], written: Mapping[str, object]) -> list[str]:
    """Return the names; those that are empty in the header take the contract's, in its order.

    Only when the contract names exactly as many: otherwise they are ``arg1``, ``arg2`` and so on.
    """
    taken = iter(_by_order(declared, written))
    return [name or next(taken, f"arg{index + 1}") for index, name in enumerate(declared)]


def misplaced(declared: Sequence[str], written: Mapping[str, Span], where: str) -> Diagnostic | None:
    """Return a complaint where the contract gives names by order, but has one of the header's at another place.

    The names around it would go to other parameters than those that they were meant for.
    """
    names = parameter_names(declared, written)
    if not _by_order(declared, written):
        return None
    last = ""
    for name in (each for each in written if each in names):
        if last and names.index(name) < names.index(last):
            own, other = (name, last) if name in declared else (last, name)
            place = "behind" if own == name else "before"
            position = f"parameter {names.index(own) + 1} of {where}"
            message = f"`{own}` stands {place} `{other}` here, and is {position} in the header"
            remedy = f"`{other}` would be parameter {names.index(other) + 1}: write all of them in the header's order"
            return Diagnostic(WRONG_VALUE, message, (Label(written[own]),), help=remedy)
        last = name
    return None


def miscounted(
    declared: Sequence[str], types: Sequence[str], written: Mapping[str, Span], where: str, header: Span
) -> Diagnostic | None:
    """Return a complaint where the contract gives names by order, and has another number of them than the header.

    `types` are those of the parameters as C writes them. One that is almost a name of the header is a slip of its own.
    """
    bare = declared.count("")
    names = parameter_names(declared, written)
    given = [name for name in written if name not in names]
    if not bare or not given:
        return None
    if any(nearest(name, [each for each in declared if each]) for name in given):
        return None
    has = "has a parameter" if bare == 1 else f"has {bare} parameters"
    here = "one name stands" if len(given) == 1 else f"{len(given)} names stand"
    them = ", ".join(f"`{type_}`" for name, type_ in zip(declared, types, strict=True) if not name)
    remedy = "give it a name" if bare == 1 else "give each of them a name"
    return Diagnostic(
        UNKNOWN_NAME,
        f"{where} {has} without a name in the header, and {here} here that {'is' if len(given) == 1 else 'are'} new",
        (Label(written[given[0]]), Label(header)),
        help=f"{remedy}, in the header's order: {them}",
    )


def _by_order(declared: Sequence[str], written: Iterable[str]) -> list[str]:
    """Return the names that go to parameters without one, none where their number is another.

    Nor where one is almost a name of the header that stands nowhere: it was meant for that one.
    """
    given = [name for name in written if name not in declared]
    left = [name for name in declared if name and name not in written]
    if len(given) != declared.count("") or any(nearest(name, left) for name in given):
        return []
    return given
