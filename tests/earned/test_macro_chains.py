"""Macros that stand for other macros have their values, and each chain is asked of the compiler once."""

from __future__ import annotations

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
