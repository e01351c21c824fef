"""A run whose time is up ends though values are made up for ever, and no call is made that could end it."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import replace

import pytest

from abidance.contract.load import load_contract
from abidance.core.outcome import Outcome
from abidance.run.engine import overtime
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.deadline import Deadline
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

CONTRACT = """\
abidance: 1
boundary: ov
header: ov.h
libraries: {c: {path: libov.so}}
functions:
  ov_first: {params: {text: {in: string, generate: "texts:HOOK"}}}
"""
HOOKS = """\
from pathlib import Path

from hypothesis import strategies as st


def endless(number):
    Path(__file__).with_name("begun").touch()
    while True:
        number += 1


def for_ever():
    return st.integers().map(endless)


def few():
    return st.sampled_from(["a", "b"])
"""


@pytest.fixture
def outcome(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(overtime, "GRACE", 0)
    (tmp_path / "ov.h").write_text("int ov_first(const char *text);\n")
    (tmp_path / "ov.c").write_text("int ov_first(const char *text) { return text[0]; }\n")
    (tmp_path / "texts.py").write_text(HOOKS)
    subprocess.run(["gcc", "-shared", "-fPIC", "ov.c", "-o", "libov.so"], check=True)

    def of(hook, seconds):
        (tmp_path / "ov.contract.yaml").write_text(CONTRACT.replace("HOOK", hook))
        contract = load_contract(tmp_path / "ov.contract.yaml")
        with Session(Settings(tmp_path, seed=1, max_examples=5)) as session:
            (item,) = list_items(contract, Selection(functions=("ov_first",), phases=("properties",)))
            session.prepare(contract, item)
            session.settings = replace(session.settings, deadline=Deadline.after(seconds))
            return session.run(contract, item, lambda _: None)

    return of


@pytest.mark.slow
def test_an_item_that_makes_up_values_for_ever_is_not_judged(outcome, tmp_path):
    done = outcome("for_ever", 2)

    assert (tmp_path / "begun").exists()
    assert done.outcome is Outcome.ERRORED
    assert [each.code.id for each in done.reasons] == ["ABD026"]
    assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_DFL


def test_one_that_ends_in_time_is(outcome):
    assert outcome("few", 600).outcome is Outcome.PASSED
