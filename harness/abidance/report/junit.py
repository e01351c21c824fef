"""JUnit XML, in the form that pytest writes and CI servers read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from abidance.report.buffered_report import Collected
from abidance.report.text.block import headline
from abidance.report.text.block import render as block
from abidance.report.text.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from abidance.core.diagnostic import Diagnostic
    from abidance.report.entries import Outcomes, ReportedCase

# Characters that XML 1.0 has no way to write (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def open_report(stream: TextIO, look: Style, verbosity: int = 0) -> Collected:  # noqa: ARG001
    """Return a report that writes its document at the end."""
    return Collected(stream, look, junit)


def junit(outcomes: Outcomes, look: Style) -> str:
    """Return the document: one suite for each boundary."""
    root = ET.Element("testsuites", name="abidance")
    plain = Style(base=look.base)
    for group in dict.fromkeys(case.group for case in outcomes.cases):
        cases = [case for case in outcomes.cases if case.group == group]
        suite = ET.SubElement(
            root,
            "testsuite",
            name=_clean(group),
            tests=str(len(cases)),
            failures=str(sum(bool(case.failures) for case in cases)),
            errors=str(sum(bool(case.errors and not case.failures) for case in cases)),
            skipped=str(sum(bool(case.skipped) for case in cases)),
            time=f"{sum(case.seconds for case in cases):.3f}",
        )
        for case in cases:
            _case(suite, case, plain)
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _case(suite: ET.Element, case: ReportedCase, look: Style) -> None:
    element = ET.SubElement(
        suite, "testcase", classname=_clean(case.group), name=_clean(case.name), time=f"{case.seconds:.3f}"
    )
    # A case has one end: what failed it says more than what it could not judge besides.
    if case.failures:
        _ended(element, "failure", case.failures, look)
    elif case.errors:
        _ended(element, "error", case.errors, look)
    elif case.skipped:
        ET.SubElement(element, "skipped", message=_clean(case.skipped))
    if case.watched_by:  # no property: the schema by which Jenkins reads such files has none in a case
        ET.SubElement(element, "system-out").text = _clean(f"watched by: {case.watched_by}")


def _ended(element: ET.Element, kind: str, diagnostics: Sequence[Diagnostic], look: Style) -> None:
    ended = ET.SubElement(
        element, kind, message=_clean(headline(diagnostics[0])), type=_clean(diagnostics[0].code.name)
    )
    ended.text = _clean("\n\n".join(block(each, look) for each in diagnostics))


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
