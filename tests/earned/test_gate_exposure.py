"""Whether callers know a record is taken from evidence; what is only presumed is said."""

from __future__ import annotations

import shutil

import pytest
from gate_builds import c_library, compared, headers, rust_library

from abidance.cli.main import main

RUST = """
#[repr(C)] pub struct Cfg { pub a: u32, pub b: u32 }
#[no_mangle] pub extern "C" fn cfg_new() -> *mut Cfg { Box::into_raw(Box::new(Cfg { a: 1, b: 2 })) }
#[no_mangle] pub extern "C" fn cfg_get(c: *const Cfg) -> u64 { unsafe { (*c).a as u64 + (*c).b as u64 } }
#[no_mangle] pub extern "C" fn cfg_free(c: *mut Cfg) { drop(unsafe { Box::from_raw(c) }) }
"""
HANDLE = """
#include <stdlib.h>
#include "lib.h"
struct p { MEMBERS };
struct p *p_new(void) { return calloc(1, sizeof(struct p)); }
void p_free(struct p *p) { free(p); }
int p_feed(struct p *p, int len, const char *text) { return len; }
"""


def both(tmp_path, build, source, before, after, **header):
    """Build a source with `before` and with `after` in it."""
    assert before in source
    return build(tmp_path / "old", source, **header), build(
        tmp_path / "new", source.replace(before, after), **header
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no rustc")
def test_a_rust_record_that_is_taken_for_private_does_not_change_in_silence(tmp_path, capsys):
    old, new = both(tmp_path, rust_library, RUST, "Cfg { pub a: u32,", "Cfg { pub a: u64,")
    assert compared(capsys, old, new)[:2] == (0, {"record-presumed-private": "risky"})
    assert compared(capsys, old, new, "--policy", "no-change")[:2] == (
        3,
        {"record-presumed-private": "unknown"},
    )
    assert compared(capsys, old, old)[:2] == (0, {})


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no rustc")
def test_a_rust_record_that_nothing_ends_is_one_that_callers_know(tmp_path, capsys):
    source = RUST.replace("cfg_free", "cfg_print")
    old, new = both(tmp_path, rust_library, source, "Cfg { pub a: u32,", "Cfg { pub a: u64,")
    code, told, _ = compared(capsys, old, new)
    assert (code, told["record-size-changed"]) == (1, "breaking")


def test_what_a_private_record_leads_to_is_said_with_it(tmp_path, capsys):
    source = "struct inner { int a; };" + HANDLE.replace("MEMBERS", "struct inner *inner;")
    old, new = both(tmp_path, c_library, source, "int a;", "int b; long a;")
    code, told, document = compared(capsys, old, new)
    assert (code, told) == (0, {"record-presumed-private": "risky"})
    assert "`struct inner` behind it changed" in document["changes"][0]["message"]


def test_a_snapshot_of_a_library_keeps_what_it_presumes(tmp_path, capsys):
    old = c_library(tmp_path / "old", HANDLE.replace("MEMBERS", "int a;"))
    new = c_library(tmp_path / "new", HANDLE.replace("MEMBERS", "long a;"))
    kept = tmp_path / "old.abi.json"
    assert main(["abi", "snapshot", str(old), "--output", str(kept)]) == 0
    assert compared(capsys, kept, new)[:2] == (0, {"record-presumed-private": "risky"})


@pytest.mark.parametrize("word", ["len", "size", "n", "count"])
def test_a_handle_is_no_array_for_the_name_of_a_parameter(tmp_path, capsys, word):
    source = HANDLE.replace("int len, ", f"int {word}, ").replace("return len", "return 0")
    old = c_library(tmp_path / "old", source.replace("MEMBERS", "long z; int a;"))
    new = c_library(tmp_path / "new", source.replace("MEMBERS", "int a; int more; long z;"))
    code, told, _ = compared(capsys, old, new)
    assert (code, told) == (0, {"record-presumed-private": "risky"})


def test_what_has_no_maker_is_an_array_or_what_callers_bring(tmp_path, capsys):
    source = "struct p { MEMBERS };\nint p_sum(const struct p *p, int n) { return p[n - 1].a; }\n"
    old = c_library(tmp_path / "old", source.replace("MEMBERS", "int a;"))
    new = c_library(tmp_path / "new", source.replace("MEMBERS", "int a; int b;"))
    code, told, _ = compared(capsys, old, new)
    assert (code, told) == (1, {"record-size-changed": "breaking"})


def test_what_is_given_back_with_its_number_is_an_array(tmp_path, capsys):
    source = HANDLE.replace("p_free(struct p *p)", "p_free(struct p *p, int n)")
    old = c_library(tmp_path / "old", source.replace("MEMBERS", "int a;"))
    new = c_library(tmp_path / "new", source.replace("MEMBERS", "int a; int b;"))
    assert compared(capsys, old, new)[1]["record-size-changed"] == "breaking"


IN_HEADER = """\
struct p { MEMBERS };
struct p *p_new(void);
void p_free(struct p *);
int p_feed(struct p *, int, const char *);
"""
USED = HANDLE.replace("struct p { MEMBERS };\n", "")


def in_header(folder, members, more=""):
    header = IN_HEADER.replace("MEMBERS", members) + more
    return c_library(folder, USED, header=f"#pragma once\n{header}")


@pytest.mark.slow
def test_a_handle_that_a_header_may_show_is_not_judged_without_it(tmp_path, capsys):
    old, new = in_header(tmp_path / "old", "int a; int b;"), in_header(tmp_path / "new", "int b; int a;")
    code, told, _ = compared(capsys, old, new)
    assert (code, {*told.values()}) == (3, {"unknown"})
    assert compared(capsys, old, new, *headers(old, new))[0] == 1


def test_a_handle_may_grow_at_its_end(tmp_path, capsys):
    old, new = in_header(tmp_path / "old", "int a;"), in_header(tmp_path / "new", "int a; long b;")
    assert compared(capsys, old, new)[0] == 0


PROJECT = """\
abidance: 1
boundary: p
header: lib.h
libraries: {c: {path: lib.so}}
"""
FED = (
    PROJECT
    + """\
functions:
  p_feed:
    params: {p: {handle: p}, len: {range: [0, 9]}, text: {in: string}}
handles: {p: {type: struct p, create: p_new, destroy: p_free}}
"""
)
UNSAID = PROJECT + "functions: {p_level: {}}\n"
GROWS = """\
struct p { MEMBERS };
struct p *p_new(void);
void p_free(struct p *p);
int p_feed(struct p *p, int len, const char *text);
int p_init(struct p *p);
int p_level(void);
"""


@pytest.mark.parametrize(("text", "status"), [(FED, 0), (UNSAID, 1)], ids=["said", "not said"])
def test_handles_of_the_contract_decide(tmp_path, capsys, monkeypatch, text, status):
    monkeypatch.delenv("CI", raising=False)
    contract = tmp_path / "p.contract.yaml"
    contract.write_text(text)
    (tmp_path / "lib.h").write_text(GROWS.replace("MEMBERS", "int a;"))
    assert main(["abi", "accept", str(contract), "--no-build"]) == 0
    (tmp_path / "lib.h").write_text(GROWS.replace("MEMBERS", "int a; int b;"))
    assert main(["abi", "check", str(contract), "--no-build"]) == status, capsys.readouterr().out


@pytest.mark.parametrize(
    ("types", "after", "status"),
    [
        ("types: {struct io: {guarded_by: iSerial}}", "int iSerial; int a; int b;", 0),
        ("types: {struct io: {guarded_by: iSerial}}", "int iSerial; int b; int a;", 1),
        ("", "int iSerial; int a; int b;", 1),
    ],
    ids=["grown", "moved", "not guarded"],
)
def test_a_record_that_a_member_guards_may_grow_at_its_end(
    tmp_path, capsys, monkeypatch, types, after, status
):
    monkeypatch.delenv("CI", raising=False)
    contract = tmp_path / "io.contract.yaml"
    contract.write_text(PROJECT + f"functions: {{io_level: {{}}}}\n{types}\n")
    header = tmp_path / "lib.h"
    header.write_text(
        "struct io { int iSerial; int a; };\nint io_use(const struct io *io); int io_level(void);\n"
    )
    assert main(["abi", "accept", str(contract), "--no-build"]) == 0
    header.write_text(f"struct io {{ {after} }};\nint io_use(const struct io *io); int io_level(void);\n")
    assert main(["abi", "check", str(contract), "--no-build"]) == status, capsys.readouterr().out


def test_two_pointers_in_an_array_are_two_pointers_in_a_record(tmp_path, capsys):
    old = tmp_path / "old.h"
    new = tmp_path / "new.h"
    old.write_text("struct t { void *queue[2]; int a; };\nint t_use(struct t *t);\n")
    new.write_text(
        "struct q { struct q *next; struct q *prev; };\nstruct t { struct q queue; int a; };\nint t_use(struct t *t);\n"
    )
    assert compared(capsys, old, new)[:2] == (0, {"record-field-type-changed": "risky"})
    new.write_text(
        "struct q { void *next; long prev; };\nstruct t { struct q queue; int a; };\nint t_use(struct t *t);\n"
    )
    assert compared(capsys, old, new)[0] == 1


def test_a_guard_is_a_member_of_its_record(tmp_path, capsys, monkeypatch):
    (tmp_path / "lib.h").write_text("struct io { int iSerial; };\nint io_use(const struct io *io);\n")
    contract = tmp_path / "io.contract.yaml"
    contract.write_text(
        PROJECT
        + "functions: {io_use: {params: {io: {in: struct io}}}}\ntypes: {struct io: {guarded_by: iVersion}}\n"
    )
    assert main(["check", str(contract)]) == 2
    assert "`iVersion`" in capsys.readouterr().out


KEPT_IN = """
#include <stdlib.h>
#include "lib.h"
int calls_new(struct calls **out) { *out = calloc(1, sizeof **out); return 0; }
void calls_free(struct calls *c) { free(c); }
void calls_add(struct calls *c, int n) { c->a = n; }
struct host *host_new(struct calls *c) { struct host *h = calloc(1, sizeof *h); h->calls = *c; return h; }
void host_feed(struct host *h) { h->calls.a++; }
"""
FREED = "void host_free(struct host *h) { free(h); }\n"


@pytest.mark.parametrize(("host", "status"), [(FREED, 3), ("", 1)], ids=["a handle", "none"])
def test_a_handle_in_another_handle_is_no_member_that_callers_see(tmp_path, capsys, host, status):
    """As the callbacks of a session are copied into it; of a record that nothing ends, callers may have one."""
    old, new = (
        c_library(
            tmp_path / name,
            KEPT_IN + host,
            header=f"struct calls {{ {members} }};\nstruct host {{ int n; struct calls calls; }};\n",
        )
        for name, members in (("old", "int a; int b;"), ("new", "long b; int a;"))
    )
    assert compared(capsys, old, new)[0] == status


LENT = {
    "returned": "node *node_find(int n) { return 0; }\nint node_n(node *f) { return f->n; }\n",
    "in a record of callers": "int tree_fill(tree *t) { return t->first->n; }\n",
}


@pytest.mark.parametrize("how", LENT)
@pytest.mark.parametrize(
    ("apart", "status"), [(True, 3), (False, 1)], ids=["named elsewhere", "named beside it"]
)
def test_what_callers_know_by_its_name_alone_is_not_judged_without_a_header(
    tmp_path, capsys, how, apart, status
):
    """A public header says `typedef struct node node;`, and another one defines it."""
    name = "typedef struct node node;\ntypedef struct tree { node *first; } tree;\n"
    source = f'#include "lib.h"\n{LENT[how]}'
    old, new = (
        c_library(
            tmp_path / side,
            (name if apart else "") + source,
            header=("" if apart else name) + f"struct node {{ {members} }};\n",
        )
        for side, members in (("old", "int m; int n;"), ("new", "int n; int m;"))
    )
    assert compared(capsys, old, new)[0] == status
