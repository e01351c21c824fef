"""The page of a report in a real browser: axe finds nothing that keeps people out, and 200 functions open at once."""

from __future__ import annotations

import shutil

import pytest
from page_scenes import ROOT, Evidence, hostile

from abidance.pages.report import report_page

pytestmark = pytest.mark.full
LARGEST = 5 << 20
SECONDS = 2.0


@pytest.fixture(scope="module")
def browser():
    """Return a headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="the extra `browser` is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that opens a page and returns it, with what it asked for and did beside being shown."""
    contexts = []

    def show(text, **how):
        file = tmp_path / "report.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(**how)
        contexts.append(context)
        page, noise = context.new_page(), []
        page.on("dialog", lambda dialog: (noise.append("dialog"), dialog.dismiss()))
        page.on("console", lambda message: noise.append(message.text))
        page.on(
            "request", lambda request: noise.append(request.url) if request.url != file.as_uri() else None
        )
        page.goto(file.as_uri())
        return page, noise

    yield show
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("say", [str, hostile], ids=["plain", "hostile"])
def test_nothing_keeps_people_from_reading_it(opened, say, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="the extra `browser` is not installed"
    )
    text = report_page([Evidence(say).contract_evidence()], ROOT, "0")

    page, noise = opened(text, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    found = axe.Axe().run(page).response

    assert noise == []
    assert len(found["passes"]) > 20
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_a_page_of_200_functions_opens_in_two_seconds_and_five_megabytes(browser, opened):
    text = report_page([Evidence().contract_evidence(200)], ROOT, "0")
    session = browser.new_browser_cdp_session()

    def spent():
        """Return the seconds of processor time of all of the browser: a busy machine makes them no more."""
        return sum(each["cpuTime"] for each in session.send("SystemInfo.getProcessInfo")["processInfo"])

    times = []
    for _ in range(3):
        before = spent()
        page, _ = opened(text)
        page.locator("h1").screenshot()
        times.append(spent() - before)

    assert len(text.encode()) < LARGEST
    assert min(times) < SECONDS, times


def test_a_phone_shows_it_without_moving_sideways(opened):
    page, _ = opened(
        report_page([Evidence().contract_evidence()], ROOT, "0"), viewport={"width": 360, "height": 740}
    )

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_keyboard_skips_to_the_content_and_opens_what_is_folded(opened):
    page, _ = opened(report_page([Evidence().contract_evidence()], ROOT, "0"))

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.evaluate("document.querySelector('summary').focus()")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('details').open")


def test_what_is_folded_is_printed(opened):
    page, _ = opened(report_page([Evidence().contract_evidence()], ROOT, "0"))
    folded = "[...document.querySelectorAll('.promises details ul')]"
    hidden = f"{folded}.filter(each => !each.checkVisibility())"

    assert page.evaluate(f"{hidden}.length") > 0
    page.emulate_media(media="print")
    assert page.evaluate(f"{hidden}.length") == 0
    assert page.pdf().startswith(b"%PDF")
