"""What a coverage-guided search comes by is judged, made small and stored as what any other phase finds."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from abidance.boundary.model.values import Case, Earlier, Step
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.catalogue import BUILD_FAILED
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import CannotJudgeError
from abidance.core.events import Explored
from abidance.core.gaps import left_open
from abidance.core.outcome import Outcome
from abidance.native.progress import Failure
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution.handover import Campaign, FailedInput, Handed
from abidance.run.inputs.deadline import Deadline
from abidance.run.inputs.exploring import patience_for
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
#include <stddef.h>
#include <stdint.h>
int nested(const uint8_t *data, size_t n);
int sound(const uint8_t *data, size_t n);
int alike(const uint8_t *data, size_t n);
int plain(int x);
typedef struct lock lock;
lock *lock_new(void);
int lock_turn(lock *l, uint32_t by);
int lock_open(lock *l);
int lock_name(lock *l, const char *name);
void lock_free(lock *l);
"""
SOURCE = """\
#include "subject.h"
#include <stdlib.h>
#include <string.h>
static int sum(const uint8_t *d, size_t n)
{ unsigned s = 0; for (size_t i = 0; i < n; i++) s += d[i]; return s & 0x7f; }
static int chunks(const uint8_t *d, size_t n, size_t more)
{
    int seen = 0;
    for (size_t i = 0; i + 2 <= n;) {
        unsigned tag = d[i], size = d[i + 1];
        i += 2;
        if (size > n - i) return -1;
        if (tag == 1 && size == 2) seen |= 1;
        else if (tag == 9 && size > 3) seen |= 2;
        else if (tag == 7 && size >= 6 && seen == 3) return sum(d + i, size + more);
        i += size;
    }
    return 0;
}
int nested(const uint8_t *d, size_t n) { return chunks(d, n, 40); }
int sound(const uint8_t *d, size_t n) { return chunks(d, n, 0); }
int alike(const uint8_t *d, size_t n) { return chunks(d, n, 0) > 9 ? ANSWER : 0; }
int plain(int x) { return x == 3 ? 4 : x; }
struct lock { int state; };
lock *lock_new(void) { return calloc(1, sizeof(lock)); }
int lock_name(lock *l, const char *name) { return l && name; }
int lock_turn(lock *l, uint32_t by)
{ l->state = by == 0xcafe1234; return 0; }
int lock_open(lock *l) { return l->state; }
void lock_free(lock *l) { free(l); }
"""
BYTES = "{params: {data: {in: bytes, length: n}, n: {range: [0, 64]}}, ensures: [result >= -1, result < 128]}"
COMMAND = "$CC $CFLAGS -DANSWER=1 -shared -fPIC -o libsubject.so subject.c $LDFLAGS"
OTHER = COMMAND.replace("ANSWER=1", "ANSWER=2").replace("libsubject", "libother")
CONTRACT = f"""\
abidance: 1
boundary: subject
header: subject.h
libraries: {{c: {{command: [sh, -c, "{COMMAND}"], artifact: libsubject.so}}}}
handles: {{lock: {{create: lock_new, destroy: lock_free}}}}
functions:
  nested: {BYTES}
  sound: {BYTES}
  plain: {{params: {{x: {{range: [0, 9]}}}}, ensures: [result == x]}}
  alike: {BYTES}
  lock_new: {{returns: {{handle: lock}}}}
  lock_turn: {{params: {{l: {{handle: lock}}}}, ensures: [result == 0]}}
  lock_open: {{params: {{l: {{handle: lock}}}}, ensures: [result == 0]}}
  lock_free: {{params: {{l: {{handle: lock}}}}}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE")
    for suffix, text in ((".h", HEADER), (".c", SOURCE), (".contract.yaml", CONTRACT)):
        Path(f"subject{suffix}").write_text(text)
    return Path("subject.contract.yaml")


@pytest.fixture
def run(project, capsys):
    """Return what runs the contract and returns the exit status and the JSON document."""

    def call(*words):
        code = main(["run", str(project), "--format=json", *words])
        return code, json.loads(capsys.readouterr().out)

    return call


def by_function(document):
    return {
        finding["function"]: (finding["code"], finding["call"].strip()) for finding in document["findings"]
    }


@pytest.mark.full
def test_what_takes_several_chunks_is_found_by_default_and_its_sound_twin_is_silent(run, capsys):
    code, document = run("--build=release", "--function=nested", "--function=sound", "--seed=1")
    assert code == 1
    (found,) = document["findings"]
    assert (found["code"], found["function"], found["phase"]) == ("ABD312", "nested", "explore")
    assert found["repeats"] == {"came_back": 5, "tries": 5}
    assert found["call"].strip().startswith("nested(")
    phases = {(item["function"], item["phase"]): item for item in document["items"]}
    assert phases["sound", "explore"]["outcome"] == "passed"
    assert phases["nested", "properties"]["outcome"] == "passed"
    explored = phases["sound", "explore"]["explored"]
    assert explored["uncovered"] is None
    assert explored["edges"] > 5
    assert explored["executions"] >= patience_for(2)
    assert explored["seconds"] < 2
    assert phases["sound", "properties"]["explored"] is None
    assert {each["function"]: each["edges"] for each in document["effort"]}["sound"] == explored["edges"]
    assert not Path(".abidance", "corpus").exists()  # a seed is to give the same calls
    assert main(["replay", found["case"]]) == 1
    capsys.readouterr()


@pytest.mark.full
def test_states_of_a_handle_that_take_several_calls_are_reached_and_what_is_new_is_kept(run):
    words = ("--build=release", "--function=lock*", "--phase=explore")
    code, document = run(*words)
    assert code == 1
    assert by_function(document)["lock"][0] == "ABD321"
    assert "lock_turn(lock1, 3405648436);\n" in by_function(document)["lock"][1]
    assert [*Path(".abidance", "corpus").glob("*/*")]
    # What was kept is among the seeds, so that next to no time is enough.
    assert run(*words, "--explore=0.1")[0] == 1


@pytest.mark.slow
def test_a_prebuilt_library_is_explored_as_it_is(run, project):
    subprocess.run(["gcc", "-O2", "-DANSWER=1", "-shared", "-fPIC", "-o", "x.so", "subject.c"], check=True)
    code, document = run("--library=c=x.so", "--function=nested", "--phase=explore", "--seed=1")
    explored = document["items"][0]["explored"]
    assert explored["edges"] == 0
    assert explored["uncovered"] == "`x.so` does not tell which of its code is reached"
    assert explored["executions"] >= patience_for(2)
    assert code == 0


@pytest.mark.full
def test_two_libraries_are_told_apart_by_what_takes_several_chunks(run, project):
    other = f'  other: {{command: [sh, -c, "{OTHER}"], artifact: libother.so}}\n'
    text = (
        project.read_text()
        .replace("libraries: {c: ", "libraries:\n  c: ")
        .replace("libsubject.so}}", "libsubject.so}")
    )
    project.write_text(text.replace("handles:", f"{other}handles:"))
    words = ("--phase=equivalence", "--build=release", "--seed=1", "--function")
    code, document = run(*words, "alike")
    assert code == 1
    assert by_function(document)["alike"][0] == "ABD331"
    assert document["items"][0]["explored"]["executions"] > 0
    assert run(*words, "sound")[0] == 0
    assert run(*words, "lock*")[0] == 0


@pytest.mark.full
def test_builds_share_what_was_explored_in_one_process_or_several(run):
    words = ("--function=nested", "--function=lock*", "--phase=explore", "--seed=1")
    one, two = (run(*words, *jobs)[1] for jobs in ((), ("-j2",)))
    assert by_function(one) == by_function(two)
    assert {finding["function"]: finding["builds"] for finding in one["findings"]}["nested"] == [
        "release",
        "asan+ubsan",
    ]
    for document in (one, two):
        told = {}
        for item in document["items"]:
            told.setdefault(item["function"], []).append(item["explored"])
        assert all(first == other for first, other in told.values())


# ------------------------------------------------- with an explorer of our own


FAILING = b"\x01\x02aa\x09\x04aaaa\x07\x06aaaaaa"


class Found:
    """In place of campaigns: hands over what a test says."""

    def __init__(self, *cases, failures=(), pause=0.0):
        self.pause = pause
        self.campaign = Campaign(
            Explored(1000, 10, 0.1, len(cases)), tuple(map(Handed, cases)), tuple(failures)
        )
        self.seeds = []

    def of(self, _context, _seconds, seeds):
        self.seeds = [*seeds()]
        time.sleep(self.pause)
        return self.campaign


@pytest.fixture
def explored(project, tmp_path):
    """Return what judges the items of a function on a prebuilt library, with what a search is said to have found."""
    subprocess.run(["gcc", "-O2", "-DANSWER=1", "-shared", "-fPIC", "-o", "x.so", "subject.c"], check=True)

    def judge(function, found, phases=("explore",), seconds=None):
        contract = load_contract(project)
        extra = (("c", tmp_path / "x.so"),)
        selection = Selection(extra=extra, functions=(function,), phases=phases)
        deadline = None if seconds is None else Deadline.after(seconds)
        settings = Settings(tmp_path, max_examples=20, seed=1, deadline=deadline)
        with Session(settings, dict(extra)) as session:
            session._campaigns = found
            return [session.run(contract, item, lambda _: None) for item in list_items(contract, selection)]

    return judge


def failed(case, *, kind="finding", text="ABIDANCE-FINDING ABD321 sound step 1: result >= -1\n"):
    return FailedInput(Failure(b"", kind, 6, "abc", text, True, 17, 0.1), case and Handed(case))


def call(data, function="sound"):
    return Case(function, {"data": data, "n": len(data)})


@pytest.mark.slow
def test_an_input_that_failed_is_a_finding_where_this_build_shows_it(explored):
    found = Found(call(b"ab"), failures=[failed(call(FAILING, "nested"))])
    (item,) = explored("nested", found)
    assert item.outcome is Outcome.FAILED
    assert [each.diagnostic.code.id for each in item.findings] == ["ABD312"]
    assert item.explored == found.campaign.explored
    assert item.findings[0].found_after == 17
    assert item.gaps == ()


@pytest.mark.slow
def test_what_no_build_shows_is_said_and_no_finding(explored):
    (item,) = explored("sound", Found(failures=[failed(call(b"ab")), failed(None, kind="hang")]))
    assert item.outcome is Outcome.PASSED
    told = left_open([("c", item.gaps, item.tested)])
    assert told == (
        'what exploring `sound` met in a build of its own, and no other repeats: ABD321 of `sound` (sound("ab", 2);)',
        "what exploring `sound` met in a build of its own, and no other repeats: hang 6",
    )
    shown = frozenset((gap.function, gap.clause) for gap in item.gaps)
    assert left_open([("c", item.gaps, item.tested), ("c", (), shown)]) == ()  # another build shows it


@pytest.mark.slow
def test_a_call_that_the_contract_does_not_allow_is_no_finding_whatever_came_of_it(explored):
    long = FAILING + b"a" * 100
    (item,) = explored("nested", Found(call(long, "nested"), failures=[failed(call(long, "nested"))]))
    assert item.findings == ()


@pytest.mark.slow
@pytest.mark.parametrize(("most", "codes"), [(0xFFFFFFFF, ["ABD321"]), (9, [])])
def test_what_an_earlier_contract_allowed_in_a_sequence_is_no_finding(most, codes, explored, project):
    """The contract is what was mended: no caller may do any more what was kept of the runs before."""
    turn = f"lock_turn: {{params: {{l: {{handle: lock}}, by: {{range: [0, {most}]}}}}"
    project.write_text(project.read_text().replace("lock_turn: {params: {l: {handle: lock}}", turn))
    lock = Earlier(0, "result", "lock")
    steps = (
        Step("lock_new", {}),
        Step("lock_turn", {"l": lock, "by": 0xCAFE1234}),
        Step("lock_open", {"l": lock}),
        Step("lock_free", {"l": lock}),
    )
    (item,) = explored("lock", Found(Case("lock", {}, steps=steps)))
    assert [each.diagnostic.code.id for each in item.findings] == codes


@pytest.mark.slow
@pytest.mark.parametrize(("least", "codes"), [(0, ["ABD323"]), (4, [])])
def test_what_an_earlier_contract_refused_on_a_condition_is_no_finding(least, codes, explored, project):
    plain = f'plain: {{params: {{x: {{range: [{least}, 9]}}}}, rejects: [{{when: "x < 6", returns: 0}}]}}'
    text = project.read_text()
    before = next(line for line in text.splitlines() if line.startswith("  plain:"))
    project.write_text(text.replace(before, f"  {plain}"))
    found = Found()
    found.campaign = replace(found.campaign, cases=(Handed(Case("plain", {"x": 3}), "`x < 6`"),))
    (item,) = explored("plain", found)
    assert [each.diagnostic.code.id for each in item.findings] == codes


@pytest.mark.slow
def test_what_another_phase_has_found_is_taken_from_there(explored):
    results = explored("plain", Found(Case("plain", {"x": 3})), phases=("properties", "explore"))
    one, other = (item.findings for item in results if item.item.phase in ("properties", "explore"))
    assert len(one) == len(other) == 1
    assert one[0].case == other[0].case
    assert one[0].key == other[0].key
    assert other[0].phase == "explore"


@pytest.mark.slow
def test_what_there_was_no_time_to_run_was_not_judged(explored):
    found = Found(call(b"ab"), pause=1.5)
    (item,) = explored("sound", found, seconds=1.5)
    assert item.outcome is Outcome.ERRORED
    assert [reason.code.id for reason in item.reasons] == ["ABD025"]


@pytest.mark.slow
def test_a_search_starts_from_edge_cases(explored):
    found = Found()
    explored("plain", found)
    assert {seed.case.arguments["x"] for seed in found.seeds} >= {0, 9}


@pytest.mark.slow
def test_a_library_that_is_not_built_with_coverage_is_explored_without_which_is_listed(run, project):
    text = project.read_text().replace('[sh, -c, "', '[sh, -c, "case $CFLAGS in *coverage*) exit 9;; esac; ')
    project.write_text(text)
    _, document = run("--build=release", "--function=sound", "--phase=explore", "--explore=0.2")
    assert {item["outcome"] for item in document["items"]} == {"passed"}
    (words,) = document["not_judged"]
    assert words.startswith("what only coverage leads to in `c`: ")


@pytest.mark.slow
def test_what_cannot_be_explored_is_listed_and_fails_nothing(run, project, monkeypatch):
    def refused(*_):
        raise CannotJudgeError(
            Diagnostic(BUILD_FAILED, "the target cannot be built", notes=("error: no", "also"))
        )

    monkeypatch.setattr("abidance.run.exploration.campaigns.build_executable", refused)
    code, document = run("--build=release", "--function=sound", "--function=plain", "--phase=explore")
    assert code == 5  # it was all that there was
    assert {(item["outcome"], item["applies"]) for item in document["items"]} == {("skipped", False)}
    (words,) = document["not_judged"]
    assert words == "exploring library `c`: the target cannot be built: error: no"


@pytest.mark.slow
def test_memory_that_python_generates_is_not_made_up_from_bytes(run, project):
    """Only values of the strategy are passed: the defect is behind others."""
    text = project.read_text()
    project.write_text(text.replace("length: n}, n: {range: [0, 64]}}", 'length: n, generate: "made:some"}}'))
    Path("made.py").write_text("from hypothesis import strategies\nsome = strategies.just(b'ab')\n")
    code, document = run("--build=release", "--function=nested", "--phase=explore")
    assert (code, document["not_judged"]) == (0, [])
    (item,) = document["items"]
    assert item["explored"]["executions"] > 1000


@pytest.mark.parametrize(
    ("clauses", "makes"),
    [("like: '[a-c]*;'", {"lock_turn", "lock_name"}), ("generate: made:some", {"lock_turn"})],
)
def test_a_search_of_sequences_starts_from_all_calls_that_are_compiled(clauses, makes, explored, project):
    """Without coverage there is nothing else to start from."""
    Path("made.py").write_text("from hypothesis import strategies\nsome = strategies.just(b'ab')\n")
    project.write_text(
        project.read_text().replace(
            "  lock_turn:",
            f"  lock_name: {{params: {{name: {{in: string, max: 20, {clauses}}}}}}}\n  lock_turn:",
        )
    )
    found = Found()
    explored("lock", found)
    called = {step.function for seed in found.seeds for step in seed.case.steps}
    assert called & {"lock_turn", "lock_name"} == makes
    assert len(found.seeds) > 20
