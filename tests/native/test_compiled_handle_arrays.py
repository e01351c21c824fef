"""Handles in arrays, in a compiled contract: given, left in the caller's memory and in the library's."""

from __future__ import annotations

import random
import sys

import pytest
from built_contract import made, of_family, of_texts
from native_twins import ROOT

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.boundary.model.values import Earlier
from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.native.shown_calls import read
from abidance.native.target import emit
from tiers import depth

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
import test_arrays_of_handles_left as librarys  # noqa: E402 - they lie with the sources
import test_arrays_taken_on_failure as taken  # noqa: E402
from subjects import VARIANTS  # noqa: E402

FOUND = {
    "handle_arrays": {"ar_put_all": "", "ar_item": "", "ar_box": "", "ar_ready": "ABD321 ar_ready"},
    "handles_left": {
        "hl_cut": "ABD322 hl_cut",
        "hl_items": "ABD322 hl_items",
        "fd": "",
    },
}


@pytest.fixture(scope="module", params=FOUND)
def arrays(request, tmp_path_factory):
    family = request.param
    built = of_family(tmp_path_factory.mktemp(family), family, VARIANTS.index)
    assert built.target.left == ()
    built.family = family
    return built


@pytest.mark.slow
def test_one_that_is_lost_or_left_twice_is_found(arrays):
    told = {entry: arrays.run("wrong", entry, 60_000, 1) for entry in FOUND[arrays.family]}

    assert {entry for entry, ended in told.items() if ended.returncode == 0} == set()
    assert {
        entry: ended.stderr[:400]
        for entry, ended in told.items()
        if FOUND[arrays.family][entry] not in ended.stderr
    } == {}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_those_that_are_kept_account_of_are_left_alone(library, arrays):
    for entry in arrays.target.entries:
        ended = arrays.run(library, entry, 5000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_a_sequence_that_is_made_is_one_that_a_run_may_make(arrays):
    for handle in arrays.boundary.handles:
        model = SequenceModel.of(arrays.boundary, handle)
        wanted = made(sequences(arrays.boundary, model, FilterLog()))
        encoded, again = arrays.again("sound", handle, wanted)

        assert len(encoded) * 2 > len(wanted)
        assert all(is_lawful(arrays.boundary, case) for case in again)
        given = [each for case in again for step in case.steps for each in step.arguments.values()]
        several = any(isinstance(each, list) and each for each in given)
        left = any(isinstance(each, Earlier) and "[" in each.path for each in given)
        assert several or left or handle == "hl_box"


@pytest.mark.slow
def test_whatever_the_bytes_are_no_call_is_made_that_a_run_would_not_make(arrays):
    source = random.Random(3)  # noqa: S311 - bytes to begin with
    files = [arrays.folder / f"bytes{number}" for number in range(depth(250))]
    for file in files:
        file.write_bytes(
            bytes(source.choice((source.randrange(256), source.randrange(4))) for _ in range(160))
        )
    for entry in arrays.target.entries:
        shown = arrays.run("sound", entry, *files, ABIDANCE_SHOW="1").stdout
        found = [text for text in shown.split('{"begin"')[1:] if '"function"' in text]
        made_of = [read(arrays.boundary, entry, '{"begin"' + text).case for text in found]

        assert made_of
        assert [case for case in made_of if not is_lawful(arrays.boundary, case)] == []


def built_of(module, folder, names, contract):
    flags = lambda name: (f"-DVARIANT={name}", "-w")  # noqa: E731
    return of_texts(folder, names, module.HEADER, contract, module.SOURCE, flags)


@pytest.fixture(scope="module")
def of_the_library(tmp_path_factory):
    return built_of(librarys, tmp_path_factory.mktemp("dv"), "dv", librarys.CONTRACT)


@pytest.mark.slow
def test_what_lasts_as_long_as_its_array_is_left_to_run(of_the_library):
    assert {each.subject: each.reason for each in of_the_library.target.left} == {
        "dv_list": "handles that last as long as the array `list` that has them"
    }


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "words"), [("TWICE", "ABD322 dv_fakes"), ("NULLS", "ABD322 dv_fakes")])
def test_a_wrong_one_in_an_array_of_the_library_is_found(variant, words, of_the_library):
    ended = of_the_library.run(variant, "dv_fakes")

    assert ended.returncode != 0
    assert words in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["SOUND", "NEAR"])
def test_right_ones_in_an_array_of_the_library_are_left_alone(variant, of_the_library):
    for entry in of_the_library.target.entries:
        ended = of_the_library.run(variant, entry, 5000, 3)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.fixture(scope="module", params=["CONTRACT", "LEFT"])
def taken_over(request, tmp_path_factory):
    return request.param, built_of(taken, tmp_path_factory.mktemp("ay"), "ay", getattr(taken, request.param))


@pytest.mark.slow
def test_what_a_failed_call_takes_is_gone(taken_over):
    contract, built = taken_over
    assert built.target.left == ()
    wrong = {"CONTRACT": {"LOSES", "KEEPS"}, "LEFT": {"SOUND", "LOSES"}}[contract]
    for variant in ("SOUND", "LOSES", "KEEPS"):
        ended = built.run(variant, "ay_shape_of")
        assert (variant, ended.returncode != 0) == (variant, variant in wrong), ended.stderr


HEADER = """\
#include <stddef.h>
typedef struct hm_thing hm_thing;
hm_thing *hm_new(int weight);
void hm_free(hm_thing *thing);
int hm_weight(const hm_thing *thing);
int hm_all(hm_thing *const *things);                                     /* up to NULL */
int hm_weighed(hm_thing *const *things, const unsigned char *times, size_t n);     /* as many of both */
int hm_some(hm_thing *const *things, size_t n);                          /* NULL among them; NULL for none */
"""
STRICT = """\
#include "hm.h"
#include <stdlib.h>
struct hm_thing { int weight; };
static void must(int lawful) { if (!lawful) abort(); }
hm_thing *hm_new(int weight)
{
    hm_thing *thing = calloc(1, sizeof *thing);
    thing->weight = weight;
    return thing;
}
void hm_free(hm_thing *thing) { free(thing); }
int hm_weight(const hm_thing *thing) { return thing->weight; }
static void apart(hm_thing *const *things, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            must(!things[i] || things[i] != things[j]);
}
int hm_all(hm_thing *const *things)
{
    int sum = 0;
    size_t n = 0;
    for (; things[n]; n++)
        sum += things[n]->weight;
    apart(things, n);
    return DEFECT == 1 && n == 3 ? -1 : sum;
}
int hm_weighed(hm_thing *const *things, const unsigned char *times, size_t n)
{
    int sum = 0;
    apart(things, n);
    for (size_t i = 0; i < n; i++)
        sum += times[i] * things[i]->weight;
    return DEFECT == 2 && n > 1 && times[1] == 3 ? -1 : sum;
}
int hm_some(hm_thing *const *things, size_t n)
{
    int some = 0;
    must((n == 0) >= !things);
    apart(things, n);
    for (size_t i = 0; i < n; i++)
        some += things[i] != NULL;
    return DEFECT == 3 && some == 1 && n == 2 ? 9 : some;
}
"""
CONTRACT = """\
abidance: 1
boundary: hm
header: hm.h
libraries: {c: {path: libhm.so}}
handles:
  hm_thing: {create: hm_new, destroy: hm_free}
functions:
  hm_new: {params: {weight: {range: [0, 9]}}}
  hm_free:
  hm_weight: {returns: {range: [0, 9]}}
  hm_all: {params: {things: {in: array, ended_by: null, of: {handle: hm_thing}}}, returns: {range: [0, 99]}}
  hm_weighed:
    params:
      times: {in: array, length: n}
      things: {in: array, length: n, of: {handle: hm_thing}}
    returns: {range: [0, 9999]}
  hm_some:
    params: {things: {in: array, length: n, nullable: n == 0, of: {handle: hm_thing, nullable: true}}}
    returns: {range: [0, 4]}
"""


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hm")
    built = of_texts(folder, "hm", HEADER, CONTRACT, STRICT, lambda name: (f"-DDEFECT={name}",))
    assert built.target.left == ()
    return built


@pytest.mark.slow
def test_a_library_that_ends_where_it_is_given_anything_else_is_left_alone(strict):
    for entry in strict.target.entries:
        ended = strict.run("0", entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
@pytest.mark.parametrize(("defect", "entry"), [("1", "hm_all"), ("2", "hm_weighed"), ("3", "hm_some")])
def test_what_one_of_several_shows_is_found(defect, entry, strict):
    assert strict.run(defect, entry).returncode != 0


@pytest.mark.slow
def test_cases_of_all_kinds_of_arrays_are_shown_as_a_run_makes_them(strict):
    source = random.Random(5)  # noqa: S311 - bytes to begin with
    files = [strict.folder / f"bytes{number}" for number in range(100)]
    for file in files:
        file.write_bytes(bytes(source.randrange(256) for _ in range(160)))
    for entry in strict.target.entries:
        shown = strict.run("0", entry, *files, ABIDANCE_SHOW="1").stdout
        found = [text for text in shown.split('{"begin"')[1:] if '"function"' in text]
        cases = [read(strict.boundary, entry, '{"begin"' + text).case for text in found]
        assert [case for case in cases if not is_lawful(strict.boundary, case)] == []


RECORDS = """\
abidance: 1
boundary: hr
header: hr.h
libraries: {c: {path: libhr.so}}
types: {hr_slot: {fields: {device: {handle: hr_device}}}}
handles: {hr_device: {create: hr_open, destroy: hr_close}}
functions:
  hr_poll: {params: {slots: {inout: array, length: n}, n: {range: [0, 4]}}}
  hr_one: {params: {slot: {in: hr_slot}}}
"""


def test_handles_in_records_are_for_run_also_where_the_records_are_in_an_array(tmp_path):
    """Which of them a call was given could not be told from what a target shows of it."""
    (tmp_path / "hr.h").write_text(
        "typedef struct hr_device hr_device;\ntypedef struct hr_slot { hr_device *device; int told; } hr_slot;\n"
        "hr_device *hr_open(void);\nvoid hr_close(hr_device *device);\n"
        "int hr_poll(hr_slot *slots, int n);\nint hr_one(const hr_slot *slot);\n"
    )
    (tmp_path / "hr.contract.yaml").write_text(RECORDS)

    left = emit(join(load_contract(tmp_path / "hr.contract.yaml"))).left

    assert {each.subject for each in left} == {"hr_poll", "hr_one"}
    assert {each.reason for each in left} == {"`device` is a handle in a record"}
