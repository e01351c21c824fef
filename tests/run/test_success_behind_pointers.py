"""Success that a field tells of what the library has allocated: behind what a call returns, or a handle it is given."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef enum { SB_OK, SB_RANGE, SB_FULL } sb_code;
typedef struct sb_squares { int n; sb_code status; int *items; } sb_squares;
typedef struct sb_link { struct { short err; const char *words; } told; void *own; } sb_link;
sb_squares *sb_squares_of(int n);
void sb_squares_free(sb_squares *of);
sb_link *sb_connect(int port);
void sb_close(sb_link *link);
int sb_port(const sb_link *link);
int sb_send(sb_link *link, int byte);
int sb_sent(const sb_link *link, int *count);
void sb_reset(sb_link *link);
"""
SOURCE = """\
#include "sb.h"
#include <stdlib.h>
enum { NOTHING, STRANGE, LEAKS, SAYS, MISSES, FORGETS, WRITES };
struct own { int port, sent; };
sb_squares *sb_squares_of(int n)
{
    sb_squares *of = calloc(1, sizeof *of);
    if (n > 5) {
        of->status = WRONG == STRANGE ? 9 : WRONG == SAYS ? SB_OK : SB_RANGE;
        of->n = WRONG == SAYS ? 0 : 1 << 20; /* nobody looks */
        return of;
    }
    of->n = n;
    of->items = malloc(n * sizeof *of->items + 1);
    for (int i = 0; i < n; i++)
        of->items[i] = i * i + (WRONG == MISSES && i == 3);
    return of;
}
void sb_squares_free(sb_squares *of)
{
    if (of->status && WRONG == LEAKS)
        return;
    free(of->items);
    free(of);
}
sb_link *sb_connect(int port)
{
    if (port == 7)
        return NULL;
    sb_link *link = calloc(1, sizeof *link);
    struct own *own = calloc(1, sizeof *own);
    own->port = port;
    link->own = own;
    link->told.err = port > 5 ? WRONG == STRANGE ? 9 : SB_RANGE : SB_OK;
    return link;
}
void sb_close(sb_link *link)
{
    if (link->told.err == SB_RANGE && WRONG == LEAKS)
        return;
    free(link->own);
    free(link);
}
int sb_port(const sb_link *link)
{
    if (link->told.err == SB_RANGE)
        abort(); /* it may not be used */
    return ((struct own *)link->own)->port;
}
int sb_send(sb_link *link, int byte)
{
    struct own *own = link->own;
    if (!link->told.err && own->sent == 3)
        link->told.err = WRONG == STRANGE ? -1 : SB_FULL;
    if (link->told.err)
        return -1;
    own->sent += WRONG != MISSES;
    return byte;
}
int sb_sent(const sb_link *link, int *count)
{
    if (link->told.err) {
        if (WRONG == WRITES)
            *count = 1;
        return 0;
    }
    *count = ((struct own *)link->own)->sent;
    return 1;
}
void sb_reset(sb_link *link)
{
    if (!link->told.err)
        abort();
    ((struct own *)link->own)->sent = 0;
    if (WRONG != FORGETS)
        link->told.err = SB_OK;
}
"""
CONTRACT = """\
abidance: 1
boundary: sb
header: sb.h
libraries: {c: {path: libsb.so}}
types:
  sb_squares: {fields: {items: {to: array, length: n}}}
handles:
  sb_link:
    create: sb_connect
    destroy: sb_close
    states: [sound, full]
    transitions:
      sb_send: {to: {full: last_error != SB_OK, sound: true}}
      sb_reset: {from: full, to: sound}
functions:
  sb_squares_of:
    params: {n: {range: [0, 9]}}
    returns:
      to: sb_squares
      owner: caller
      free: sb_squares_free
      status: {field: status, ok: [SB_OK], errors: {SB_RANGE: it is too large}}
    ensures:
      - (last_error == SB_OK) == (n <= 5)
      - implies(last_error == SB_OK, all(result.items[i] == i * i for i in range(n)) and result.n == n)
  sb_connect:
    params: {port: {range: [0, 9]}}
    returns: {handle: sb_link, nullable: true, status: {field: told.err, ok: [SB_OK], errors: {SB_RANGE: no such}}}
    ensures: [implies(result != null, (last_error == SB_OK) == (port <= 5))]
  sb_port: {returns: {range: [0, 5]}}
  sb_send:
    params:
      link: {handle: sb_link, status: &told {field: told.err, ok: [SB_OK], errors: {SB_FULL: it is full}}}
      byte: {range: [0, 9]}
    ensures: [result == (byte if last_error == SB_OK else -1)]
  sb_sent: {params: {link: {handle: sb_link, status: *told}, count: {out: int}}}
  sb_reset:
laws:
  what_was_sent_is_counted:
    given: {byte: {in: int, range: [0, 9]}, n: {in: int, range: [1, 3]}}
    steps: ["c = sb_connect(3)", "s = sb_send(c.result, byte) n times", "t = sb_sent(c.result)"]
    ensures: [s.last_error == SB_OK, t.count == n]
"""
CLOSED = "sb_close: {params: {link: {handle: sb_link, status: *told}}}\n  sb_reset:\n"
WRONG = [
    ("sb_squares_of", "NOTHING", set()),
    ("sb_squares_of", "STRANGE", {"ABD322"}),
    ("sb_squares_of", "SAYS", {"ABD321", "ABD322"}),
    ("sb_squares_of", "MISSES", {"ABD321"}),
    ("sb_squares_of", "LEAKS", {"ABD371"}),
    ("sb_connect", "NOTHING", set()),
    ("sb_connect", "STRANGE", {"ABD322"}),
    ("sb_connect", "LEAKS", {"ABD371"}),
    ("sb_sent", "NOTHING", set()),
]


@pytest.mark.slow
@pytest.mark.parametrize(("function", "wrong", "codes"), WRONG)
def test_success_is_what_stands_there(function, wrong, codes, codes_of):
    found = codes_of("sb", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=60)

    assert {*found} <= codes
    assert bool(found) == bool(codes)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ("NOTHING", set()),
        ("STRANGE", {"ABD322"}),
        full("WRITES", {"ABD326"}),
        ("FORGETS", {"ABD301", "ABD321", "ABD334"}),
    ],
)
def test_sequences_go_by_it(wrong, codes, codes_of):
    """`sb_port` ends the process on a link that was not made, and `sb_reset` on one that has not failed."""
    found = codes_of("sb", HEADER, SOURCE, CONTRACT, "sb_link", ("lifecycle",), f"-DWRONG={wrong}")

    assert {*found} <= codes
    assert bool(found) == bool(codes) or wrong == "FORGETS"


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [("NOTHING", set()), ("MISSES", {"ABD376"})])
def test_laws_go_by_it(wrong, codes, codes_of):
    found = codes_of(
        "sb", HEADER, SOURCE, CONTRACT, "what_was_sent_is_counted", ("laws",), f"-DWRONG={wrong}"
    )

    assert {*found} == codes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong", "codes"),
    [
        ("sb_squares_of", "NOTHING", set()),
        ("sb_squares_of", "STRANGE", {"ABD322"}),
        full("sb_squares_of", "MISSES", {"ABD321"}),
        ("sb_link", "NOTHING", set()),
        ("sb_link", "STRANGE", {"ABD322"}),
    ],
)
def test_exploring_goes_by_it(function, wrong, codes, codes_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")

    found = codes_of("sb", HEADER, SOURCE, CONTRACT, function, ("explore",), f"-DWRONG={wrong}")

    assert {*found} == codes


@pytest.mark.slow
def test_a_finding_shows_what_was_told(findings_of):
    (found,) = findings_of("sb", HEADER, SOURCE, CONTRACT, "sb_connect", ("properties",), "-DWRONG=STRANGE")

    assert found.diagnostic.message == "`result.told.err` is 9 after `sb_connect`, not one of SB_OK, SB_RANGE"


def _build(folder, wrong):
    words = ["cc", "-shared", "-fPIC", "-g", f"-DWRONG={wrong}", "sb.c", "-o", "libsb.so"]
    subprocess.run(words, check=True, cwd=folder)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "wrong"),
    [("sb_squares_of", "STRANGE"), ("sb_connect", "STRANGE")],
)
def test_a_program_looks_there_as_well(function, wrong, written, tmp_path, capsys):
    written("sb", HEADER, SOURCE, CONTRACT)
    _build(tmp_path, wrong)
    assert main(["run", "sb.contract.yaml", "--function", function]) == 1
    again = capsys.readouterr().out.partition("abidance replay ")[2].split("`")[0]
    assert main(["replay", again, "--emit", "c"]) == 0
    (tmp_path / "again.c").write_text(capsys.readouterr().out)
    for exits, defect in ((1, wrong), (0, "NOTHING")):
        _build(tmp_path, defect)
        words = ["cc", "-Wall", "-Wextra", "-Werror", "again.c", "./libsb.so", "-o", "again"]
        subprocess.run(words, check=True, cwd=tmp_path)
        assert subprocess.run(["./again"], cwd=tmp_path, capture_output=True, check=False).returncode == exits


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        ("{field: status, ok", "{field: statu, ok", "`result` has no such field"),
        ("{field: status, ok: [SB_OK]", "{field: items, ok: [SB_OK]", "of which `null` alone tells of success"),
        ("sb_reset:\n", CLOSED, "may end `link`"),
        ("sb_port: {returns: {range", "sb_port: {returns: {status: {field: x, ok: [0]}, range", "leads to none"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("sb", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "sb.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
