from __future__ import annotations

import gc
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

from tiers import UNASKED, WHOLE, Guard, depth, settle, tier_of

pytest_plugins = ["pytester"]

# These tests start hundreds of Pythons, and each would compile us anew where the environment forbids to keep that.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What accepts a baseline refuses to in CI: a test that is about this sets the variable itself.
os.environ.pop("CI", None)

# Exploring takes its budget for each function of each library: a test that is about it sets the variable itself.
os.environ["ABIDANCE_EXPLORE"] = "0"

# Nor do these tests, thousands of runs, ask git each time: a test that is about kept runs sets the variable itself.
os.environ["ABIDANCE_HISTORY"] = "0"

gc.set_threshold(50_000, 20, 100)  # as the command line does; before thousands of tests are collected

guard = Guard()


def pytest_addoption(parser):
    parser.addoption("--full", action="store_true", help="run the tests of every tier (see CONTRIBUTING.md)")


def pytest_configure(config):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # We were started in the background, and whatever we start would ignore it too: who interrupts it waits.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.option.full:
        os.environ[WHOLE] = "1"
    # What a test does not say itself, how many cases are generated, depends on how deep this run goes.
    settings.register_profile(
        "default",
        settings.get_profile("default"),
        max_examples=depth(100),
        suppress_health_check=[HealthCheck.too_slow],  # a busy machine takes seconds to make ten values up
    )
    settings.load_profile("default")


@pytest.hookimpl(tryfirst=True)  # `-m` goes by what is settled here
def pytest_collection_modifyitems(config, items):
    settle(items)
    items.sort(key=lambda item: item.get_closest_marker("unit") is None)  # the quickest answer first
    named = any("::" in argument for argument in config.args)
    if config.option.full or config.option.markexpr or named:
        return
    left_out = [item for item in items if tier_of(item) in UNASKED]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = {*left_out}
        items[:] = [item for item in items if item not in gone]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    guard.watch(item)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    refused = guard.rest()
    done = yield
    if refused:
        pytest.fail(f"a `unit` test starts a process: {refused[0]}", pytrace=False)
    return done


@pytest.fixture(autouse=True)
def _nothing_is_known_beforehand(request, monkeypatch, tmp_path_factory):
    """Give `unit` tests an empty cache: what a compiler said before is no reason not to ask it."""
    if request.node.get_closest_marker("unit"):
        monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "unit-cache"))


def pytest_collection_finish():
    """Leave what is loaded out of every later collection of garbage: looking through it took a tenth of the time."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden(request):
    """Compare with a file in the folder `golden` beside the test; ABIDANCE_ACCEPT=1 writes it."""

    def compare(name, text):
        file = request.path.with_name("golden") / name
        if os.environ.get("ABIDANCE_ACCEPT"):
            file.write_text(text)
        assert text == file.read_text()

    return compare
