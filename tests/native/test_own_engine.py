"""The engine for gcc alone finds what coverage and comparisons lead to, and goes on behind whatever ends a process."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_targets import SANITIZERS, compiled

from abidance.core.errors import CannotJudgeError
from abidance.native.campaign import Assignment, campaign, explore
from abidance.native.engine_environment import show, show_all
from abidance.native.executable import Executable
from abidance.native.progress import Failed, Progress
from abidance.native.single_input import reproduce
from abidance.toolchain.library import Artifact
from tiers import full, sample

SUBJECTS = Path(__file__).parent / "engine_subjects"
HEAD = '#include "subject.h"\n'

# Each with a sound twin of the same shape: what the defect does only behind the conditions, the twin never does.
DEFECTS = {
    "magic_bytes": "if (n > 5 && d[0] == 'R' && d[1] == 'I' && d[2] == 'F' && d[3] == 'F' && d[4] == 0x7f) FAULT;",
    "compared_number": "if (n >= 8 && little(d) == 0x5eedcafe && little(d + 4) == 0x0badf00d) FAULT;",
    "compared_the_other_way_round": "if (n >= 4 && big(d) == 0x89504e47) FAULT;",
    "compared_text": 'if (n >= 16 && !memcmp(d + 1, "HELLO-WORLD-42", 14) && d[0] == 7) FAULT;',
    "compared_string": "char t[24] = {0}; memcpy(t, d, n < 23 ? n : 23);"
    ' if (!strcmp(t, "content-length") || !strcasecmp(t, "eXpect")) FAULT;',
    "any_of_a_switch": "if (n >= 4) switch (little(d)) { case 0x11223344: FAULT; break; case 77777: return 2; }",
    "nested": "int depth = 0; for (size_t i = 0; i < n; i++) { if (d[i] == '[') depth++; else if (d[i] == ']') depth--;"
    " else if (d[i] == ',' && depth == 4) FAULT; }",
    "lengths": "size_t i = 0; int seen = 0; while (i + 2 <= n) { unsigned t = d[i], l = d[i + 1]; i += 2;"
    " if (l > n - i) return -1; if (t == 1 && l == 2) seen |= 1; else if (t == 9 && l > 3) seen |= 2;"
    " else if (t == 7 && l >= 6 && seen == 3) FAULT; i += l; }",
    "state_machine": 'static const char word[] = "GET /;"; unsigned at = 0; for (size_t i = 0; i < n; i++)'
    " { at = d[i] == word[at] ? at + 1 : 0; if (at == 6) FAULT; }",
    "added_up": "int met = 0; if (n < 12) return 0; met += little(d) == 0x1badcafe; met += little(d + 4) == 0x600dbeef;"
    " met += little(d + 8) == 0x0ddba115; if (met == 3) FAULT;",
    "between": "if (n >= 8 && little(d) > 0x7000000 && little(d) < 0x7000010 && little(d + 4) >= 123456 &&"
    " little(d + 4) <= 123460) FAULT;",
}
LIBRARY = HEAD + "".join(
    f"int {name}(const uint8_t *d, size_t n) {{ {body.replace('FAULT', 'fault()')} return 0; }}\n"
    f"int sound_{name}(const uint8_t *d, size_t n) {{ {body.replace('FAULT', 'return 9')} return 0; }}\n"
    for name, body in DEFECTS.items()
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("library"), LIBRARY)


@pytest.fixture(scope="module")
def endings(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("endings"), (SUBJECTS / "endings.c").read_text())


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    return compiled(
        tmp_path_factory.mktemp("memory"), (SUBJECTS / "memory.c").read_text(), "-O1", *SANITIZERS
    )


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.full), pytest.param(3, marks=pytest.mark.full)]
)
@pytest.mark.parametrize(
    "name",
    sample(
        DEFECTS, keep=["added_up", "compared_number", "compared_text", "nested", "lengths", "state_machine"]
    ),
)
def test_a_defect_behind_conditions_is_found_and_its_sound_twin_is_not(library, name, seed):
    found = library.explore(name, runs=400_000, seconds=6, seed=seed)

    assert [(each.kind, each.status) for each in found.failures] == [("signal", signal.SIGSEGV)]
    assert found.failures[0].alone
    assert found.covered
    assert library.explore(f"sound_{name}", runs=100_000, seconds=6, seed=seed).failures == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("aborts", "signal", signal.SIGABRT),
        ("exits", "exit", 7),
        ("hangs", "hang", 0),
        full("sleeps", "hang", 0),
        ("closes", "descriptor", 0),
        full("fills", "memory", 0),
        full("recurses", "signal", signal.SIGSEGV),
        full("raises", "signal", signal.SIGKILL),
        full("catches", "exit", signal.SIGABRT),
        ("promises", "finding", signal.SIGABRT),
    ],
)
def test_whatever_ends_the_process_is_written_down_and_the_search_goes_on(endings, name, kind, status):
    found = endings.explore(name, runs=20_000, seconds=1.0, time_limit=0.1)

    assert (kind, status) in [(each.kind, each.status) for each in found.failures]
    assert all(each.data[:1] in b"ab" for each in found.failures if each.alone)
    assert found.executions > max(each.executions for each in found.failures)


@pytest.mark.slow
def test_causes_that_are_alike_are_one_and_others_are_found_behind_them(endings):
    found = endings.explore("both", runs=100_000)

    assert sorted(each.status for each in found.failures) == [signal.SIGABRT, signal.SIGSEGV]
    assert all(each.stack for each in found.failures)


def test_broken_promises_are_told_apart_by_their_words_and_those_that_are_known_end_nothing(endings):
    found = endings.explore("promises", runs=50_000)
    known = endings.explore("promises", runs=50_000, known=["ABD330:f:too large", "ABD330:f:far too large"])

    assert sorted(each.finding for each in found.failures) == [
        ("ABD330", "f", 0, "far too large"),
        ("ABD330", "f", 0, "too large"),
    ]
    assert known.failures == ()


def test_what_a_library_leaves_behind_is_nothing_that_one_input_did(endings):
    assert endings.explore("leaks", runs=20_000, seconds=3).failures == ()
    assert endings.explore("forks", runs=2_000, seconds=1).failures == ()
    assert [each.kind for each in endings.explore("prints", runs=30_000).failures] == ["finding"]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.full)])
def test_a_library_that_writes_anywhere_neither_ends_nor_misleads_the_search(endings, seed):
    found = endings.explore("scribbles", seed=seed, seconds=1.5)

    assert found.seconds > 0.1
    assert signal.SIGABRT in {each.status for each in found.failures}
    assert all(len(each.data) <= 4096 for each in found.failures)


@pytest.mark.slow
def test_sanitizers_report_once_for_each_cause_and_say_where(memory):
    found = memory.explore("past_the_end", runs=100_000)

    (failure,) = found.failures
    assert failure.kind == "sanitizer"
    assert "heap-buffer-overflow" in failure.text
    assert "lib.so+0x" in failure.stack[0]
    assert [each.kind for each in memory.explore("overflow", runs=100_000).failures] == ["sanitizer"]
    assert memory.explore("at_the_end", runs=100_000).failures == ()


def test_the_same_seed_makes_the_same_inputs(library):
    runs = [library.explore("lengths", runs=30_000, seconds=30, seed=seed) for seed in (5, 5, 6)]

    facts = [(each.executions, each.edges, each.fresh, [f.data for f in each.failures]) for each in runs]
    assert facts[0] == facts[1]
    assert facts[0] != facts[2]


@pytest.mark.slow
def test_seeds_come_first_and_only_those_that_reach_something_are_kept(library):
    seeds = [b"\x01\x02ab\x09\x04abcd", b"\x01\x02ab\x09\x04abcd", b"\x07\x06abcdef"]

    found = library.explore("lengths", runs=4, seconds=5, seeds=seeds)

    assert found.kept_seeds == (0, 2)
    assert [each.data for each in library.explore("lengths", runs=200_000, seeds=seeds).failures]


def test_seeds_alone_are_run_to_see_which_of_them_are_needed_and_which_fail(endings):
    found = endings.explore("both", seeds=[b"x", b"bb", b"x", b"ab", b"bc1", b"bb"], only_seeds=True)

    assert found.kept_seeds == (0, 1)
    assert (found.executions, found.fresh) == (6, ())
    assert {each.data for each in found.failures} == {b"ab", b"bc1"}


@pytest.mark.slow
def test_a_seed_that_ends_the_process_does_not_end_the_search(endings):
    found = endings.explore("both", runs=60_000, seeds=[b"ab", b"bb", b"ac"])

    assert {each.status for each in found.failures} == {signal.SIGABRT, signal.SIGSEGV}


@pytest.mark.slow
def test_words_of_a_dictionary_are_tried_where_nothing_tells_what_is_reached(tmp_path):
    code = (
        HEAD + "int f(const uint8_t *d, size_t n) { if (n > 3 && big(d) == 0x22410a5c) fault(); return 0; }\n"
    )
    blind = compiled(tmp_path, code, covered=False)

    without, with_it = (blind.explore("f", runs=150_000, dictionary=words) for words in ((), (b'"A\n\\',)))

    assert (without.failures, without.covered, without.edges) == ((), False, 0)
    assert [each.kind for each in with_it.failures] == ["signal"]


def test_what_the_c_library_compares_is_learnt_without_coverage(tmp_path):
    code = f"""{HEAD}
const char *volatile secret = "SECRET-WORD!";
volatile size_t twelve = 12;
int f(const uint8_t *d, size_t n) {{ if (n > 20 && !memcmp(d, secret, twelve)) fault(); return 0; }}
"""
    blind = compiled(tmp_path, code, covered=False)

    assert [each.status for each in blind.explore("f", runs=200_000).failures] == [signal.SIGSEGV]


def test_a_target_that_does_not_start_is_no_finding(endings, tmp_path):
    with pytest.raises(CannotJudgeError) as raised:
        compiled(tmp_path, "extern int nowhere; int f(void) { return nowhere; }").explore("f")

    assert "does not start" in raised.value.diagnostics[0].message
    assert "nowhere" in raised.value.diagnostics[0].notes[0]


@pytest.mark.slow
def test_progress_is_told_while_it_runs_and_leaving_early_ends_every_process(endings):
    told = []
    work = Assignment(endings.executable, "sleeps")
    with campaign(work) as events:
        for event in events:
            told.append(event)
            if isinstance(event, Progress):
                break

    assert not any(isinstance(each, Failed) for each in told)
    assert _have_ended(endings.executable.path)


@pytest.mark.slow
def test_engines_end_with_the_process_that_started_them(endings):
    code = (
        "import sys; from pathlib import Path; from abidance.native.campaign import *; "
        "from abidance.native.executable import Executable; from abidance.toolchain.library import Artifact\n"
        "p = Path(sys.argv[2]); a = Artifact('demo', 'release', p, p)\n"
        "explore(Assignment(Executable(Path(sys.argv[1]), 'own', a), 'sleeps', limits=Limits(seconds=60)),"
        " lambda p: print(p, flush=True))"
    )
    artifact = endings.executable.artifact.path
    words = [sys.executable, "-c", code, endings.executable.path, artifact]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        process.kill()
    assert _have_ended(endings.executable.path)


def test_one_input_is_shown_in_the_words_of_the_target(endings):
    work = Assignment(endings.executable, "promises")

    assert show(work, b"abc") == '{"begin": ""}\n{"function": "promises", "size": 3}\n'
    assert reproduce(work, b"abc").finding == ("ABD330", "f", 0, "too large")
    assert reproduce(work, b"xbc") is None


@pytest.mark.full
@pytest.mark.skipif(not shutil.which("clang"), reason="clang is not installed")
def test_libraries_that_clang_has_built_are_explored_as_well(tmp_path):
    code = HEAD + "".join(
        f"int {name}(const uint8_t *d, size_t n) {{ {DEFECTS[name].replace('FAULT', 'fault()')} return 0; }}\n"
        for name in ("compared_number", "compared_text", "nested")
    )
    subject = compiled(tmp_path, code, "-O2", *SANITIZERS, "-shared-libsan", command="clang")

    for name in ("compared_number", "compared_text", "nested"):
        assert len(subject.explore(name, runs=200_000).failures) == 1, name


def _have_ended(path):
    """Tell whether no process of a program is left: what the kernel ends takes a while on a busy machine."""
    for _ in range(200):
        if not _running(path):
            return True
        time.sleep(0.05)
    return False


def _running(path):
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                words = (each / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(path) in words.split(b"\0")[:1]:
                found.append(each.name)
    return found


def test_many_inputs_are_shown_by_one_process_and_one_that_ends_it_by_its_own(endings):
    work = Assignment(endings.executable, "aborts")
    inputs = [b"b" * number for number in range(5)]
    several = [*inputs, b"aa", *inputs]

    assert show_all(work, several) == tuple(show(work, data) for data in several)


AHEAD = """\
#!/bin/sh
for word; do case $word in -report=*) to=${word#*=} ;; -out=*) out=${word#*=} ;; esac; done
printf long > "$out/a"; printf s > "$out/b"
tell() { echo "{$1}" > /proc/self/fd/$to; }
tell '"event": "new", "input": "a", "edges": 1'
tell '"event": "smaller", "input": "b", "before": "a"'
tell '"event": "new", "input": "a", "edges": 2'
tell '"event": "done", "executions": 3, "edges": 2, "corpus": 2, "cpu": 0.1'
"""


def test_an_input_that_the_engine_came_by_again_before_it_was_read_is_there(tmp_path):
    engine = tmp_path / "engine"
    engine.write_text(AHEAD)
    engine.chmod(0o755)
    artifact = Artifact("it", "release", tmp_path / "it.so", tmp_path / "it.so")

    found = explore(Assignment(Executable(engine, "own", artifact), "f"))

    assert found.fresh == (b"s", b"long")
