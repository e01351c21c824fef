"""Debug information that is not in the library itself: separate files, what dwz shares, split units.

Files are found where debuggers look: by build id and ``.gnu_debuglink`` (GDB manual, "Separate Debug Files"), by
``.gnu_debugaltlink`` or ``.debug_sup`` (DWARF 5, 7.3.6), by DW_AT_dwo_name or as a ``.dwp`` beside the library
(DWARF 5, 7.3.2 and 7.3.5). Nothing is downloaded.
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Self

from abidance.core.files import open_regular
from abidance.toolchain.dwarf.file import DwarfFile
from abidance.toolchain.dwarf.names import At
from abidance.toolchain.dwarf.package import contributions
from abidance.toolchain.dwarf.sections import UnreadableError
from abidance.toolchain.elf_image import Image, open_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.dwarf.unit import CompileUnit

_SYSTEM = Path("/usr/lib/debug")


class DebugFileOpener:
    """Opens files for as long as the context is entered. `elsewhere` tells whether any but `own` was looked for."""

    def __init__(self, own: Path | None = None) -> None:
        self._open = contextlib.ExitStack()
        self._own = own
        self._read: list[DwarfFile] = []
        self.elsewhere = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        for each in self._read:
            each.close()

    def dwarf(self, image: Image, alternate: DwarfFile | None = None, suffix: str = "") -> DwarfFile:
        """Return the debug information of an ELF file, which goes when the context is left."""
        found = DwarfFile(image, alternate, suffix)
        self._read.append(found)
        return found

    def image(self, path: Path) -> Image:
        """Return the ELF file at `path`; raises OSError, ValueError or struct.error."""
        self.elsewhere = self.elsewhere or path != self._own
        return open_image(self._open.enter_context(open_regular(path)))


def debug_information(
    opener: DebugFileOpener, image: Image, path: Path, given: Sequence[Path] = ()
) -> tuple[DwarfFile, Path] | None:
    """Return the debug information of a library and the file that has it, or None where there is none.

    `given` are separate files that the user named. Raises UnreadableError for one that belongs to another build.
    """
    for each in given:
        separate = opener.image(each)
        if separate.build_id() != image.build_id() or not image.build_id():
            linked = _debug_link(image)
            if linked is None or linked != (each.name, _checksum(each)):
                raise UnreadableError(f"`{each.name}` has the debug information of another build")
        found = opener.dwarf(separate, _alternate(opener, separate, each))
        if found:
            return found, each
    own = opener.dwarf(image)
    if own:
        own.alternate = _alternate(opener, image, path)
        return own, path
    opener.elsewhere = True  # what is not there now may be there next time
    another = ""
    for each in _candidates(image, path):
        with contextlib.suppress(OSError, ValueError, struct.error):
            separate = opener.image(each)
            ids = {image.build_id(), separate.build_id()} - {""}
            if len(ids) > 1:  # a link by name and checksum may be one to another build
                another = each.name
                continue
            found = opener.dwarf(separate)
            if found:
                found.alternate = _alternate(opener, separate, each)
                return found, each
    if another:
        raise UnreadableError(f"`{another}` has the debug information of another build")
    return None


def split_unit(
    opener: DebugFileOpener, unit: CompileUnit, path: Path, packages: dict[Path, DwarfFile | None]
) -> CompileUnit:
    """Return the unit itself, or the one in a ``.dwo`` or ``.dwp`` file that it stands for.

    `packages` keeps what was opened. Raises UnreadableError when that file is not there.
    """
    top = unit.top
    name = top.text(At.DWO_NAME) or top.text(At.GNU_DWO_NAME)
    if not name:
        return unit
    identity = unit.signature if unit.signature is not None else top.number(At.GNU_DWO_ID)
    package = path.with_name(path.name + ".dwp")
    if package not in packages:
        packages[package] = _open_split(opener, package)
    packed = packages[package]
    if packed is not None and identity is not None:
        rows = contributions(packed.sections, "cu_index")
        if identity in rows:
            row = rows[identity]
            found = packed.unit("info.dwo", row["info"], row)
            found.skeleton = unit
            return found
    places = [Path(top.text(At.COMP_DIR)) / name, path.parent / name, path.parent / Path(name).name]
    for place in places:
        if place not in packages:
            packages[place] = _open_split(opener, place)
        split = packages[place]
        for found in split.units if split is not None else ():
            if found.is_type_unit:
                continue
            told = found.signature if found.signature is not None else found.top.number(At.GNU_DWO_ID)
            if told == identity:
                found.skeleton = unit
                return found
    raise UnreadableError(f"the split debug information `{Path(name).name}` is not there")


def _open_split(opener: DebugFileOpener, path: Path) -> DwarfFile | None:
    try:
        return opener.dwarf(opener.image(path), suffix=".dwo")
    except (OSError, ValueError, struct.error):
        return None


def _candidates(image: Image, path: Path) -> Iterator[Path]:
    identity = image.build_id()
    if len(identity) > 2:
        yield _SYSTEM / ".build-id" / identity[:2] / f"{identity[2:]}.debug"
    linked = _debug_link(image)
    if linked:
        name, checksum = linked
        folder = path.resolve().parent
        for place in (folder / name, folder / ".debug" / name, _SYSTEM / folder.relative_to("/") / name):
            if place != path and place.is_file() and _checksum(place) == checksum:
                yield place


def _debug_link(image: Image) -> tuple[str, int] | None:
    for section in image.sections:
        if section.name == ".gnu_debuglink":
            data = image.part(section.offset, section.size)
            name, end = data[: data.index(b"\0")], data.index(b"\0") + 1
            return name.decode("utf-8", "replace"), struct.unpack_from(image.order + "I", data, end + 3 & ~3)[
                0
            ]
    return None


def _checksum(path: Path) -> int:
    value = 0
    with open_regular(path) as file:
        while part := file.read(1 << 20):
            value = zlib.crc32(part, value)
    return value


def _alternate(opener: DebugFileOpener, image: Image, path: Path) -> DwarfFile | None:
    """Return the file that dwz moved shared parts to, or None; a use of what is missing is an error then."""
    told = _alternate_link(image)
    if told is None:
        return None
    name, identity = told
    places = [path.resolve().parent / name]
    if len(identity) > 2:
        places.append(_SYSTEM / ".build-id" / identity[:2] / f"{identity[2:]}.debug")
    for place in places:
        with contextlib.suppress(OSError, ValueError, struct.error):
            shared = opener.image(place)
            # `.debug_sup` has a checksum of its own; a build id is there only from `.gnu_debugaltlink`.
            if not identity or shared.build_id() in {identity, ""}:
                return opener.dwarf(shared)
    return None


def _alternate_link(image: Image) -> tuple[str, str] | None:
    for section in image.sections:
        if section.name == ".gnu_debugaltlink":
            name, _, identity = image.part(section.offset, section.size).partition(b"\0")
            return name.decode("utf-8", "replace"), identity.hex()
        if section.name == ".debug_sup":
            data = image.part(section.offset, section.size)
            if data[2] == 0:  # this file uses the supplementary one
                return data[3 : data.index(b"\0", 3)].decode("utf-8", "replace"), ""
    return None
