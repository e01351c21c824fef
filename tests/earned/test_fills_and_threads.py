"""What code reads before anybody wrote it shows, whatever it asks for; and so does what only a first call races for."""

from __future__ import annotations

import pytest

from tiers import first

pytestmark = pytest.mark.full

FILLED_HEADER = """
#include <stddef.h>
#include <stdint.h>
typedef struct job { uint64_t id; int32_t ready; uint8_t flags; uint8_t done; } job;
int from_stack(int n);
int from_heap(int n);
int from_out(int n, int32_t *seen);
size_t from_wide(int n);
"""
FILLED = """
#include <stdlib.h>
__attribute__((noinline)) static int look(volatile job *j, int n)
{
    if (!LAZY) { j->id = n; j->ready = n & 1; j->flags = n; j->done = 0; }
    return ASKS(j);
}
int from_stack(int n) { job jobs[64]; return look(&jobs[3], n); }
int from_heap(int n)
{
    job *j = malloc(sizeof *j);
    int found = look(j, n);
    free(j);
    return found;
}
int from_out(int n, int32_t *seen)
{
    int found = LAZY ? *seen == 1 : 0;
    *seen = n;
    return found;
}
size_t from_wide(int n)
{
    volatile uint64_t room[64];
    if (!LAZY) room[7] = n;
    return room[7] == 1;
}
"""
FILLED_CONTRACT = """
functions:
  from_stack: {params: {n: {range: [0, 99]}}}
  from_heap: {params: {n: {range: [0, 99]}}}
  from_out: {params: {n: {range: [2, 99]}, seen: {out: int32_t}}, returns: {status: {ok: [0, 1]}}}
  from_wide: {params: {n: {range: [0, 99]}}}
"""
ASKS = {
    "a flag of a byte": "(j->done == 1)",
    "a flag of a word": "(j->ready == 1)",
    "a bit that neither of two bytes has": "((j->flags & 2) != 0)",
}


@pytest.mark.parametrize("asks", first(ASKS.values()), ids=ASKS.keys())
@pytest.mark.parametrize("lazy", first([0, 1]), ids=["written", "never written"])
def test_code_that_asks_memory_for_a_one_is_found(small, asks, lazy):
    flags = [f"-DLAZY={lazy}", f"-DASKS(j)={asks}"]
    ended = small.run(FILLED_HEADER, FILLED, FILLED_CONTRACT, flags=flags, examples=100)

    assert ended.codes == (["ABD327"] if lazy else []), ended.text
    for name in ("from_stack", "from_heap", "from_out", "from_wide") if lazy else ():
        assert f"of `{name}` depends on uninitialised memory" in ended.text, ended.text


def test_a_zero_that_was_written_is_told_from_one_that_was_not(small):
    """A pattern has zeros of its own: they are no sign that nothing was written."""
    ended = small.run(
        "#include <stdint.h>\ntypedef struct pair { int64_t a; uint8_t b[24]; } pair;\nint both(int n, pair *out);",
        """
        #include <string.h>
        int both(int n, pair *out) { memset(out, 0, sizeof *out); out->a = n; return 0; }
        """,
        """
        functions:
          both: {params: {n: {range: [0, 99]}, out: {out: pair}}, returns: {status: {ok: [0]}}}
        """,
        examples=60,
    )

    assert (ended.status, ended.codes) == (0, []), ended.text


LAZY_HEADER = "int power(int n);\nint starts(void);\n"
LAZY = """
#include <pthread.h>
#include <stdatomic.h>
static int table[64];
static volatile int made;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static void make(void)
{
    for (int n = 63; n >= 0; n--) {
        for (volatile int spin = 0; spin < SPIN; spin++);
        table[n] = n * n + 1;
    }
}
int power(int n)
{
    if (SOUND) {
        pthread_once(&once, make);
    } else if (!made) {
        made = 1;
        make();
    }
    return table[n];
}
static atomic_int began;
int starts(void) { return !atomic_exchange(&began, 1); }
"""
LAZY_CONTRACT = """
{builds}functions:
  power: {{params: {{n: {{range: [0, 63]}}}}, effects: [thread_safe]}}
  starts: {{effects: [thread_safe]}}
"""


@pytest.mark.parametrize("sound", first([0, 1]), ids=["races", "sound"])
def test_what_only_a_first_call_makes_is_raced_for_in_new_processes(small, sound):
    ended = small.run(
        LAZY_HEADER,
        LAZY,
        LAZY_CONTRACT.format(builds=""),
        "--phase",
        "threads",
        flags=[f"-DSOUND={sound}", "-DSPIN=150000"],
    )

    assert ended.codes == ([] if sound else ["ABD381"]), ended.text
    assert "`starts` returned" not in ended.text


@pytest.mark.full
@pytest.mark.parametrize("sound", [0, 1], ids=["races", "sound"])
def test_the_sanitizer_sees_the_first_calls_as_well(small, sound):
    command = f"gcc $CFLAGS $LDFLAGS -w -shared -fPIC -g -O1 -DSOUND={sound} -DSPIN=20000 it.c -o libit.so"
    libraries = f"libraries:\n  it: {{command: [sh, -c, '{command}'], artifact: libit.so}}\n"
    small.write(LAZY_HEADER, libraries + LAZY_CONTRACT.format(builds="builds: [tsan]\n").lstrip())
    (small.folder / "it.c").write_text('#include "it.h"\n' + LAZY)
    ended = small.command(
        "run", "--seed", "1", "--max-examples", "5", "--phase", "threads", "--function", "power"
    )

    if "could not be judged" in ended.text:
        pytest.skip("no ThreadSanitizer here")
    assert ended.codes == ([] if sound else ["ABD303"]), ended.text


@pytest.mark.parametrize("lazy", first([0, 1]), ids=["written", "never written"])
def test_a_function_without_arguments_is_asked_as_well(small, lazy):
    ended = small.run(
        "int begun(void);",
        "int begun(void) { volatile int room[256]; if (!LAZY) room[9] = 0; return room[9] == 1; }",
        "functions:\n  begun: {}\n",
        flags=[f"-DLAZY={lazy}"],
        examples=10,
    )

    assert ended.codes == (["ABD327"] if lazy else []), ended.text
