"""The C compiler: found once, described by value, and started from one place only."""

from __future__ import annotations

import functools
import hashlib
import os
import re
import shlex
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from abidance.core.catalogue import BAD_CONFIGURATION, NO_COMPILER
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError, UsageError
from abidance.toolchain.compile_errors import errors_in, refused_header
from abidance.toolchain.process import MAX_OUTPUT, english_environment, run_tool
from abidance.toolchain.unreadable_includes import odd_include, refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.toolchain.compile_errors import CompileError
    from abidance.toolchain.process import Finished

Family = Literal["gcc", "clang"]

SECONDS = 60.0
_IMPATIENT_SECONDS = 2.0
"""For a header that includes what the compiler may wait for, unless a condition leaves that out."""
_REMEDY = "install gcc or clang, or set `CC`; `abidance doctor` shows what is found"
# Bytes: a macro bomb must fill neither the disk nor this process.
_MAX_TEXT = 32 << 20
_MAX_OBJECT = 256 << 20
_MAX_MEMORY = 2 << 30  # bytes: an include may be a device that has no end
_LARGEST_SCRIPT = 64 << 10
_IGNORED = re.compile(r'^ignoring nonexistent directory "([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What compiling gave: the object file's bytes, or None and the compiler's words.

    `errors` are those of the words that name a place; line numbers are those of the given source.
    """

    image: bytes | None
    errors: tuple[CompileError, ...]
    words: str

    @property
    def ok(self) -> bool:
        """Tell whether the compiler was content."""
        return self.image is not None


class SearchPlaces(NamedTuple):
    """Where the preprocessor looks for ``"..."`` only, then for all includes, and what is not there to look in."""

    quoted: tuple[str, ...]
    angled: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiler:
    """A gcc or clang that answers on this machine. `command` may hold more words than the program."""

    command: tuple[str, ...]
    family: Family
    version: str
    target: str

    @property
    def identity(self) -> str:
        """Return one line that changes whenever cached results of this compiler must not be used again."""
        return f"{shlex.join(self.command)} | {self.version} | {self.target}{_script(self.command[0])}"

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: str = "",
        seconds: float = SECONDS,
        cwd: Path | None = None,
        outputs: Sequence[Path] = (),
        largest: int = MAX_OUTPUT,
        memory: int = 0,
    ) -> Finished:
        """Start the compiler with `arguments` and return how that ended; no shell is involved.

        Its temporary files live in a directory of their own. When `seconds` pass, or what it prints or one of
        `outputs` grows beyond `largest` bytes, the driver and all that it started are killed.
        """
        with tempfile.TemporaryDirectory(prefix="abidance-") as name:
            ran = run_tool(
                (*self.command, *arguments),
                stdin=stdin,
                seconds=seconds,
                cwd=cwd,
                environment=english_environment(TMPDIR=name),
                outputs=outputs,
                largest=largest,
                memory=memory,
            )
        return replace(ran, stderr=f"{ran.stderr}{ran.stopped}\n") if ran.stopped else ran

    def preprocess(
        self,
        source: Path | str,
        include_dirs: Sequence[Path] = (),
        defines: Mapping[str, str] | None = None,
    ) -> str:
        """Return `source`, a header's path or C text, after the preprocessor, its ``#define`` lines kept.

        Raises UsageError with the compiler's own first errors when it refuses the header.
        """
        ran = self._preprocessed(source, search_flags(include_dirs, defines or {}), include_dirs)
        if not ran.ok:
            raise UsageError(refused_header(source, self.command, ran.stderr))
        return ran.stdout

    def preprocess_and_tell(
        self, source: Path, include_dirs: Sequence[Path] = (), defines: Mapping[str, str] | None = None
    ) -> tuple[str, SearchPlaces]:
        """Return what `preprocess` does, and the directories in which includes were looked for.

        Raises what `preprocess` does.
        """
        ran = self._preprocessed(source, ("-v", *search_flags(include_dirs, defines or {})), include_dirs)
        if not ran.ok:
            return self.preprocess(source, include_dirs, defines), SearchPlaces((), (), ())
        return ran.stdout, _search_places(ran.stderr)

    def _preprocessed(
        self, source: Path | str, flags: Sequence[str], include_dirs: Sequence[Path]
    ) -> Finished:
        """Run the preprocessor; raises UsageError where it waits for an include that is no plain file."""
        odd = odd_include(source.absolute(), include_dirs) if isinstance(source, Path) else None
        text = including_line(source) if isinstance(source, Path) else source
        # A header is read through a file that includes it, as its users have it: some refuse to be read as a whole
        # program (`__INCLUDE_LEVEL__`).
        name = "-" if text is not None else str(source.absolute()) if isinstance(source, Path) else "-"
        words = ("-E", "-dD", "-w", "-x", "c", *flags, name)
        seconds = SECONDS if odd is None else _IMPATIENT_SECONDS
        ran = self.run(words, stdin=text or "", seconds=seconds, largest=_MAX_TEXT, memory=_MAX_MEMORY)
        if odd is not None and isinstance(source, Path) and not ran.ok:
            raise UsageError(refused(odd, source))
        return ran

    def system_dirs(self) -> tuple[Path, ...]:
        """Return where ``#include <...>`` looks, in that order, without what options add."""
        words = self.run(("-E", "-v", "-x", "c", "-")).stderr
        _, _, listed = words.partition("#include <...> search starts here:\n")
        return tuple(Path(line.strip()) for line in listed.partition("End of search list")[0].splitlines())

    def compile_object(self, source: str, flags: Sequence[str] = (), *, seconds: float = SECONDS) -> Compiled:
        """Compile C text, without running it, and return the object file or the errors by line.

        Errors inside macros are reported at the line that uses the macro, so each line of a generated source
        answers for itself.
        """
        with tempfile.TemporaryDirectory(prefix="abidance-") as name:
            c_file, output = Path(name, "source.c"), Path(name, "source.o")
            c_file.write_text(source, encoding="utf-8")
            arguments = ("-c", "-x", "c", *self._all_errors(), *flags, "-o", str(output), str(c_file))
            ran = self.run(arguments, seconds=seconds, outputs=(output,), largest=_MAX_OBJECT)
            image = output.read_bytes() if ran.ok and output.is_file() else None
            words = ran.stderr.replace(str(c_file), c_file.name)
            return Compiled(image, errors_in(words), words)

    def compile_shared(
        self, sources: Sequence[Path], output: Path, flags: Sequence[str] = (), libraries: Sequence[str] = ()
    ) -> Compiled:
        """Compile and link `sources` into the shared object `output`; `libraries` come last on the line."""
        ran = self.run(
            (
                "-shared",
                "-fPIC",
                *self._all_errors(),
                *flags,
                "-o",
                str(output.absolute()),
                *(str(source.absolute()) for source in sources),
                *libraries,
            )
        )
        image = output.read_bytes() if ran.ok and output.is_file() else None
        return Compiled(image, errors_in(ran.stderr), ran.stderr)

    def _all_errors(self) -> tuple[str, ...]:
        always = "-fdiagnostics-color=never"
        # Thousands of errors are printed in the time of one when they are short.
        if self.family == "clang":
            short = ("-fno-caret-diagnostics", "-fno-spell-checking", "-fmacro-backtrace-limit=1")
            return (always, "-ferror-limit=0", *short)
        return (always, "-fmax-errors=0", "-fno-diagnostics-show-caret", "-ftrack-macro-expansion=0")


def find_compiler(command: str | None = None) -> Compiler:
    """Return the compiler that `command`, or ``CC``, names, or the first of cc, gcc and clang.

    Raises CannotJudgeError when there is none, or when what is named is neither gcc nor clang.
    """
    return _find(command if command is not None else os.environ.get("CC", ""), os.environ.get("PATH", ""))


def compiler_for(target: str, command: str | None = None) -> Compiler:
    """Return a compiler that compiles for `target`, a triple; nothing of what it compiles is ever run.

    clang takes ``--target``; a gcc is built for one target, so without a `command` the default compiler, a
    ``TARGET-gcc`` and clang are looked for, in this order. Raises CannotJudgeError when there is none, and
    UsageError when clang does not know the target.
    """
    if command is None:
        default = find_compiler()
        # Elsewhere than for this machine, only clang and a gcc of that name will do.
        candidates = [default.command, (f"{target}-gcc",), ("clang",)]
        found = [
            _find(shlex.join(each), os.environ.get("PATH", ""))
            for each in candidates
            if shutil.which(each[0])
        ]
    else:
        found = [find_compiler(command)]
    for compiler in found:
        if compiler.family == "clang":
            return _retargeted(compiler, target)
        if compiler.target == target:
            return compiler
    raise CannotJudgeError(
        Diagnostic(
            NO_COMPILER,
            f"`{shlex.join(found[0].command)}` compiles for {found[0].target} only, not for {target}",
            help="use clang, which compiles for any target, or name a cross compiler",
        )
    )


def _retargeted(compiler: Compiler, target: str) -> Compiler:
    command = (*compiler.command, f"--target={target}")
    ran = run_tool((*command, "-fsyntax-only", "-x", "c", "-"), seconds=20.0)
    if not ran.ok:
        words = next((line for line in ran.stderr.splitlines() if "error:" in line), ran.stderr[:200])
        raise UsageError(
            Diagnostic(
                BAD_CONFIGURATION,
                f"`{shlex.join(compiler.command)}` cannot compile for `{target}`: {words.partition('error: ')[2]}",
                help="a target is a triple such as `aarch64-linux-gnu`; `clang --print-targets` lists the machines",
            )
        )
    return _find(shlex.join(command), os.environ.get("PATH", ""))


def search_flags(include_dirs: Sequence[Path], defines: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ``-I`` and ``-D`` arguments, each one word, so that no value can be an option of its own."""
    return (
        *(f"-I{directory.absolute()}" for directory in include_dirs),
        *(f"-D{name}={value}" for name, value in defines.items()),
    )


def including_line(header: Path) -> str | None:
    """Return the one line of a file that includes a header; None where no directive can have its path.

    Nothing escapes a character in a header's name (C11 6.4.7).
    """
    path = str(header.absolute())
    for opening, closing in ('""', "<>"):
        if not {closing, "\\", "\n"} & set(path):
            return f"#include {opening}{path}{closing}\n"
    return None


def _search_places(words: str) -> SearchPlaces:
    """Return the directories that ``-v`` names; both compilers say it in the same words."""
    quoted = words.partition('#include "..." search starts here:')[2]
    quoted, _, angled = quoted.partition("#include <...> search starts here:")
    lists = (
        [line.strip() for line in part.splitlines()]
        for part in (quoted, angled.partition("End of search")[0])
    )
    # clang marks frameworks of macOS behind the name.
    first, second = (tuple(each.partition(" (framework")[0] for each in found if each) for found in lists)
    return SearchPlaces(first, second, tuple(_IGNORED.findall(words)))


@functools.cache
def _find(wanted: str, path: str) -> Compiler:
    try:
        named = tuple(shlex.split(wanted))
    except ValueError as error:
        raise _no_compiler(f"`{wanted}` is no command: {str(error).lower()}") from None
    for command in (named,) if named else (("cc",), ("gcc",), ("clang",)):
        if shutil.which(command[0], path=path):
            return _describe(command)
    missing = f"`{named[0]}` was not found" if named else "no C compiler was found (cc, gcc, clang)"
    raise _no_compiler(missing)


def _describe(command: tuple[str, ...]) -> Compiler:
    # `-v` without an input tells version and target of gcc and clang alike, on stderr, in one start.
    words = run_tool((*command, "-v"), seconds=20.0).stderr
    version = re.search(r"^.*\b(gcc|clang) version .*$", words, re.MULTILINE)
    target = re.search(r"^Target: (\S+)", words, re.MULTILINE)
    if version is None or target is None:
        raise _no_compiler(f"`{shlex.join(command)}` is neither gcc nor clang")
    family: Family = "clang" if version[1] == "clang" else "gcc"
    return Compiler(command, family, version[0].strip(), target[1])


def _script(program: str) -> str:
    """Return a digest of a wrapper, which decides on flags and says the version of what it wraps; or nothing."""
    found = shutil.which(program)
    try:
        if found is None or (size := Path(found).stat().st_size) > _LARGEST_SCRIPT or not size:
            return ""
        raw = Path(found).read_bytes()
    except OSError:
        return ""
    return f" | {hashlib.sha256(raw).hexdigest()[:16]}" if raw[:2] == b"#!" else ""


def _no_compiler(message: str) -> CannotJudgeError:
    return CannotJudgeError(Diagnostic(NO_COMPILER, message, help=_REMEDY))
