"""Reading a header: preprocessed by the compiler, cut into declarations, each parsed when it is wanted."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_FOUND
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.header.cached_headers import CachedHeader, find, keep, now
from abidance.header.loader import HeaderReader
from abidance.header.stamps import StampCollection
from abidance.header.store import place_of
from abidance.toolchain.compiler import search_flags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.toolchain.compiler import Compiler

_TAGGED_MEMBERS = frozenset(("-fms-extensions", "-fplan9-extensions"))


def read_header(
    path: Path,
    *,
    include_dirs: tuple[Path, ...] = (),
    defines: Mapping[str, str] | None = None,
    compiler: Compiler,
) -> Declarations:
    """Return everything that the header and what it includes declare, as `compiler` preprocesses it.

    Its mappings parse what is looked up in them, and everything when they are iterated over. What does not
    parse is in none of them; `lost` says why. Raises UsageError with one diagnostic when the header does not
    exist or does not preprocess. Nothing of the header is ever run.
    """
    path = path.absolute()
    if not path.is_file():
        raise UsageError(Diagnostic(HEADER_NOT_FOUND, f"there is no header `{path.name}` at `{path}`"))
    defines = defines or {}
    flags = (*search_flags(include_dirs, defines), "-include", str(path))

    def type_of(expression: str) -> str | None:
        from abidance.toolchain.questions import pointer_to  # noqa: PLC0415 - few headers ask

        return pointer_to(expression, compiler=compiler, flags=flags)

    @cache
    def has_attribute(name: str) -> bool:
        from abidance.toolchain.questions import has_attribute  # noqa: PLC0415 - few headers ask

        return has_attribute(name, compiler=compiler)

    tagged_members = not _TAGGED_MEMBERS.isdisjoint(compiler.command)
    surroundings = HeaderReader(path, type_of, tagged_members, has_attribute)
    place = place_of(path, include_dirs, defines, compiler)
    loader = find(place, surroundings.restored)
    if loader is None:
        started = now()
        text, places = compiler.preprocess_and_tell(path, include_dirs, defines)
        loader = surroundings.read(text)
        keep(place, CachedHeader(loader, StampCollection(started, loader.files, places)))
    if loader.declarations.origin is None:
        loader.declarations = replace(loader.declarations, origin=place)
    return loader.declarations
