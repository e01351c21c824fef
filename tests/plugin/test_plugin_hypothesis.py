from __future__ import annotations

import re

import pytest

from tiers import first

pytestmark = pytest.mark.full


def seed_of(result):
    return re.search(r"^abidance: .*seed (\S+),", str(result.stdout), re.MULTILINE)[1]


def found(result):
    """Return how each finding was come upon, which depends on the calls that were generated."""
    return re.findall(r"found after .*", str(result.stdout))


@pytest.mark.slow
@pytest.mark.native
def test_one_line_says_what_judges(project):
    project.contract("twice")
    result = project.pytest("-k", "header")
    result.stdout.re_match_lines([r"abidance: profile default, seed \d+, (gcc|clang) [\d.]+$"])
    project.pytest("-q", "-k", "header").stdout.no_fnmatch_line("abidance:*")
    project.pytest("--co").stdout.no_fnmatch_line("abidance:*")


@pytest.mark.full
@pytest.mark.native
def test_the_seed_that_is_told_makes_up_the_same_calls(project):
    project.contract("nearly_twice")
    profile = "from hypothesis import settings\nsettings.register_profile('forgets', database=None)\n"
    project.write("conftest.py", profile)
    first = project.pytest("--hypothesis-profile=forgets", "-p", "no:cacheprovider")
    again = project.pytest("--hypothesis-profile=forgets", f"--hypothesis-seed={seed_of(first)}")
    assert seed_of(again) == seed_of(first)
    assert found(again) == found(first) != []


def test_a_seed_in_the_settings_is_the_seed(project):
    project.contract("twice")
    project.write("abidance.toml", "seed = 17\n")
    assert seed_of(project.pytest("-k", "header")) == "17"
    assert seed_of(project.pytest("-k", "header", "--hypothesis-seed=18")) == "18"


def test_the_profile_for_ci_is_there_and_derandomized(project):
    project.contract("nearly_twice", "twice")
    runs = [project.pytest("--hypothesis-profile=abidance-ci", "--junitxml=junit.xml") for _ in range(2)]
    for run in runs:
        run.assert_outcomes(passed=5, failed=1)
        run.stdout.fnmatch_lines(["abidance: profile abidance-ci, derandomized, *"])
    assert found(runs[0]) == found(runs[1])
    assert not (project.path / ".hypothesis" / "examples").exists()
    assert 'name="abidance_cases" value="5' in (project.path / "junit.xml").read_text()


def test_constants_of_our_own_source_are_no_values_to_try(project):
    project.contract("twice")
    project.pytest().assert_outcomes(passed=4)
    kept_when_read = project.path / ".hypothesis" / "constants"
    assert not kept_when_read.exists()


def test_a_profile_that_is_not_there_is_hypothesis_to_refuse(project):
    project.contract("twice")
    result = project.pytest("--hypothesis-profile=abidance-cii")
    assert result.ret not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@pytest.mark.full
@pytest.mark.native
@pytest.mark.parametrize(
    ("words", "settings", "cases"),
    first(
        [
            ([], "", 100),
            ([], "max_examples = 30", 30),
            (["--hypothesis-profile=abidance"], "max_examples = 30", 200),
            (["--hypothesis-profile=abidance", "--abidance-max-examples=20"], "max_examples = 30", 20),
        ]
    ),
)
def test_the_number_of_cases_is_that_of_whoever_says_it_last(project, words, settings, cases):
    project.contract("twice")
    project.write("abidance.toml", settings)
    result = project.pytest("-k", "properties", "--hypothesis-show-statistics", *words)
    result.stdout.fnmatch_lines([f"*Stopped because settings.max_examples={cases}"])


@pytest.mark.slow
@pytest.mark.native
def test_what_failed_is_tried_first_the_next_time(project):
    project.contract("nearly_twice")
    first, second = (project.pytest("--hypothesis-show-statistics") for _ in range(2))
    first.stdout.no_fnmatch_line("*during reuse phase*")
    second.stdout.fnmatch_lines(
        ["*during reuse phase*", "* failing, *", "*Found 1 distinct error in this phase*"]
    )
    assert (project.path / ".hypothesis" / "examples").is_dir()


def test_statistics_are_shown_of_each_search(project):
    project.contract("twice", "nearly_twice")
    result = project.pytest("--hypothesis-show-statistics")
    shown = str(result.stdout).partition("Hypothesis Statistics")[2]
    # The search goes on past what it found, so the item that fails has made two.
    assert sorted(re.findall(r"^(subject\S*):$", shown, re.MULTILINE)) == [
        "subject.contract.yaml::nearly_twice::properties[c-prebuilt]",
        "subject.contract.yaml::nearly_twice::properties[c-prebuilt]",
        "subject.contract.yaml::twice::properties[c-prebuilt]",
    ]
    assert "Stopped because settings.max_examples=" in shown
    assert "Found 1 distinct error in this phase" in shown


def test_a_conftest_may_load_our_profile(project):
    project.write("conftest.py", "from hypothesis import settings\nsettings.load_profile('abidance-ci')\n")
    project.contract("twice")
    result = project.pytest()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["abidance: profile abidance-ci, derandomized, *"])


def test_a_profile_of_the_users_own_is_left_as_it_is(project):
    mine = "settings.register_profile('abidance', max_examples=7)\nsettings.load_profile('abidance')\n"
    project.write("conftest.py", f"from hypothesis import settings\n{mine}")
    project.write(
        "test_it.py", "from hypothesis import settings\ndef test_it(): assert settings().max_examples == 7\n"
    )
    assert project.pytest().ret == 0
