"""The site that `make docs` builds: every page has a place in it, and no link leads nowhere."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAKER = ROOT / "docs" / "make_site.py"


@pytest.fixture(scope="module")
def site():
    """Return the program that makes it."""
    spec = importlib.util.spec_from_file_location("make_site", MAKER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Plain(yaml.SafeLoader):
    """Reads the configuration without the Python objects that it names."""


Plain.add_multi_constructor("", lambda *_: None)


def named(nav):
    match nav:
        case str():
            yield nav
        case list():
            for each in nav:
                yield from named(each)
        case dict():
            for each in nav.values():
                yield from named(each)


@pytest.mark.unit
def test_every_page_has_one_place_in_the_navigation(site):
    nav = [*named(yaml.load((ROOT / "mkdocs.yml").read_text(), Plain)["nav"])]  # noqa: S506 - a safe loader
    shown = {name for name in site.pages() if not name.startswith("decisions/0")}
    assert set(nav) - shown == set(), "`nav` of mkdocs.yml names pages that are not there"
    assert shown - set(nav) == set(), "pages without a place in `nav` of mkdocs.yml"
    assert len(nav) == len(set(nav))


@pytest.mark.unit
def test_a_page_of_the_site_differs_from_that_of_the_repository(site):
    page = ROOT / "docs" / "how-to" / "a.md"
    places = {page: "how-to/a.md", ROOT / "CHANGELOG.md": "changelog.md"}
    text = (
        "[`x`](../../native_fixtures/) and [changes](../../CHANGELOG.md#top), [gone](gone.md), [web](https://a.org)\n"
        "```c file=src/a.c\nint a[1](2);\n```\n"
    )
    assert site.on_site(text, page, places) == (
        "`x` and [changes](../changelog.md#top), [gone](gone.md), [web](https://a.org)\n"
        '```c title="src/a.c"\nint a[1](2);\n```\n'
    )


@pytest.mark.unit
def test_all_decisions_are_listed(site):
    listed = site.decisions()
    assert "1. [The order of the layers](0001-the-order-of-the-layers.md)\n" in listed
    assert listed.count("](0") == len([*(ROOT / "docs" / "decisions").glob("0*.md")])


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_can_be_searched():
    pytest.importorskip("mkdocs", reason="the site is made by mkdocs, of the extra `docs`")
    made = subprocess.run([sys.executable, MAKER], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout
    folder = ROOT / "build" / "site"
    found = json.loads((folder / "search" / "search_index.json").read_text())["docs"]
    assert any(each["location"].startswith("how-to/gate-a-merge/") for each in found)
    assert 'href="tutorial/1-add-the-plugin/"' in (folder / "index.html").read_text()
