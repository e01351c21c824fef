"""Contracts of well-known libraries, collected by the plugin itself where their headers are installed."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def _missing(contract):
    header = re.search(r"^header: *(\S+)", contract.read_text(), re.MULTILINE)
    return header is None or not (HERE / header[1]).exists()


collect_ignore = [contract.name for contract in HERE.glob("*.contract.yaml") if _missing(contract)]


def pytest_itemcollected(item):
    """Leave all but one small library to the tier `full`."""
    item.add_marker("native" if item.path.name == "libm.contract.yaml" else "full")
