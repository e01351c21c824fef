"""What contract and header say, as far as they can be read: promises as they are written, and what crosses."""

from __future__ import annotations

import pytest

from abidance.evidence.reading import read_facts

HEADER = """\
#include <stddef.h>
typedef struct box box;
typedef struct { const char *name; size_t length; } label;
typedef int (*visit)(const char *word, void *context);
box *box_new(size_t room);
int box_put(box *into, const label *what, int count);
char *box_text(const box *from);
size_t box_copy(const box *from, char *out, size_t room);
int box_each(box *from, visit call, void *context);
void box_keep(box *into, char *memory);
void box_delete(box *gone);
void box_forgotten(void *anything);
"""
CONTRACT = """\
abidance: 1
boundary: box
header: box.h
prefix: box_
libraries:
  c: {path: libbox.so}
handles:
  box: {create: box_new, destroy: box_delete}
types:
  label: {fields: {name: {to: bytes, length: length, nullable: length == 0}}}
functions:
  box_new:
    returns: {handle: box}
  box_put:
    summary: Puts a label in.
    params:
      into: {handle: box}
      what: {in: label}
    requires: [count > 0]
    ensures:
      - result >= 0
    rejects:
      - {when: {count: 0}, returns: -1}
    effects: [no_alloc]
    cost:
      p99: 500 ns
  box_text:
    params: {from: {handle: box}}
    returns: {to: string, owner: caller, free: free}
  box_copy:
    params:
      from: {handle: box}
      out: {out: bytes, capacity: room, length: result}
  box_each:
    params:
      from: {handle: box}
      call: {callback: {calls: 0.., params: {word: {to: string}}, returns: {range: [0, 1]}}, user_data: context}
  box_keep:
    params:
      into: {handle: box}
      memory: {in: string, owner: callee}
  box_delete:
    params: {gone: {handle: box}}
laws:
  putting_is_counted:
    given: {b: {in: box}}
    steps: ["x = box_put(b)"]
    ensures: [x.result >= 0]
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    folder = tmp_path_factory.mktemp("box")
    (folder / "box.h").write_text(HEADER)
    (folder / "box.contract.yaml").write_text(CONTRACT)
    facts, unread = read_facts(folder / "box.contract.yaml")
    assert unread == ()
    return facts


def crossing(box, name, place):
    function = next(each for each in box.functions if each.name == name)
    return next(each for each in function.crossings if each.place == place)


def test_promises_stand_as_they_are_written(box):
    put = next(each for each in box.functions if each.name == "box_put")

    assert [(each.kind, each.text) for each in put.promises] == [
        ("requires", "count > 0"),
        ("param", "into: {handle: box}"),
        ("param", "what: {in: label}"),
        ("ensures", "result >= 0"),
        ("rejects", "{when: {count: 0}, returns: -1}"),
        ("effect", "no_alloc"),
        ("cost", "p99: 500 ns"),
    ]
    assert put.declaration == "int box_put(box *into, const label *what, int count);"
    assert (put.summary, put.is_promised) == ("Puts a label in.", True)


def test_what_a_pointer_leads_to_crosses_as_well(box):
    name = crossing(box, "box_put", "what.name")

    assert (name.kind, name.of, name.direction) == ("pointer", "bytes", "in")
    assert (name.length, name.nullable) == ("length", "length == 0")


def test_memory_that_changes_hands_says_to_whom_and_who_frees_it(box):
    text, memory = crossing(box, "box_text", "result"), crossing(box, "box_keep", "memory")

    assert (text.transfers, text.direction, text.free) == (True, "out", "free")
    assert (memory.transfers, memory.direction, memory.alloc, memory.free) == (True, "in", "malloc", "free")
    assert not crossing(box, "box_copy", "out").transfers


def test_so_does_a_handle_that_is_made_or_ended(box):
    made, ended = crossing(box, "box_new", "result"), crossing(box, "box_delete", "gone")

    assert (made.kind, made.transfers, made.free) == ("handle", True, "box_delete")
    assert (ended.transfers, ended.direction) == (True, "in")
    assert not crossing(box, "box_put", "into").transfers


def test_room_that_is_written_says_how_much(box):
    out = crossing(box, "box_copy", "out")

    assert (out.direction, out.capacity, out.length) == ("out", "room", "result")


def test_callbacks_cross_with_what_is_handed_back_to_them(box):
    assert crossing(box, "box_each", "call").kind == "callback"
    assert crossing(box, "box_each", "context").kind == "user data"


def test_handles_and_laws_know_their_functions(box):
    (handle,) = box.handles
    (law,) = box.laws

    assert (handle.creates, handle.destroy) == (("box_new",), "box_delete")
    assert "box_put" in handle.functions
    assert (law.functions, [each.text for each in law.promises]) == (("box_put",), ["x.result >= 0"])


def test_what_the_contract_leaves_out_is_listed(box):
    assert box.outside == ("box_forgotten",)


@pytest.mark.unit
def test_a_contract_that_cannot_be_read_says_why(tmp_path):
    path = tmp_path / "b.contract.yaml"
    path.write_text("abidance: 1\nboundry: b\n")

    facts, unread = read_facts(path)

    assert facts is None
    assert any("boundry" in each.message for each in unread)
