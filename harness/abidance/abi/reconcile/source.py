"""What debug information does not tell of Rust functions and the source line that it names does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.abi.reconcile.codes import CONVENTION_UNKNOWN, RUST_CALLED, UNWINDS
from abidance.abi.reconcile.records import labels
from abidance.core.diagnostic import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.abi.facts import Facts, FunctionFacts

_LINES = 6  # an item's head may be broken over several lines
_SHOWN = 3
_MOST_BYTES = 16 << 20
# What calls and is called as C on the platforms that are supported; "Rust" and those of other platforms do not.
_AS_IN_C = frozenset(("C", "cdecl", "system", "sysv64", "aapcs", "efiapi"))


def compare_source(header: Facts, binary: Facts) -> Iterator[Diagnostic]:
    """Yield the functions that Rust source does not define as C functions, and sources that are not there."""
    texts: dict[Path, list[str] | None] = {}
    untold: dict[Path, list[FunctionFacts]] = {}
    for ours in header.functions.values():
        theirs = binary.functions.get(ours.symbol)
        if theirs is None or theirs.span is None or theirs.span.path.suffix != ".rs":
            continue
        path = theirs.span.path
        if path not in texts:
            texts[path] = _lines(path)
        lines = texts[path]
        if lines is None:
            untold.setdefault(path, []).append(ours)
            continue
        head = "\n".join(lines[theirs.span.line - 1 : theirs.span.line - 1 + _LINES])
        found = re.search(rf"\bfn\s+{re.escape(ours.symbol)}\b", head)
        # What stands between the end of an attribute or item and `fn` are the function's qualifiers.
        if found is None:
            continue
        convention = _convention(re.split(r"[\];{}]", head[: found.start()])[-1])
        if convention.removesuffix("-unwind") not in _AS_IN_C:
            whose = f"calling convention `{convention}`" if convention else "Rust's calling convention"
            yield Diagnostic(
                RUST_CALLED,
                f"`{ours.symbol}` is exported with {whose}, and the header declares a C function",
                labels=labels(ours.span, theirs.span),
                help=f'write `pub extern "C" fn {ours.symbol}`',
                place=ours.name,
            )
        elif convention.endswith("-unwind"):
            yield Diagnostic(
                UNWINDS,
                f'`{ours.symbol}` is `extern "{convention}"`: a panic unwinds into its callers, '
                "and the header declares a C function",
                labels=labels(ours.span, theirs.span),
                help='write `extern "C"`, and turn panics into a status with `std::panic::catch_unwind`',
                place=ours.name,
            )

    for path, functions in untold.items():
        names = ", ".join(f"`{each.name}`" for each in functions[:_SHOWN])
        more = f" and {len(functions) - _SHOWN} more" if len(functions) > _SHOWN else ""
        yield Diagnostic(
            CONVENTION_UNKNOWN,
            f'it is unknown whether {names}{more} are `extern "C"`: the source `{path.name}` is missing',
            labels=labels(functions[0].span, None),
            help="compare the library with its header where it is built",
            place=functions[0].name,
        )


def _convention(qualifiers: str) -> str:
    """Return the calling convention that a function's qualifiers name; nothing for Rust's.

    `extern` alone is ``extern "C"`` (The Rust Reference, "Functions").
    """
    found = re.search(r'\bextern\b(?:\s*(?:r#*)?"([^"]*)")?', qualifiers)
    return "" if found is None else "C" if found[1] is None else found[1]


def _lines(path: Path) -> list[str] | None:
    """Return the lines of a source, or None for one that is not there or cannot be read."""
    try:
        if path.is_file() and path.stat().st_size <= _MOST_BYTES:
            return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        pass
    return None
