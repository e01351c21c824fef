"""A plan is one printed sheet, also where there is much to say; what has no room is counted."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest
from page_scenes import ROOT, Evidence

from abidance.migration.plan_page import plan_page
from abidance.migration.planning import plan_of
from abidance.migration.survey import SurveySettings, survey

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


def long_names(words):
    """Return names as long as those of libraries with many parts, and messages of several lines."""
    if words.startswith("rg_function"):
        return f"gateway_session_manager_{words}_with_timeout"
    if words.endswith(".contract.yaml"):
        return f"services/market-data-gateway/contracts/{words}"
    return f"{words}, and more than once " + "in the same words " * 9 if words.count(" ") > 4 else words


def test_a_plan_of_forty_functions_is_one_page_of_both_sizes(tmp_path):
    files = []
    for number, (say, count) in enumerate(((lambda words: words, 4), (long_names, 40))):
        evidence = Evidence(say).contract_evidence(count)
        plan = plan_of(survey(evidence, SurveySettings(ROOT)), evidence)
        plan = replace(plan, steps=(*plan.steps, *plan.steps, plan.steps[0])) if number else plan
        file = tmp_path / f"plan{number}.html"
        file.write_text(plan_page(plan), encoding="utf-8")
        files.append(file)

    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        for file in files:
            page.goto(file.as_uri())
            for size in ("A4", "Letter"):
                printed = page.pdf(format=size, prefer_css_page_size=False)
                assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1, (file.name, size)
        browser.close()
