"""What one function leaves behind is not told of the next, and what never started is not told of any."""

from __future__ import annotations

import pytest

from tiers import first

pytestmark = pytest.mark.full

LEAVES = {
    "a timer of the interval kind": """
        struct itimerval soon = {{0, 0}, {0, 300000}};
        setitimer(ITIMER_REAL, &soon, 0);""",
    "an alarm": "alarm(1);",
    "a POSIX timer": """
        timer_t timer;
        struct itimerspec soon = {{0, 0}, {0, 300000000}};
        struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
        timer_create(CLOCK_MONOTONIC, &event, &timer);
        timer_settime(timer, 0, &soon, 0);""",
    "no more descriptors": """
        struct rlimit none = {3, 3};
        setrlimit(RLIMIT_NOFILE, &none);""",
    "no more memory": """
        struct rlimit none = {1 << 20, 1 << 20};
        setrlimit(RLIMIT_AS, &none);""",
    "a stack for signals that is gone": """
        static char none[32768];
        stack_t stack = {none, 0, sizeof none};
        sigaltstack(&stack, 0);""",
}


@pytest.mark.parametrize("what", first(LEAVES))
def test_what_one_function_leaves_is_not_told_of_the_next(judged, what):
    status, items = judged(LEAVES[what])

    assert items["good"]["outcome"] == "passed", items
    assert status in (1, 3), "the function that left it did not pass"
    assert items["aaa_leaves"]["outcome"] != "passed"


@pytest.mark.full
def test_a_worker_that_may_not_start_is_no_function_s_fault(judged):
    status, items = judged(
        "",
        outside="""
        __attribute__((constructor)) static void go(void) {
            struct rlimit none = {0, 0};
            setrlimit(RLIMIT_NPROC, &none);
            setuid(65534);
        }""",
        may="limits, privileges",
    )
    good = items["good"]
    if good["outcome"] == "passed":
        pytest.skip("this user may start any number of processes")
    assert status == 3
    assert [reason["code"] for reason in good["reasons"]] == ["ABD017"]
    assert "EAGAIN" in good["reasons"][0]["message"]
    assert "`RLIMIT_NPROC` is 0" in good["reasons"][0]["message"]


def test_descriptors_that_a_constructor_closed_are_no_function_s_fault(judged):
    _, items = judged(
        "",
        outside="__attribute__((constructor)) static void go(void) { for (int i = 3; i < 64; i++) close(i); }",
    )

    assert items["good"]["outcome"] == "errored"
    assert not items["good"]["codes"]


CUTS = {
    "closes every descriptor": "for (int i = 0; i < 256; i++) close(i);",
    "closes those that it did not open": "for (int i = 3; i < 256; i++) close(i);",
    "writes over every descriptor": 'int f = open("/dev/null", O_RDWR); for (int i = 3; i < 64; i++) dup2(f, i);',
}


@pytest.mark.parametrize("how", first(CUTS))
def test_a_call_that_cuts_off_the_worker_is_told_with_the_descriptor(how, judged):
    status, items = judged(CUTS[how])

    assert status == 1
    assert items["aaa_leaves"]["codes"] == {"ABD365"}
    assert items["good"]["outcome"] == "passed"


@pytest.mark.full
def test_descriptors_of_its_own_may_be_closed(judged):
    status, _ = judged(
        'int own = open("/dev/null", O_RDWR), other = dup2(own, 77); close(own); close(other);'
    )

    assert status == 0


def test_a_thread_that_ends_the_process_between_two_calls_is_no_pass(judged):
    status, items = judged(
        "pthread_t t; pthread_create(&t, 0, crash, 0); pthread_detach(t); usleep(100);",
        outside="#include <pthread.h>\nstatic void *crash(void *p) { usleep(500); abort(); }",
        may="threads",
    )

    assert status in (1, 3)
    assert items["aaa_leaves"]["outcome"] in ("failed", "errored")
    assert items["good"]["outcome"] == "passed"


@pytest.mark.parametrize("when", first(["if (n == 1) ", ""]), ids=["once", "each time"])
def test_what_ends_the_process_that_forks_the_workers_does_not_pass(judged, when):
    """The call itself comes back with its answer, and the next worker has another parent."""
    status, items = judged(f"{when}kill(getppid(), SIGTERM);")

    assert items["good"]["outcome"] == "passed", items
    assert (status, items["aaa_leaves"]["outcome"]) == (3, "errored")
    (reason,) = items["aaa_leaves"]["reasons"]
    assert reason["message"].startswith("the process that forks the workers was ended ")
