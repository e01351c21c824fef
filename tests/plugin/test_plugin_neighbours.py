"""Other plugins run beside ours: coverage of Python, and time-outs."""

from __future__ import annotations

import pytest

HOOK = """
def model(x):
    return 2 * x
"""


@pytest.fixture(autouse=True)
def _plugins():
    pytest.importorskip("pytest_cov")
    pytest.importorskip("pytest_timeout")


@pytest.mark.slow
def test_coverage_and_time_outs_do_not_break_collection(project):
    project.contract("twice")
    result = project.pytest("--co", "-q", "--cov=.", "--timeout=60")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["subject.contract.yaml::twice::header", "4 tests collected*"])


@pytest.mark.full
def test_coverage_and_time_outs_do_not_break_runs(project):
    contract = project.contract("twice")
    contract.write_text(contract.read_text().replace("ensures: [result == 2 * x]", "model: hooks:model", 1))
    project.write("hooks.py", HOOK)
    result = project.pytest("--cov=.", "--cov-report=term", "--timeout=60", "--abidance-explore=0")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["hooks.py * 100%*"])


@pytest.mark.full
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_an_item_that_takes_too_long_is_ended_and_leaves_no_process(project, method):
    project.contract("slow", "twice")
    result = project.pytest("--timeout=2", f"--timeout-method={method}", "-k", "slow and properties")
    assert "Timeout" in str(result.stdout) + str(result.stderr)
    assert result.ret != 0
    assert project.leaves_no_process()
