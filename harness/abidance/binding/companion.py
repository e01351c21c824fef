"""The compiled companion of a written module: one C file of call stubs, and the command that compiles it."""

from __future__ import annotations

import hashlib
import shlex
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.binding.stub_build import DIRECT_FLAGS, FLAGS, called_names, imports
from abidance.binding.stub_source import FLOAT128, StubWriter
from abidance.core.catalogue import STUB_REFUSED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.ir.spelling import quoted
from abidance.toolchain.compiler import search_flags

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from abidance.binding.stub_source import StubSubject
    from abidance.ir.declarations import Declarations
    from abidance.toolchain.compiler import Compiler

KEY = "abidance_stubs_of"
_HEAD = """\
/* Call stubs of `{header}` for a module of `abidance bindings`: do not edit, write both anew.
 *
 * To compile it, in this folder:
 *
 *     {command}
 */
"""


@dataclass(frozen=True)
class Companion:
    """What one is made of.

    `include` is the operand of ``#include``, seen from `folder`, where the C file is, or would be.
    """

    stubs: Sequence[StubSubject]
    declarations: Declarations
    compiler: Compiler
    include: str
    header: str
    folder: Path
    include_dirs: tuple[Path, ...] = ()
    defines: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Return what module and companion have in common, so that neither is taken for that of another header."""
        return hashlib.sha256(self._body.encode()).hexdigest()[:16]

    def command(self, source: str, output: str) -> str:
        """Return the command that compiles it, as typed in its folder."""
        searched = [f"-I{_from(self.folder, each)}" for each in self.include_dirs]
        defined = [f"-D{name}={value}" for name, value in self.defines.items()]
        flags = [*self.compiler.command, "-shared", "-fPIC", *self._flags(), *searched, *defined]
        return shlex.join([*flags, "-Wl,-Bsymbolic", "-o", output, source])

    def source(self, source: str, output: str) -> str:
        """Return the C file; raises CannotJudgeError when it does not compile."""
        # A comment must not end early.
        command = self.command(source, output).replace("*/", "*\\/")
        return f"{_HEAD.format(header=self.header, command=command)}{self._text}"

    def compile(self, output: Path) -> None:
        """Write the shared object; raises CannotJudgeError when it does not compile."""
        with tempfile.TemporaryDirectory(prefix="abidance-") as scratch:
            text, made = Path(scratch, "stubs.c"), Path(scratch, "stubs.so")
            text.write_text(self._text, encoding="utf-8")
            done = self.compiler.compile_shared([text], made, (*self._all_flags(), "-Wl,-Bsymbolic"))
            if not done.ok:
                raise CannotJudgeError(_refused(done.words))
            from abidance.core.files import write_whole  # noqa: PLC0415 - where one is written

            write_whole(output, made.read_bytes())
            output.chmod(0o755)

    def _flags(self) -> tuple[str, ...]:
        direct = any(stub.signature.direct for stub in self.stubs)
        return (*FLAGS, *(flag for flag in DIRECT_FLAGS if flag in _NEEDED)) if direct else FLAGS

    def _all_flags(self) -> tuple[str, ...]:
        return (*self._flags(), "-iquote", str(self.folder), *search_flags(self.include_dirs, self.defines))

    @cached_property
    def _text(self) -> str:
        """Return the C text, with a word for each function that what is compiled from the header calls by its name."""
        body = self._body
        text = f'{body}const char {KEY}[] = "{self.key}";\n'
        if not any(stub.signature.direct for stub in self.stubs):
            return text
        made = self.compiler.compile_object(text, (*self._all_flags(), "-fPIC"))
        if made.image is None:
            raise CannotJudgeError(_refused(made.words))
        names = sorted(called_names(made.image))
        if not names:
            return text
        lines = "".join(f'    {quoted(line)[:-1]}\\n"\n' for line in imports(names))
        return f"{text}__asm__(\n{lines});\n"

    @cached_property
    def _body(self) -> str:
        writer = StubWriter(self.declarations)
        direct = [stub for stub in self.stubs if stub.signature.direct]
        others = [stub for stub in self.stubs if not stub.signature.direct]
        lines = [f"#include {self.include}", *FLOAT128]
        lines += [writer.stub(stub) for stub in direct]
        # A macro that shares its name with a type or a function means something else than the declaration.
        lines += [
            f"#undef {name}" for name in sorted(writer.words(others)) if name in self.declarations.macros
        ]
        lines += [writer.stub(stub) for stub in others]
        return "\n".join(lines) + "\n"


_NEEDED = frozenset(("-fplt", "-fgnu89-inline", "-Werror=implicit-function-declaration"))


def _from(folder: Path, path: Path) -> str:
    import os  # noqa: PLC0415 - a path that need not be below the other

    return os.path.relpath(path.absolute(), folder.absolute())


def _refused(words: str) -> Diagnostic:
    lines = [line for line in words.splitlines() if "error" in line or "undefined" in line]
    return Diagnostic(
        STUB_REFUSED,
        "the compiler refuses the call stubs together, each of which it takes alone",
        notes=tuple(lines[:3]),
        help="please report the header",
    )
