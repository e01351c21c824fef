"""Finds a library by name where the dynamic linker looks, without asking a process to load it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import LIBRARY_MISSING
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import CannotJudgeError
from abidance.core.nearest import did_you_mean
from abidance.toolchain.elf import read_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.core.span import Span

_CONFIGURATION = Path("/etc/ld.so.conf")
_ALWAYS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
_DEPTH = 8  # an `include` that includes itself


def find_library(name: str, span: Span | None = None) -> Path:
    """Return the file of the library `name`: ``z`` finds libz.so or, without that, the newest libz.so.N.

    Files of other machines are passed over. Raises CannotJudgeError when there is none.
    """
    refusal: CannotJudgeError | None = None
    if "/" in name:
        raise _unknown(name, span, "a file is named by `path`, a library of the system by `name`")
    for candidate in _candidates(name):
        try:
            return read_library(candidate).path
        except CannotJudgeError as error:  # a linker script, or another machine's library of that name
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    close = did_you_mean(name.removeprefix("lib"), _known_names())
    raise _unknown(name, span, close or "install it, set `LD_LIBRARY_PATH`, or name it by `path`")


def search_directories() -> tuple[Path, ...]:
    """Return the directories that the dynamic linker looks into, in its order, each once."""
    named = [Path(place) for place in os.environ.get("LD_LIBRARY_PATH", "").split(":") if place]
    every = (*named, *_configured(_CONFIGURATION, _DEPTH), *map(Path, _ALWAYS))
    seen: dict[Path, Path] = {}
    for directory in every:
        if directory.is_dir():
            seen.setdefault(directory.resolve(), directory)
    return tuple(seen.values())


def _unknown(name: str, span: Span | None, remedy: str) -> CannotJudgeError:
    places = ", ".join(map(str, search_directories()))
    return CannotJudgeError(
        Diagnostic(
            LIBRARY_MISSING,
            f"the dynamic linker would not find a library `{name}`",
            labels=(Label(span),) if span else (),
            notes=(f"looked for `{_file_name(name)}` in {places}",),
            help=remedy,
        )
    )


def _candidates(name: str) -> Iterator[Path]:
    wanted = _file_name(name)
    for directory in search_directories():
        exact = directory / wanted
        if exact.is_file():
            yield exact
        if wanted != name:  # a bare name: without the development symlink, the versioned file will do
            yield from sorted(directory.glob(f"{_escaped(wanted)}.[0-9]*"), key=_version, reverse=True)


def _file_name(name: str) -> str:
    return name if ".so" in name else f"lib{name}.so"


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", path.name.partition(".so.")[2]))


def _escaped(text: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", text)


def _known_names() -> set[str]:
    return {
        entry.name.removeprefix("lib").partition(".so")[0]
        for directory in search_directories()
        for entry in directory.glob("lib*.so*")
    }


def _configured(file: Path, depth: int) -> Iterator[Path]:
    try:
        lines = file.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.partition("#")[0].split()
        if words[:1] == ["include"] and depth:
            for pattern in words[1:]:
                base = Path("/") if pattern.startswith("/") else file.parent
                for included in sorted(base.glob(pattern.lstrip("/"))):
                    yield from _configured(included, depth - 1)
        elif words and words[0] not in {"include", "hwcap"}:
            yield Path(words[0])
