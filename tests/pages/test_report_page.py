"""The page of a report: sound HTML whatever it is about, with the verdict first and nothing left out."""

from __future__ import annotations

import re
from functools import cache
from xml.etree import ElementTree as ET

import pytest
import tinyhtml5
from page_scenes import HOSTILE, ROOT, Evidence, elements, hostile

from abidance.pages.frame import PageSection, anchor, page
from abidance.pages.report import report_page

pytestmark = pytest.mark.unit
XHTML = "{http://www.w3.org/1999/xhtml}"


def written(*several):
    return report_page(several, ROOT, "0.1")


INLINE = {f"{XHTML}{tag}" for tag in ("a", "code", "mark", "span", "strong")}


@cache
def said(text):
    """Return what a page says, in one line."""
    body = next(each for each in elements(text) if each.tag == f"{XHTML}body")
    return " ".join("".join(words(body)).split())


def words(element):
    gap = "" if element.tag in INLINE else " "
    yield gap + (element.text or "")
    for each in element:
        yield from words(each)
        yield each.tail or ""
    yield gap


@pytest.fixture(scope="module")
def whole():
    return written(Evidence().contract_evidence())


@pytest.fixture(scope="module")
def attacked():
    return written(Evidence(hostile).contract_evidence())


def test_it_is_sound_html_with_the_verdict_first(whole):
    found = elements(whole)
    header = next(each for each in found if each.tag == f"{XHTML}header")

    assert "Verdict: bad" in " ".join(header.itertext())
    assert "1 finding in" not in whole.split("<header>")[0]
    assert [each.tag.removeprefix(XHTML) for each in found if each.tag in (f"{XHTML}h1", f"{XHTML}main")] == [
        "h1",
        "main",
    ]


def test_every_link_leads_somewhere_and_no_anchor_stands_twice(whole, attacked):
    for text in (whole, attacked):
        found = elements(text)
        ids = [each.get("id") for each in found if each.get("id")]
        targets = {each.get("href") for each in found if each.get("href")}

        assert len(ids) == len(set(ids))
        assert {target[:1] for target in targets} == {"#"}
        assert {target[1:] for target in targets} <= set(ids)


def test_words_of_others_stay_words(attacked):
    found = elements(attacked)
    tags = {each.tag.rpartition("}")[2] for each in found}

    assert not tags & {"script", "img", "iframe", "object", "link", "base", "form", "input"}
    assert not [name for each in found for name in each.attrib if name.startswith("on") or name == "style"]
    assert tags == {each.tag.rpartition("}")[2] for each in elements(written(Evidence().contract_evidence()))}
    assert "\x1b" not in attacked
    assert "\u202e" not in attacked
    assert "\x00" not in attacked
    shown = HOSTILE.split("\u202e", maxsplit=1)[0]
    assert said(attacked).count(shown.replace("`", "")) + said(attacked).count(shown) > 50


def test_the_policy_allows_nothing_but_the_pages_own_style(attacked):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', attacked)

    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy
    assert not re.findall(r"(?:src|href|url\()=?[\"']?(?:https?:)?//", attacked)


def test_what_nothing_looked_at_is_not_judged(whole):
    words = said(whole)

    assert "Nothing has looked at it." in words
    assert "Not judged at all: rg_function_3" in words


def test_what_is_older_than_a_change_says_so(whole):
    words = said(whole)

    assert "Judged before a change, and not since: rg_function_1" in words
    assert "another revision: it was bbbbbbbbbb, and now is a1b2c3d4e5" in words
    assert "was ended before it was finished" in words


def test_a_finding_has_its_lines_its_call_and_its_way_back(whole):
    words = said(whole)

    assert "src/guard.c:41: this read, 0 bytes after the end while (i <= r->route_len) i++;" in words
    assert "gone.h:3: no line of it is kept" in words
    assert 'rg_admit(guard, "<b>", 3); // true' in words
    assert "abidance replay 7f3a9c" in words
    assert "seen in rust by the guard page on release and asan+ubsan" in words


def test_costs_stand_beside_what_is_allowed(whole):
    words = said(whole)

    assert (
        "many inputs c, release 90 ns 88 to 92 400 ns 390 to 410 900 ns 700 to 1.5 us p99 500 ns kept"
        in words
    )
    assert "with 95 % intervals of 12 interleaved runs" in words
    assert "p99.9 800 ns undecided" in words
    assert "allocations c, release 1 block 0 blocks broken" in words
    assert "How long calls of rg_function_0 take (c: solid line, rust: dashed)" in words
    assert "c: 21 ns at 1, 4.12 us at 4,096" in words


def test_every_picture_says_what_it_shows(whole):
    pictures = [each for each in elements(whole) if each.tag == "{http://www.w3.org/2000/svg}svg"]

    named = [each.get("aria-label") for each in pictures if each.get("role") == "img"]

    assert len(named) == 3 * 2 + 3  # two of costs of each function that was tried, and a flame graph of each
    assert all(named)
    assert not [each for each in elements(whole) if each.get("role") == "treeitem"]


def test_coverage_gate_and_traces_are_there(whole):
    words = said(whole)

    assert "100 of 120" in words
    assert "breaking against guard.abi.json" in words
    assert "It was never true." in words
    assert "4,000" in words
    assert "no counters in rust" in words


def test_several_contracts_share_a_page():
    one, other = Evidence(), Evidence(lambda words: words.replace("guard", "gate"))
    text = written(one.contract_evidence(), other.contract_evidence())
    found = elements(text)
    ids = [each.get("id") for each in found if each.get("id")]

    assert {"guard.functions", "gate.functions"} <= set(ids)
    assert {each.get("href")[1:] for each in found if each.get("href")} <= set(ids)


def test_a_contract_of_which_nothing_is_known_says_so():
    from page_scenes import LEFT  # noqa: PLC0415, elements

    from abidance.core.diagnostic import Diagnostic  # noqa: PLC0415

    scene = Evidence()
    known = scene.contract_evidence(
        facts=None,
        unread=(Diagnostic(LEFT, "there is no header"),),
        runs=(),
        subjects=(),
        not_judged=(),
        gate=None,
        coverage=None,
        profiles=(),
        traces=(),
    )
    words = said(written(known))

    assert "Contract or header cannot be read: there is no header" in words
    assert "holds" not in words
    assert "No run of this contract is kept" in words


def test_the_reason_why_a_run_could_not_begin_is_there():
    scene = Evidence()

    assert "The last run could not begin: the build failed" in said(
        written(scene.contract_evidence(stopped=scene.stopped()))
    )


def test_two_names_that_look_alike_have_two_anchors():
    assert anchor("f", "a b") != anchor("f", "a-b") != anchor("f", "a+b")
    assert re.fullmatch(r"[A-Za-z0-9_.~-]+", anchor("f", "<\u00e9>\ud800"))


def test_text_that_is_no_text_does_not_end_the_page():
    text = page("\ud800", None, [PageSection("a", "A", "b")])

    assert text.encode()
    assert ET.tostring(tinyhtml5.parse(text), encoding="unicode")
