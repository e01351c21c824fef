"""The program that is traced: what it is, whether its calls can be seen, and running it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.toolchain.elf import SANITIZER_RUNTIMES, host_machine
from abidance.toolchain.elf_image import open_image
from abidance.toolchain.preloading import preloadable
from abidance.trace.calibration import FOLDER
from abidance.trace.codes import NOTHING_TRACED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from abidance.toolchain.elf_image import Image

_WATCHED = {"__tsan_init", "__msan_init"}
_LOADER, _SYMBOLS = 3, 2  # PT_INTERP, SHT_SYMTAB


@dataclass(frozen=True, slots=True)
class TracedProgram:
    """A command, and the file that it starts; `runtimes` are sanitizers' that must be loaded before all else."""

    command: tuple[str, ...]
    file: Path
    runtimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgramEnd:
    """How the program ended: its exit status, or minus the signal, and how long it ran."""

    status: int
    seconds: float


def find_program(command: Sequence[str]) -> TracedProgram:
    """Return the program of a command line; raises UsageError, and CannotJudgeError where no call of it can be seen."""
    name = command[0]
    found = shutil.which(name)
    if found is None:
        why = "is no file that can be executed" if "/" in name else "is not found on PATH"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, f"the command `{name}` {why}"))
    file = Path(found).absolute()
    mode = file.stat().st_mode
    if mode & (stat.S_ISUID | stat.S_ISGID):
        raise _unseen(
            f"`{name}` runs with the rights of its owner, and the dynamic linker preloads nothing for it",
            help_="trace what it starts: put `abidance trace` behind it, not before it",
        )
    try:
        with file.open("rb") as opened:
            return _checked(command, file, opened.read(4096), _image_of(opened))
    except (OSError, ValueError, struct.error):
        return TracedProgram(tuple(command), file)  # a script, whose interpreter is a program


def _image_of(opened: BinaryIO) -> Image | None:
    """Return the image of an open file; None where it is none."""
    opened.seek(0)
    try:
        return open_image(opened)
    except (ValueError, struct.error):
        return None


def _checked(command: Sequence[str], file: Path, start: bytes, image: Image | None) -> TracedProgram:
    if image is None:
        if start.startswith(b"#!"):
            words = start[2:].split(b"\n", 1)[0].split()
            if words:
                with contextlib.suppress(UsageError):
                    find_program([os.fsdecode(words[0])])  # for what it says of the interpreter
        return TracedProgram(tuple(command), file)
    if (image.machine, image.bits) != host_machine():
        raise _unseen(
            f"`{command[0]}` is built for {image.machine} ({image.bits}-bit), and what is preloaded for "
            f"{host_machine()[0]} ({host_machine()[1]}-bit)"
        )
    if not any(each.kind == _LOADER for each in image.segments):
        raise _unseen(
            f"`{command[0]}` is linked statically: it has the library inside of itself, where no call can be seen",
            help_="link it with the shared library, and trace that",
        )
    needed = image.strings_of("needed")
    if any(SANITIZER_RUNTIMES["tsan"].match(name) for name in needed) or _WATCHED & _dynamic(image):
        raise _unseen(
            f"`{command[0]}` is built with a sanitizer that watches all memory, and what records calls is not",
            help_="trace a build without ThreadSanitizer and MemorySanitizer; AddressSanitizer may stay",
        )
    runtimes = tuple(n for n in needed if any(mark.match(n) for mark in SANITIZER_RUNTIMES.values()))
    return TracedProgram(tuple(command), file, runtimes)


def run_program(program: TracedProgram, interposer: Path, folder: Path) -> ProgramEnd:
    """Run the program to its end, with its own input and output. What interrupts both is left to the program."""
    with preloadable([interposer]) as preload:
        before = os.environ.get("LD_PRELOAD", "")
        # A sanitizer's runtime looks whether it comes first, and ends the program where it does not.
        first = [*program.runtimes, preload, *(each for each in before.replace(" ", ":").split(":") if each)]
        environment = {**os.environ, "LD_PRELOAD": ":".join(first), FOLDER: str(folder)}
        began = time.monotonic()
        try:
            process = subprocess.Popen(
                program.command, executable=program.file, env=environment, close_fds=False
            )
        except OSError as error:
            words = (error.strerror or str(error)).lower()
            raise UsageError(
                Diagnostic(BAD_CONFIGURATION, f"`{program.command[0]}` cannot be started: {words}")
            ) from None
        with _left_to(process):
            status = process.wait()
        return ProgramEnd(status, time.monotonic() - began)


@contextlib.contextmanager
def _left_to(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let the program decide what an interruption means; one that is sent to us alone is passed on."""

    def pass_on(number: int, _frame: object) -> None:
        if number != signal.SIGINT:  # a terminal sends that to both
            process.send_signal(number)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {}
    with contextlib.suppress(ValueError):  # not in the main thread: then nobody sends us any
        before = {number: signal.signal(number, pass_on) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if process.poll() is None:
            process.kill()
            process.wait()


def why_unseen(program: TracedProgram, symbols: Collection[str], names: Collection[str]) -> Diagnostic:
    """Return why no call was seen, as far as the program's file tells. `names` are those of the library."""
    own: list[str] = []
    needed: tuple[str, ...] = ()
    try:
        with program.file.open("rb") as file:
            image = open_image(file)
            own = sorted(_defined(image) & {*symbols})
            needed = image.strings_of("needed")
    except (OSError, ValueError, struct.error, IndexError):
        pass
    said = f"`{' '.join(program.command)}` made no call of the boundary that could be seen"
    if own:
        return Diagnostic(
            NOTHING_TRACED,
            said,
            notes=(
                f"`{program.file.name}` has `{own[0]}` inside of itself: it is linked statically with the library",
            ),
            help="link it with the shared library, and trace that",
        )
    if needed and not {*needed} & {*names}:
        return Diagnostic(
            NOTHING_TRACED,
            said,
            notes=(f"`{program.file.name}` is not linked with `{next(iter(names))}` itself",),
            help="does what it did need the library at all? was another one meant by `--library`?",
        )
    return Diagnostic(NOTHING_TRACED, said, help="give it work that needs the library")


def _dynamic(image: Image) -> set[str]:
    return {each.name for each in image.symbols()}


def _defined(image: Image) -> set[str]:
    """Return the functions that a program defines, as far as its symbols were not stripped."""
    found = {each.name for each in image.symbols() if each.defined}
    for section in image.sections:
        if section.kind == _SYMBOLS:
            names = image.contents(image.sections[section.link])
            for name, _, _, inside, _, _ in image.symbol_rows(image.contents(section)):
                if inside and name:
                    end = names.find(b"\0", name)
                    found.add(names[name:end].decode("utf-8", "replace"))
    return found


def _unseen(message: str, help_: str | None = None) -> CannotJudgeError:
    return CannotJudgeError(Diagnostic(NOTHING_TRACED, message, help=help_))
