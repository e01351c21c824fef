"""Loading a library is judged once for each build, and what its constructors do is told of nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tiers import full, sample

GO = "__attribute__((constructor)) static void go(void)"
FAILS = {
    "crashes": ("{ volatile int *volatile null = 0; *null = 1; }", "crashes (SIGSEGV)"),
    "aborts": ('{ fputs("no luck\\n", stderr); abort(); }', "crashes (SIGABRT)"),
    "exits": ("{ _exit(0); }", "ends the process with status 0"),
    "closes what it did not open": (
        "{ for (int i = 3; i < 64; i++) close(i); }",
        "closes, replaces or writes to descriptors",
    ),
    "writes over what it did not open": (
        '{ int f = open("/dev/null", O_RDWR); for (int i = 3; i < 64; i++) dup2(f, i); }',
        "closes, replaces or writes to descriptors",
    ),
    "takes its processes along": (
        "{ if (fork() == 0) { setsid(); for (;;) pause(); } abort(); }",
        "crashes (SIGABRT)",
    ),
}
CHANGES = {
    "prints": ('{ printf("words"); }', "printed", "output"),
    "a signal handler": ("{ signal(SIGUSR1, SIG_IGN); }", "handler of a signal", "signals"),
    "the umask": ("{ umask(077); }", "umask", "umask"),
    "the working directory": ('{ chdir("/"); }', "working directory", "directory"),
    "the environment": ('{ setenv("B_WAS_HERE", "1", 1); }', "environment", "environment"),
    "a limit": ("{ struct rlimit none = {64, 64}; setrlimit(RLIMIT_NOFILE, &none); }", "limits", "limits"),
    "a timer": ("{ alarm(1000); }", "timers", "timers"),
    "rounding": ("{ _mm_setcsr(_mm_getcsr() | 0x8040); }", "floating-point", "floating_point"),
    "a child that stays": ("{ if (fork() == 0) for (;;) pause(); }", "child processes", "processes"),
    "its standard input": ("{ close(0); }", "descriptors", "files"),
}


def loaded(judged):
    (item,) = (item for item in judged.document["items"] if item["phase"] == "load")
    found = [each for each in judged.document["findings"] if each["phase"] == "load"]
    return item, found


def marked():
    """Return the processes that a library has started and that are still there."""
    found = []
    for each in Path("/proc").iterdir():
        try:
            here = each.name.isdigit() and b"ABIDANCE_ZYGOTE=" in (each / "environ").read_bytes()
        except OSError:
            continue
        if here and (each / "cwd").resolve() == Path.cwd():
            found.append((each / "cmdline").read_bytes())
    return found


@pytest.mark.slow
@pytest.mark.finds("ABD355")
@pytest.mark.parametrize("how", sample(FAILS, keep=["crashes", "exits"]))
def test_a_library_that_cannot_be_loaded_is_told_once(how, judged):
    body, words = FAILS[how]
    status, items = judged("", outside=f"{GO} {body}")
    item, (found,) = loaded(judged)

    assert (status, item["outcome"]) == (1, "failed")
    assert found["code"] == "ABD355"
    assert words in found["message"]
    for function in items.values():
        assert function["outcome"] == "errored"
        assert [reason["help"] for reason in function["reasons"]] == ["`b::load[c-prebuilt]` says why"]
    assert marked() == []


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", full("2")])
def test_a_constructor_that_does_not_end_costs_its_time_once(jobs, judged):
    Path("abidance.toml").write_text("load_limit = 0.7\n")
    status, items = judged(
        "", outside=f'{GO} {{ FILE *f = fopen("loads", "a"); fputs("x", f); fclose(f); for (;;) pause(); }}',
        options=("--jobs", jobs),
    )  # fmt: skip
    _, (found,) = loaded(judged)

    assert status == 1
    assert "did not end within 0.7 s" in found["message"]
    assert {item["outcome"] for item in items.values()} == {"errored"}
    assert Path("loads").read_text() == "x"
    assert marked() == []


@pytest.mark.slow
@pytest.mark.finds("ABD354")
@pytest.mark.parametrize("what", sample(CHANGES, keep=["prints", "a signal handler"]))
def test_what_a_constructor_changes_is_told_of_loading_alone(what, judged):
    body, words, word = CHANGES[what]
    status, items = judged("", outside=f"{GO} {body}")
    item, (found,) = loaded(judged)

    assert (status, item["outcome"]) == (1, "failed")
    assert found["code"] == "ABD354"
    assert words in found["message"]
    assert {each["outcome"] for each in items.values()} == {"passed"}
    assert marked() == []

    status, _ = judged("", outside=f"{GO} {body}", may=word)

    assert status == 0


SOUND = {
    "nothing": "",
    "a file of its own": f'static int f; {GO} {{ f = open("/dev/null", O_RDONLY); }}',
    "what is put back": f"{GO} {{ mode_t old = umask(0); umask(old); sighandler_t s = signal(SIGINT, SIG_IGN); "
    "signal(SIGINT, s); }",
    "a child that it waits for": f"{GO} {{ pid_t c = fork(); if (!c) _exit(0); waitpid(c, 0, 0); }}",
}


@pytest.mark.slow
@pytest.mark.spares("ABD354", "ABD355")
@pytest.mark.parametrize("what", sample(SOUND, keep=["what is put back"]))
def test_a_sound_constructor_is_no_finding(what, judged):
    status, _ = judged("", outside=SOUND[what])

    assert status == 0
    assert loaded(judged)[0]["outcome"] == "passed"


THREAD = (
    """
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int asked, answered;
static void *serve(void *p) {
    pthread_mutex_lock(&m);
    for (;;) { while (asked == answered) pthread_cond_wait(&c, &m); answered = asked; pthread_cond_broadcast(&c); }
}
"""
    + GO
    + "{ pthread_t t; pthread_create(&t, 0, serve, 0); }"
)
ASK = """pthread_mutex_lock(&m); asked++; pthread_cond_broadcast(&c);
    while (asked != answered) pthread_cond_wait(&c, &m); pthread_mutex_unlock(&m);"""


@pytest.mark.slow
def test_threads_that_a_constructor_starts_are_there_when_functions_are_called(judged):
    status, items = judged(ASK, outside=THREAD)

    assert status == 0, judged.document["findings"]
    assert items["aaa_leaves"]["outcome"] == "passed"


@pytest.mark.full
def test_a_crash_beside_such_a_thread_is_placed(judged):
    status, items = judged("if (n > 3) abort();" + ASK, outside=THREAD)

    assert status == 1
    assert items["aaa_leaves"]["codes"] == {"ABD301"}
    assert "b.c" in str(judged.document["findings"])


@pytest.mark.full
def test_a_helper_process_of_a_constructor_can_be_spoken_to(judged):
    serves = "while (read(to[0], &b, 1) == 1) write(back[1], &b, 1); _exit(0);"
    outside = (
        f"static int to[2], back[2]; {GO} {{ pipe(to); pipe(back); if (fork() == 0) {{ char b; {serves} }} }}"
    )
    status, _ = judged(
        "char b = 1; write(to[1], &b, 1); read(back[0], &b, 1);", outside=outside, may="processes"
    )

    assert status == 0, judged.document["findings"]
    assert marked() == []


@pytest.mark.slow
def test_a_linker_s_refusal_is_told_once_and_not_judged(judged):
    status, items = judged("", outside="int missing(void); int uses(void) { return missing(); }")
    item, found = loaded(judged)

    assert (status, item["outcome"], found) == (3, "errored", [])
    assert "undefined symbol" in str(item["reasons"])
    assert items["good"]["reasons"][0]["help"] == "`b::load[c-prebuilt]` says why"


@pytest.mark.full
def test_a_selection_of_functions_says_in_full_why_they_are_not_judged(judged):
    status, items = judged("", outside=f"{GO} {{ abort(); }}", options=("--function", "good"))

    assert status == 3
    assert [each["phase"] for each in judged.document["items"]] == ["header", "properties"]
    assert "crashes (SIGABRT)" in items["good"]["reasons"][0]["message"]


def test_only_loading_may_be_asked_for(judged):
    status, items = judged("", options=("--phase", "load"))

    assert (status, items) == (0, {})
    assert loaded(judged)[0]["outcome"] == "passed"


@pytest.mark.slow
def test_pytest_has_an_item_for_it_and_collects_without_loading(judged):
    judged("", outside=f'{GO} {{ fclose(fopen("loaded", "w")); }}')
    Path("loaded").unlink()

    def pytest_prints(*options):
        command = [".", "-q", "-p", "no:cacheprovider", *options]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *command], capture_output=True, text=True, check=False
        )
        return done.stdout

    assert "b.contract.yaml::b::load[c-prebuilt]" in pytest_prints("--co")
    assert not Path("loaded").exists()
    assert "1 passed" in pytest_prints("-k", "load")
    assert Path("loaded").exists()
