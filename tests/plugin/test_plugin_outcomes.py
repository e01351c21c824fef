from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema

from tiers import first, full

pytestmark = pytest.mark.full

JENKINS = Path(__file__).parents[1] / "report" / "jenkins-junit-10.xsd"
BROKEN = 'c: {command: ["false"], artifact: libx.so}'
NO_TOOL = "c: {command: [no-such-tool-of-ours], artifact: libx.so}"
BREAK = """
def pytest_runtest_setup(item):
    from abidance.run.engine.session import Session
    Session.run = lambda *_: 1 // 0
"""


def junit_suite(project):
    return ET.parse(project.path / "junit.xml").getroot()[0]  # noqa: S314 - pytest has just written it


def section(result, title):
    """Return the lines of the failure or error with this title."""
    lines = result.outlines
    start = next(number for number, line in enumerate(lines) if line.strip("_ ") == title)
    end = next(number for number in range(start + 1, len(lines)) if re.match(r"_{5}|={5}", lines[number]))
    return lines[start + 1 : end]


@pytest.mark.slow
@pytest.mark.native
def test_a_finding_fails_its_item_with_the_block_of_the_command_line_and_no_traceback(project):
    project.contract("nearly_twice", "twice")
    result = project.pytest("--hypothesis-seed=3")
    result.assert_outcomes(passed=5, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    shown = section(result, "nearly_twice::properties[c-prebuilt]")
    code, out, _ = project.abidance("run", "subject.contract.yaml", "--seed=3")
    assert code == 1
    assert shown[0].startswith("error[ABD321] postcondition-broken: after `nearly_twice` returned 2")
    assert not [line for line in shown if ".py" in line]
    assert "\n".join(shown) in out


@pytest.mark.slow
@pytest.mark.native
def test_the_short_summary_says_what_is_wrong(project):
    project.contract("nearly_twice", "total_and_more")
    result = project.pytest("--tb=line")
    result.stdout.fnmatch_lines(
        [
            "*/subject.contract.yaml:9: [[]ABD321] postcondition-broken: *",
            "FAILED *::nearly_twice::properties[[]c-prebuilt] - [[]ABD321] postcondition-broken: *",
            "FAILED *::total_and_more::properties[[]c-prebuilt] - [[]ABD312] out-of-bounds-read: *",
        ]
    )


@pytest.mark.slow
@pytest.mark.native
def test_what_could_not_be_judged_is_an_error_told_in_full_once(project):
    project.contract("twice", "total", libraries=BROKEN, more="builds: [release]\n")
    result = project.pytest()
    result.assert_outcomes(passed=2, errors=4)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    first = section(result, "ERROR at setup of subject::load[c-release]")
    assert first[0].startswith("error[ABD005] build-failed: ")
    assert "  --> subject.contract.yaml:5:7" in first
    assert section(result, "ERROR at setup of total::properties[c-release]") == [
        first[0],
        "   = in full under subject.contract.yaml::subject::load[c-release]",
    ]
    result.stdout.fnmatch_lines(["ERROR subject.contract.yaml::subject::load* - [[]ABD005] build-failed: *"])


def test_a_symbol_that_is_missing_costs_its_own_items_only(project):
    project.contract("absent", "twice")
    result = project.pytest()
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["FAILED *absent::properties* - [[]ABD207] symbol-missing: *"])


def test_a_call_that_cannot_be_judged_is_an_error_too(project):
    contract = project.contract("twice")
    contract.write_text(contract.read_text().replace("ensures:", "requires: [x * x == 5]\n    ensures:"))
    result = project.pytest("-k", "properties", "--junitxml=junit.xml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at setup of twice::properties*", "error[[]ABD*", "ERROR *twice::properties*"]
    )
    suite = junit_suite(project)
    assert (suite.get("errors"), suite.get("failures"), suite.get("tests")) == ("1", "0", "1")


@pytest.mark.slow
@pytest.mark.native
def test_a_library_whose_tool_is_missing_is_skipped_at_its_function_with_the_reason(project):
    contract = project.contract(
        "twice", "nearly_twice", libraries=f"{NO_TOOL}\n  d: {{path: {project.library}}}"
    )
    line = contract.read_text().splitlines().index("  twice:") + 1
    result = project.pytest("-rs", "-k", "twice")
    result.assert_outcomes(passed=4, failed=1, skipped=8)
    result.stdout.fnmatch_lines(
        [f"SKIPPED [[]5] subject.contract.yaml:{line}: *`no-such-tool-of-ours`*install it*"]
    )


def test_what_abidance_does_wrong_is_an_error_without_a_traceback(project):
    project.contract("twice")
    project.write("conftest.py", BREAK)
    result = project.pytest("-k", "examples")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["error[[]ABD016] internal-error: abidance itself broke: ZeroDivisionError: *"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    assert "ZeroDivisionError" in (project.path / ".abidance" / "internal-error.txt").read_text()


@pytest.mark.slow
@pytest.mark.native
def test_a_contract_error_is_a_collection_error_with_the_block_only(project):
    project.contract("twice", name="sound")
    wrong = project.contract("twice", name="wrong")
    wrong.write_text(wrong.read_text().replace("ensures", "ensure"))
    result = project.pytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    shown = section(result, "ERROR collecting wrong.contract.yaml")
    assert shown[0].startswith("error[ABD1")
    assert any("did you mean `ensures`?" in line for line in shown)
    assert not [line for line in shown if ".py" in line]
    result.stdout.fnmatch_lines(["ERROR wrong.contract.yaml - [[]ABD1*"])


def test_other_contracts_run_beside_a_wrong_one_where_pytest_is_told_so(project):
    project.contract("twice", name="sound")
    project.write("wrong.contract.yaml", "abidance: [1\n")
    result = project.pytest("--continue-on-collection-errors")
    result.assert_outcomes(passed=4, errors=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_settings_that_cannot_be_are_an_error_at_their_line(project):
    project.contract("twice")
    project.write("pyproject.toml", "[tool.abidance]\nmax_exmaples = 3\n")
    result = project.pytest()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["error[[]ABD001] bad-configuration: unknown key `max_exmaples`", "*pyproject.toml:2:1"]
    )


@pytest.mark.parametrize(
    ("words", "message"),
    first(
        [
            (["--abidance-build", "relaese"], "unknown build `relaese`: did you mean `release`?"),
            (["--abidance-library", "mine=libmine.so"], "there is no file `libmine.so` for library `mine`"),
            (["--abidance-max-examples", "0"], "*--abidance-max-examples: invalid * value: '0'"),
        ]
    ),
)
def test_options_that_cannot_be_are_usage_errors(project, words, message):
    project.contract("twice")
    result = project.pytest(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}"])


def test_a_library_that_a_contract_does_not_have_is_an_error_of_collecting_it(project):
    project.contract("twice", libraries=f"fast: {{path: {project.library}}}")
    result = project.pytest("--abidance-library", "fsat")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*`subject` has no library `fsat`", "*did you mean `fast`?"])


@pytest.mark.full
@pytest.mark.native
def test_another_library_is_held_to_a_contract(project):
    project.contract("twice", libraries="c: {path: not_there.so}")
    result = project.pytest("--abidance-library", f"mine={project.library}", "-rA")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["PASSED subject.contract.yaml::twice::properties[[]mine-prebuilt]"])


def test_two_contracts_may_describe_boundaries_of_one_name(project):
    project.contract("nearly_twice", name="a")
    project.contract("twice", name="b")
    project.contract("nearly_twice", name="sub/a")
    for _ in range(2):
        project.pytest().assert_outcomes(passed=8, failed=2)


@pytest.mark.full
@pytest.mark.native
def test_junit_tells_who_was_judged_and_what_was_found(project):
    project.contract("nearly_twice", libraries=f"c: {{path: {project.library}}}\n  d: {NO_TOOL[3:]}")
    project.pytest("--junitxml=junit.xml", "--abidance-max-examples=30", "-ojunit_family=xunit1")
    suite = junit_suite(project)
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    judged = cases["properties[c-prebuilt]"]
    properties = {each.get("name"): each.get("value") for each in judged.iter("property")}
    assert judged.get("classname") == "subject.contract.yaml.nearly_twice"
    assert int(properties.pop("abidance_cases")) > 5
    assert re.fullmatch(r"ABD321 [0-9a-f]+", properties.pop("abidance_finding"))
    assert properties.pop("abidance_untested") == '[[], [["nearly_twice", "ensures:0"]]]'
    assert properties.pop("abidance_watched_by").startswith("guard pages, canaries, ")
    assert properties == {
        "abidance_boundary": "subject",
        "abidance_function": "nearly_twice",
        "abidance_phase": "properties",
        "abidance_library": "c",
        "abidance_build": "prebuilt",
    }
    assert judged.find("failure").get("message").startswith("[ABD321] postcondition-broken: ")
    assert "smallest call" in judged.find("failure").text
    assert cases["properties[d-release]"].find("skipped") is not None


@pytest.mark.slow
@pytest.mark.native
def test_junit_is_as_jenkins_reads_it_whatever_became_of_items(project):
    project.contract(
        "nearly_twice", "absent", libraries=f"c: {{path: {project.library}}}\n  d: {NO_TOOL[3:]}"
    )
    broken = "c: {path: missing.so}"
    project.contract("twice", name="broken", libraries=broken)
    project.write("wrong.contract.yaml", "abidance: [1\n")
    result = project.pytest(
        "--junitxml=junit.xml",
        "--abidance-max-examples=30",
        "--abidance-explore=0",
        "--continue-on-collection-errors",
    )
    outcomes = result.parseoutcomes()
    assert outcomes.keys() >= {"passed", "failed", "errors", "skipped"}
    xmlschema.XMLSchema(JENKINS).validate(project.path / "junit.xml")
    failed = [case for case in junit_suite(project).iter("testcase") if case.find("failure") is not None]
    assert [(case.get("classname"), case.get("name")) for case in failed] == [
        (f"subject.contract.yaml.{function}", "properties[c-prebuilt]")
        for function in ("nearly_twice", "absent")
    ]


@pytest.mark.full
@pytest.mark.native
@pytest.mark.parametrize("words", first([["-x"], ["--maxfail=1"]]))
def test_the_first_finding_can_end_the_run(project, words):
    project.contract("nearly_twice", "total_and_more", "twice")
    result = project.pytest(*words)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*stopping after 1 failures*"])


def test_what_failed_last_runs_again_alone(project):
    project.contract("nearly_twice", "twice")
    project.pytest().assert_outcomes(passed=5, failed=1)
    result = project.pytest("--lf", "--durations=3")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*rerun previous 1 failure*", "*s call *::nearly_twice::*"])


def test_a_debugger_can_be_asked_for(project):
    project.contract("nearly_twice")
    project.write("other.contract.yaml", "abidance: [1\n")
    process = project.start("--pdb", "--continue-on-collection-errors", stdin=subprocess.PIPE)
    out, _ = process.communicate("continue\ncontinue\n", timeout=60)
    assert out.count("(Pdb)") == 2
    assert "1 failed, 2 passed, 1 error" in out


def test_a_finding_is_not_lost_where_nothing_can_be_kept(project):
    project.contract("nearly_twice")
    project.write(".abidance", "a file in the place of the folder")
    project.write(".hypothesis", "another one")
    result = project.pytest("-W", "error", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=1)
    shown = section(result, "nearly_twice::properties[c-prebuilt]")
    assert shown[0].startswith("error[ABD321]")
    assert any("= not stored for `abidance replay`" in line for line in shown)
    assert not any("again:" in line for line in shown)


def test_calls_that_no_library_can_take_are_errors(project):
    contract = project.contract("twice", "total")
    contract.write_text(re.sub(r"libraries:\n.*\n", "", contract.read_text()))
    result = project.pytest()
    result.assert_outcomes(passed=2, errors=3)
    result.stdout.fnmatch_lines(
        [
            "ERROR subject.contract.yaml::twice::properties - [[]ABD014] nothing-selected: nothing was called: *"
        ]
    )


@pytest.mark.full
@pytest.mark.native
@pytest.mark.parametrize("words", [(), full(("-n2",))])
def test_what_no_call_put_to_the_test_is_told_at_the_end(project, words):
    contract = project.contract("twice")
    text = contract.read_text().replace(
        "ensures: [result == 2 * x]", "ensures: ['implies(result < 0, x < 0)']"
    )
    contract.write_text(text)
    result = project.pytest(*words)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["abidance: not judged: `implies(result < 0, x < 0)` of `twice`: no call tested it"]
    )


def test_nothing_is_told_of_what_was(project):
    project.contract("twice", "total")
    project.pytest().stdout.no_fnmatch_line("abidance: not*: *")


def test_one_fault_on_two_builds_is_told_in_full_once(project):
    words = f'c: {{command: [cp, "{project.library}", libcopy.so], artifact: libcopy.so}}'
    project.contract("nearly_twice", libraries=words, more="builds: [release, debug]\n")
    result = project.pytest()
    result.assert_outcomes(passed=4, failed=2)  # both builds answer alike
    first = section(result, "nearly_twice::properties[c-release]")
    second = section(result, "nearly_twice::properties[c-debug]")
    assert [line for line in first if "smallest call" in line]
    assert second[0] == first[0]
    assert second[1] == "   = in full under subject.contract.yaml::nearly_twice::properties[c-release]"
    assert re.fullmatch(r"   = again: `abidance replay \w+`", second[2])
    assert len(second) == 3


@pytest.mark.full
@pytest.mark.native
def test_items_that_the_time_does_not_allow_are_errors_told_in_full_once(project):
    project.contract("twice", "total")
    result = project.pytest("--abidance-max-time=0.001s")
    result.assert_outcomes(errors=6)
    result.stdout.fnmatch_lines(["*[[]ABD026] not-reached: the 0.001 s of `--abidance-max-time` were up"])


def test_a_run_that_pytest_ends_at_the_first_failure_keeps_what_was_found(project):
    project.contract("nearly_twice", "twice")
    result = project.pytest("-x", "--hypothesis-seed=3")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*stopping after 1 failures*"])


def test_each_item_is_in_one_partition_and_the_cases_of_each_function_are_shown(project):
    project.contract("twice", "total")
    shown = [project.pytest("-v", f"--abidance-partition={number}/2") for number in (1, 2)]
    ids = [line.split()[0] for result in shown for line in result.outlines if "yaml::" in line]
    assert len(ids) == len(set(ids)) == 6
    lines = [line for result in shown for line in result.outlines if line.endswith(" cases")]
    assert {line.split()[1] for line in lines} == {"twice", "total"}
