"""A run in shares: every item is in one of them, and together they come to what one run comes to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import abidance
from abidance.cli.main import main
from abidance.core.events import ItemId
from abidance.core.span import Span
from abidance.run.engine.items import Item
from abidance.run.engine.partition import shares
from abidance.run.inputs.selection import parse_partition

QUICK = ("--seed=1", "--max-examples=10")
HEADER = "int wrong(int x);\nint sound(int x);\nint again(int x);\nint never(int x);\n"
SOURCE = """\
#include "subject.h"
int wrong(int x) { return x == 3 ? 4 : x; }
int sound(int x) { return x; }
int again(int x) { return x == 3 ? 4 : x; }
int never(int x) { return -1; }
"""
PROMISES = """\
suppressions:
- {code: ABD321, subject: again, reason: known}
- {code: ABD321, subject: sound, reason: none}
functions:
  wrong: {params: {x: {range: [0, 9]}}, ensures: [result == x]}
  sound: {params: {x: {range: [0, 9]}}, ensures: [result == x]}
  again: {params: {x: {range: [0, 9]}}, ensures: [result == x]}
  never:
    params: {x: {range: [0, 9]}}
    returns: {status: {ok: [0], errors: {-1: no}}}
    ensures: ["implies(result == 0, x > 3)"]
"""


@pytest.fixture
def run(written, capsys):
    """Return what runs `abidance` and returns its exit status and what it printed."""
    written(
        "subject",
        HEADER,
        SOURCE,
        "abidance: 1\nboundary: subject\nheader: subject.h\n"
        "libraries: {c: {path: libsubject.so}, other: {path: libsubject.so}}\n" + PROMISES,
    )
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", "libsubject.so", "subject.c"], check=True)

    def call(*words):
        code = main([*map(str, words)])
        return code, capsys.readouterr().out

    return call


@pytest.fixture
def judged(run):
    """Run each share of a contract, and return the names of the documents."""

    def call(count, *words, contract="subject.contract.yaml"):
        for number in range(1, count + 1):
            which = f"--partition={number}/{count}"
            run("run", contract, *QUICK, which, "--format=json", f"--output={number}.json", *words)
        return [f"{number}.json" for number in range(1, count + 1)]

    return call


def without_times(text):
    document = json.loads(text)
    for each in (*document["items"], *document["effort"]):
        del each["seconds"]
    return document


@pytest.mark.slow
def test_the_shares_come_to_what_one_run_comes_to(run, judged):
    alone = run("run", "subject.contract.yaml", *QUICK, "--format=json")
    files = judged(3)
    together = run("merge", *reversed(files), "--format=json")
    assert together[0] == alone[0] == 1
    assert without_times(together[1]) == without_times(alone[1])
    documents = [json.loads(Path(file).read_text()) for file in files]
    assert all(document["partition"]["count"] == 3 for document in documents)
    ids = [
        (item["function"], item["phase"], item["library"])
        for document in documents
        for item in document["items"]
        if item["phase"] != "suppressions"
    ]
    assert len(ids) == len(set(ids)) == len(without_times(alone[1])["items"]) - 1


@pytest.mark.slow
def test_what_is_missing_was_not_judged_and_is_named(run, judged):
    first, _, last = judged(3)
    code, out = run("merge", first, last, "--format=json")
    document = json.loads(out)
    assert code == 1  # what was found stays found
    (reason,) = {json.dumps(reason) for item in document["items"] for reason in item["reasons"]}
    assert json.loads(reason)["code"] == "ABD026"
    assert json.loads(reason)["message"].startswith("partition 2 of 3 is missing: ")
    left = [item for item in document["items"] if item["reasons"]]
    assert {item["outcome"] for item in left} == {"errored"}


@pytest.mark.slow
def test_documents_of_different_runs_are_no_verdict(run, judged):
    one, two = judged(2, "--function=never", "--phase=header")
    contract = Path("subject.contract.yaml")
    assert run("merge", one, two)[0] == 0
    code, out = run("merge", one, two, one)
    assert code == 3
    assert "partition 1 of 2 is in `1.json` and again in `1.json`" in out
    contract.write_text(contract.read_text() + "# another state\n")
    run(
        "run",
        contract,
        "--partition=2/2",
        "--function=never",
        "--phase=header",
        "--format=json",
        "--output=2.json",
    )
    code, out = run("merge", one, two)
    assert code == 3
    assert "are of different runs of `subject`: the contract or its header differ" in out
    run(
        "run",
        contract,
        "--partition=1/3",
        "--function=never",
        "--phase=header",
        "--format=json",
        "--output=3.json",
    )
    assert "`3.json` has partition 1 of 3, and `2.json` partition 2 of 2" in run("merge", two, "3.json")[1]
    run(
        "run",
        contract,
        "--partition=1/2",
        "--function=wrong",
        "--phase=header",
        "--format=json",
        "--output=1.json",
    )
    code, out = run("merge", one, two)
    assert "their options select different items" in out
    document = json.loads(Path(two).read_text())
    Path(two).write_text(json.dumps({**document, "abidance": "0.0.1"}))
    code, out = run("merge", two)
    assert code == 3
    assert "`2.json` was written by abidance 0.0.1, and this is" in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is no document of `abidance run`"),
        ("[]", "is no document of `abidance run`"),
        ('{"abidance": "VERSION", "partition": null}', "has a whole run"),
        ('{"abidance": "VERSION", "partition": {"digest": "", "events": []}}', "is damaged"),
        ('{"abidance": "VERSION", "partition": 3}', "is damaged"),
    ],
)
@pytest.mark.unit
def test_what_is_no_partition_is_refused(tmp_path, capsys, text, words):
    file = tmp_path / "x.json"
    file.write_text(text.replace("VERSION", abidance.__version__))
    assert main(["merge", str(file)]) == 2
    assert words in "".join(capsys.readouterr())
    assert main(["merge", str(tmp_path / "gone.json")]) == 2


@pytest.mark.slow
def test_a_share_without_items_has_nothing_to_judge_and_is_no_error(run, judged):
    files = judged(8, "--function=sound", "--phase=header")
    codes = [json.loads(Path(file).read_text())["exit_code"] for file in files]
    assert codes == [0] * 8
    assert sum(bool(json.loads(Path(file).read_text())["items"]) for file in files) == 1
    assert run("merge", *files)[0] == 0


@pytest.mark.parametrize("text", ["", "2", "0/2", "3/2", "1/", "/2", "a/b", "1/2/3", "-1/2", "1/99999"])
@pytest.mark.unit
def test_what_is_no_share_is_refused(text):
    with pytest.raises(ValueError, match="is no share"):
        parse_partition(text)


def items(functions, places=(("c", "release"), ("c", "asan")), boundary="b"):
    phases = ("examples", "properties", "rejects")
    span = Span.at(Path("x"), 1)
    ids = [ItemId(boundary, function, "header") for function in functions]
    ids += [
        ItemId(boundary, function, phase, *place)
        for place in places
        for function in functions
        for phase in phases
    ]
    return [Item(each, span) for each in ids]


@pytest.mark.parametrize("count", [1, 2, 3, 8, 100])
@pytest.mark.unit
def test_shares_are_as_large(count):
    many = items([f"f{number}" for number in range(20)])
    placed = shares(many, count)
    sizes = [
        sum(share == number and bool(item.id.library) for item, share in zip(many, placed, strict=True))
        for number in range(1, count + 1)
    ]
    assert sum(sizes) == 120
    assert max(sizes) - min(sizes) <= 1
    assert set(placed) <= set(range(1, count + 1))


@pytest.mark.unit
def test_an_item_more_moves_few_others():
    names = [f"f{number}" for number in range(20)]
    before = dict(zip([item.id for item in items(names)], shares(items(names), 8), strict=True))
    more = items(["a", *names])
    after = dict(zip([item.id for item in more], shares(more, 8), strict=True))
    moved = [item for item in before if item.library and before[item] != after[item]]
    assert len(moved) <= 6 * 8  # six items more: as many from each share to the next


@pytest.mark.unit
def test_contracts_of_one_item_do_not_all_go_to_one_machine():
    used = {shares(items(["f"], (("c", "release"),), f"boundary_{number}"), 8)[-1] for number in range(40)}
    assert len(used) > 4


@pytest.mark.unit
def test_nothing_is_shared_among_many():
    assert shares([], 8) == ()
