"""A library cannot write its own pass: what it does to the process that calls it ends in a finding or in "not judged".

The function that does it is the one that is told of, the other one is judged all the same, this process lives on, and
no other one is left over.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tiers import sample

MAPS = """
static void each_mapping(const char *with, int writable_only, void (*act)(char *, unsigned long)) {
    static char lines[1 << 18];
    int file = open("/proc/self/maps", O_RDONLY);
    unsigned long got = 0;
    long more;
    while (got < sizeof lines - 1 && (more = read(file, lines + got, sizeof lines - 1 - got)) > 0) got += more;
    lines[got] = 0;
    close(file);
    for (char *line = strtok(lines, "\\n"); line; line = strtok(0, "\\n")) {
        unsigned long from, to;
        char allowed[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, allowed) != 3 || !strstr(line, with)) continue;
        if (writable_only && allowed[1] != 'w') continue;
        act((char *)from, to - from);
    }
}
static void zero(char *at, unsigned long size) { memset(at, 0, size < 8192 ? size : 8192); }
static void zero_more(char *at, unsigned long size) { (void)zero; memset(at, 0, size < 1 << 20 ? size : 1 << 20); }
"""
THREAD = """
#include <pthread.h>
#include <ucontext.h>
static ucontext_t here, there;
static pthread_barrier_t met;
static void *other(void *unused) {
    pthread_barrier_wait(&met);
    setcontext(&here);
    return 0;
}
static __attribute__((noinline)) void hand_over(void) {
    volatile int first = 1;
    pthread_t thread;
    pthread_barrier_init(&met, 0, 2);
    pthread_create(&thread, 0, other, 0);
    getcontext(&here);
    if (first) {
        first = 0;
        pthread_barrier_wait(&met);
        for (;;) pause();
    }
}
"""
HOSTILE = {
    "zeroes what the mailbox is mapped as": (MAPS, 'each_mapping("memfd:abidance-mailbox", 0, zero);'),
    "zeroes every mapping that it may write to": (MAPS, 'each_mapping("", 1, zero_more);'),
    "cuts every file": ("", "for (int i = 3; i < 1024; i++) ftruncate(i, 0);\nftruncate(1, 1ul << 60);"),
    "closes every descriptor": ("", "for (int i = 0; i < 1024; i++) close(i);"),
    "puts a file of its own in each one's place": (
        "",
        'int f = open("/dev/null", O_RDWR); for (int i = 0; i < 1024; i++) dup2(f, i);',
    ),
    "writes garbage into every pipe": (
        "",
        """
        char noise[512];
        memset(noise, 0x5A, 512);
        for (int i = 3; i < 1024; i++) {
            fcntl(i, F_SETFL, O_NONBLOCK);
            for (int k = 0; k < 200 && write(i, noise, 512) > 0; k++);
        }""",
    ),
    "answers itself": (
        "",
        """
        unsigned fake[4] = {1, 0, 24, 0};
        for (int i = 3; i < 64; i++)
            for (fake[0] = 1; fake[0] < 8; fake[0]++) write(i, fake, 16);""",
    ),
    "kills its parent": ("", "kill(getppid(), SIGKILL);"),
    "kills its process group": ("", "kill(0, SIGKILL);"),
    "kills itself": ("", "kill(getpid(), SIGKILL);"),
    "stops itself": ("", "raise(SIGSTOP);"),
    "stops its parent and then crashes": ("", "kill(getppid(), SIGSTOP); abort();"),
    "comes back twice": ("", "fork();"),
    "comes back twice by clone": (
        "#include <sys/syscall.h>\n",
        "syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);",
    ),
    "comes back twice, the second time late": ("", "if (fork() == 0) usleep(5000);"),
    "comes back from vfork": ("", "if (vfork() == 0) return n;"),
    "comes back as a daemon": ("", "daemon(1, 1);"),
    "comes back on another thread": (THREAD, "hand_over();"),
    "jumps back into an earlier call": (
        "#include <setjmp.h>\nstatic jmp_buf back; static int calls;\n",
        "if (calls++ == 0) { if (setjmp(back)) return n; } else longjmp(back, 1);",
    ),
    "cannot be dumped and crashes": ("", "prctl(PR_SET_DUMPABLE, 0); abort();"),
    "leaves the direction flag set": ("", '__asm__ volatile("std");'),
    "leaves rbx": ("", '__asm__ volatile("notq %%rbx" ::);'),
    "leaves rbp": ("", '__asm__ volatile("incq %%rbp" ::);'),
    "leaves r12": ("", '__asm__ volatile("xorl %%r12d, %%r12d" ::);'),
    "leaves r15": ("", '__asm__ volatile("movl $1, %%r15d" ::);'),
}


def processes_of(folder):
    """Return the processes that have loaded a library of this folder."""
    found = []
    for each in Path("/proc").glob("[0-9]*/maps"):
        try:
            if str(folder) in each.read_text(encoding="utf-8", errors="replace"):
                found.append(each.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", sample(HOSTILE, keep=["zeroes what the mailbox is mapped as"]))
def test_no_library_writes_its_own_pass(what, judged, tmp_path):
    outside, body = HOSTILE[what]

    status, items = judged(body, outside=outside, options=["--phase", "properties"], examples=3)

    assert items["aaa_leaves"]["outcome"] in ("failed", "errored"), items
    assert items["good"]["outcome"] == "passed", items
    assert status == (1 if items["aaa_leaves"]["outcome"] == "failed" else 3)
    for _ in range(50):
        left = processes_of(tmp_path)
        if not left:
            break
        time.sleep(0.1)
    assert left == []


SPOILED = {
    "rbx": '__asm__ volatile("notq %%rbx" ::);',
    "r13": '__asm__ volatile("xorl %%r13d, %%r13d" ::);',
    "direction flag": '__asm__ volatile("std");',
}


@pytest.mark.parametrize("what", sample(SPOILED, keep=["direction flag"]))
def test_a_register_that_is_not_preserved_is_named(what, judged):
    status, items = judged(SPOILED[what], options=["--phase", "properties"], examples=3)

    assert (status, items["aaa_leaves"]["codes"]) == (1, {"ABD351"})
    message = next(each["message"] for each in judged.document["findings"])
    assert what in message


BUSY = """
static __attribute__((noinline)) long busy(long a) {
    long b[24];
    for (int i = 0; i < 24; i++) b[i] = a * i ^ i << a % 7;
    for (int k = 0; k < 3; k++) for (int i = 1; i < 23; i++) b[i] += b[i - 1] * b[i + 1];
    return b[5] ^ b[11] ^ b[17];
}
"""
PRESERVED = {
    "told to the compiler": ("", '__asm__ volatile("notq %%rbx" ::: "rbx"); n += 0;'),
    "pushed and popped": ("", '__asm__ volatile("push %%r12; xor %%r12d, %%r12d; pop %%r12" ::);'),
    "set and cleared": ("", '__asm__ volatile("std; cld");'),
    "used by the compiler": (BUSY, "volatile long kept = busy(n); (void)kept;"),
}


@pytest.mark.full
@pytest.mark.parametrize("what", PRESERVED)
def test_registers_that_are_preserved_are_no_finding(what, judged):
    outside, body = PRESERVED[what]

    assert judged(body, outside=outside, options=["--phase", "properties"], examples=3)[0] == 0


RETURNS_ONCE = {
    "the child ends": "if (fork() == 0) _exit(0); wait(0);",
    "the child is another program": 'if (fork() == 0) { execl("/bin/true", "true", (char *)0); _exit(1); } wait(0);',
    "the shell": 'system("true");',
    "vfork": 'if (vfork() == 0) { execl("/bin/true", "true", (char *)0); _exit(1); } wait(0);',
}


@pytest.mark.full
@pytest.mark.parametrize("what", RETURNS_ONCE)
def test_a_fork_that_returns_once_is_no_finding(what, judged):
    assert judged(RETURNS_ONCE[what], options=["--phase", "properties"], examples=3)[0] == 0


@pytest.mark.full
@pytest.mark.parametrize("body", ["fork();", "if (vfork() == 0) return n;"])
def test_a_call_that_comes_back_twice_is_told_so(body, judged):
    _, items = judged(body, options=["--phase", "properties"], examples=3)

    assert items["aaa_leaves"]["codes"] & {"ABD353", "ABD301"}


HANDLE = """
typedef struct thing thing;
thing *t_new(void);
int t_get(thing *it);
void t_free(thing *it);
"""
HANDLE_CONTRACT = """
handles:
  thing: {create: t_new, destroy: t_free}
functions:
  t_new: {}
  t_get:
    ensures: [result == 7]
  t_free: {}
"""
FORGES = """
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
struct thing { int n; };
thing *t_new(void) { return calloc(1, sizeof(thing)); }
int t_get(thing *it) { return 0x00BAD1DE; }
void t_free(thing *it) {
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    free(it);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char allowed[8];
        if (!strstr(line, "abidance-mailbox") || sscanf(line, "%lx-%lx %7s", &from, &to, allowed) != 3) continue;
        for (unsigned char *at = (void *)from; at < (unsigned char *)from + 65536 && (unsigned long)at < to; at++)
            if (memcmp(at, "\\xDE\\xD1\\xBA", 4) == 0) memcpy(at, "\\7\\0\\0", 4);
    }
    fclose(maps);
}
"""


@pytest.mark.slow
def test_no_later_call_rewrites_what_an_earlier_one_answered(small):
    seen = small.run(HANDLE, FORGES, HANDLE_CONTRACT, "--phase", "properties", examples=5)

    assert seen.status == 1, seen.text
    assert "t_free" in seen.text


@pytest.mark.full
def test_the_same_functions_with_nothing_to_forge_pass(small):
    sound = FORGES.replace("0x00BAD1DE", "7").replace("while (fgets", "while (0 && fgets")

    assert small.run(HANDLE, sound, HANDLE_CONTRACT, "--phase", "properties", examples=5).status == 0


BY_VALUE = """
union u { int i; float f; };
struct held { union u of; int n; };
int by_value(struct held it);
int back(int (*ask)(int), int n);
"""
BY_VALUE_CONTRACT = """
functions:
  by_value: {}
  back:
    params: {ask: {callback: {calls: 1}}}
"""
SPOILS_IN_A_STUB = """
int by_value(struct held it) { __asm__ volatile("xorl %%ebx, %%ebx" ::); return it.n; }
int back(int (*ask)(int), int n) {
    __asm__ volatile("std");
    int answer = ask(n);
    __asm__ volatile("cld");
    return answer;
}
"""


@pytest.mark.full
def test_calls_through_stubs_and_calls_back_are_held_to_the_registers_as_well(small):
    seen = small.run(
        BY_VALUE, SPOILS_IN_A_STUB, BY_VALUE_CONTRACT, "--phase", "properties", "--format", "json", examples=5
    )

    assert seen.status == 1, seen.text
    found = {(each["function"], each["code"]) for each in json.loads(seen.text)["findings"]}
    assert found == {("by_value", "ABD351"), ("back", "ABD351")}


@pytest.mark.full
def test_a_crash_of_what_asked_to_be_traced_is_told_as_one(judged):
    body = "ptrace(PTRACE_TRACEME, 0, 0, 0); abort();"
    _, items = judged(
        body, outside="#include <sys/ptrace.h>\n", options=["--phase", "properties"], examples=3
    )

    assert items["aaa_leaves"]["codes"] == {"ABD301"}
