"""`abidance profile`: where calls of a function spend their time, as flame graphs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.cli.parser import Parser, one_of, seconds
from abidance.core.outcome import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.core.events import Event
    from abidance.core.profiles import Profiled
    from abidance.run.inputs.settings import Settings

KINDS = ("examples", "edges", "generated", "traced")


def parser() -> Parser:
    """Return the options of the command."""
    made = Parser(
        "profile",
        "CONTRACT --function NAME [options]",
        "Makes calls of one function over and over and samples them with `perf`, or counts their instructions with\n"
        "callgrind. Prints the functions that take the most, with their lines, and writes a flame graph as a page,\n"
        "folded stacks, and a file for speedscope. What makes the calls is left out. Several libraries of a boundary\n"
        "are shown beside one another.",
        example="contracts/codec.contract.yaml --function decode",
    )
    made.add_argument("contract", metavar="CONTRACT", help="a *.contract.yaml file")
    which = made.add_argument_group("what is called")
    which.add_argument("--function", metavar="NAME", required=True, help="the function")
    which.add_argument(
        "--library",
        metavar="NAME[=PATH]",
        action="append",
        default=[],
        help="only this library; with =PATH, the shared object there in place of the contract's libraries",
    )
    which.add_argument("--build", metavar="BUILD", action="append", default=[], help="only this build")
    which.add_argument(
        "--input",
        metavar="KIND",
        type=one_of(*KINDS),
        action="append",
        default=[],
        help="only calls of this kind: examples, edges, generated, or traced: as large as the last trace saw them; "
        "may be repeated",
    )
    which.add_argument(
        "--size",
        metavar="PARAM=N",
        type=_size,
        action="append",
        default=[],
        help="the simplest valid call with this parameter so large, and what it is the length of; may be repeated",
    )
    which.add_argument(
        "--tool",
        metavar="TOOL",
        type=one_of("perf", "callgrind"),
        help="perf or callgrind; by default callgrind where perf does not work, or sees too little",
    )
    which.add_argument(
        "--seconds",
        metavar="S",
        type=seconds,
        default=1.0,
        help="sample so many seconds of calls, 1 by default",
    )
    group = made.add_argument_group("the report")
    group.add_argument(
        "-o",
        "--output",
        metavar="FILE.html",
        help="write the page to FILE.html, the other files beside it; below .abidance/profiles by default",
    )
    return made


def execute(options: argparse.Namespace) -> int:
    """Profile the function; return the exit status."""
    from abidance.cli.contracts import contract_paths  # noqa: PLC0415 - `--help` needs none of these
    from abidance.cli.selecting import selection_of  # noqa: PLC0415
    from abidance.history import recorder_of  # noqa: PLC0415
    from abidance.report.profile_text import profile_lines  # noqa: PLC0415
    from abidance.report.text.style import Style  # noqa: PLC0415
    from abidance.run.inputs.settings import Settings  # noqa: PLC0415
    from abidance.run.profiling.profile import ProfileRequest, profile_function  # noqa: PLC0415

    path = contract_paths([options.contract])[0]
    settings = Settings.load(Path.cwd())
    kinds = tuple(kind for kind in options.input if kind != "traced")
    sizes = tuple(options.size)
    if "traced" in options.input:
        sizes += _traced(settings, path, options.function)
    request = ProfileRequest(options.function, kinds, sizes, options.seconds, options.tool or "")
    options.function = [options.function]
    selection = selection_of(options)
    profiles = profile_function(path, selection, request, settings, _ignore)
    look = Style.of(sys.stdout)
    page = _page(options.output, settings.root, profiles[0])
    files = _write(page, profiles)
    recorder = recorder_of(settings.root, "profile", settings.history)
    for profile in profiles:
        recorder(profile)
    recorder.close(ExitCode.OK)
    lines = [*profile_lines(profiles, look), ""]
    lines += [f"wrote {', '.join(look.path(file) for file in files)}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return ExitCode.OK


def _traced(settings: Settings, contract: Path, function: str) -> tuple[tuple[str, int], ...]:
    from abidance.cli.codes import codes  # noqa: PLC0415 - few ask for it
    from abidance.history import store_of  # noqa: PLC0415
    from abidance.history.past import Past  # noqa: PLC0415
    from abidance.run.profiling.traced_sizes import traced_sizes  # noqa: PLC0415

    with store_of(settings.root) as store:
        past = Past(store, settings.root, {code.id: code for code in codes()})
        return traced_sizes(past, settings.root, contract, function)


def _write(page: Path, profiles: Sequence[Profiled]) -> list[Path]:
    from abidance.cli.output_text import write_report  # noqa: PLC0415 - `--help` needs none of these
    from abidance.pages.profile_page import profile_page  # noqa: PLC0415
    from abidance.report.speedscope import speedscope  # noqa: PLC0415

    folded = "".join(each.folded(under=f"{each.library} {each.build}".rstrip()) for each in profiles)
    files = {
        page: profile_page(profiles),
        page.with_suffix(".folded"): folded,
        page.with_suffix(".speedscope.json"): speedscope(profiles),
    }
    for file, text in files.items():
        write_report(file, text)
    return [*files]


def _page(output: str | None, root: Path, profile: Profiled) -> Path:
    """Return where the page goes: what was named, or a file of the project's own folder."""
    from abidance.core.files import project_folder  # noqa: PLC0415

    if output is not None:
        return Path(output).with_suffix(".html")
    folder = project_folder(root) / "profiles"
    folder.mkdir(exist_ok=True)
    return folder / f"{profile.boundary}-{profile.function}.html"


def _size(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not name or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"`{text}` is no size such as `length=4096`")
    return name, int(number)


def _ignore(_: Event) -> None:
    """Take in an event that nobody is told of."""
