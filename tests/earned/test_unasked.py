"""A question that a contract raises is asked, or the report says that it was not."""

from __future__ import annotations

import re

import pytest

from tiers import first

pytestmark = pytest.mark.full

POOL_HEADER = """
typedef struct pool pool;
pool *pool_open(void);
int pool_intern(pool *p, int n);
int pool_size(pool *p);
void pool_close(pool *p);
"""
POOL = """
#include <stdlib.h>
struct pool { int n; };
pool *pool_open(void) { return calloc(1, sizeof(pool)); }
static void *volatile sink;
int pool_intern(pool *p, int n) { sink = malloc(24); return ++p->n; }
int pool_size(pool *p) { if (LEAKS) sink = malloc(40); return p->n; }
void pool_close(pool *p) { free(p); }
"""
POOL_CONTRACT = """
handles:
  pool: {create: pool_open, destroy: pool_close}
functions:
  pool_open: {returns: {handle: pool}}
  pool_intern: {params: {p: {handle: pool}, n: {range: [0, 9]}}, may: [memory]}
  pool_size: {params: {p: {handle: pool}}}
  pool_close: {params: {p: {handle: pool}}}
"""


@pytest.mark.parametrize("leaks", first([0, 1]), ids=["what may stay", "a leak besides"])
def test_what_a_function_may_keep_is_not_told_of_the_sequences_that_it_is_called_in(small, leaks):
    ended = small.run(POOL_HEADER, POOL, POOL_CONTRACT, flags=[f"-DLEAKS={leaks}"], examples=30)

    assert ended.codes == (["ABD371"] if leaks else [])
    assert ended.status == leaks
    assert ("40 bytes" in ended.text) is bool(leaks)


REFUSING_HEADER = "int parse(const char *text, int *out);\n"
REFUSING = """
int parse(const char *text, int *out)
{
    if (WRITES || (text && *text == '9'))
        *out = 0;
    if (!text)
        return -1;
    *out = *text == '9' ? 0 : 5;
    return *text == '9' ? -1 : 0;
}
"""
REFUSING_CONTRACT = """
functions:
  parse:
    params: {{text: {{in: string, max: 8}}, out: {{out: int{clause}}}}}
    returns: {{status: {{ok: [0], errors: {{-1: no number}}}}}}
    ensures: ["{ensures}"]
    rejects: [{{when: {{text: null}}, returns: -1}}]
"""


@pytest.mark.parametrize(
    ("writes", "ensures", "clause", "codes"),
    first(
        [
            (1, "out <= 10", "", ["ABD328"]),  # says nothing of a call that is refused
            (0, "out <= 10", "", []),
            (1, "implies(result != 0, out == 0)", "", []),  # says what a failure leaves
            (1, "result == 0 or out == 0", "", []),
            (1, "out <= 10", ", on_failure: written", []),
        ]
    ),
)
def test_a_promise_about_every_lawful_call_does_not_allow_a_refused_one_to_write(
    small, writes, ensures, clause, codes
):
    contract = REFUSING_CONTRACT.format(ensures=ensures, clause=clause)
    ended = small.run(REFUSING_HEADER, REFUSING, contract, flags=[f"-DWRITES={writes}"], examples=20)

    assert ended.codes == codes, ended.text


OUT_HEADER = """
int fetch(unsigned key, char **out);
void fetch_free(char *text);
"""
OUT = """
#include <stdlib.h>
#include <string.h>
static void *volatile kept;
int fetch(unsigned key, char **out)
{
    char *made = malloc(24);
    if (key > 50) {
        if (!ON_FAILURE) free(made);
        kept = made;
        *out = NULL;
        return -1;
    }
    strcpy(made, "value");
    if (ON_SUCCESS) kept = malloc(48);
    *out = made;
    return 0;
}
void fetch_free(char *text) { free(text); }
"""
OUT_CONTRACT = """
functions:
  fetch:
    params: {{key: {{range: [0, 100]}}, out: {{out: "char *"{clause}, on_failure: written}}}}
    returns: {{status: {{ok: [0], errors: {{-1: not there}}}}}}
"""
OWNED = ", owner: caller, free: fetch_free"


@pytest.mark.parametrize(
    ("on_failure", "on_success", "clause", "codes", "told"),
    first(
        [
            (1, 0, "", ["ABD371"], True),  # a failure hands nothing over
            (0, 0, "", [], True),  # nobody says whose it is: told
            (0, 1, "", [], True),
            (0, 0, OWNED, [], False),
            (0, 1, OWNED, ["ABD371"], False),
            (1, 0, OWNED, ["ABD371"], False),
            (0, 0, ", owner: callee", ["ABD371"], False),  # then nobody ever frees it
        ],
        2,
    ),
)
def test_a_leak_of_a_function_that_leaves_a_pointer_is_judged_or_told(
    small, on_failure, on_success, clause, codes, told
):
    flags = [f"-DON_FAILURE={on_failure}", f"-DON_SUCCESS={on_success}"]
    ended = small.run(OUT_HEADER, OUT, OUT_CONTRACT.format(clause=clause), flags=flags)

    assert ended.codes == codes, ended.text
    assert ended.status == bool(codes)
    sentence = (
        "leaks of `fetch`: nobody frees what it stores in `out`; "
        "say `out: {..., owner: caller, free: FUNCTION}`, or `owner: callee`"
    )
    assert (sentence in ended.text) is told, ended.text


@pytest.mark.parametrize("leaks", first([0, 1]))
def test_a_pointer_into_what_was_given_hands_nothing_over(small, leaks):
    ended = small.run(
        "int number(const char *text, const char **end);",
        """
        #include <stdlib.h>
        static void *volatile kept;
        int number(const char *text, const char **end)
        {
            if (LEAKS) kept = malloc(8);
            while (*text) text++;
            *end = text;
            return 1;
        }
        """,
        """
        functions:
          number: {params: {text: {in: string, max: 9}, end: {out: "const char *"}}}
        """,
        flags=[f"-DLEAKS={leaks}"],
    )

    assert ended.codes == (["ABD371"] if leaks else []), ended.text
    assert "ot judged" not in ended.text


def test_what_is_no_pointer_has_no_owner(small):
    small.write(
        "int size(int *out);",
        "functions:\n  size: {params: {out: {out: int, owner: callee}}, returns: {status: {ok: [0]}}}\n",
    )
    ended = small.command("check")

    assert ended.status == 2
    assert "`owner` has no meaning here: `out` does not return a pointer" in ended.text


EACH_HEADER = """
typedef struct row { int number; const char *name; struct row *next; } row;
int each(int count, int (*visit)(const row *row, const char *why, void *context), void *context);
"""
EACH = """
int each(int count, int (*visit)(const row *row, const char *why, void *context), void *context)
{
    row row = {1, (const char *)1, (struct row *)3};
    for (int n = 0; n < count; n++)
        visit(&row, "because", context);
    return count;
}
"""
EACH_CONTRACT = """
{types}functions:
  each:
    params:
      count: {{range: [0, 3]}}
      visit:
        callback: {{calls: count, params: {{row: {{to: row}}{why}}}, returns: {{range: [0, 1]}}}}
        user_data: context
"""


@pytest.mark.parametrize(
    ("types", "why", "status", "told"),
    first(
        [
            ("", "", 0, "what `row.name`, `row.next`, `why` of `visit` of `each` point at; say"),
            (
                "types: {row: {fields: {next: {nullable: true}, name: {nullable: true}}}}\n",
                "",
                0,
                "what `why` of `visit` of `each` points at; say",
            ),
            (
                "types: {row: {fields: {next: {nullable: true}, name: {to: string}}}}\n",
                ", why: {to: string}",
                1,
                "",
            ),
        ]
    ),
)
def test_what_a_callback_is_given_is_judged_or_told(small, types, why, status, told):
    ended = small.run(EACH_HEADER, EACH, EACH_CONTRACT.format(types=types, why=why), examples=10)

    assert ended.status == status, ended.text
    assert ("points at; say" in ended.text or "point at; say" in ended.text) is bool(told), ended.text
    assert told in ended.text


@pytest.mark.parametrize(
    ("sound", "lifetime", "codes"),
    first([(0, ", lifetime: static", ["ABD374"]), (1, ", lifetime: static", []), (0, "", [])]),
    ids=["one buffer for all answers", "a table", "nobody said that it lasts"],
)
def test_what_is_returned_for_good_is_there_after_the_next_call(small, sound, lifetime, codes):
    ended = small.run(
        "const char *name_of(int n);",
        """
        #include <stdio.h>
        const char *name_of(int n)
        {
            static const char *const names[] = {"none", "one", "two", "three"};
            static char text[16];
            if (SOUND) return names[n];
            snprintf(text, sizeof text, "%d", n);
            return text;
        }
        """,
        f"""
        functions:
          name_of: {{params: {{n: {{range: [0, 3]}}}}, returns: {{to: string{lifetime}}}}}
        """,
        flags=[f"-DSOUND={sound}"],
    )

    assert ended.codes == codes, ended.text
    if codes:
        assert "after `name_of`, what `name_of` returned was" in ended.text


RECORD_HEADER = """
#include <stddef.h>
typedef struct entry { int kind; const char *name; const unsigned char *data; size_t length; } entry;
int lookup(int key, entry *out);
void all(entry *out, size_t count);
"""
RECORD = """
#include <stdlib.h>
#include <string.h>
static const unsigned char bytes[] = {1, 2, 3};
int lookup(int key, entry *out)
{
    if (key < 0) return -1;
    char *name = strdup("name");
    *out = (entry){1, DEFECT == 2 ? (const char *)8 : "name", bytes, DEFECT == 3 ? 1 << 22 : sizeof bytes};
    if (DEFECT == 1) out->name = name;
    free(name);
    if (key == 7 && DEFECT == 0) { out->data = NULL; out->length = 0; }
    return 0;
}
void all(entry *out, size_t count)
{
    for (size_t n = 0; n < count; n++) out[n] = (entry){1, DEFECT == 4 && n == 1 ? (const char *)8 : "x", bytes, 3};
}
"""
RECORD_CONTRACT = """
types:
  entry: {fields: {name: {to: string}, data: {to: bytes, length: length, nullable: length == 0}}}
functions:
  lookup:
    params: {key: {range: [-9, 9]}, out: {out: entry}}
    returns: {status: {ok: [0], errors: {-1: not there}}}
    ensures: ["implies(result == 0, out.name == b'name' and (out.length == 0 or out.data[0] == 1))"]
  all: {params: {out: {out: array, capacity: count, length: count}, count: {range: [0, 3]}}}
"""


@pytest.mark.parametrize(
    "defect", first([0, 1, 2, 3, 4]), ids=["sound", "freed", "no pointer", "too long", "in an array"]
)
def test_what_a_record_that_was_written_points_at_is_read(small, defect):
    ended = small.run(RECORD_HEADER, RECORD, RECORD_CONTRACT, flags=[f"-DDEFECT={defect}"], examples=30)

    assert ended.codes == (["ABD322"] if defect else []), ended.text
    path = {3: "out.data", 4: "out[1].name"}.get(defect, "out.name")
    # What follows the array may be readable for a while, and then ends.
    where = r"\d+ bytes" if defect == 3 else "freed or unmapped memory"
    assert bool(re.search(f"left a pointer to {where} in `{re.escape(path)}`", ended.text)) is bool(defect), (
        ended.text
    )
    assert "Not judged" not in ended.text


QUIET_HEADER = (
    "int each(int count, void (*visit)(const char *name, void *data), void *data);\nint twice(int n);\n"
)
QUIET = """
int each(int count, void (*visit)(const char *name, void *data), void *data)
{
    for (int n = FROM; n < count; n++) visit("x", data);
    return count;
}
int twice(int n) { return 2 * n; }
"""
QUIET_CONTRACT = """
functions:
  each:
    params:
      count: {range: [0, 3]}
      visit: {callback: {params: {name: {to: string}}}, user_data: data}
  twice: {params: {n: {range: [0, 9]}}}
laws:
  large_ones_grow:
    given: {n: {in: int, range: [0, 9]}}
    steps: [a = twice(n)]
    ensures: ["implies(n > BOUND, a.result > n)"]
"""


@pytest.mark.parametrize(("start", "bound"), first([(9, 9), (0, 5)]), ids=["never", "met"])
def test_a_promise_that_no_call_met_is_told(small, start, bound):
    contract = QUIET_CONTRACT.replace("BOUND", str(bound))
    ended = small.run(QUIET_HEADER, QUIET, contract, flags=[f"-DFROM={start}"], examples=30)

    assert ended.status == 0, ended.text
    quiet = "promises about invocations of `visit` of `each`: it was never called" in ended.text
    lawless = "of the law `large_ones_grow`: no case tested it" in ended.text
    assert (quiet, lawless) == (start == 9, bound == 9), ended.text


def test_a_function_without_two_answers_alike_is_told(small):
    ended = small.run(
        "unsigned ticket(void);\nunsigned steady(int n);",
        """
        static unsigned next;
        unsigned ticket(void) { return ++next; }
        unsigned steady(int n) { return n + 1; }
        """,
        "functions:\n  ticket: {}\n  steady: {params: {n: {range: [0, 9]}}}\n",
    )

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert "uninitialised reads of `ticket`: `result` is different each time" in ended.text
    assert "`steady` answers" not in ended.text
