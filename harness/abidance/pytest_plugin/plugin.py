"""Hooks. Nothing heavy is imported before a contract file is there: pytest loads this in every project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from abidance.pytest_plugin.collect import ContractFile

SUFFIX = ".contract.yaml"
PROFILES = ("abidance", "abidance-ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("abidance", "contract tests for native boundaries")
    group.addoption(
        "--abidance-library",
        action="append",
        default=[],
        metavar="NAME[=PATH]",
        help="only this library of the contracts, or hold another shared object to them (repeatable)",
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
        type=int,
        default=None,
        metavar="N",
        help="test cases for each item, in place of the Hypothesis profile's max_examples",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and our Hypothesis profiles when one is asked for before it is looked up."""
    config.addinivalue_line("markers", "abidance: a contract test, collected from a *.contract.yaml file")
    if config.getoption("--hypothesis-profile", default=None) in PROFILES:
        from abidance.pytest_plugin.profiles import register  # noqa: PLC0415 - Hypothesis is slow to import

        register()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contracts."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from abidance.pytest_plugin.collect import ContractFile  # noqa: PLC0415 - only where a contract is

    collected: ContractFile = ContractFile.from_parent(parent, path=file_path)
    return collected


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Say in one line what judges, when anything of ours was collected."""
    if config.option.collectonly or not any(item.get_closest_marker("abidance") for item in items):
        return []
    from abidance.pytest_plugin.session import describe  # noqa: PLC0415

    return [describe(config)]


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """End all workers, whatever happened."""
    try:
        yield
    finally:
        from abidance.pytest_plugin.stash import SESSION  # noqa: PLC0415

        running = session.config.stash.get(SESSION, None)
        if running is not None:
            running.close()
