"""How far from a buffer memory was touched, in words."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.resolve.join import join
from abidance.checks.evidence.bounds import touched_outside, whose
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import Expectation
from abidance.checks.memory.out_of_bounds_read import OutOfBoundsRead
from abidance.contract.load import load_contract
from abidance.generate.complete import complete
from abidance.plan.observation import Observation, Touch

CONTRACT = """
abidance: 1
boundary: subject
header: subject.h
libraries: {c: {path: none.so}}
functions: {f: {params: {p: {in: bytes, length: n}}}}
"""


@pytest.mark.parametrize(
    ("side", "distance", "size", "message", "note"),
    [
        ("after", 0, 0, "`f` read past the end of `p`", "seen 0 bytes after the end"),
        ("after", 7, 2, "`f` read 2 bytes past the end of `p`, 7 bytes away", "seen 7 bytes after the end"),
        ("before", -1, 0, "`f` read before the start of `p`", "seen 0 bytes before the start"),
        ("before", -4, 4, "`f` read 4 bytes before the start of `p`", "seen 0 bytes before the start"),
        (
            "before",
            -9,
            1,
            "`f` read 1 byte before the start of `p`, 8 bytes away",
            "seen 8 bytes before the start",
        ),
    ],
)
def test_the_distance_counts_from_the_edge(side, distance, size, message, note, tmp_path):
    (tmp_path / "subject.h").write_text("#include <stddef.h>\nint f(const char *p, size_t n);\n")
    (tmp_path / "subject.contract.yaml").write_text(CONTRACT)
    boundary = join(load_contract(tmp_path / "subject.contract.yaml"))
    encoded = encode(boundary, complete(boundary, boundary.functions["f"], {"p": b"abc"}))
    trial = CaseResult(CaseRun(boundary, encoded, Observation(())), "properties", Expectation())
    block = encoded.calls[0].places["p"]
    touch = Touch(address=0, write=False, block=block, side=side, distance=distance, size=size)

    found = touched_outside(OutOfBoundsRead.code, trial, touch, "read")

    assert (found.message, found.notes[0].partition(", by")[0]) == (message, note)


def test_memory_of_an_earlier_call_is_named_with_it(tmp_path):
    """What was lent to one call is there for later ones, and one of these may go past its end."""
    (tmp_path / "subject.h").write_text(
        "#include <stddef.h>\nint f(const char *p, size_t n);\nint g(int x);\n"
    )
    (tmp_path / "subject.contract.yaml").write_text(CONTRACT.replace("n}}}}", "n}}}, g: {}}"))
    boundary = join(load_contract(tmp_path / "subject.contract.yaml"))
    f, g = boundary.functions["f"], boundary.functions["g"]

    assert (whose("p", f, f), whose("p", f, g)) == ("`p`", "`p` of `f`")
