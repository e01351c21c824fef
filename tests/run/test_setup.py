"""What is called before all else: once in each process, or around each test case."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.run.commands.emit_c import emit_c
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
int su_init(int level);
void su_done(void);
int su_use(int n);
static inline void su_begin(void) { su_init(2); }
static inline const char *su_named(const char *name) { return su_init(name[0] != 0) == 0 ? name : 0; }
static inline void *su_before(void *before) { su_init(1); return before; }
typedef enum { SU_NONE, SU_LOW, SU_HIGH } su_level;
static inline su_level su_set(su_level level) { return su_init(level) == 0 ? level : SU_NONE; }
"""
SOURCE = """\
#include "su.h"
#include <stdlib.h>

static int ready;

static void must(int lawful) {
    if (!lawful)
        abort();
}

int su_init(int level) {
    must(!ready);
    ready = level;
    return level > 0 ? 0 : -1;
}

void su_done(void) {
    must(ready);
    ready = 0;
}

int su_use(int n) {
    must(ready);
    return n == 77 ? 5 : 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: su
header: su.h
libraries: {{c: {{path: libsu.so}}}}
{setup}
functions:
  su_init: {{returns: {{status: {{ok: [0], errors: {{-1: no such level}}}}}}}}
  su_named: {{params: {{name: {{in: string, lifetime: static}}}}, returns: {{to: string, nullable: true}}}}
  su_before: {{params: {{before: {{opaque: true, nullable: true}}}}, returns: {{opaque: true, nullable: true}}}}
  su_set: {{returns: {{status: {{ok: [SU_LOW, SU_HIGH], errors: {{SU_NONE: no such level}}}}}}}}
  su_use: {{returns: {{one_of: [{answers}]}}}}
"""
ONCE = "setup: [{su_init: {level: 2}}]"
NAMED = "setup: [{su_set: {level: SU_HIGH}}]"
OWN = "setup: [{su_begin: }]"
TEXT = "setup: [{su_named: {name: two}}]"
OLD = "setup: [{su_before: {before: null}}]"
AROUND = "setup: {calls: [{su_init: {level: 2}}], around: case}\nteardown: [{su_done: }]"


@pytest.fixture
def used(written, tmp_path):
    """Return what judges `su_use` after a setup."""

    def judge(setup, answers="0, 5", phase="properties"):
        written("su", HEADER, SOURCE, CONTRACT.format(setup=setup, answers=answers))
        subprocess.run(["gcc", "-shared", "-fPIC", "su.c", "-o", "libsu.so"], cwd=tmp_path, check=True)
        contract = load_contract(tmp_path / "su.contract.yaml")
        with Session(Settings(tmp_path, seed=1, explore=0.2)) as session:
            (item,) = list_items(contract, Selection(functions=("su_use",), phases=(phase,)), explore=0.2)
            return session.run(contract, item, lambda _: None), session.settings

    return judge


@pytest.mark.slow
@pytest.mark.parametrize("setup", [ONCE, AROUND])
def test_it_is_made_as_often_as_the_contract_says(setup, used):
    done, _ = used(setup)
    assert (done.findings, done.reasons) == ((), ())


@pytest.mark.slow
@pytest.mark.parametrize("setup", [ONCE, NAMED, AROUND, OWN, TEXT, OLD])
def test_a_function_is_explored_after_it(setup, used):
    done, _ = used(setup, answers="0", phase="explore")
    assert [each.diagnostic.code.id for each in done.findings] == ["ABD322"]
    assert done.reasons == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setup", "lost", "codes"),
    [(ONCE, "malloc(9)", ["ABD371"]), (ONCE, "0", []), (AROUND, "malloc(9)", [])],
    ids=["made once", "sound", "made each time"],
)
def test_what_it_may_leave_behind_once_excuses_no_leak(setup, lost, codes, written, tmp_path):
    source = SOURCE.replace("    return n == 77", f"    volatile void *lost = {lost};\n    return n == 77")
    contract = CONTRACT.replace("no such level}}}}}}}}", "no such level}}}}}}, may: [memory]}}", 1)
    written("su", HEADER, source, contract.format(setup=setup, answers="0, 5"))
    subprocess.run(["gcc", "-shared", "-fPIC", "su.c", "-o", "libsu.so"], check=True)
    loaded = load_contract(tmp_path / "su.contract.yaml")
    with Session(Settings(tmp_path, seed=1, max_examples=20)) as session:
        (item,) = list_items(loaded, Selection(functions=("su_use",), phases=("properties",)))
        done = session.run(loaded, item, lambda _: None)

    assert [each.diagnostic.code.id for each in done.findings] == codes


@pytest.mark.slow
def test_nothing_is_explored_where_it_ends_the_process(used):
    done, _ = used("setup: [{su_init: {level: 1}}, {su_init: {level: 1}}]", phase="explore")
    (reason,) = done.reasons
    assert done.findings == ()
    words = "nothing of `su_use` was explored: each input ended before its first whole call (signal 6)"
    assert reason.message == words


@pytest.mark.full
@pytest.mark.parametrize("setup", [ONCE, AROUND])
def test_a_finding_shows_it_and_its_program_makes_it(setup, used, tmp_path):
    done, settings = used(setup, answers="0")

    (found,) = done.findings
    assert found.call == "su_init(2);\nsu_use(77);        // returned 5"
    (tmp_path / "case.c").write_text(emit_c(found.case, settings, "case.c"))
    command = ["gcc", "-Wall", "-Wextra", "-Werror", "case.c", "-I.", "./libsu.so", "-o", "case"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert subprocess.run(["./case"], cwd=tmp_path, check=False, capture_output=True).returncode == 1


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", "explore"])
@pytest.mark.parametrize(
    ("setup", "told"),
    [
        ("{su_init: {level: -1}}", "`su_init`, which it needs, returned -1"),
        ('{su_named: {name: ""}}', "`su_named`, which it needs, returned NULL"),
    ],
)
def test_nothing_is_judged_where_it_fails(setup, told, phase, used):
    done, _ = used(f"setup: [{setup}]", phase=phase)
    (reason,) = done.reasons
    assert (done.findings, done.gaps) == ((), ())
    assert reason.message == f"`su_use` was never called: {told}"


@pytest.mark.slow
def test_what_nobody_looks_behind_may_be_null(used):
    done, _ = used(OLD)
    assert (done.findings, done.reasons) == ((), ())


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        ("setup: [{su_start: }]", "function `su_start` is not in `su.h`"),
        ("setup: [{su_init: }]", "`level` of `su_init` has no value"),
        (
            f"{ONCE}\nteardown: [{{su_done: }}]",
            "`teardown` is never made where `setup` is made once in a process",
        ),
        ("teardown: [{su_done: }]", "`setup`"),
    ],
)
def test_what_does_not_fit_is_told(setup, said, written, tmp_path):
    written("su", HEADER, "", CONTRACT.format(setup=setup, answers="0"))
    with pytest.raises(UsageError) as error, Session(Settings(tmp_path)) as session:
        session.boundary(load_contract(tmp_path / "su.contract.yaml"))
    assert any(said in each.message for each in error.value.diagnostics), error.value.diagnostics


OWN_MEMORY = """\
#include <stdlib.h>
void ow_set_memory(void *(*give)(size_t size), void (*take_back)(void *memory));
char *ow_text(int n);
static inline void *own_give(size_t size)
{
    long *block = malloc(16 + size);
    if (block)
        *block = 12345;
    return block ? block + 2 : NULL;
}
static inline void own_take_back(void *memory)
{
    long *block = memory ? (long *)memory - 2 : NULL;
    if (block && (*block)-- != 12345)
        abort();
    free(block);
}
static inline void own_use(void) { ow_set_memory(own_give, own_take_back); }
"""
TAKES = """\
#include "ow.h"
static void *(*give_one)(size_t size) = malloc;
static void (*take_one)(void *memory) = free;
void ow_set_memory(void *(*give)(size_t size), void (*take_back)(void *memory))
{
    give_one = give;
    take_one = take_back;
}
char *ow_text(int n)
{
    char *spare = n == FREED ? malloc(8) : give_one(8), *text = give_one(4);
    if (n != KEPT)
        take_one(spare);
    text[0] = (char)n, text[1] = '\\0';
    return text;
}
"""
LASTING = """\
abidance: 1
boundary: ow
header: ow.h
libraries: {c: {path: libow.so}}
setup: [{own_use: }]
functions:
  own_use:
  ow_text: {params: {n: {range: [1, 100]}}, returns: {to: string, owner: caller, free: own_take_back}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("freed", "kept", "codes"), [(0, 0, set()), (7, 0, {"ABD301"}), (0, 7, {"ABD371"})])
def test_functions_of_the_callers_last_as_long_as_the_process(freed, kept, codes, codes_of):
    flags = (f"-DFREED={freed}", f"-DKEPT={kept}")
    found = codes_of("ow", OWN_MEMORY, TAKES, LASTING, "ow_text", ("properties",), *flags)

    assert {*found} == codes
