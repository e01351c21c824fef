"""Keeps the constants of our own source out of the values that Hypothesis generates."""

from __future__ import annotations

import sys

from hypothesis.internal.conjecture import providers


def forget_our_constants() -> None:
    """Have Hypothesis take the modules of this package as read.

    Of modules outside site-packages it reads the constants, to try them as values. Ours, where we are installed in
    place, say nothing of anybody's library, would make other calls of a seed than an installed package does, and
    take a second to read. It has no public way to leave modules out; without this one it would read them.
    """
    seen: set[int] = getattr(providers, "_seen_modules", set())
    ours = [module for name, module in [*sys.modules.items()] if name.partition(".")[0] == "abidance"]
    seen.update(map(id, ours))
