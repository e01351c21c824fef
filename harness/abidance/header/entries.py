"""What one declaration of a header brings: the part of `Declarations` that it alone is the source of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic
    from abidance.ir.declarations import Enum, Function, Macro, Record, Typedef, Variable


class Ranked(NamedTuple):
    """One declaration of a function, with how much it tells a reader compared with others of it.

    In this order: whether it is a prototype, whether all parameters have names, whether it stands outside
    system headers.
    """

    function: Function
    rank: tuple[bool, bool, bool]


@dataclass(slots=True)
class DeclarationEntries:
    """By name or key, in the order of the source. Filled while the declaration is lowered.

    Records and enums are here also where they are only mentioned. `constants` are C23's ``constexpr`` objects.
    """

    functions: list[Ranked] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    typedefs: dict[str, Typedef] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    constants: dict[str, Macro] = field(default_factory=dict)
    lost: dict[str, Diagnostic] = field(default_factory=dict)


def merged(declared: list[Ranked]) -> Function:
    """Return one function of all its declarations.

    They agree on the type (C11 6.7p4), so the one that tells a reader most is kept, with the attributes,
    the asm label and the linkage that any of them gives.
    """
    if len(declared) == 1:
        only = declared[0].function
        if len(only.attributes) < 2:
            return only
    best = max(declared, key=lambda each: each.rank).function
    functions = [each.function for each in declared]
    symbols = [each.symbol for each in functions if each.symbol != each.name]
    attributes_of_all = (attribute for each in functions for attribute in each.attributes)
    return replace(
        best,
        symbol=symbols[0] if symbols else best.symbol,
        inline=all(each.inline for each in functions),
        attributes=tuple(dict.fromkeys(attributes_of_all)),
    )
