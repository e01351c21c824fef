"""Layouts with a memory: the same question about the same text has the answer that the compiler gave before.

What decides an answer is the compiler, its flags, what the preprocessor made of the header, and the question. All of
it is the key, so an answer that is there holds: whether the preprocessor would make the same of the files that there
are now was found out when the header was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidance.header import cached_headers
from abidance.ir.layout import AddressConstant, Extent, FieldLayout, Layouts, RecordLayout, Scalar
from abidance.toolchain import cache_entries
from abidance.toolchain.cache_entries import CachePlace, own_identity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.ir.declarations import Declarations
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.probe import ProbeRequest

_KIND = "layouts"


def layouts_of(
    declarations: Declarations,
    wanted: ProbeRequest,
    *,
    header: Path,
    include_dirs: tuple[Path, ...] = (),
    defines: Mapping[str, str] | None = None,
    compiler: Compiler,
) -> Layouts:
    """Return what `probe_layouts` does, which is asked only where the answer is not known; raises what that raises.

    `declarations` are what `read_header` made of the header, or of a file that includes it.
    """
    place = _place_of(declarations, wanted, header)
    known = _load(place) if place is not None else None
    if known is not None:
        return known
    from abidance.toolchain.probe import probe_layouts  # noqa: PLC0415 - what is known is not asked for

    layouts = probe_layouts(
        declarations,
        wanted,
        header=header,
        include_dirs=include_dirs,
        defines=defines,
        compiler=compiler,
    )
    # The compiler must have been asked about the text that was read.
    if place is not None and cached_headers.holds(declarations.origin):
        cache_entries.save(place, _encoded(layouts))
    return layouts


def _place_of(declarations: Declarations, wanted: ProbeRequest, header: Path) -> CachePlace | None:
    """Return where the answer is, or is to be; None for declarations of which nobody knows the text any more."""
    origin = declarations.origin
    content = cached_headers.content_of(origin)
    if content is None or not isinstance(origin, CachePlace):
        return None
    key = own_identity("toolchain/*.py", "header/*.py", "ir/*.py"), *origin.key, content
    return cache_entries.place(_KIND, header.name, *key, str(header.absolute()), repr(wanted))


def _load(place: CachePlace) -> Layouts | None:
    found = cache_entries.load(place)
    try:
        return None if found is None else _decoded(found)
    except (AttributeError, TypeError, ValueError):
        return None


def _encoded(layouts: Layouts) -> object:
    def scalars(table: Mapping[str, Scalar]) -> dict[str, object]:
        return {key: (each.kind, each.size, each.align, each.signed) for key, each in table.items()}

    records = {
        key: (
            each.size,
            each.align,
            {name: (f.offset, f.size, f.bit_offset, f.bit_width) for name, f in each.fields.items()},
        )
        for key, each in layouts.records.items()
    }
    typedefs = {key: (each.size, each.align) for key, each in layouts.typedefs.items()}
    rest = (
        dict(layouts.constants),
        dict(layouts.arrays),
        typedefs,
        layouts.little_endian,
        dict(layouts.failed),
        {name: text.hex() for name, text in layouts.texts.items()},
        {
            name: value.hex() if isinstance(value, float) else value.address
            for name, value in layouts.values.items()
        },
    )
    return scalars(layouts.scalars), records, scalars(layouts.enums), *rest


def _decoded(stored: Any) -> Layouts:
    scalars, records, enums, constants, arrays, typedefs, little_endian, failed, texts, values = stored
    return Layouts(
        {key: Scalar(*each) for key, each in scalars.items()},
        {
            key: RecordLayout(size, align, {name: FieldLayout(*each) for name, each in fields.items()})
            for key, (size, align, fields) in records.items()
        },
        {key: Scalar(*each) for key, each in enums.items()},
        constants,
        arrays,
        {key: Extent(*each) for key, each in typedefs.items()},
        little_endian,
        failed,
        {name: bytes.fromhex(text) for name, text in texts.items()},
        {
            name: AddressConstant(value) if isinstance(value, int) else float.fromhex(value)
            for name, value in values.items()
        },
    )
