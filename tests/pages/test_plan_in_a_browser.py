"""In a browser, a plan prints on one sheet where there is much to say, and nothing keeps anybody from reading it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest
from page_scenes import ROOT, Evidence

from abidance.migration.map_page import map_page
from abidance.migration.plan_page import plan_page
from abidance.migration.planning import plan_of
from abidance.migration.survey import SurveySettings, survey

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


def long_names(words):
    """Return names as long as those of libraries with many parts, and messages of several lines."""
    if words.startswith("rg_function"):
        return f"gateway_session_manager_{words}_with_timeout"
    if words.endswith(".contract.yaml"):
        return f"services/market-data-gateway/contracts/{words}"
    return f"{words}, and more than once " + "in the same words " * 9 if words.count(" ") > 4 else words


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield found
        found.close()


def test_a_plan_of_forty_functions_is_one_page_of_both_sizes(tmp_path, browser):
    evidence = Evidence(long_names).contract_evidence(40)
    plan = plan_of(survey(evidence, SurveySettings(ROOT)), evidence)
    most = (*plan.steps, *plan.steps, *plan.steps)[:7]  # as many as there can be
    file = tmp_path / "plan.html"
    file.write_text(plan_page(replace(plan, steps=most)), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())

    for size in ("A4", "Letter"):
        printed = page.pdf(format=size)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1, size


def test_axe_finds_nothing_that_keeps_people_from_a_map_or_a_plan(tmp_path, browser):
    evidence = Evidence().contract_evidence()
    found = survey(evidence, SurveySettings(ROOT))
    context = browser.new_context(bypass_csp=True)  # for axe's own script
    page = context.new_page()

    for name, text in (("map", map_page([found])), ("plan", plan_page(plan_of(found, evidence)))):
        file = tmp_path / f"{name}.html"
        file.write_text(text, encoding="utf-8")
        page.goto(file.as_uri())
        violations = axe.Axe().run(page).response["violations"]
        assert [each["id"] for each in violations] == []
