"""`abidance drop-in`: the verdict on libraries that replace another, and what it rests on."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.events import ItemFinished
from abidance.replacement.judging import Replacement, score
from abidance.replacement.model import Area, AreaStanding
from abidance.run.engine.items import comparisons
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct { int sum; unsigned count; } totals;
size_t text_trim(const char *text, size_t length);
int text_add(totals *into, int number);
unsigned text_version(void);
"""
CONTRACT = """\
abidance: 1
boundary: text
header: text.h
prefix: text_
libraries:
  c: {path: libc.so}
  next: {path: libnext.so}
functions:
  text_trim:
    params: {text: {in: bytes, length: length}, length: {range: [0, 12]}}
    ensures: [result <= length]
  text_add:
    params: {into: {inout: totals}, number: {range: [0, 1000]}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
    requires: [into.sum < 100000, into.sum >= 0]
  text_version:
equivalence:
  except:
    text_version: each has its own
"""
SOUND = """\
#include "text.h"
size_t text_trim(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\\t'))
        length--;
    return length;
}
int text_add(totals *into, int number)
{
    if (into->count == 4294967295u)
        return -1;
    into->sum += number;
    into->count++;
    return 0;
}
unsigned text_version(void) { return 1; }
"""
LOOP = "while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\\t'))\n        length--;"
ANOTHER = SOUND.replace(
    LOOP,
    "for (; length > 0; length--)\n"
    "        if (text[length - 1] != ' ' && text[length - 1] != '\\t')\n"
    "            break;",
).replace("return 1;", "return 2;")
VERSIONS = {
    "sound": ANOTHER,
    "keeps tabs": ANOTHER.replace(" && text[length - 1] != '\\t'", ""),
    "ends the process": ANOTHER.replace(
        "    into->sum += number;", "    if (number == 1000) __builtin_trap();"
    ),
    "breaks what both promise": ANOTHER.replace("    return length;\n}", "    return length + 20;\n}"),
    "lacks a function": ANOTHER.replace(
        "unsigned text_version", '__attribute__((visibility("hidden"))) unsigned text_version'
    ),
}
FLAGS = ("-shared", "-fPIC", "-O1", "-g")


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """Lay out a contract with the library that is to be replaced and another."""

    def lay(source, contract=CONTRACT, old=SOUND, flags=FLAGS):
        for name, text in (("c", old), ("next", source)):
            (tmp_path / f"{name}.c").write_text(text)
            words = ["gcc", *flags, f"{name}.c", "-o", f"lib{name}.so"]
            subprocess.run(words, cwd=tmp_path, check=True)
        (tmp_path / "text.contract.yaml").write_text(contract)
        return tmp_path

    (tmp_path / "text.h").write_text(HEADER)
    monkeypatch.chdir(tmp_path)
    return lay


def judged(capsys, *more):
    words = ("--explore", "0", "--max-examples", "30", "--seed", "1", "--format", "json", *more)
    code = main(["drop-in", "text.contract.yaml", "--from", "c", "--to", "next", *words])
    document = json.loads(capsys.readouterr().out)
    return code, document, {each["area"]: each["standing"] for each in document["areas"]}


@pytest.mark.full
def test_a_sound_rewrite_is_a_drop_in_but_for_what_may_differ(pair, capsys):
    pair(ANOTHER)

    code, document, areas = judged(capsys)

    assert code == 0
    assert document["words"] == "drop-in but for answers"
    assert {name for name, standing in areas.items() if standing != "same"} == {"answers", "threads", "costs"}
    assert areas["costs"] == "not asked"
    (answers,) = (each for each in document["areas"] if each["area"] == "answers")
    assert "not compared: `text_version`" in answers["words"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "standing"), [(FLAGS, "same"), ((*FLAGS, "-g0"), "not judged")], ids=["with -g", "without"]
)
def test_layouts_are_judged_where_the_new_library_has_debug_information(flags, standing, pair, capsys):
    pair(ANOTHER, flags=flags)

    code, document, areas = judged(capsys, "--function", "text_trim")

    assert areas["layouts and calls"] == standing
    assert (code == 3) == (standing == "not judged")
    (area,) = (each for each in document["areas"] if each["area"] == "layouts and calls")
    assert ("no debug information" in "".join(area["words"])) == (standing == "not judged")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("declared", "other", "standing"),
    [
        ("size_t length", "unsigned long long length", "same"),  # only other source would notice
        ("const char *text", "char *text", "but for"),  # it may write to what callers pass
        ("size_t length", "unsigned length", "differs"),
    ],
)
def test_types_count_as_programs_with_the_same_header_meet_them(declared, other, standing, pair, capsys):
    header = HEADER.replace(declared, other)
    pair(ANOTHER.replace('#include "text.h"\n', header).replace(declared, other))

    _, _, areas = judged(capsys, "--function", "text_version")

    assert areas["layouts and calls"] == standing


PAIRS = """\
typedef struct { int a, b; } whole;
int text_sum(const whole *of, int more);
int text_total(const whole *of, TYPE more);
"""
PAIRS_IN_RUST = """\
#[repr(C)] pub struct whole { _nothing: [u8; 0] }
#[no_mangle] pub unsafe extern "C" fn text_sum(of: *const whole, more: i32) -> i32 { *(of as *const i32) + more }
#[no_mangle] pub unsafe extern "C" fn text_total(of: *const whole, more: i32) -> i32 { *(of as *const i32) + more }
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("rustc") is None, reason="there is no rustc")
@pytest.mark.parametrize(("type_", "standing"), [("int", "same"), ("unsigned", "not judged")])
def test_what_rust_merges_and_passes_on_is_what_the_header_says(
    type_, standing, tmp_path, monkeypatch, capsys
):
    """LLVM describes one of two functions of equal code; only where both are declared alike is the other known."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.h").write_text(PAIRS.replace("TYPE", type_))
    bodies = PAIRS.replace("more);", "more) { return of->a + more; }").replace("TYPE", type_)
    (tmp_path / "c.c").write_text(bodies)
    (tmp_path / "next.rs").write_text(PAIRS_IN_RUST)
    subprocess.run(["gcc", *FLAGS, "c.c", "-o", "libc.so"], check=True)
    words = ["-g", "-O", "-Awarnings", "--crate-type", "cdylib", "next.rs", "-o", "libnext.so"]
    subprocess.run(["rustc", *words], check=True)
    contract, _, _ = CONTRACT.partition("functions:")
    (tmp_path / "text.contract.yaml").write_text(
        contract + "functions:\n  text_sum: {params: {of: {in: whole}, more: {range: [0, 1]}}}\n"
    )

    _, _, areas = judged(capsys, "--function", "text_sum")

    assert areas["layouts and calls"] == standing


@pytest.mark.parametrize(
    ("version", "area"),
    [
        full("keeps tabs", "answers"),
        full("ends the process", "crashes and exits"),
        full("breaks what both promise", "promises"),
        full("lacks a function", "linking"),
    ],
)
def test_each_difference_decides_its_area_and_has_a_program(version, area, pair, capsys, tmp_path):
    folder = pair(VERSIONS[version])

    code, document, areas = judged(capsys, "--programs", "differences")

    assert code == 1
    assert document["verdict"] == "differs"
    assert areas[area] == "differs"
    told = [each["code"] for each in (*document["abi"]["changes"], *document["abi"]["findings"])]
    assert ("ABD493" in told) == (area == "linking")
    assert "ABD501" not in told  # what is gone is told once
    programs = sorted((folder / "differences").glob("*.c"))
    assert bool(programs) == (area != "linking")
    for program in programs if area == "answers" else ():
        for library, status in (("next", 1), ("c", 0)):
            words = ["gcc", "-I.", str(program), "-o", "show", f"./lib{library}.so", "-Wl,-rpath,."]
            subprocess.run(words, check=True)
            assert subprocess.run(["./show"], check=False, capture_output=True).returncode == status


@pytest.mark.full
def test_what_the_old_library_does_as_well_is_not_held_against_the_new_one(pair, capsys):
    both = SOUND.replace("    return length;\n}", "    return length + 20;\n}")
    pair(both, old=both)

    code, document, areas = judged(capsys)

    assert (code, areas["promises"]) == (0, "same")
    (promises,) = (each for each in document["areas"] if each["area"] == "promises")
    assert [each["code"] for each in promises["shared"]] == ["ABD321"]


@pytest.mark.slow
def test_an_interrupted_run_tells_what_it_has_found_and_calls_nothing_the_same(pair):
    folder = pair(VERSIONS["keeps tabs"])
    asked = Replacement(folder / "text.contract.yaml", "c", "next", functions=("text_trim",))

    def stop(event):
        if isinstance(event, ItemFinished) and event.item.phase == "equivalence":
            raise KeyboardInterrupt

    card = score(asked, Settings(folder, max_examples=10, explore=0, seed=1), stop)

    standings = {each.area: each.standing for each in card.areas}
    assert standings[Area.LINKING] == standings[Area.LAYOUTS] == AreaStanding.SAME
    assert standings[Area.PROMISES] == standings[Area.ENDINGS] == AreaStanding.UNKNOWN
    assert standings[Area.ANSWERS] == AreaStanding.DIFFERS
    assert standings[Area.THREADS] == AreaStanding.NOT_ASKED
    assert (card.verdict, card.exit_code) == ("not a drop-in: answers (asked of `text_trim` alone)", 1)


SLOW = ANOTHER.replace(
    "    if (into->count ==",
    "    for (volatile int spin = 0; number == 1000 && spin < 10000000; spin++);\n    if (into->count ==",
)


@pytest.mark.full
@pytest.mark.parametrize(("old", "new", "standing"), [(SOUND, SLOW, "differs"), (SLOW, SOUND, "not asked")])
def test_a_call_that_is_slow_out_of_proportion_is_held_against_the_library_that_is(
    old, new, standing, pair, capsys
):
    pair(new, old=old)

    code, document, areas = judged(capsys)

    (costs,) = (each for each in document["areas"] if each["area"] == "costs")
    said = "costs too much in `text_add`" if new is SLOW else "1 fault of `c` alone: `text_add`"
    assert (areas["costs"], areas["answers"]) == (standing, "but for")
    assert said in costs["words"]
    assert (code == 1) is (new is SLOW)


@pytest.mark.unit
def test_a_library_that_is_given_with_its_file_keeps_its_place(tmp_path):
    (tmp_path / "text.h").write_text(HEADER)
    (tmp_path / "text.contract.yaml").write_text(CONTRACT)
    contract = load_contract(tmp_path / "text.contract.yaml")
    given = (("mine", tmp_path / "libmine.so"),)

    def compared(*names):
        return [pair for pair, _ in comparisons(contract, Selection(names, given))]

    assert compared("c", "mine") == ["c=mine"]
    assert compared("mine", "c") == ["mine=c"]
    assert compared("next", "mine", "c") == ["next=mine", "next=c"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--from", "c", "--to", "nxt"), "`text` has no library `nxt`"),
        (("--from", "c", "--to", "c"), "`--from` and `--to` both name `c`"),
        (("--from", "c", "--to", "x=lost.so"), "there is no file `lost.so` for library `x`"),
    ],
)
@pytest.mark.unit
def test_a_library_that_is_not_there_is_an_error(words, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.h").write_text(HEADER)
    (tmp_path / "text.contract.yaml").write_text(CONTRACT)

    assert main(["drop-in", "text.contract.yaml", *words]) == 2
    assert message in capsys.readouterr().err
