"""What stands in a pull request: the line to be mended first, the smallest call, and how it is made again."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from report_scenes import DECLARATION, NO_CARGO, failed, not_run, passed

from abidance.cli.outputs import Reports
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.events import RunStopped
from abidance.core.span import Span
from abidance.report.github import github
from abidance.report.gitlab import gitlab
from abidance.report.markdown import markdown
from abidance.report.sarif import sarif
from abidance.report.text import markup
from abidance.report.text.style import Style

pytestmark = pytest.mark.unit

FORMATS = {"github": github, "gitlab": gitlab, "markdown": markdown, "sarif": sarif}
CHECKED = json.loads(Path(__file__).with_name("sarif_for_code_scanning.schema.json").read_text())
READ = "src/guard.c"


def run_of(project, *findings):
    return (project.started(), project.finished(failed(*findings), passed("c", "release")))


@pytest.fixture
def read_past_end(project):
    return project.memory_error("asan+ubsan", "AddressSanitizer", lines=True)


@pytest.fixture
def primary(report):
    """Return the file and the line that a format shows a finding at."""

    def of(name, *events):
        text = report(*events, to=name)
        if name == "sarif":
            place = json.loads(text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
            return place["artifactLocation"]["uri"], place["region"]["startLine"]
        if name == "gitlab":
            place = json.loads(text)[0]["location"]
            return place["path"], place["lines"]["begin"]
        if name == "github":
            words = dict(each.split("=") for each in text.split(" ", 1)[1].split("::")[0].split(","))
            return words["file"], int(words["line"])
        first = next(line for line in text.splitlines() if line.startswith("- `"))
        path, line = first.removeprefix("- `").split("`")[0].rsplit(":", 1)
        return path, int(line)

    return of


@pytest.mark.parametrize("name", FORMATS)
def test_the_line_of_the_library_comes_first(name, project, read_past_end, primary, report):
    events = run_of(project, read_past_end)
    assert primary(name, *events) == (READ, 41)
    assert "request_guard.contract.yaml:22" in report(*events, to=name) or name == "gitlab"


@pytest.mark.parametrize("name", FORMATS)
def test_else_the_function_in_the_library_comes_first(name, project, primary):
    finding = replace(project.broken_promise(), defined=Span.at(project.source, 41))
    assert primary(name, *run_of(project, finding)) == (READ, 41)


@pytest.mark.parametrize("name", FORMATS)
def test_where_nobody_knows_a_line_the_contract_comes_first(name, project, primary):
    assert primary(name, *run_of(project, project.broken_promise())) == ("request_guard.contract.yaml", 38)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_outside_of_the_checkout_does_not_come_first(name, project, primary):
    finding = replace(project.broken_promise(), defined=Span.at(Path("/usr/src/guard.c"), 7))
    assert primary(name, *run_of(project, finding))[0] == "request_guard.contract.yaml"


@pytest.mark.parametrize("name", FORMATS)
def test_the_smallest_call_and_how_to_make_it_again_are_there(name, project, read_past_end, report):
    text = report(*run_of(project, read_past_end), to=name).replace("%0A", "\n")
    assert "rg_admit(guard, &request, &reason);        // true, reason == RG\\_OK".replace("\\", "") in text
    assert "abidance replay 02be55" in text
    assert "abidance run request_guard.contract.yaml --function rg_admit --seed 8241" in text


@pytest.mark.parametrize("name", ["github", "markdown"])
def test_one_finding_is_one_finding(name, project, read_past_end, report):
    text = report(*run_of(project, read_past_end), to=name)
    assert "request_guard: 1 finding in" in text.replace("\\_", "_")
    assert "1 findings" not in text


@pytest.mark.parametrize("name", ["github", "markdown"])
def test_what_could_not_be_judged_does_not_read_as_no_findings(name, project, report):
    text = report(project.started(), project.finished(not_run("rust", "release", NO_CARGO)), to=name)
    assert "0 findings" not in text
    assert "could not be judged" in text


def test_a_summary_says_what_each_library_came_to(project, read_past_end, report):
    text = report(*run_of(project, read_past_end), to="markdown")
    assert "| library | build | outcome | tried |" in text
    assert "| c | asan\\+ubsan | 1 finding | 1 item, 30 calls, 0.2 s |".replace("\\", "") in text
    assert "| c | release | ok | 6 items, 6,240 calls, 1.9 s |" in text


def test_related_places_are_linked_to(project, read_past_end, report):
    (result,) = json.loads(report(*run_of(project, read_past_end), to="sarif"))["runs"][0]["results"]
    text = result["message"]["text"]
    assert text.startswith(
        "`rg_admit` read 1 byte past `request.route`.\nhere: this read, 0 bytes after the end\n"
    )
    assert "[request_guard.contract.yaml:22](1): 6 bytes here (route_len = 6)" in text
    assert [each["id"] for each in result["relatedLocations"]] == [1]


# What a library may print, or a path be called.
HOSTILE = (
    "::error file=a,line=1::gotcha\n"
    "##[error]gotcha\n"
    "![x](http://example.org/p.png) [y](javascript:1) @octocat closes #12 <script>alert(1)</script> | cell\n"
    "# heading\n"
    "```\n"
    "</details> {0} a[1](2) 100%25 \r\x1b[31m"
)


@pytest.fixture
def hostile(project):
    finding = project.memory_error("release", "the guard page", lines=True)
    odd = replace(
        finding.diagnostic,
        message=f"it printed `{HOSTILE}`",
        notes=(f"it printed:\n    {HOSTILE}", HOSTILE.replace("\n", " ")),
        help=HOSTILE,
        labels=tuple(replace(label, text=HOSTILE) for label in finding.diagnostic.labels),
    )
    return run_of(project, replace(finding, diagnostic=odd, call=HOSTILE))


def test_text_of_a_library_is_no_command(hostile, report):
    lines = report(*hostile, to="github").splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "request_guard:"]
    assert "100%2525" in lines[0]


def test_text_of_a_library_is_no_markup(hostile, report):
    text = report(*hostile, to="markdown")
    outside = []
    fence = ""
    for line in text.splitlines():
        mark = line.strip()
        if not fence and mark.startswith("```"):
            fence = mark.rstrip("c")
        elif fence and mark == fence:
            fence = ""
        elif not fence and not line.startswith("<details"):  # HTML, in which Markdown is not read
            outside.append(line)
    assert not fence
    for line in outside:
        shown = _without_code(line)
        assert "<script" not in shown
        assert "](" not in shown.replace("\\](", "")
        assert "@octocat" not in shown
        assert "#12" not in shown
        assert not line.startswith("#") or line.startswith("## request")
    assert sum(line == "</details>" for line in outside) == text.count("<details") == 1
    (folded,) = [line for line in text.splitlines() if line.startswith("<details")]
    assert "<script" not in folded
    assert "@octocat" not in re.sub("<code>.*?</code>", "", folded)


def test_text_of_a_library_is_no_link_in_sarif(hostile, report):
    document = json.loads(report(*hostile, to="sarif"))
    jsonschema.validate(document, CHECKED, jsonschema.Draft7Validator)
    text = document["runs"][0]["results"][0]["message"]["text"]
    assert "a[1] (2)" in text
    assert "{0}" not in text
    assert text.count("](") == 1


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("plain words, 3 of 5", "plain words, 3 of 5"),
        ("`a_b` is not a_b", "`a_b` is not a\\_b"),
        ("`a|b`", "`a\\|b`"),
        ("1. first", "1\\. first"),
        ("- item", "\\- item"),
        ("`unclosed", "\\`unclosed"),
        ("tell @me of #1", "tell @\u200bme of #\u200b1"),
        ("a & b < c", "a &amp; b &lt; c"),
    ],
)
def test_words_as_markdown(words, shown):
    assert markup.text(words) == shown


def _without_code(line):
    parts = line.split("`")
    return "".join(parts[::2]) if len(parts) % 2 else line


def test_an_annotation_is_not_longer_than_a_runner_takes(project, read_past_end, report):
    long = replace(read_past_end.diagnostic, notes=("x" * 9000,))
    (line, _) = report(*run_of(project, replace(read_past_end, diagnostic=long)), to="github").splitlines()
    message = line.split("::", 2)[2].replace("%0A", "\n").replace("%25", "%")
    assert len(message) == 4096
    assert "abidance replay 02be55" in message


def test_a_summary_leaves_out_whole_findings(project, report):
    several = [
        replace(
            project.memory_error("release", "the guard page", lines=True),
            function=f"rg_{n}",
            case=f"{n:06}",
            diagnostic=replace(
                project.memory_error("release", "the guard page", lines=True).diagnostic, place=f"p{n}"
            ),
        )
        for n in range(200)
    ]
    text = report(*run_of(project, *several), to="markdown")
    assert len(text.encode()) <= 60_000
    assert text.count("<details") == text.count("</details>") > 20
    assert "more findings" in text


@pytest.fixture
def written(project, monkeypatch, capsys):
    """Return what goes to stdout, and what is in the step summary, of a run within GitHub Actions."""
    summary = project.contract.with_name("summary.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    def write(*events, formats=("github",)):
        with Reports(Namespace(format=[*formats], output=None, verbosity=0)) as reports:
            for event in events:
                reports(event)
        return capsys.readouterr().out, summary.read_text() if summary.exists() else ""

    return write


def test_a_run_has_a_step_summary(project, read_past_end, written):
    printed, summary = written(*run_of(project, read_past_end))
    assert printed.startswith("::error file=src/guard.c,line=41,")
    assert "<details open><summary><b>error</b> ABD312" in summary


def test_a_summary_takes_the_room_that_is_left(project, read_past_end, written):
    before = "x" * ((1 << 20) - 5000)
    project.contract.with_name("summary.md").write_text(before)
    many = [replace(read_past_end, function=f"f{n}", diagnostic=_at(read_past_end, n)) for n in range(60)]
    _, summary = written(*run_of(project, *many))
    assert summary.startswith(before)
    assert len(summary.encode()) <= 1 << 20
    assert "more findings" in summary


def test_no_summary_without_annotations(project, read_past_end, written):
    _, summary = written(*run_of(project, read_past_end), formats=("terminal",))
    assert summary == ""


def test_what_a_report_prints_is_no_command_of_the_runner(hostile, written):
    printed, _ = written(*hostile, formats=("terminal",))
    first, *_, last = printed.splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"


def test_places_are_those_of_the_checkout(project, read_past_end, monkeypatch, written):
    """A step may work deeper in the checkout than where the service looks files up."""
    root = project.contract.parent
    monkeypatch.setenv("GITHUB_WORKSPACE", str(root))
    monkeypatch.chdir(root / "src")
    for name, value in {"SERVER_URL": "https://example.org", "REPOSITORY": "o/r", "SHA": "abc"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    printed, summary = written(*run_of(project, read_past_end))
    assert printed.startswith("::error file=src/guard.c,line=41,")
    assert "[`src/guard.c:41`](https://example.org/o/r/blob/abc/src/guard.c#L41)" in summary


def test_places_on_gitlab_are_those_of_the_checkout(project, monkeypatch):
    monkeypatch.setenv("CI_PROJECT_DIR", str(project.contract.parent))
    monkeypatch.setenv("CI_PROJECT_URL", "https://example.org/o/r")
    monkeypatch.setenv("CI_COMMIT_SHA", "abc")
    monkeypatch.chdir(project.source.parent)
    look = Style.of_checkout()
    assert look.path(Path("guard.c")) == READ
    assert look.web == "https://example.org/o/r/-/blob/abc/"


def test_findings_of_gitlab_are_told_apart(project, read_past_end, report):
    errors = (project.unknown_name(), project.unknown_name())
    stopped = RunStopped(str(project.contract), errors, 2)
    found = json.loads(report(*run_of(project, read_past_end), stopped, to="gitlab"))
    assert len({each["fingerprint"] for each in found}) == len(found) == 3
    assert {each["severity"] for each in found} == {"critical"}
    assert set(found[0]) == {"description", "check_name", "fingerprint", "severity", "location"}


def test_what_has_no_place_at_all_is_at_the_contract(project, report, primary):
    stopped = RunStopped(str(project.contract), (Diagnostic(NO_CARGO.code, "no compiler"),), 3)
    assert primary("sarif", stopped) == ("request_guard.contract.yaml", 1)


def test_a_header_of_the_system_has_an_address_of_its_own(project, read_past_end, report):
    far = Label(Span.at(Path("/usr/include/x y.h"), 3), DECLARATION)
    told = replace(read_past_end.diagnostic, labels=(far,))
    text = report(*run_of(project, replace(read_past_end, diagnostic=told)), to="sarif")
    place = json.loads(text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///usr/include/x%20y.h"


def _at(finding, number):
    return replace(finding.diagnostic, place=f"place {number}", notes=("n" * 100,))
