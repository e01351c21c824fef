"""What an item tells of itself beyond its outcome: it travels with its reports, from xdist's workers too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

Property = tuple[str, object]

_ATTRIBUTE = "abidance_properties"
_FAMILIES_WITH_PROPERTIES = ("xunit1", "legacy")


def attach(report: pytest.TestReport, properties: Sequence[Property], config: pytest.Config) -> None:
    """Give a report the properties of its item.

    They are no `user_properties`: pytest writes those into each `<testcase>` of its JUnit XML, and the schema by which
    Jenkins reads such files has none there. Its older families of that format do.
    """
    setattr(report, _ATTRIBUTE, list(properties))  # a list of pairs, as execnet and JSON take it
    if config.getini("junit_family") in _FAMILIES_WITH_PROPERTIES:
        report.user_properties = [*report.user_properties, *properties]


def properties_of(report: pytest.TestReport) -> Sequence[Property]:
    """Return the properties of the item that a report is about; none where it is no item of ours."""
    found: Sequence[Property] = getattr(report, _ATTRIBUTE, ())
    return found
