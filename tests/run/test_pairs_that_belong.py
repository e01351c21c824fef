"""Handles of one call that belong to each other, as a function tells: a thing is taken out of the box that it is in."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import some_sequences
from tiers import full

HEADER = """\
typedef struct pb_box pb_box;
typedef struct pb_thing pb_thing;
pb_box *pb_box_new(void);
void pb_box_free(pb_box *box); /* with what is in it */
pb_thing *pb_thing_new(int weight);
void pb_thing_free(pb_thing *thing); /* which is in no box */
int pb_put(pb_box *box, pb_thing *thing); /* 0, or -1 where it is full */
void pb_take(pb_box *box, pb_thing *thing); /* which is in it, or the process ends */
pb_box *pb_box_of(const pb_thing *thing); /* NULL where it is in none */
int pb_weight(const pb_box *box);
"""
SOURCE = """\
#include "pb.h"
#include <stdlib.h>

enum { SOUND, NEAR, FORGETS, PLACES = 4 };
struct pb_thing { pb_box *box; int weight; };
struct pb_box { pb_thing *things[PLACES]; int weight; };

pb_box *pb_box_new(void) { return calloc(1, sizeof(pb_box)); }
pb_thing *pb_thing_new(int weight)
{
    pb_thing *thing = calloc(1, sizeof *thing);
    thing->weight = weight;
    return thing;
}
void pb_thing_free(pb_thing *thing) { free(thing); }
void pb_box_free(pb_box *box)
{
    for (int i = 0; box != NULL && i < PLACES; i++)
        free(box->things[i]);
    free(box);
}
int pb_put(pb_box *box, pb_thing *thing)
{
    for (int i = 0; i < PLACES; i++)
        if (box->things[i] == NULL) {
            box->things[i] = thing;
            box->weight += thing->weight;
            thing->box = box;
            return 0;
        }
    return -1;
}
void pb_take(pb_box *box, pb_thing *thing)
{
    int i = 0;
    if (thing->box != box)
        abort();
    while (box->things[i] != thing)
        i++;
    box->things[i] = NULL;
    if (VARIANT == NEAR) { /* it is counted anew, which comes to the same */
        box->weight = 0;
        for (int n = 0; n < PLACES; n++)
            box->weight += box->things[n] != NULL ? box->things[n]->weight : 0;
    } else if (VARIANT != FORGETS || i == 0)
        box->weight -= thing->weight;
    thing->box = NULL;
}
pb_box *pb_box_of(const pb_thing *thing) { return thing->box; }
int pb_weight(const pb_box *box) { return box->weight; }
"""
CONTRACT = """\
abidance: 1
boundary: pb
header: pb.h
libraries: {c: {path: libpb.so}}
handles:
  pb_box: {create: pb_box_new, destroy: pb_box_free}
  pb_thing: {create: pb_thing_new, destroy: pb_thing_free}
functions:
  pb_thing_new: {params: {weight: {range: [1, 9]}}}
  pb_put:
    params: {thing: {handle: pb_thing, owner: callee, lifetime: handle(box)}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  pb_take:
    params: {thing: {handle: pb_thing, owner: caller}}
    requires: [pb_box_of(thing) == box]
    ensures: [pb_box_of(thing) == null, pb_weight(box) < old(pb_weight(box))]
  pb_box_of: {returns: {handle: pb_box, nullable: true, owner: callee, lifetime: handle(pb_box)}}
  pb_weight:
"""
SOUND, NEAR, FORGETS = range(3)


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(FORGETS, ["ABD321"]), (NEAR, [])])
def test_it_is_taken_out_of_the_box_that_it_is_in(codes_of_sequences, variant, found):
    codes = codes_of_sequences("pb", HEADER, SOURCE, CONTRACT, "pb_box", f"-DVARIANT={variant}", least=30)

    assert codes == found


@pytest.mark.slow
@pytest.mark.parametrize("clauses", [full(""), ", parent: box"])
def test_a_call_is_made_by_itself(codes_of, clauses):
    contract = CONTRACT.replace("owner: caller}", f"owner: caller{clauses}}}")
    asked = ("pb", HEADER, SOURCE, contract, "pb_take", ("properties",))

    assert codes_of(*asked, f"-DVARIANT={SOUND}", least=30) == []


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(FORGETS, ["ABD321"]), (NEAR, [])])
def test_so_it_is_while_exploring(codes_of, monkeypatch, variant, found):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    asked = ("pb", HEADER, SOURCE, CONTRACT, "pb_box", ("explore",))

    assert codes_of(*asked, f"-DVARIANT={variant}") == found


@pytest.mark.slow
def test_most_pairs_belong_to_each_other(written, tmp_path):
    written("pb", HEADER, SOURCE, CONTRACT)
    boundary = join(load_contract(tmp_path / "pb.contract.yaml"))
    within = taken = 0
    for case in some_sequences(boundary, SequenceModel.of(boundary, "pb_box"), 200):
        boxes = {}
        for step in case.steps:
            given = {name: each.call for name, each in step.arguments.items() if name in ("box", "thing")}
            if step.function == "pb_put":
                boxes[given["thing"]] = given["box"]
            elif step.function == "pb_take":
                taken += 1
                within += boxes.pop(given["thing"], None) == given["box"]

    assert taken > 20
    assert within > taken / 2


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("pb_box_of(thing) == thing", "is compared with `null` before a call, or with a handle"),
        ("pb_box_of(thing) < box", "is compared with `null` before a call, or with a handle"),
    ],
)
def test_it_is_compared_with_such_a_handle_only(written, capsys, condition, words):
    written("pb", HEADER, SOURCE, CONTRACT.replace("pb_box_of(thing) == box", condition))

    assert main(["check", "pb.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
