"""Macros that stand for other macros have their values, and each chain is asked of the compiler once."""

from __future__ import annotations

import os
import time

import pytest

from abidance.header.read import read_header
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.constants import renamed
from abidance.toolchain.probe import ProbeRequest, probe_layouts

CHAIN = 60
TEXT = "".join(f"#define M{n} M{n + 1}\n" for n in range(CHAIN)) + f"#define M{CHAIN} (6 + 1)\n"
TEXT += '#define ONE TWO\n#define TWO ONE\n#define OTHER 3u\n#define WORDS TEXT\n#define TEXT "x"\nint f(int n);\n'


def test_each_name_of_a_chain_has_the_value_at_its_end(tmp_path):
    header, compiler = tmp_path / "m.h", find_compiler()
    header.write_text(TEXT)
    declarations = read_header(header, compiler=compiler)
    names = (*(f"M{n}" for n in range(CHAIN + 1)), "ONE", "OTHER", "WORDS")
    request = ProbeRequest(functions=("f",), constants=names)
    layouts = probe_layouts(declarations, request, header=header, compiler=compiler)

    assert layouts.constants == {**{f"M{n}": 7 for n in range(CHAIN + 1)}, "OTHER": 3}
    assert {"ONE", "WORDS"} <= layouts.failed.keys()
    assert set(renamed([f"M{n}" for n in range(CHAIN + 1)], declarations).values()) == {f"M{CHAIN}"}


@pytest.mark.slow
def test_what_is_made_of_too_many_macros_is_refused_by_name_and_costs_the_others_nothing(tmp_path):
    """The words of M0 are as many as there are steps, those of D0 twice as many with each step."""
    header, compiler = tmp_path / "m.h", find_compiler()
    text = "".join(f"#define M{n} (M{n + 1}+1)\n" for n in range(2000)) + "#define M2000 6\n"
    text += "".join(f"#define D{n} (D{n + 1}+D{n + 1})\n" for n in range(60)) + "#define D60 1\n"
    header.write_text(f"{text}#define OTHER 3\nint f(int n);\n")
    declarations = read_header(header, compiler=compiler)
    started = time.process_time(), os.times().children_user
    request = ProbeRequest(constants=tuple(declarations.macros))
    layouts = probe_layouts(declarations, request, header=header, compiler=compiler)

    # Twice as many words with each step would take years.
    assert time.process_time() - started[0] + os.times().children_user - started[1] < 60
    assert layouts.constants["OTHER"] == 3
    assert (layouts.constants["M2000"], layouts.constants["M1900"]) == (6, 106)
    assert (layouts.constants["D60"], layouts.constants["D55"]) == (1, 32)
    assert (
        layouts.failed["M0"]
        == layouts.failed["D0"]
        == "is made of so many other macros that it is not expanded"
    )
