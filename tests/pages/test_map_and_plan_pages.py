"""Pages of maps and plans, and the picture: sound whatever they are about; each figure leads to its evidence."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

import pytest
from page_scenes import ROOT, Evidence, elements, hostile

from abidance.migration.map_document import map_document
from abidance.migration.map_page import map_page
from abidance.migration.map_text import map_lines, overview_lines
from abidance.migration.picture import picture_file
from abidance.migration.plan_markdown import plan_markdown
from abidance.migration.plan_page import plan_page
from abidance.migration.planning import plan_of
from abidance.migration.ranking import ranked_together
from abidance.migration.survey import SurveySettings, survey
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit


@cache
def scene(say=None, count=4):
    """Return a map and the plan that follows from it."""
    evidence = (Evidence() if say is None else Evidence(say)).contract_evidence(count)
    found = survey(evidence, SurveySettings(ROOT))
    return found, plan_of(found, evidence)


@cache
def pages(say=None, count=4):
    found, plan = scene(say, count)
    return map_page([found]), plan_page(plan, map_file="map.html")


def tags(text):
    return [str(each.tag).rpartition("}")[2] for each in elements(text)]


@pytest.mark.parametrize("say", [None, hostile], ids=["plain", "hostile"])
@pytest.mark.parametrize("which", [0, 1], ids=["map", "plan"])
def test_a_page_is_sound_html_without_scripts_and_each_link_leads_somewhere(which, say):
    text = pages(say)[which]
    found = elements(text)
    ids = [each.get("id") for each in found if each.get("id")]
    inside = {each.get("href")[1:] for each in found if (each.get("href") or "").startswith("#")}

    assert len(ids) == len(set(ids))
    assert inside <= {*ids}
    assert not {"script", "img", "iframe", "link", "form"} & {*tags(text)}
    assert not [each for each in found for name in each.attrib if name.startswith("on") or name == "style"]


def test_the_plan_has_what_somebody_who_decides_asks_for():
    titles = re.findall(r"<h2[^>]*>([^<]*)</h2>", pages()[1])

    assert titles == [
        "Scope",
        "Today&#39;s pain",
        "Risks, the worst first",
        "Not known",
        "The smallest next step",
        "Steps",
        "Evidence",
    ]


def test_each_sentence_of_a_plan_names_its_evidence():
    _, plan = scene()
    facts = [plan.lead, *plan.scope.shown, *plan.pain.shown, *plan.risks.shown]
    facts += [fact for step in plan.steps for fact in (*step.facts, *step.back_facts)]

    assert all(fact.sources for fact in facts)
    text = plan_markdown(plan)
    used, listed = {*re.findall(r"\[\^(\d+)\](?!:)", text)}, re.findall(r"^\[\^(\d+)\]:", text, re.MULTILINE)
    assert used == {*listed}
    assert [*map(int, listed)] == [*range(1, len(listed) + 1)]


def test_every_function_is_in_the_map_the_picture_the_text_and_the_document():
    found, _ = scene()
    names = {f"rg_function_{number}" for number in range(4)}

    assert all(name in pages()[0] for name in names)
    assert all(name in picture_file(found) for name in names)
    assert all(name in "\n".join(map_lines(found, Style())) for name in names)
    document = json.loads(json.dumps(map_document([found])))
    units = document["contracts"][0]["units"]
    assert {function["name"] for unit in units for function in unit["functions"]} == names


def test_several_contracts_are_in_one_order_as_well():
    maps = [scene()[0], replace(scene(count=2)[0], contract="other.contract.yaml", boundary="other")]
    lines = overview_lines(maps, Style())

    assert lines[0] == "2 units of 2 contracts, in order"
    assert [each["contract"] for each in map_document(maps)["order"]] == [
        each[0].contract for each in ranked_together(maps)
    ]
    text = map_page(maps)
    assert "All contracts in one order" in text
    assert "other.contract.yaml" in text
    ids = [each.get("id") for each in elements(text) if each.get("id")]
    assert len(ids) == len(set(ids))
    assert overview_lines(maps[:1], Style()) == []


def test_the_picture_is_a_file_of_its_own_whatever_it_draws():
    for say in (None, hostile):
        root = ET.fromstring(picture_file(scene(say)[0]))  # noqa: S314 - our own

        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not [each for each in root.iter() if each.tag.endswith("script")]


def test_more_than_a_page_has_room_for_is_counted_and_leads_to_the_map():
    _, plan = scene(count=40)

    assert len(plan.steps) <= 7
    assert plan.pain.more > 0
    assert f'<a href="map.html">and {plan.pain.more} more</a>' in pages(count=40)[1]


def test_what_is_from_a_run_leads_to_the_report_where_there_is_one():
    found, plan = scene()

    assert 'href="report.html#run-12"' in map_page([found], "report.html")
    assert 'href="report.html#run-12"' in plan_page(plan, report="report.html")
    assert "report.html" not in pages()[0]


def test_a_map_of_two_hundred_functions_stays_small():
    text, _ = pages(count=200)

    assert len(text) < 1_500_000
