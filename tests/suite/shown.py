"""A plugin, `pytest --collect-only -p shown`, that prints the codes which each test finds and spares."""

from __future__ import annotations

import json

PREFIX = "shown: "


def pytest_collection_finish(session):
    for item in session.items:
        for marker in ("finds", "spares"):
            codes = [code for each in item.iter_markers(marker) for code in each.args]
            if codes:
                print(PREFIX + json.dumps([item.nodeid, marker, codes]))  # noqa: T201 - who reads it is the test


def read(output):
    """Return, for each of the two markers, the tests by code."""
    shown = {"finds": {}, "spares": {}}
    for line in output.splitlines():
        if line.startswith(PREFIX):
            test, marker, codes = json.loads(line.removeprefix(PREFIX))
            for code in codes:
                shown[marker].setdefault(code, []).append(test)
    return shown
