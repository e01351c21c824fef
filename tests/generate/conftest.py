from __future__ import annotations

import textwrap

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract

PREAMBLE = "#pragma once\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n"


@pytest.fixture
def function(tmp_path):
    """Return the boundary and the function that a prototype and a promise describe."""

    def make(declarations, promise, *, types="", others=""):
        (tmp_path / "subject.h").write_text(PREAMBLE + textwrap.dedent(declarations))
        head = "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: none.so}}\n"
        text = f"{head}{textwrap.dedent(types)}\nfunctions:\n  f:\n{textwrap.indent(textwrap.dedent(promise), '    ')}"
        text += textwrap.indent(textwrap.dedent(others), "  ")
        file = tmp_path / "subject.contract.yaml"
        file.write_text(text)
        boundary = join(load_contract(file))
        return boundary, boundary.functions["f"]

    return make
