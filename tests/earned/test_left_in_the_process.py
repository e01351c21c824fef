"""What a call leaves in the process, or beside it, is found; what is made once and kept, or put back, is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tiers import full, sample

# What is left: the wrong code, a sound twin, code as near as sound code can come, the finding, the word that allows it.
CASES = {
    "a resource limit": (
        "struct rlimit limit; getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur -= 1; setrlimit(RLIMIT_NOFILE, &limit);",
        "struct rlimit limit; getrlimit(RLIMIT_NOFILE, &limit);",
        """struct rlimit limit, less; getrlimit(RLIMIT_NOFILE, &limit); less = limit; less.rlim_cur -= 1;
        setrlimit(RLIMIT_NOFILE, &less); setrlimit(RLIMIT_NOFILE, &limit);""",
        "ABD364",
        "limits",
    ),
    "a timer": (
        "alarm(100);",
        "",
        "alarm(100); alarm(0);",
        "ABD364",
        "timers",
    ),
    "a signal stack": (
        "static char room[65536]; stack_t stack = {room, 0, sizeof room}; sigaltstack(&stack, 0);",
        "",
        """static char room[65536]; stack_t stack = {room, 0, sizeof room}, old;
        sigaltstack(&stack, &old); sigaltstack(&old, 0);""",
        "ABD364",
        "signals",
    ),
    "a process that may not be looked at": (
        "prctl(PR_SET_DUMPABLE, 0);",
        "prctl(PR_GET_DUMPABLE);",
        "prctl(PR_SET_DUMPABLE, 0); prctl(PR_SET_DUMPABLE, 1);",
        "ABD364",
        "privileges",
    ),
    "another file in the place of a descriptor": (
        'int other = open("/dev/zero", O_RDONLY); dup2(other, 0); close(other);',
        'int other = open("/dev/zero", O_RDONLY); close(other);',
        """int other = open(\"/dev/zero\", O_RDONLY), old = dup(0); dup2(other, 0); close(other);
        dup2(old, 0); close(old);""",
        "ABD365",
        "files",
    ),
    "children that nobody waits for": (
        "if (fork() == 0) _exit(0);",
        "pid_t child = fork(); if (child == 0) _exit(0); waitpid(child, 0, 0);",
        "static pid_t helper; if (!helper && !(helper = fork())) { for (;;) pause(); }",
        "ABD352",
        "processes",
    ),
    "files for a while that stay": (
        'char name[] = "/dev/shm/abidance-left-XXXXXX"; close(mkstemp(name)); strcpy(last, name);',
        'char name[] = "/dev/shm/abidance-left-XXXXXX"; close(mkstemp(name)); unlink(name);',
        """if (!*last) { char name[] = \"/dev/shm/abidance-left-XXXXXX\"; close(mkstemp(name));
        strcpy(last, name); }""",
        "ABD352",
        "files",
    ),
    "timers that are never deleted": (
        """timer_t timer; struct sigevent none = {.sigev_notify = SIGEV_NONE};
        timer_create(CLOCK_MONOTONIC, &none, &timer);""",
        """timer_t timer; struct sigevent none = {.sigev_notify = SIGEV_NONE};
        timer_create(CLOCK_MONOTONIC, &none, &timer); timer_delete(timer);""",
        """static timer_t timer; static int made; struct sigevent none = {.sigev_notify = SIGEV_NONE};
        if (!made++) timer_create(CLOCK_MONOTONIC, &none, &timer);""",
        "ABD352",
        "timers",
    ),
    "memory that is mapped and stays": (
        "mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);",
        """void *at = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        munmap(at, 8192);""",
        """static void *at; if (!at) at = mmap(0, 1 << 22, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        static void *block; free(block); block = malloc((unsigned)n % 999999);""",
        "ABD352",
        "memory",
    ),
}
OUTSIDE = (
    "static char last[64]; __attribute__((destructor)) static void tidy(void) { if (*last) unlink(last); }"
)


# tests/checks/ has one of each code: here is what is seen in another way, and what is there by the hundred in the end.
KEPT = ("another file in the place of a descriptor", "timers that are never deleted")


@pytest.fixture
def folder():
    """Remove what the wrong code leaves, by a name that no other has."""
    yield
    for each in Path("/dev/shm").glob("abidance-left-*"):  # noqa: S108 - where the library leaves them
        each.unlink()


@pytest.mark.slow
@pytest.mark.parametrize("what", sample(CASES, keep=KEPT))
def test_what_is_left_is_found(what, judged, folder):
    status, items = judged(CASES[what][0], outside=OUTSIDE)

    assert status == 1
    assert CASES[what][3] in items["aaa_leaves"]["codes"], items["aaa_leaves"]
    assert items["good"]["outcome"] == "passed"


@pytest.mark.slow
@pytest.mark.parametrize("near", [1, 2], ids=["sound", "near"])
@pytest.mark.parametrize("what", sample(CASES, keep=KEPT))
def test_what_is_put_back_or_made_once_is_no_finding(what, near, judged, folder):
    status, items = judged(CASES[what][near], outside=OUTSIDE)

    assert (status, items["aaa_leaves"]["codes"]) == (0, set())


@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    [
        "a resource limit",
        full("a timer"),
        full("a process that may not be looked at"),
        full("children that nobody waits for"),
    ],
)
def test_what_a_function_is_for_is_no_finding(what, judged, folder):
    _, items = judged(CASES[what][0], outside=OUTSIDE, may=CASES[what][4])

    assert items["aaa_leaves"]["codes"] == set()


@pytest.mark.full
def test_leaving_the_process_group_is_found(judged):
    status, items = judged("setpgid(0, getpgid(getppid()));")

    assert (status, items["aaa_leaves"]["codes"], items["good"]["codes"]) == (1, {"ABD364"}, set())


@pytest.mark.slow
def test_asking_to_be_traced_is_not_judged(judged):
    outside = "#include <sys/ptrace.h>\n"
    status, items = judged("ptrace(PTRACE_TRACEME, 0, 0, 0);", outside=outside)

    assert (status, items["aaa_leaves"]["outcome"], items["good"]["outcome"]) == (3, "errored", "passed")
    assert "PTRACE_TRACEME" in str(items["aaa_leaves"]["reasons"])
    status, items = judged("ptrace(PTRACE_TRACEME, 0, 0, 0);", outside=outside, may="privileges")
    assert status == 0
