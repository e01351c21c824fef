"""What `abidance layout` printed before, for as long as no file changes that it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from abidance.header import store
from abidance.header.stamps import Stamps
from abidance.toolchain import cache_entries
from abidance.toolchain.cache_entries import own_identity
from abidance.toolchain.header_prerequisites import including

if TYPE_CHECKING:
    from abidance.core.diagnostic import Diagnostic
    from abidance.layout.subject import LayoutSubject
    from abidance.toolchain.cache_entries import CachePlace
    from abidance.toolchain.compiler import Compiler

_KIND = "layouts"


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """A report as it is printed, and what is told beside it."""

    text: str
    problems: tuple[Diagnostic, ...]


def place_of(subject: LayoutSubject, compiler: Compiler, *shown: str) -> CachePlace | None:
    """Return where the report on a subject is, or is to be, written as `shown` says; None if it may be made anew only.

    What chooses a part of the header by other means than names may change while the header stays.
    """
    if subject.chosen is not None:
        return None
    compiler = including(compiler, subject.before)
    header = store.place_of(subject.header.absolute(), subject.include_dirs, subject.defines, compiler)
    own = own_identity("layout/*.py", "binding/*.py", "toolchain/*.py")
    seen_from = str(subject.seen_from.absolute()) if subject.seen_from else ""
    return cache_entries.place(_KIND, subject.header.name, own, *header.key, seen_from, *shown)


def load(place: CachePlace) -> WrittenReport | None:
    """Return what was printed before; None when nothing was, or when a file changed since that it came from."""
    try:
        stamps, text, problems = cache_entries.load(place)
        if not Stamps.of(stamps).hold():
            return None
        return WrittenReport(text, _decoded(problems) if problems else ())
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def save(
    place: CachePlace,
    written: WrittenReport,
    subject: LayoutSubject,
    compiler: Compiler,
    before: tuple[str, ...],
) -> None:
    """Keep what was printed, unless a file changed meanwhile; `before` were the headers that came first in the end."""
    from abidance.header import cached_headers  # noqa: PLC0415 - what is there already is not written
    from abidance.header.codec import encode  # noqa: PLC0415

    header = store.place_of(
        subject.header.absolute(), subject.include_dirs, subject.defines, including(compiler, before)
    )
    stamps = cached_headers.stamps_of(header)
    if stamps is not None and stamps.hold():
        cache_entries.save(
            place, (stamps.plain(), written.text, encode(written.problems) if written.problems else ())
        )


def _decoded(problems: Any) -> tuple[Diagnostic, ...]:
    from abidance.header.codec import decode  # noqa: PLC0415 - most headers have no problems

    found: tuple[Diagnostic, ...] = decode(problems)
    return found
