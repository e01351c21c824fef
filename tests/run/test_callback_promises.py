"""What a library calls back with, how often, where and when: what a contract forbids is found, all else is not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from families import found_in, spared_in

from abidance.cli.main import main
from tiers import full, sample

COUNT, DATA, ARGUMENT, THREAD, LATE, PROMISE = (f"ABD34{n}" for n in range(1, 7))
DEFECTS = {
    "bk_pieces": ARGUMENT,
    "bk_each": COUNT,
    "bk_find": DATA,
    "bk_notes": "ABD321",
    "bk_tail": ARGUMENT,
    "bk_once": COUNT,
    "bk_words": ARGUMENT,
    "bk_colors": ARGUMENT,
    "bk_flags": ARGUMENT,
    "bk_weigh": PROMISE,
    "bk_aside": THREAD,
    "bk_drive": COUNT,
    "bk_table": COUNT,
    "bk_fresh": "ABD327",
    "bk_last": LATE,
    "bk_samples": ARGUMENT,
    "bk_blocks": ARGUMENT,
    "bk_rows": ARGUMENT,
    "bk_split": ARGUMENT,
    "bk_hub_put": DATA,
    "bk_hub_ask": LATE,
}
KEPT = """\
typedef struct kp_hooks { int (*ask)(void *mine); } kp_hooks;
typedef struct kp_box kp_box;
kp_box *kp_new(const kp_hooks *with);
int kp_ask(kp_box *box, int times);
void kp_free(kp_box *box);
"""
KEEPING = """\
#include "kept.h"
#include <stdlib.h>
struct kp_box { kp_hooks with; };
kp_box *kp_new(const kp_hooks *with) {
    kp_box *box = malloc(sizeof *box);
    if (box) box->with = *with;
    return box;
}
int kp_ask(kp_box *box, int times) {
    int sum = 0;
    while (times-- > 0) sum += box->with.ask(NULL);
    return sum;
}
void kp_free(kp_box *box) { free(box); }
"""
KEPT_CONTRACT = """\
abidance: 1
boundary: kept
header: kept.h
libraries:
  c: {command: [gcc, -shared, -fPIC, -g, kept.c, -o, libkept.so], artifact: libkept.so}
builds: [release]
types: {kp_hooks: {fields: {ask: {callback: {returns: {one_of: [0, 1]}}}}}}
handles: {kp_box: {create: kp_new, destroy: kp_free}}
functions:
  kp_new: {params: {with: {in: kp_hooks}}, returns: {nullable: true}}
  kp_ask: {params: {times: {range: [0, 3]}}}
"""
SANITIZED = ("bk_pieces", "bk_words", "bk_aside", "bk_hub_ask")
SILENT = ("bk_loose", "bk_watch", "bk_hub_new", "bk_hub_free")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS, ("wrong",)))
def test_a_broken_promise_about_a_callback_is_found(function, build, code, judge):
    found, reasons = judge("callbacks", function, build, seed=1, examples=30)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("function", SANITIZED)
def test_it_is_found_under_a_sanitizer_as_well(function, judge):
    found, _ = judge("callbacks", function, "wrong_asan", seed=1, examples=20)

    assert DEFECTS[function] in [finding.diagnostic.code.id for finding in found]


@pytest.mark.parametrize(
    ("function", "build"),
    spared_in(DEFECTS, *SILENT, wrong=("wrong",), builds=("sound", "near", "near_asan")),
)
def test_lawful_calls_back_are_no_finding(function, build, judge):
    assert judge("callbacks", function, build, seed=2, examples=20) == ([], [])


@pytest.mark.slow
def test_the_smallest_call_has_the_callback_as_a_function(judge):
    (found,), _ = judge("callbacks", "bk_drive", "wrong", seed=1, examples=20)

    *functions, call = found.call.splitlines()
    assert functions[0] == "static int step(void *self, uint32_t index) { return 1; }"
    assert functions[1] == "static void done(void *self) { }"
    assert call.startswith("bk_drive(&ops, 1);")
    assert found.diagnostic.message == "`bk_drive` called `ops.done` never, not once"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("bk_samples", "a pointer 2 bytes past a multiple of 4 as `samples`, not one that is aligned to 4"),
        ("bk_blocks", "a pointer 16 bytes past a multiple of 32 as `block`, not one that is aligned to 32"),
    ],
)
def test_a_pointer_out_of_step_is_told_by_how_much(function, words, judge):
    (found,), _ = judge("callbacks", function, "wrong", seed=1, examples=20)

    assert found.diagnostic.message.endswith(words)


@pytest.mark.slow
def test_the_contract_line_of_the_callback_is_shown(judge):
    (found,), _ = judge("callbacks", "bk_weigh", "wrong", seed=1, examples=20)

    contract = (judge.folder / "callbacks.contract.yaml").read_text().splitlines()
    assert "ensures: [weight <= 1" in contract[found.diagnostic.span.line - 1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "function",
    sample(
        ["bk_each", "bk_find", "bk_tail", "bk_aside", "bk_hub_ask", "bk_weigh"],
        keep=["bk_hub_ask"],
    ),
)
def test_the_emitted_program_calls_back_as_the_library_did(
    function, built, tmp_path, monkeypatch, capsys, execute
):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong", "--function", function, "--seed", "1", "--max-examples", "20"]
    main(["run", str(built / "callbacks.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    assert main(["replay", case]) == 1
    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert execute("callbacks_wrong") == 1
    assert execute("callbacks_sound") == 0


@pytest.mark.full
def test_a_late_call_is_one_finding_wherever_it_is_seen(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("kept.h").write_text(KEPT)
    Path("kept.c").write_text(KEEPING)
    contract = Path("kept.contract.yaml")
    contract.write_text(KEPT_CONTRACT)

    def run():
        status = main(
            ["run", contract.name, "--seed", "1", "--max-examples", "20", "--format=json=report.json"]
        )
        return status, json.loads(Path("report.json").read_text())["findings"]

    status, (found,) = run()
    assert (status, found["code"], found["function"]) == (1, LATE, "kp_ask")
    assert main(["run", contract.name, "--phase", "lifecycle", "--format=json=report.json"]) == 1
    (found,) = json.loads(Path("report.json").read_text())["findings"]
    assert "kp_box *box = kp_new(&with);" in found["call"]
    contract.write_text(KEPT_CONTRACT.replace("callback: {", "callback: {lifetime: handle(kp_box), "))
    assert run() == (0, [])


@pytest.mark.full
def test_callbacks_of_many_types_are_told_apart(tmp_path, monkeypatch):
    """Each type has 64 functions: the 65th callback of a call is another than the first, though of its type."""
    monkeypatch.chdir(tmp_path)
    names = [f"f{number}" for number in range(70)]
    fields = " ".join(f"int (*{name})({'int' if n % 2 else 'long'} n);" for n, name in enumerate(names))
    called = " + ".join(f"t->{name}({number})" for number, name in enumerate(names))
    promised = ", ".join(f"{name}: {{callback: {{calls: 1, returns: {{range: [0, 9]}}}}}}" for name in names)
    Path("t.h").write_text(f"typedef struct t_many {{ {fields} }} t_many;\nint t_all(const t_many *t);\n")
    Path("t.c").write_text(f'#include "t.h"\nint t_all(const t_many *t) {{ return {called}; }}\n')
    Path("t.contract.yaml").write_text(f"""\
abidance: 1
boundary: t
header: t.h
libraries:
  c: {{command: [gcc, -shared, -fPIC, -g, t.c, -o, libt.so], artifact: libt.so}}
builds: [release]
types: {{t_many: {{fields: {{{promised}}}}}}}
functions: {{t_all: {{params: {{t: {{in: t_many}}}}}}}}
""")

    assert main(["run", "t.contract.yaml", "--max-examples", "5"]) == 0


@pytest.mark.slow
def test_a_call_that_calls_back_what_its_handle_was_given_is_made_once_at_a_time(judge):
    found, reasons = judge("callbacks", "bk_hub", "sound", seed=3, phases=("lifecycle",), examples=40)

    assert (found, reasons) == ([], [])


@pytest.mark.slow
@pytest.mark.parametrize(("function", "code"), [("bk_rows", "ABD343"), full("bk_split", "ABD343")])
def test_exploring_looks_at_lists_as_well(function, code, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    found, _ = judge("callbacks", function, "wrong", seed=1, phases=("explore",))

    assert code in {finding.diagnostic.code.id for finding in found}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["near", full("sound")])
@pytest.mark.parametrize("function", ["bk_rows", full("bk_split")])
def test_exploring_leaves_lists_alone_that_are_sound(function, library, judge, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")

    assert judge("callbacks", function, library, seed=1, phases=("explore",)) == ([], [])
