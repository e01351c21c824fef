"""One header, one source file, one contract: written, compiled and held to the contract, as a user would."""

from __future__ import annotations

import re
import subprocess
import textwrap
from dataclasses import dataclass

from abidance.cli.main import main
from tiers import depth


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit status, and everything that it printed."""

    status: int
    text: str

    @property
    def codes(self):
        """The codes of errors and warnings, each once, sorted."""
        return sorted(set(re.findall(r"(?:error|warning)\[(ABD\d+)\]", self.text)))


class SmallProject:
    """Files `it.h`, `it.c`, `it.contract.yaml` and `libit.so` in a folder."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self._capsys = capsys

    def write(self, header, contract):
        """Write the header, and the contract, of which the first lines go without saying."""
        (self.folder / "it.h").write_text(textwrap.dedent(header))
        first = "abidance: 1\nboundary: it\nheader: it.h\n"
        if "libraries:" not in contract:
            first += "libraries:\n  it: {path: libit.so}\n"
        (self.folder / "it.contract.yaml").write_text(first + textwrap.dedent(contract))

    def compile(self, source, *flags, compiler="cc", name="libit.so"):
        """Make a library of a source file; the header is there."""
        (self.folder / "it.c").write_text('#include "it.h"\n' + textwrap.dedent(source))
        command = [compiler, "-shared", "-fPIC", "-g", "-O1", "-w", *flags, "-o", name, "it.c"]
        subprocess.run(command, cwd=self.folder, check=True)

    def command(self, *arguments):
        """Run the command line on the contract."""
        status = main([arguments[0], "it.contract.yaml", *arguments[1:]])
        captured = self._capsys.readouterr()
        text = captured.out + captured.err
        assert "Traceback" not in text
        assert "ABD016" not in text
        return Ended(status, text)

    def quietly(self, *arguments):
        """Run the command line on the contract, and return the exit status alone."""
        return main([arguments[0], "it.contract.yaml", *arguments[1:]])

    def run(self, header, source, contract, *options, flags=(), examples=20, least=0):
        """Write, compile and run, with as many `examples` as this run goes deep, or the `least` that it takes."""
        self.write(header, contract)
        self.compile(source, *flags)
        tried = max(depth(examples), least)
        return self.command("run", "--seed", "1", "--max-examples", str(tried), *options)
