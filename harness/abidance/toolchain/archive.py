"""Members of a static archive (`ar`, GNU and BSD long names)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC = b"!<arch>\n"
THIN_MAGIC = b"!<thin>\n"
_HEADER = 60


def members(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, offset in the file and size in bytes of each member that is no index.

    A thin archive has nothing at the offset: the name is the member's path, seen from the archive's folder.
    Raises ValueError for a damaged archive.
    """
    total = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(len(MAGIC))
        if magic not in (MAGIC, THIN_MAGIC):
            raise ValueError("it does not begin as an archive does")
        thin = magic == THIN_MAGIC
        long_names, at = b"", len(MAGIC)
        while at + _HEADER <= total:
            file.seek(at)
            header = file.read(_HEADER)
            if header[58:60] != b"`\n":
                raise ValueError(f"the header of a member is damaged, at byte {at}")
            name, size, start = (
                header[:16].rstrip().decode("utf-8", "replace"),
                int(header[48:58]),
                at + _HEADER,
            )
            outside = thin and name not in {"/", "//", "/SYM64/"}
            at = start if outside else start + size + size % 2
            if at > total + size % 2:
                raise ValueError(f"member `{name}` ends after the file does")
            if name == "//":
                long_names = file.read(size)
            elif name.startswith("#1/"):
                length = int(name[3:])
                yield (
                    file.read(length).rstrip(b"\0").decode("utf-8", "replace"),
                    start + length,
                    size - length,
                )
            elif name not in {"/", "/SYM64/"}:
                if name[:1] == "/" and name[1:].isdigit():
                    end = long_names.find(b"/\n", int(name[1:]))
                    name = long_names[int(name[1:]) : end if end >= 0 else None].decode("utf-8", "replace")
                yield name.removesuffix("/"), start, size
