"""Hooks. Nothing heavy is imported before a contract file is there: pytest loads this in every project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from abidance.pytest_plugin.properties import attach, properties_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from abidance.pytest_plugin.collect import ContractFile

SUFFIX = ".contract.yaml"
PROFILES = ("abidance", "abidance-ci")
FINDING = "abidance_finding"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("abidance", "contract tests for native boundaries")
    group.addoption(
        "--abidance-library",
        action="append",
        default=[],
        metavar="NAME[=PATH]",
        help="only this library of the contracts, or test another shared object against them (repeatable)",
    )
    group.addoption(
        "--abidance-build",
        action="append",
        default=[],
        metavar="BUILD",
        help="only this build, such as release or asan+ubsan (repeatable)",
    )
    group.addoption(
        "--abidance-max-examples",
        type=_at_least_one,
        default=None,
        metavar="N",
        help="test cases for each item, in place of the Hypothesis profile's max_examples",
    )
    group.addoption(
        "--abidance-explore",
        type=_seconds,
        default=None,
        metavar="SECONDS",
        help="how long each function and handle is explored; 0 turns phase `explore` off",
    )
    group.addoption(
        "--abidance-partition",
        type=_share,
        default=(1, 1),
        metavar="K/N",
        help="only the K-th of N shares of each contract's items, for one of N machines",
    )
    group.addoption(
        "--abidance-max-time",
        type=_duration,
        default=None,
        metavar="DURATION",
        help="judge no item after so long, such as 90s or 10m: those that are left are errors",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and our Hypothesis profiles when one is asked for before it is looked up."""
    config.addinivalue_line("markers", "abidance: a contract test, collected from a *.contract.yaml file")
    if config.getoption("--hypothesis-profile", default=None) in PROFILES:
        from abidance.pytest_plugin.profiles import register  # noqa: PLC0415 - Hypothesis is slow to import

        register()
    if config.getoption("--abidance-library") or config.getoption("--abidance-build"):
        _check_options(config)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contracts."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from abidance.pytest_plugin.collect import ContractFile  # noqa: PLC0415 - only where a contract is

    collected: ContractFile = ContractFile.from_parent(parent, path=file_path)
    return collected


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say in one line what judges, when anything of ours is about to run."""
    return _described(config, (item.nodeid for item in items))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Say the same where xdist's workers collect, once."""
    reporter = node.config.pluginmanager.getplugin("terminalreporter")
    for line in _described(node.config, ids) if reporter else []:
        reporter.ensure_newline()
        reporter.write_line(line)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give xdist's worker the run's seed."""
    from abidance.pytest_plugin.seed import KEY, drawn_seed  # noqa: PLC0415

    node.workerinput[KEY] = drawn_seed(node.config)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make what could not be judged an error rather than a failure, for every reader of reports."""
    report = yield
    if properties := getattr(item, "properties", None):
        from abidance.pytest_plugin.collect import ContractItem  # noqa: PLC0415 - loaded where there is one

        if isinstance(item, ContractItem):
            attach(report, properties, item.config)
    if call.excinfo is not None and item.get_closest_marker("abidance"):
        from abidance.pytest_plugin.item_reports import CouldNotJudgeError  # noqa: PLC0415

        if isinstance(call.excinfo.value, CouldNotJudgeError):
            if call.when != "call":  # pytest asks only then how to show it
                report.longrepr = item.repr_failure(call.excinfo)
            report.when = "setup"  # whatever fails at `call` is a failure to pytest and in JUnit's XML
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what passed untested, and where `abidance replay` finds what failed, when that is not here."""
    words = ("passed", "failed", "xfailed")
    passed, reports, excepted = (terminalreporter.stats.get(word, ()) for word in words)
    judged = (*passed, *reports, *excepted)
    if any(name == "abidance_function" for report in judged for name, _ in properties_of(report)):
        from abidance.pytest_plugin.vacuous_promises import suppressed, untested, watched_by  # noqa: PLC0415
        from abidance.report.text.joining import joined  # noqa: PLC0415

        if config.option.verbose >= 0 and (by := watched_by(judged)):
            terminalreporter.write_sep("=", f"abidance: watched by: {by}")
        if config.option.verbose > 0:
            from abidance.pytest_plugin.effort import effort_lines  # noqa: PLC0415

            for line in effort_lines(judged):
                terminalreporter.write_line(line)
        gaps = untested(judged)
        for gap in gaps if config.option.verbose > 0 else joined(gaps):
            terminalreporter.write_line(f"abidance: not judged: {gap}")
        for sentence in suppressed(judged):
            terminalreporter.write_line(f"abidance: note: {sentence}")
    if not any(name == FINDING for report in reports for name, _ in properties_of(report)):
        return
    from abidance.pytest_plugin.options import settings  # noqa: PLC0415

    root = settings(config).root
    if root != config.invocation_params.dir:
        terminalreporter.write_line(f"abidance: run `abidance replay` in {root}")


def _described(config: pytest.Config, node_ids: Iterable[str]) -> list[str]:
    from abidance.pytest_plugin.stash import DESCRIBED  # noqa: PLC0415

    silent = config.option.collectonly or config.option.verbose < 0
    if silent or DESCRIBED in config.stash or not any(f"{SUFFIX}::" in node_id for node_id in node_ids):
        return []
    config.stash[DESCRIBED] = True
    from abidance.pytest_plugin.session import describe  # noqa: PLC0415

    return [describe(config)]


def _check_options(config: pytest.Config) -> None:
    from abidance.core.errors import AbidanceError  # noqa: PLC0415
    from abidance.pytest_plugin.options import selection  # noqa: PLC0415

    try:
        selection(config)
    except AbidanceError as error:
        message = "\n".join(": ".join(filter(None, (d.message, d.help))) for d in error.diagnostics)
        raise pytest.UsageError(message) from None


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise ValueError(text)
    return number


def _share(text: str) -> tuple[int, int]:
    from abidance.run.inputs.selection import parse_partition  # noqa: PLC0415

    return parse_partition(text)


def _duration(text: str) -> float:
    from abidance.core.durations import parse_duration  # noqa: PLC0415

    return parse_duration(text)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
