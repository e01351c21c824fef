"""Random functions are called as their compiler's own callers call them; see `random_calls` for a longer run."""

from __future__ import annotations

import shutil

import pytest
from random_calls import run_batches

pytestmark = pytest.mark.full


@pytest.mark.parametrize(
    ("callee", "stubs"), [("gcc", "gcc"), ("clang", "clang"), ("rustc", "gcc")], ids=lambda each: each
)
def test_caller_and_callee_agree_on_every_bit(callee, stubs):
    for tool in (callee, stubs):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not installed")

    calls, through_stubs, wrong = run_batches(callee, stubs, 11, size=40, most=80, seconds=60)

    assert wrong == []
    assert calls >= 80
    assert through_stubs >= 20  # plain records stay with ctypes, so both ways are tried
