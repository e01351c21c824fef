"""Success that something else tells, which is asked right after the call: a function, or `errno`."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef enum { AQ_OK, AQ_RANGE, AQ_EMPTY, AQ_FULL } aq_code;
typedef struct aq_pen aq_pen;
typedef struct aq_page aq_page;
aq_pen *aq_pen_new(int width);
void aq_pen_free(aq_pen *pen);
aq_code aq_pen_status(const aq_pen *pen);
int aq_pen_width(const aq_pen *pen);
aq_page *aq_page_new(int rows);
void aq_page_free(aq_page *page);
aq_code aq_page_status(const aq_page *page);
void aq_page_line(aq_page *page, int row);
void aq_page_undo(aq_page *page);
int aq_page_count(const aq_page *page);
int aq_page_at(aq_page *page, int place, int *row);
void aq_page_ink(aq_page *page, aq_pen *pen);
void aq_trim(aq_page *page);
void aq_page_mend(aq_page *page);
int aq_error(void);
int aq_digits(const char *text, int *sum);
const char *aq_why(void);
void aq_mark(const char *text);
long aq_number(const char *text);
"""
SOURCE = """\
#include "aq.h"
#include <errno.h>
#include <stdlib.h>
enum { NOTHING, STRANGE, MISSES, FORGETS, WRITES, LEAVES, LEAKS, SAYS, TAKES, OTHER };
struct aq_pen { int width; aq_code status; };
struct aq_page { int rows, count, at[4], ink; aq_code status; };
aq_pen *aq_pen_new(int width)
{
    aq_pen *pen = malloc(sizeof *pen);
    *pen = (aq_pen){width - (WRONG == MISSES && width == 5), width > 5 ? AQ_RANGE : AQ_OK};
    return pen;
}
void aq_pen_free(aq_pen *pen)
{
    if (WRONG != LEAKS || pen->status == AQ_OK)
        free(pen);
}
aq_code aq_pen_status(const aq_pen *pen) { return pen->status; }
int aq_pen_width(const aq_pen *pen)
{
    if (pen->status)
        abort(); /* it may not be used */
    return pen->width;
}
aq_page *aq_page_new(int rows)
{
    aq_page *page = calloc(1, sizeof *page);
    page->rows = rows;
    return page;
}
void aq_page_free(aq_page *page) { free(page); }
aq_code aq_page_status(const aq_page *page) { return page->status; }
void aq_page_line(aq_page *page, int row)
{
    if (page->status)
        return;
    if (row >= page->rows)
        page->status = WRONG == STRANGE ? 9 : AQ_RANGE;
    else if (page->count == 4)
        page->status = AQ_FULL;
    else {
        page->at[page->count] = row + (WRONG == SAYS);
        page->count += WRONG != MISSES;
    }
}
void aq_page_undo(aq_page *page)
{
    if (page->status && WRONG == FORGETS)
        page->status = AQ_OK;
    else if (!page->status && !page->count)
        page->status = AQ_EMPTY;
    else if (!page->status)
        page->count--;
}
int aq_page_count(const aq_page *page) { return page->count; }
int aq_page_at(aq_page *page, int place, int *row)
{
    if (!page->status && place >= page->count)
        page->status = AQ_RANGE;
    if (page->status) {
        if (WRONG == WRITES)
            *row = 3;
        return -1;
    }
    if (WRONG != LEAVES)
        *row = page->at[place];
    return place;
}
void aq_page_ink(aq_page *page, aq_pen *pen)
{
    if (!page->status && pen->width > 3)
        page->status = AQ_RANGE;
    if (page->status) {
        if (WRONG == TAKES)
            free(pen);
        return;
    }
    page->ink += pen->width;
    free(pen);
}
void aq_trim(aq_page *page)
{
    if (page->status)
        abort();
    page->count = 0;
}
void aq_page_mend(aq_page *page)
{
    if (!page->status)
        abort();
    page->status = AQ_OK;
}
static int last;
int aq_error(void)
{
    int told = last;
    last = 0;
    return told;
}
int aq_digits(const char *text, int *sum)
{
    for (*sum = 0; *text; text++) {
        if (*text < '0' || *text > '9') {
            last = WRONG == STRANGE ? 7 : WRONG == SAYS ? 0 : 2;
            return 0;
        }
        *sum += *text - '0';
    }
    return 1;
}
static const char *why;
const char *aq_why(void)
{
    const char *told = why;
    why = NULL;
    return told;
}
void aq_mark(const char *text)
{
    if (!*text && WRONG != SAYS)
        why = "it is empty";
}
long aq_number(const char *text)
{
    if (*text)
        return *text;
    errno = WRONG == STRANGE ? EPERM : WRONG == SAYS ? 0 : EINVAL;
    return WRONG == OTHER ? 3 : 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: aq
header: aq.h
libraries: {c: {path: libaq.so}}
handles:
  aq_pen: {create: aq_pen_new, destroy: aq_pen_free}
  aq_page:
    create: aq_page_new
    destroy: aq_page_free
    states:
      sound: {shown_by: {aq_page_status: result == AQ_OK}}
      failed: {shown_by: {aq_page_status: result != AQ_OK}}
    transitions:
      aq_page_line: &sticky {to: {failed: last_error != AQ_OK, sound: true}}
      aq_page_undo: *sticky
      aq_page_at: *sticky
      aq_page_ink: *sticky
      aq_trim: {from: sound}
      aq_page_mend: {from: failed, to: sound}
functions:
  aq_pen_new:
    params: {width: {range: [0, 9]}}
    returns:
      handle: aq_pen
      nullable: false
      status: {call: aq_pen_status(result), ok: [AQ_OK], errors: {AQ_RANGE: it is too wide}}
    ensures: [(last_error == AQ_OK) == (width <= 5), implies(last_error == AQ_OK, aq_pen_width(result) == width)]
  aq_pen_width: {returns: {range: [0, 5]}}
  aq_pen_status: {returns: {enum: closed}}
  aq_page_new: {params: {rows: {range: [0, 9]}}, returns: {handle: aq_page, nullable: false}}
  aq_page_line:
    params: {row: {range: [0, 9]}}
    returns: {status: &told {call: aq_page_status(page), ok: [AQ_OK], errors: {AQ_RANGE..AQ_FULL: it has failed}}}
    ensures: [implies(last_error == AQ_OK, aq_page_count(page) == old(aq_page_count(page)) + 1)]
  aq_page_undo:
    returns: {status: *told}
    ensures: [implies(old(aq_page_status(page)) != AQ_OK, last_error == old(aq_page_status(page)))]
  aq_page_count:
  aq_page_at:
    params: {place: {range: [0, 5]}, row: {out: int}}
    returns: {range: [-1, 5], status: *told}
    ensures: [result == (place if last_error == AQ_OK else -1)]
  aq_page_ink:
    params: {pen: {handle: aq_pen, owner: callee}}
    returns: {status: *told}
  aq_trim:
  aq_page_mend: {ensures: [aq_page_status(page) == AQ_OK]}
  aq_digits:
    params: {text: {in: string, max: 3, like: '[0-9a]{0,3}'}, sum: {out: int, on_failure: unspecified}}
    returns: {status: {call: aq_error(), ok: [0], errors: {2: it is no number}}}
    ensures: ['(last_error == 0) == matches(text, "[0-9]*")']
  aq_mark:
    params: {text: {in: string, max: 2}}
    returns: {status: {call: aq_why(), ok: [null]}}
    ensures: ['(last_error != null) == (text == "")']
  aq_number:
    params: {text: {in: string, max: 2}}
    returns: {status: {is: errno, ok: [0], errors: {EINVAL: it is empty}}}
    ensures: ['(last_error != 0) == (text == "")', implies(last_error != 0, result == 0)]
laws:
  what_was_drawn_is_there:
    given: {row: {in: int, range: [0, 5]}, rows: {in: int, range: [1, 5]}}
    steps: ["p = aq_page_new(rows)", "l = aq_page_line(p.result, row)", "a = aq_page_at(p.result, 0)"]
    ensures: [(l.last_error == AQ_OK) == (row < rows), "implies(l.last_error == AQ_OK, a.row == row)"]
"""
MEMORY = {"ABD301", "ABD311", "ABD314", "ABD341", "ABD371"}
WRONG = [
    ("aq_pen_new", "NOTHING", set()),
    ("aq_pen_new", "MISSES", {"ABD321"}),
    ("aq_pen_new", "LEAKS", {"ABD371"}),
    ("aq_page_line", "NOTHING", set()),
    ("aq_page_line", "STRANGE", {"ABD322"}),
    ("aq_page_line", "MISSES", {"ABD321"}),
    ("aq_page_at", "NOTHING", set()),
    ("aq_page_at", "WRITES", {"ABD326"}),
    ("aq_page_ink", "NOTHING", set()),
    ("aq_page_ink", "TAKES", MEMORY),
    ("aq_digits", "NOTHING", set()),
    ("aq_digits", "STRANGE", {"ABD322"}),
    full("aq_digits", "SAYS", {"ABD321"}),
    ("aq_mark", "NOTHING", set()),
    ("aq_mark", "SAYS", {"ABD321"}),
    ("aq_number", "NOTHING", set()),
    ("aq_number", "STRANGE", {"ABD322"}),
    full("aq_number", "SAYS", {"ABD321"}),
    ("aq_number", "OTHER", {"ABD321"}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong", "codes"), WRONG)
def test_success_is_what_is_told_when_it_is_asked(function, wrong, codes, codes_of):
    found = codes_of("aq", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=60)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("NOTHING", set()),
        ("FORGETS", {"ABD321", "ABD334"}),
        ("LEAVES", {"ABD325"}),
        full("MISSES", {"ABD321"}),
    ],
)
def test_a_failure_leads_to_its_state(wrong, codes, codes_of):
    """`aq_trim` ends the process on a page that has failed."""
    found = codes_of("aq", HEADER, SOURCE, CONTRACT, "aq_page", ("lifecycle",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
def test_a_state_of_failure_is_reached_for_a_single_call(codes_of):
    """`aq_page_mend` ends the process on a page that is sound."""
    assert not codes_of("aq", HEADER, SOURCE, CONTRACT, "aq_page_mend", ("properties",), "-DWRONG=NOTHING")


@pytest.mark.slow
def test_what_tells_itself_that_it_has_failed_is_destroyed_and_not_used(codes_of):
    """`aq_pen_width` ends the process on a pen that has failed, which leaks where nobody frees it."""
    assert not codes_of("aq", HEADER, SOURCE, CONTRACT, "aq_pen", ("lifecycle",), "-DWRONG=NOTHING")


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("SAYS", {"ABD376"})])
def test_laws_go_by_it(wrong, codes, codes_of):
    found = codes_of("aq", HEADER, SOURCE, CONTRACT, "what_was_drawn_is_there", ("laws",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
def test_a_finding_shows_what_was_told(findings_of):
    (found,) = findings_of("aq", HEADER, SOURCE, CONTRACT, "aq_digits", ("properties",), "-DWRONG=STRANGE")

    assert found.diagnostic.message == "`aq_error()` is 7 after `aq_digits`, not one of 0, 2"
    assert "status:" in CONTRACT.splitlines()[found.diagnostic.labels[0].span.line - 1]


def _build(folder, wrong):
    words = ["cc", "-shared", "-fPIC", "-g", f"-DWRONG={wrong}", "aq.c", "-o", "libaq.so"]
    subprocess.run(words, check=True, cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong"),
    [("aq_number", "STRANGE"), ("aq_page_line", "STRANGE"), ("aq_mark", "SAYS"), ("aq_page_at", "WRITES")],
)
def test_a_program_asks_as_well(function, wrong, written, tmp_path, capsys):
    written("aq", HEADER, SOURCE, CONTRACT)
    _build(tmp_path, wrong)
    assert main(["run", "aq.contract.yaml", "--function", function]) == 1
    again = capsys.readouterr().out.partition("abidance replay ")[2].split("`")[0]
    assert main(["replay", again, "--emit", "c"]) == 0
    (tmp_path / "again.c").write_text(capsys.readouterr().out)
    for exits, defect in ((1, wrong), (0, "NOTHING")):
        _build(tmp_path, defect)
        words = ["cc", "-Wall", "-Wextra", "-Werror", "again.c", "./libaq.so", "-o", "again"]
        subprocess.run(words, check=True, cwd=tmp_path)
        assert subprocess.run(["./again"], cwd=tmp_path, capture_output=True, check=False).returncode == exits


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("{call: aq_error(), ok", "{call: aq_errors(), ok", "did you mean `aq_error`"),
        ("{call: aq_error(), ok", "{call: aq_trim(), ok", "`aq_trim"),
        ("aq_page_status(page), ok", "aq_page_status(leaf), ok", "leaf"),
        ("{call: aq_error(), ok: [0]", "{call: aq_error(), ok: [null]", "never `null`"),
        ("{call: aq_why(), ok: [null]}", "{call: aq_why(), ok: [0]}", "of which `null` alone tells of success"),
        ("{call: aq_error(), ok", "{call: aq_error(), is: errno, ok", "exclude each other"),
        ("{call: aq_error(), ok", "{field: x, call: aq_error(), ok", "exclude each other"),
        ("range: [-1, 5], status: *told", "range: [-1, 5], status: {ok: [0]}", "exclude each other"),
        ("sum: {out: int, on", "sum: {out: int, status: {call: aq_error(), ok: [0]}, on", "and not both"),
        ("{is: errno, ok: [0], errors: {EINVAL: it is empty}}}", "{is: errno, ok: [0]}}\n    effects: [pure]",
            "must not matter"),
        ("[aq_page_status(page) == AQ_OK]}", "[aq_number('a') == 0]}",
            "only `errno` tells whether `aq_number` has succeeded"),
        ("aq_digits:\n", "aq_page_free: {returns: {status: *told}}\n  aq_digits:\n", "nobody asks about it afterwards"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("aq", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "aq.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
