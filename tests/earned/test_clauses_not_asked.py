"""Each clause that no call puts to the test is listed as not judged, and is not once a call has."""

from __future__ import annotations

import json

import pytest
from small_project import SmallProject

HEADER = """
#include <stddef.h>
typedef struct span { int first, last; } span;
typedef struct table table;
int fails(int n);
int keeps(int n, int *out);
int never(int n, int *out);
int promises(int n);
int promises_two(int n);
int both(int n);
int either(int n);
int spans(int n, span *out);
span *finds(int n);
const char *name(int n);
const char *lasts(int n);
int hands(int n, int **out);
int tells(int n, int (*visit)(int code, const char *why, void *data), void *data);
int tells_all(int n, int (*visit)(int code, const char *why, void *data), void *data);
int tells_why(int n, int (*visit)(int code, const char *why, void *data), void *data);
int borrows(int n, void *(*get)(void *pool, size_t size), void (*put)(void *pool, void *p), void *pool);
int refuses(int n, int *out);
int takes(int n, const char *text);
table *table_new(int n);
void table_free(table *t);
const char *table_name(table *t);
int table_watch(table *t, void (*told)(int code, void *data), void *data);
int table_size(table *t);
"""
SOURCE = """
#include <errno.h>
#include <stdlib.h>
#define HIT (MET && n == 3)
typedef int visitor(int, const char *, void *);
int fails(int n) { if (HIT) { errno = ENOENT; return -1; } return 0; }
int keeps(int n, int *out) { if (HIT) return -1; *out = n; return 0; }
int never(int n, int *out) { if (HIT) { *out = 1; return 0; } return -1; }
int promises(int n) { return HIT ? -1 : 0; }
int promises_two(int n) { return HIT ? -1 : 0; }
int both(int n) { return HIT ? 2 : 0; }
int either(int n) { return HIT ? 0 : 1; }
static span one = {1, 2}, other = {2, 3};
int spans(int n, span *out) { if (HIT) { *out = one; return 0; } if (n < 3) { *out = other; return 0; } return -1; }
span *finds(int n) { return HIT ? &one : n == 5 ? &other : 0; }
const char *name(int n) { return HIT ? "name" : 0; }
const char *lasts(int n) { return HIT ? "name" : 0; }
static int there = 7;
int hands(int n, int **out) { *out = HIT ? &there : 0; return 0; }
int tells(int n, visitor *visit, void *data) { if (HIT) visit(n, "why", data); return 0; }
int tells_all(int n, visitor *visit, void *data) { if (HIT) visit(n, "why", data); return 0; }
int tells_why(int n, visitor *visit, void *data) { visit(n, HIT ? "why" : 0, data); return 0; }
int borrows(int n, void *(*get)(void *, size_t), void (*put)(void *, void *), void *pool)
{
    if (HIT) { void *p = get(pool, 8); put(pool, p); }
    return 0;
}
int refuses(int n, int *out) { if (n < 0) { *out = MET; return -1; } *out = n; return 0; }
int takes(int n, const char *text) { return n + !text; }
struct table { void (*told)(int, void *); void *data; };
table *table_new(int n) { return calloc(1, sizeof(table)); }
void table_free(table *t) { free(t); }
const char *table_name(table *t) { return MET ? "table" : 0; }
int table_watch(table *t, void (*told)(int, void *), void *data) { t->told = told; t->data = data; return 0; }
int table_size(table *t) { if (MET && t->told) t->told(1, t->data); return 0; }
"""
CONTRACT = """
types:
  span: {invariants: ["implies(first == 1, last == 2)"]}
handles:
  table: {create: table_new, destroy: table_free}
functions:
  fails: {params: {n: &n {range: [0, 5]}}, returns: {status: &s {ok: [0], errors: {-1: failed}}, errno: set_on_failure}}
  keeps: {params: {n: *n, out: {out: int, on_failure: untouched}}, returns: {status: *s}}
  never: {params: {n: *n, out: {out: int}}, returns: {status: *s}}
  promises: {params: {n: *n}, ensures: [result <= 0, "implies(result == -1, n == 3)"]}
  promises_two: {params: {n: *n}, ensures: ["result <= 0 and implies(result == -1, n == 3)"]}
  both: {params: {n: *n}, ensures: ["(result == 2) == (n == 3 and result > 1)"]}
  either: {params: {n: *n}, ensures: ["(result > 0) == (n != 3 or result > 0)"]}
  spans: {params: {n: *n, out: {out: span}}, returns: {status: *s}}
  finds: {params: {n: *n}, returns: {to: span, nullable: true}}
  name: {params: {n: *n}, returns: {to: string, nullable: true}}
  lasts: {params: {n: *n}, returns: {to: string, nullable: true, lifetime: static}}
  hands: {params: {n: *n, out: {out: "int *", owner: callee}}, returns: {status: *s}}
  tells:
    params:
      n: *n
      visit: {callback: {calls: 0..1, returns: {range: [0, 1]}, params: {why: {nullable: true}}}, user_data: data}
  tells_all:
    params: {n: *n, visit: {callback: {returns: {range: [0, 1]}, params: {why: {to: string}}}, user_data: data}}
    ensures: [all(c.code == n for c in visit.calls)]
  tells_why:
    params:
      n: *n
      visit:
        callback:
          params: {why: {to: string, nullable: true}}
          ensures: ["implies(why != null, why == 'why')"]
          returns: {range: [0, 1]}
        user_data: data
  borrows:
    params:
      n: *n
      get: {callback: {allocates: size}, user_data: pool}
      put: {callback: {frees: p}, user_data: pool}
  refuses:
    params: {n: *n, out: {out: int}}
    returns: {status: *s}
    rejects: [{when: {n: -1}, returns: -1, ensures: ["implies(out == 1, n == -1)"]}]
  takes: {params: {n: *n, text: {in: string, nullable: "n == 3"}}, requires: [n NULLED 3]}
  table_new: {params: {n: *n}, returns: {handle: table}}
  table_free: {params: {t: {handle: table}}}
  table_name: {params: {t: {handle: table}}, returns: {to: string, nullable: true, lifetime: handle(table)}}
  table_watch:
    params: {t: {handle: table}, told: {callback: {lifetime: handle(table), threads: same}, user_data: data}}
  table_size: {params: {t: {handle: table}}}
laws:
  it_may_fail:
    given: {n: {in: int, range: [0, 5]}}
    steps: [a = fails(n)]
    ensures: [a.result <= 0, "implies(a.result == -1, n == 3)"]
"""
LISTED = {
    "errno": "`errno: set_on_failure` of `fails`: no call failed",
    "on_failure": "`on_failure: untouched` of `out` of `keeps`: no call failed",
    "status": "what `never` promises of success: no call succeeded",
    "one of several ensures": "`implies(result == -1, n == 3)` of `promises`: no call tested it",
    "part of ensures": "`implies(result == -1, n == 3)` of `promises_two`: no call tested it",
    "where several hold": (
        "`(result == 2) == (n == 3 and result > 1)` of `both`: no call tested it where "
        "`n == 3 and result > 1` holds"
    ),
    "where none of several holds": (
        "`(result > 0) == (n != 3 or result > 0)` of `either`: no call tested it where "
        "`n != 3 or result > 0` does not hold"
    ),
    "invariant of what is left": (
        "the invariant `implies(first == 1, last == 2)` of `out` of `spans`: no call tested it"
    ),
    "invariant of a result": (
        "the invariant `implies(first == 1, last == 2)` of `result` of `finds`: no call tested it"
    ),
    "to": "the target of the result of `name`: it was NULL each time",
    "out pointer": "what `hands` leaves in `out`: no call that succeeded left anything there",
    "calls": "promises about invocations of `visit` of `tells`: it was never called",
    "params of a callback": "promises about invocations of `visit` of `tells_all`: it was never called",
    "ensures over nothing": "`all(c.code == n for c in visit.calls)` of `tells_all`: no call tested it",
    "to of a callback": "the target of `why` of `visit` of `tells_why`: it was NULL each time",
    "ensures of a callback": "`implies(why != null, why == 'why')` of `visit` of `tells_why`: no invocation tested it",
    "allocates": "promises about invocations of `get` and `put` of `borrows`: none was ever called",
    "frees": "promises about invocations of `get` and `put` of `borrows`: none was ever called",
    "ensures of rejects": "`implies(out == 1, n == -1)` of `rejects` of `refuses` with `n: -1`: no call tested it",
    "nullable": "`text` of `takes` as NULL: no call passed it",
    "lifetime of a result": "the target of the result of `table_name`: it was NULL each time",
    "lifetime of a callback": "promises about invocations of `told` of `table_watch`: it was never called",
    "ensures of a law": "`implies(a.result == -1, n == 3)` of the law `it_may_fail`: no case tested it",
}
"""By the kind of clause, what is said where no call puts it to the test."""


@pytest.fixture(scope="module")
def not_judged(tmp_path_factory):
    """What is listed where no call puts the clauses to the test, and where one does."""
    listed = []
    for met in (0, 1):
        with pytest.MonkeyPatch.context() as patch:
            folder = tmp_path_factory.mktemp("clauses")
            patch.chdir(folder)
            project = SmallProject(folder, None)
            project.write(HEADER, CONTRACT.replace("NULLED", "==" if met else "!="))
            project.compile(SOURCE, f"-DMET={met}")
            report = folder / "report.json"
            status = project.quietly(
                "run", "--seed", "1", "--max-examples", "40", "--format", f"json={report}"
            )
            document = json.loads(report.read_text())
            assert (status, document["findings"]) == (0, []), document["findings"]
            listed.append(document["not_judged"])
    return listed


@pytest.mark.slow
@pytest.mark.parametrize("kind", LISTED)
def test_a_clause_that_no_call_puts_to_the_test_is_listed(not_judged, kind):
    never, met = not_judged

    assert [words for words in never if LISTED[kind] in words], never
    assert not [words for words in met if LISTED[kind] in words], met


@pytest.mark.slow
def test_nothing_else_is_listed(not_judged):
    assert not_judged[1] == []


@pytest.mark.slow
def test_a_handle_that_no_function_shares_is_listed(small):
    contract = """
    handles: {table: {create: table_new, destroy: table_free, concurrent: true}}
    functions:
      table_new: {params: {n: {range: [0, 9]}}, returns: {handle: table}}
      table_free: {params: {t: {handle: table}}}
    """
    ended = small.run(HEADER, SOURCE, contract, flags=["-DMET=1"], examples=10)

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert "`concurrent` of `table`, which no function that was run uses" in ended.text


@pytest.mark.slow
def test_handles_whose_answers_are_not_the_same_twice_are_listed(small):
    ended = small.run(
        """
        typedef struct dice dice;
        dice *dice_new(void);
        void dice_free(dice *d);
        unsigned dice_throw(dice *d);
        """,
        """
        #include <stdlib.h>
        #include <time.h>
        struct dice { int n; };
        dice *dice_new(void) { return calloc(1, sizeof(dice)); }
        void dice_free(dice *d) { free(d); }
        unsigned dice_throw(dice *d)
        {
            struct timespec now;
            clock_gettime(CLOCK_MONOTONIC, &now);
            return now.tv_nsec;
        }
        """,
        """
        handles: {dice: {create: dice_new, destroy: dice_free}}
        functions:
          dice_throw: {params: {d: {handle: dice}}}
        """,
        examples=20,
    )

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert (
        "whether results of `dice_throw` depend on other handles: it gives a different result" in ended.text
    )


@pytest.mark.slow
def test_edge_cases_that_are_not_tried_are_told(small):
    ended = small.run(
        "int down(int n);",
        "#include <stdlib.h>\nint down(int n) { if (n) abort(); return 0; }",
        """
        functions: {down: {}}
        suppressions: [{code: ABD301, reason: known}]
        """,
        examples=10,
    )

    assert ended.status == 3, ended.text
    assert "edge cases ended the process, and" in ended.text


@pytest.mark.slow
def test_what_ends_both_libraries_is_left_to_their_own_items(small):
    small.write(
        "int down(int n);",
        """
        libraries: {a: {path: liba.so}, b: {path: libb.so}}
        functions: {down: {}}
        """,
    )
    for name in ("liba.so", "libb.so"):
        small.compile("#include <stdlib.h>\nint down(int n) { if (n) abort(); return 0; }", name=name)

    ended = small.command("run", "--seed", "1", "--max-examples", "10", "--phase", "equivalence")

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert "phase `equivalence`: the search stopped early: 4" in ended.text


OWN_ALLOCATOR = """
#include <sys/mman.h>
#include <stdlib.h>
static void *my_alloc(size_t size)
{
    if (WATCHED) return malloc(size);
    void *p = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p;
}
static void my_free(void *p) { if (WATCHED) free(p); else munmap(p, 4096); }
struct pot { int n; };
pot *pot_new(void) { return my_alloc(sizeof(pot)); }
void pot_free(pot *p) { my_free(p); }
char *pot_text(int n) { char *t = my_alloc(4); t[0] = 'a' + n; t[1] = 0; return t; }
void pot_text_free(char *t) { my_free(t); }
int pot_open(pot **out) { *out = my_alloc(sizeof(pot)); return 0; }
int pot_name(char **out) { *out = pot_text(1); return 0; }
int jar_open(jar *jar) { jar->text = 0; return 0; }
void jar_close(jar *jar) { if (jar->text) my_free(jar->text); }
char *pot_long(int n)
{
    void *volatile book = malloc(8);
    free(book);
    char *t = my_alloc(100);
    for (int i = 0; i < 99; i++) t[i] = 'a' + n;
    t[99] = 0;
    return t;
}
"""


@pytest.mark.slow
@pytest.mark.parametrize("watched", [0, 1], ids=["of its own", "malloc"])
def test_memory_from_an_allocator_that_nobody_watches_is_listed(small, watched):
    ended = small.run(
        """
        typedef struct pot pot;
        pot *pot_new(void);
        void pot_free(pot *p);
        char *pot_text(int n);
        void pot_text_free(char *t);
        int pot_open(pot **out);
        int pot_name(char **out);
        char *pot_long(int n);
        typedef struct { char *text; } jar;
        int jar_open(jar *jar);
        void jar_close(jar *jar);
        """,
        OWN_ALLOCATOR,
        """
        handles: {pot: {create: [pot_new, pot_open], destroy: pot_free}, jar: {create: jar_open, destroy: jar_close}}
        functions:
          jar_open: {returns: {status: {ok: 0}}}
          pot_new: {returns: {handle: pot}}
          pot_text: {params: {n: {range: [0, 9]}}, returns: {to: string, owner: caller, free: pot_text_free}}
          pot_long: {params: {n: {range: [0, 9]}}, returns: {to: string, owner: caller, free: pot_text_free}}
          pot_open: {params: {out: {out: pot}}, returns: {status: {ok: 0}}}
          pot_name: {params: {out: {out: "char *", owner: caller, free: pot_text_free}}, returns: {status: {ok: 0}}}
        """,
        flags=[f"-DWATCHED={watched}"],
        examples=10,
    )

    assert (ended.status, ended.codes) == (0, []), ended.text
    assert "what `jar_open`" not in ended.text, (
        ended.text
    )  # it lies in memory of the caller's, and needs no other
    others = " (the same: `pot_text`, `pot_long`)"
    for what, same in (
        ("`pot_new` returns", others),
        ("`pot_open` leaves in `out`", ""),
        ("`pot_name` leaves in `out`", ""),
    ):
        words = f"leaks and overflows of what {what}, which comes from no allocator that is watched{same}\n"
        assert (words in ended.text) is (not watched), ended.text


@pytest.mark.slow
@pytest.mark.parametrize("freed", ["free", "ps_text_free"])
def test_memory_that_an_earlier_call_asked_for_is_watched_where_free_frees_it(small, freed):
    """What a stack gives back was put there by another call; only `free` says that it came from the C library."""
    ended = small.run(
        """
        typedef struct ps ps;
        ps *ps_new(void);
        void ps_free(ps *p);
        void ps_push(ps *p, int n);
        char *ps_pop(ps *p);
        void ps_text_free(char *t);
        """,
        """
        #include <stdlib.h>
        struct ps { char *top; };
        ps *ps_new(void) { return calloc(1, sizeof(ps)); }
        void ps_free(ps *p) { free(p->top); free(p); }
        void ps_push(ps *p, int n) { free(p->top); p->top = calloc(1, 4); if (p->top) p->top[0] = 'a' + n; }
        char *ps_pop(ps *p) { char *t = p->top; p->top = 0; return t; }
        void ps_text_free(char *t) { free(t); }
        """,
        f"""
        handles: {{ps: {{create: ps_new, destroy: ps_free, prepare: [{{ps_push: {{n: 1}}}}]}}}}
        functions:
          ps_push: {{params: {{n: {{range: [0, 9]}}}}}}
          ps_pop: {{returns: {{to: string, nullable: true, owner: caller, free: {freed}}}}}
        """,
        examples=10,
    )

    assert (ended.status, ended.codes) == (0, []), ended.text
    words = "leaks and overflows of what `ps_pop` returns, which comes from no allocator that is watched"
    assert (words in ended.text) is (freed != "free"), ended.text


@pytest.mark.slow
def test_a_call_that_is_refused_memory_is_one_that_fails(small):
    header = "typedef struct box box; box *box_new(int *size); void box_free(box *b);"
    source = """
    #include <stdlib.h>
    struct box { int n; };
    box *box_new(int *size) { box *made = calloc(1, sizeof(box)); if (made) *size = 1; return made; }
    void box_free(box *b) { free(b); }
    """
    contract = """
    handles: {box: {create: box_new, destroy: box_free}}
    functions:
      box_new:
        params: {size: {out: int, on_failure: untouched}}
        returns: {handle: box, nullable: true, errno: set_on_failure}
        FAILS
    """
    never, refused = (
        small.run(header, source, contract.replace("FAILS", each), examples=10)
        for each in ("", "may_fail: {memory: {returns: null}}")
    )

    assert (refused.status, refused.codes) == (never.status, never.codes) == (0, []), refused.text
    for clause in ("errno: set_on_failure", "on_failure: untouched"):
        assert f"`{clause}`" in never.text, never.text
        assert f"`{clause}`" not in refused.text, refused.text
