"""Names of parameters that are reserved for the implementation, `__size`, as contracts write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def as_written(names: Sequence[str]) -> list[str]:
    """Return the names of a function's parameters, those that are reserved (C11 7.1.3) without their underscores.

    A name stays as it is where nothing would be left of it, or where another parameter would be called the same.
    """
    bare = [name.lstrip("_") for name in names]
    return [
        short if name.startswith("__") and short and bare.count(short) == 1 else name
        for name, short in zip(names, bare, strict=True)
    ]
