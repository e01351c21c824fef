"""What is called before all else, in a compiled contract: with texts, with statuses in memory, returning pointers."""

from __future__ import annotations

import pytest
from built_contract import of_texts

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.native.target import emit

HEADER = """\
typedef void (*su_handler)(int code);
su_handler su_set_handler(su_handler handler);
const char *su_version(const char *wanted);
void su_open(const char *folder, unsigned depth, int *status);
void su_close(void);
int su_use(int n);
"""
SOURCE = """\
#include "su.h"
#include <stdlib.h>
#include <string.h>

static int ready;
static char *kept;

static void must(int lawful)
{
    if (!lawful)
        abort();
}

su_handler su_set_handler(su_handler handler)
{
    (void)handler;
    must(!ready++);
    return 0;
}

const char *su_version(const char *wanted)
{
    must(ready == 1);
    ready += !strcmp(wanted, "1.2");
    return ready == 2 ? "1.3" : 0;
}

void su_open(const char *folder, unsigned depth, int *status)
{
    must(ready == 2);
    *status = folder[0] == '/' && depth == 3 ? 0 : 7;
    if (*status == 0) {
        ready++;
        kept = strdup(folder);
    }
}

void su_close(void)
{
    must(ready == 3);
    ready = 0;
    free(kept);
}

int su_use(int n)
{
    must(ready == 3 && !strcmp(kept, "/data"));
    if (VARIANT == 2 && n == 77)
        return 5;
    if (VARIANT == 1 && n == 77) { /* what it keeps meanwhile, and asks for again */
        free(kept);
        kept = strdup("/data");
    }
    return 0;
}
"""
CALLS = '[{su_set_handler: }, {su_version: {wanted: "WANTED"}}, {su_open: {folder: /data, depth: DEPTH}}]'
CONTRACT = """\
abidance: 1
boundary: su
header: su.h
libraries: {{c: {{path: libsu.so}}}}
{setup}
functions:
  su_set_handler: {{params: {{handler: {{callback: {{lifetime: static}}, nullable: true}}}}, returns: {{opaque: true}}}}
  su_version: {{params: {{wanted: {{in: string}}}}, returns: {{to: string, lifetime: static, nullable: true}}}}
  su_open:
    params: {{folder: {{in: string}}, status: {{out: int, status: {{ok: [0], errors: {{7: no such folder}}}}}}}}
  su_close:
  su_use: {{returns: {{one_of: [0]}}}}
laws:
  it_is_as_it_was: {{given: {{n: {{in: int, range: [0, 9]}}}}, steps: ["a = su_use(n)"], ensures: ["a.result == 0"]}}
"""
ONCE = f"setup: {CALLS}"
AROUND = f"setup: {{calls: {CALLS}, around: case}}\nteardown: [{{su_close: }}]"
VARIANTS = {"sound": 0, "near": 1, "wrong": 2}


@pytest.fixture(scope="module")
def set_up(tmp_path_factory):
    """Return what compiles a contract with a setup, and links it to the library."""

    def build(setup, wanted="1.2", depth="3"):
        folder = tmp_path_factory.mktemp("su")
        contract = CONTRACT.format(setup=setup.replace("WANTED", wanted).replace("DEPTH", depth))
        return of_texts(folder, "su", HEADER, contract, SOURCE, lambda name: (f"-DVARIANT={VARIANTS[name]}",))

    return build


@pytest.mark.slow
@pytest.mark.parametrize("setup", [ONCE, AROUND], ids=["once", "around each case"])
def test_what_comes_after_it_is_judged(setup, set_up):
    built = set_up(setup)

    assert [each.reason for each in built.target.left if each.subject in ("su_use", "it_is_as_it_was")] == []
    ended = built.run("wrong", "su_use")
    assert "ABD322 su_use" in ended.stderr
    for library in ("sound", "near"):
        for entry in ("su_use", "it_is_as_it_was"):
            ended = built.run(library, entry)
            assert (library, entry, ended.returncode, ended.stderr) == (library, entry, 0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "depth"), [("1.9", "3"), ("1.2", "4")], ids=["NULL", "a status in memory"]
)
def test_nothing_is_called_where_it_fails(wanted, depth, set_up):
    ended = set_up(ONCE, wanted, depth).run("wrong", "su_use")

    assert (ended.returncode, ended.stderr) == (-6, "")


def test_one_that_makes_handles_is_left_to_run(tmp_path):
    (tmp_path / "su.h").write_text(
        "typedef struct su su; su *su_new(void); void su_free(su *); int su_use(int n);"
    )
    (tmp_path / "su.contract.yaml").write_text(
        "abidance: 1\nboundary: su\nheader: su.h\nlibraries: {c: {path: libsu.so}}\nsetup: [{su_new: }]\n"
        "handles: {su: {create: su_new, destroy: su_free}}\nfunctions: {su_new: , su_free: , su_use: }\n"
    )
    left = emit(join(load_contract(tmp_path / "su.contract.yaml"))).left
    assert {each.reason for each in left if each.subject == "su_use"} == {
        "`setup` is made in the worker: `su_new` makes handles"
    }
