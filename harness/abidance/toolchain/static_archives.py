"""Static libraries as shared objects: what a program that links the archive can call, a worker can load.

The objects are linked as they are, but for one thing. In a program a hidden symbol can be called from any other
object; in a shared object nobody finds it. So definitions that are hidden become protected: seen from outside, and
bound inside as the compiler expected (System V ABI, "Symbol Visibility"). Where the linker refuses objects for want
of `-fPIC`, all definitions are made protected, as they cannot be replaced in a program either; then code that is
merely relocatable, which is what many distributions' compilers make by default, can be linked too.
"""

from __future__ import annotations

import os
import re
import shlex
import struct
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BUILD_FAILED, NOT_A_LIBRARY
from abidance.toolchain.archive import MAGIC, THIN_MAGIC, members
from abidance.toolchain.build_errors import refuse
from abidance.toolchain.cache_entries import is_intact, publish, read_value, write_value
from abidance.toolchain.compiler import find_compiler

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import BuildSettings, LibrarySource

# What belongs to C and C++ and is not in libc itself; the linker takes those that something asks for.
_STANDARD = ("-lm", "-lpthread", "-ldl", "-lrt", "-lstdc++")
_NOT_PIC = re.compile(r"recompile with -fPIC|can ?not be used when making a shared object")
_LINKER_WORDS = re.compile(r"undefined reference|cannot find|relocation|error: ")
_MOST_WORDS = 6
_SYMTAB = 2
_GLOBAL, _WEAK = 1, 2
_INTERNAL, _HIDDEN, _PROTECTED = 1, 2, 3


def is_static(path: Path) -> bool:
    """Tell whether the file is a static archive, thin or whole."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) in (MAGIC, THIN_MAGIC)
    except OSError:
        return False


def linked(source: LibrarySource, archive: Path, settings: BuildSettings, flags: Sequence[str] = ()) -> Path:
    """Return a shared object with everything in `archive`, linked anew when it has changed.

    `flags` are what a build's shared objects are linked with. Raises CannotJudgeError for a damaged archive, and with
    the linker's words where it refuses the objects.
    """
    compiler = settings.compiler or find_compiler()
    more = source.options.get("links")
    given = shlex.split(os.environ.get("LDFLAGS", ""))
    words = (*flags, *(map(_as_word, more) if isinstance(more, tuple) else ()), *given)
    place = settings.cache.directory("libraries", archive.stem, str(archive), compiler.identity, *words)
    record = place / "linked.bin"
    with settings.cache.lock(place, settings.seconds):
        try:
            files = (archive, *(archive.parent / name for name in _outside(archive)))
            stamps = tuple((str(each), *_stamp(each)) for each in files)
            earlier = read_value(record)
            if earlier and earlier[0] == stamps and is_intact(Path(earlier[1])):
                return Path(earlier[1])
            with tempfile.TemporaryDirectory(dir=place) as scratch:
                made = _link(source, archive, compiler, words, Path(scratch), settings.seconds)
                path = publish(made, place)
        except (OSError, ValueError, struct.error) as error:
            raise refuse(NOT_A_LIBRARY, f"`{archive.name}` is a damaged archive: {error}", source) from None
        write_value(record, (stamps, str(path)))
        return path


def _link(
    source: LibrarySource,
    archive: Path,
    compiler: Compiler,
    words: Sequence[str],
    folder: Path,
    seconds: float,
) -> Path:
    made, said = folder / f"{archive.stem}.so", ""
    standard = _STANDARD if _has_cpp(compiler) else _STANDARD[:-1]
    for everything in (False, True):
        objects = map(str, _objects(archive, folder, everything=everything))
        ran = compiler.run(
            ("-shared", "-o", str(made), *objects, *words, "-Wl,--as-needed", *standard), seconds=seconds
        )
        said = ran.stderr
        if ran.ok and made.is_file():
            return made
        if not _NOT_PIC.search(said):
            break
    remedy = None
    if _NOT_PIC.search(said):
        remedy = "compile the static library with `-fPIC`"
    elif "undefined reference" in said or "cannot find -l" in said:
        remedy = "name the libraries that it needs, such as `links: [z]`"
    raise refuse(
        BUILD_FAILED,
        f"`{archive.name}` cannot be linked as a shared object",
        source,
        *[line for line in said.splitlines() if _LINKER_WORDS.search(line)][:_MOST_WORDS],
        remedy=remedy,
    )


def write_exported(archive: Path, out: Path, *, everything: bool) -> None:
    """Write a copy of `archive` whose hidden definitions can be seen from outside; with `everything`, see above."""
    with out.open("wb") as file:
        file.write(MAGIC)
        for number, (name, data) in enumerate(_contents(archive)):
            image = bytearray(data)
            _export(image, everything=everything)
            # A short name of its own: two members of one name are two files.
            short = f"{number}-{Path(name).stem[:6]}.o/".encode("ascii", "replace")[:16]
            file.write(b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (short, 0, 0, 0, b"644", len(image)))
            file.write(image + b"\n" * (len(image) % 2))


def _objects(archive: Path, folder: Path, *, everything: bool) -> Iterator[Path]:
    """Write the archive's objects into `folder`, with what is hidden made visible, and yield them."""
    for number, (name, data) in enumerate(_contents(archive)):
        image = bytearray(data)
        _export(image, everything=everything)
        path = folder / f"{number}-{Path(name).stem[:40]}.o"
        path.write_bytes(image)
        yield path


def _contents(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each member; those of a thin archive lie beside it."""
    outside = frozenset(_outside(archive))
    with archive.open("rb") as file:
        for name, offset, size in members(archive):
            file.seek(offset)
            yield name, (archive.parent / name).read_bytes() if name in outside else file.read(size)


def _export(image: bytearray, *, everything: bool) -> None:
    """Make definitions of a 64-bit little-endian ELF object protected; other objects are left as they are."""
    if image[:6] != b"\x7fELF\x02\x01":
        return
    sections, size, count = (
        *struct.unpack_from("<Q", image, 0x28),
        *struct.unpack_from("<HH", image, 0x3A),
    )
    if not count and sections:  # more than fit: the first section header has their number
        (count,) = struct.unpack_from("<Q", image, sections + 0x20)
    for index in range(count):
        head = sections + index * size
        (kind,) = struct.unpack_from("<I", image, head + 4)
        if kind != _SYMTAB:
            continue
        start, length = struct.unpack_from("<QQ", image, head + 0x18)
        for symbol in range(start, start + length, 24):
            binding, visibility = image[symbol + 4] >> 4, image[symbol + 5] & 3
            (section,) = struct.unpack_from("<H", image, symbol + 6)
            shown = visibility not in (_INTERNAL, _HIDDEN)
            if not section or binding not in (_GLOBAL, _WEAK) or (shown and not everything):
                continue
            if not shown or binding == _GLOBAL:
                image[symbol + 5] = (image[symbol + 5] & ~3) | _PROTECTED


def _outside(archive: Path) -> Iterator[str]:
    """Yield the files beside a thin archive that are its members."""
    with archive.open("rb") as file:
        thin = file.read(len(MAGIC)) == THIN_MAGIC
    if thin:
        yield from (name for name, _, _ in members(archive))


def _stamp(path: Path) -> tuple[int, int, int]:
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns


def _has_cpp(compiler: Compiler) -> bool:
    """Tell whether the compiler finds the C++ library, which a machine without C++ has not."""
    # A library that is not found is named as it was asked for, without a folder.
    return "/" in compiler.run(("-print-file-name=libstdc++.so",)).stdout


def _as_word(each: object) -> str:
    """Return what the linker is told of a library that is named as `z` or by its file."""
    text = str(each)
    return text if "/" in text else f"-l{text}"
