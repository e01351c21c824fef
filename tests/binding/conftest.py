from __future__ import annotations

import subprocess
import textwrap

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract

PREAMBLE = "#pragma once\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n"
COMPILE = ["gcc", "-std=gnu11", "-w", "-shared", "-fPIC", "-O2", "-o", "libsubject.so", "subject.c"]


@pytest.fixture
def contract_for(tmp_path):
    """Write a header, a contract of its functions and, with a source, a library; return the contract's path."""

    def make(header, functions, source=None):
        (tmp_path / "subject.h").write_text(PREAMBLE + textwrap.dedent(header))
        head = "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: libsubject.so}}\n"
        file = tmp_path / "subject.contract.yaml"
        file.write_text(f"{head}functions:\n{textwrap.indent(textwrap.dedent(functions), '  ')}")
        if source is not None:
            (tmp_path / "subject.c").write_text('#include "subject.h"\n' + textwrap.dedent(source))
            subprocess.run(COMPILE, cwd=tmp_path, check=True)
        return file

    return make


@pytest.fixture
def boundary_for(contract_for):
    return lambda header, functions: join(load_contract(contract_for(header, functions)))
