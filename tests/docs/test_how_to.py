"""How-to pages that can be typed as they stand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
pytestmark = pytest.mark.full


def test_a_generated_header_is_checked_as_the_page_says(reader, needs_cargo):
    if not shutil.which("cbindgen"):
        pytest.skip("it generates a header, and there is no cbindgen")
    reader.follow(HOW_TO / "check-a-generated-header.md")


def test_ctest_finds_abidance_as_the_page_says(reader):
    reader.follow(HOW_TO / "call-from-add-test.md")
