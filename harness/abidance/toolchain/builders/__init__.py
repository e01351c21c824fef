"""The builders, in one table, and the one way to get a library out of them."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, BUILD_FAILED
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.core.nearest import did_you_mean
from abidance.toolchain.build_errors import refuse
from abidance.toolchain.builders.cargo import CARGO
from abidance.toolchain.builders.cmake import CMAKE
from abidance.toolchain.builders.command import COMMAND
from abidance.toolchain.builders.prebuilt import NAME, PATH
from abidance.toolchain.builds import PREBUILT, Build, parse_build
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.dwarf.flags import layout_options, noted_options
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import Artifact, BuildResult, BuildSettings, LibraryBuilder, LibrarySource
from abidance.toolchain.runtimes import NAMES, runtimes_for

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from abidance.toolchain.elf import LibraryFacts

BUILDERS: tuple[LibraryBuilder, ...] = (CMAKE, CARGO, COMMAND, PATH, NAME)

_AS_IT_IS = Build(PREBUILT, "release", frozenset())


def builds_of(source: LibrarySource, wanted: Sequence[str]) -> tuple[str, ...]:
    """Return the builds that a library has when `wanted` are asked for; nothing is run for it."""
    return (PREBUILT,) if source.prebuilt else tuple(dict.fromkeys(wanted))


def check_source(source: LibrarySource) -> None:
    """Raise what `build_library` would for a source that cannot be built, as far as that shows without building."""
    builder = next(each for each in BUILDERS if each.kind == source.kind)
    _known_options(source, builder)
    if builder.check is not None:
        builder.check(source)


def build_library(source: LibrarySource, build: str, settings: BuildSettings | None = None) -> Artifact:
    """Build what `source` says, or take it as it is, and return it ready for a worker.

    Raises UsageError for a build or option that does not exist, and CannotJudgeError when the build fails,
    leaves no library for this machine, has not the sanitizers it was to have, or lacks their runtime.
    """
    builder = next(each for each in BUILDERS if each.kind == source.kind)
    _known_options(source, builder)
    settings = settings or BuildSettings()
    how = _AS_IT_IS if source.prebuilt else parse_build(build, source.span).covered(settings.coverage)
    try:
        made = builder.make(source, how, settings)
    except OSError as error:
        words = f"{error.strerror or error}".lower()
        raise refuse(
            BUILD_FAILED, f"`{source.name}` could not be built: {words}", source, f"{error}"
        ) from None
    facts = read_library(made.path, source.span)
    _check_layout_options(source, made)
    sanitizers = facts.sanitizers if source.prebuilt else _as_asked(source, how, builder, facts)
    return Artifact(
        library=source.name,
        build=PREBUILT if source.prebuilt else build,
        path=made.path,
        built=made.built,
        sanitizers=sanitizers,
        preload=runtimes_for(facts, made.compiler, source.span),
        search=_search(made, facts),
    )


def _check_layout_options(source: LibrarySource, made: BuildResult) -> None:
    """Raise CannotJudgeError where a library is compiled with what changes layouts, and its header is read without."""
    units = noted_options(made.path)
    if not any(unit.layout_options for unit in units):
        return
    command = find_compiler().command
    ours = layout_options(" ".join(command))
    for unit in units:
        for kind, option in unit.layout_options.items():
            if ours.get(kind) != option:
                raise refuse(
                    BUILD_FAILED,
                    f"`{source.name}` is compiled with `{option}`, and its header is read without",
                    source,
                    f"so records and enums have another layout in `{unit.name}` than in the header's callers",
                    remedy=f'read the header so as well, by `CC="{shlex.join((*command, option))}"`, or build without',
                )


def _as_asked(
    source: LibrarySource, build: Build, builder: LibraryBuilder, facts: LibraryFacts
) -> frozenset[str]:
    """Return the sanitizers of a build; raises CannotJudgeError when they are not those it is named for."""
    wanted = build.sanitizers & builder.instruments
    found = facts.sanitizers
    if "ubsan" in wanted and wanted & found:
        # All flags travel together, and code without anything to check carries no sign of ubsan.
        found |= {"ubsan"}
    if found == wanted:
        return found
    absent, extra = ([NAMES[kind] for kind in sorted(kinds)] for kinds in (wanted - found, found - wanted))
    raise refuse(
        BUILD_FAILED,
        f"the `{build.name}` build of `{source.name}` came out "
        + (f"without {' and '.join(absent)}" if absent else f"with {' and '.join(extra)}"),
        source,
        "it is not judged, because its name promises checks that it cannot make"
        if absent
        else "the project enables it itself, or the file was left over from another build",
        remedy=builder.advice,
    )


def _known_options(source: LibrarySource, builder: LibraryBuilder) -> None:
    for option in source.options:
        if option not in builder.options:
            close = did_you_mean(option, builder.options)
            allowed = ", ".join(f"`{name}`" for name in builder.options) or "none"
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"a `{builder.kind}` library has no option `{option}`",
                    labels=(Label(source.span),) if source.span else (),
                    help=close or f"its options: {allowed}",
                )
            )


def _search(made: BuildResult, facts: LibraryFacts) -> tuple[Path, ...]:
    """Return where the library's neighbours are: it was moved away from what `$ORIGIN` meant."""
    origin = made.built.resolve().parent
    if made.path == made.built:
        return ()
    return tuple(
        (origin / place.replace("${ORIGIN}", "$ORIGIN").replace("$ORIGIN", str(origin))).resolve()
        for place in facts.runpath
        if "ORIGIN" in place
    )
