"""What a contract can say of what a call leaves, where nothing says whose it is."""

from __future__ import annotations

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.resolve.join import join
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import Expectation
from abidance.checks.evidence.owners import unowned
from abidance.contract.load import load_contract
from abidance.generate.complete import complete
from abidance.plan.observation import Observation, Returned

CONTRACT = """
abidance: 1
boundary: subject
header: subject.h
libraries: {{c: {{path: none.so}}}}
handles: {{row: {{create: row_new, destroy: row_free}}}}
functions: {{f: {{returns: {returns}}}}}
"""
LENT = "`returns: {..., owner: callee, lifetime: ...}`"
HEADER = "typedef struct row row;\nrow *row_new(void);\nvoid row_free(row *r);\n"


@pytest.mark.parametrize(
    ("declared", "returns", "said"),
    [
        (
            "row *f(int n);",
            "{handle: row}",
            f"`row: {{create: [..., f]}}` if it is a new one, {LENT} if it is lent",
        ),
        ("row *f(int n);", "{handle: row, owner: callee, lifetime: static}", ""),
        ("char *f(int n);", "{to: string}", "`returns: {..., owner: caller, free: FUNCTION}`"),
    ],
)
def test_whose_a_result_may_be_is_said_of_a_handle_and_of_memory(declared, returns, said, tmp_path):
    (tmp_path / "subject.h").write_text(HEADER + declared + "\n")
    (tmp_path / "subject.contract.yaml").write_text(CONTRACT.format(returns=returns))
    boundary = join(load_contract(tmp_path / "subject.contract.yaml"))
    encoded = encode(boundary, complete(boundary, boundary.functions["f"], {}))
    returned = tuple(Returned(True, b"\x10" * 8, 0, 0, ()) for _ in encoded.plan.calls)
    trial = CaseResult(CaseRun(boundary, encoded, Observation(returned)), "properties", Expectation())

    found = [each for each in unowned(trial) if "`f`" in each]

    assert found == ([f"leaks of `f`: nothing says who owns what it returns; say {said}"] if said else [])
