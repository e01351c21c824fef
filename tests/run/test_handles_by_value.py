"""Handles that are records, passed by value: values that are counted, pictures of the caller's, nodes of a tree."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
#include <stdint.h>

typedef enum { BV_NONE, BV_NUMBER, BV_LIST } bv_kind;
typedef struct { uint8_t kind; uint8_t pad; int size; union { struct bv_list *list; double number; } u; } bv;
/* All functions but bv_kind_of, bv_copy and bv_length take what they are given. */
bv bv_number(double number);
bv bv_list(void);
bv bv_copy(bv value);
void bv_free(bv value);
bv_kind bv_kind_of(bv value);
int bv_length(bv list);
bv bv_append(bv list, bv value);
bv bv_get(bv list, int at);

typedef struct { int width, height; unsigned char *bytes; } pic;
pic pic_blank(int width, int height);
pic pic_copy(pic picture);
int pic_at(pic picture, int x, int y);
void pic_set(pic *picture, int x, int y, int value);
int pic_crop(pic *picture, int width, int height);
void pic_free(pic picture);

static inline int pic_width(pic picture) { return picture.width; }
static inline int pic_height(const pic *picture) { return picture->height; }

typedef struct tr tr;
typedef struct { const tr *tree; int at; } tr_node;
typedef struct { tr *tree; int *path; int depth; } tr_walk;
tr *tr_new(int size);
void tr_end(tr *tree);
tr_node tr_root(const tr *tree);
tr_node tr_child(tr_node node, int number);
tr_node tr_sibling(tr_node node);
int tr_label(tr_node node);
tr_walk tr_walk_new(tr_node node);
int tr_walk_down(tr_walk *walk);
int tr_walk_depth(const tr_walk *walk);
void tr_walk_end(tr_walk *walk);
"""
SOURCE = r"""
#include "bv.h"
#include <stdlib.h>
#include <string.h>

enum {
    SOUND, NEAR, LEAKS, FREES_TWICE, KEEPS, FORGETS_COPY, COPIES_ALIAS, CROPS_BACK, WALKS_AWAY, CHILD_OUTSIDE,
    MISCOUNTS, TRANSPOSES, COUNTS_UP,
};
struct bv_list { int references, length, room; bv *values; };

bv bv_number(double number) { bv v = {.kind = BV_NUMBER, .u.number = number}; return v; }
bv bv_list(void)
{
    bv v = {.kind = BV_LIST};
    v.u.list = calloc(1, sizeof *v.u.list);
    v.u.list->references = 1;
    return v;
}
bv bv_copy(bv value)
{
    if (value.kind == BV_LIST && VARIANT != FORGETS_COPY) value.u.list->references++;
    return value;
}
void bv_free(bv value)
{
    if (value.kind != BV_LIST || --value.u.list->references > 0) return;
    for (int i = 0; i < value.u.list->length; i++) bv_free(value.u.list->values[i]);
    free(value.u.list->values);
    free(value.u.list);
}
bv_kind bv_kind_of(bv value) { return value.kind; }
int bv_length(bv list) { return list.u.list->length + (VARIANT == COUNTS_UP && list.u.list->length > 1); }
bv bv_append(bv list, bv value)
{
    struct bv_list *l = list.u.list;
    if (l->references > 1) {
        bv other = bv_list();
        for (int i = 0; i < l->length; i++) other = bv_append(other, bv_copy(l->values[i]));
        if (VARIANT != LEAKS) bv_free(list);
        list = other;
        l = list.u.list;
    }
    if (l->length == l->room) {
        l->room = VARIANT == NEAR ? l->room + 1 : 2 * l->room + 1;
        l->values = realloc(l->values, l->room * sizeof *l->values);
    }
    l->values[l->length++] = value;
    if (VARIANT == MISCOUNTS && value.kind == BV_LIST) bv_free(l->values[--l->length]);
    if (VARIANT == FREES_TWICE && l->length > 2) bv_free(bv_copy(value)), bv_free(value);
    return list;
}
bv bv_get(bv list, int at)
{
    bv none = {.kind = BV_NONE};
    bv found = at < list.u.list->length ? bv_copy(list.u.list->values[at]) : none;
    if (VARIANT != KEEPS) bv_free(list);
    return found;
}

pic pic_blank(int width, int height)
{
    pic p = {VARIANT == TRANSPOSES ? height : width, height, calloc(width, height)};
    return p;
}
pic pic_copy(pic picture)
{
    pic p = picture;
    if (VARIANT != COPIES_ALIAS || p.width < 3) {
        p.bytes = malloc(p.width * p.height);
        memcpy(p.bytes, picture.bytes, p.width * p.height);
    }
    return p;
}
int pic_at(pic picture, int x, int y) { return picture.bytes[y * picture.width + x]; }
void pic_set(pic *picture, int x, int y, int value) { picture->bytes[y * picture->width + x] = value; }
int pic_crop(pic *picture, int width, int height)
{
    if (width > picture->width || height > picture->height) return -1;
    unsigned char *bytes = malloc(width * height);
    for (int y = 0; y < height; y++) memcpy(bytes + y * width, picture->bytes + y * picture->width, width);
    free(picture->bytes);
    if (VARIANT != CROPS_BACK) picture->bytes = bytes;
    else free(bytes);
    picture->width = width;
    picture->height = height;
    return 0;
}
void pic_free(pic picture) { free(picture.bytes); }

struct tr { int size; int *labels; unsigned magic; };
tr *tr_new(int size)
{
    tr *t = malloc(sizeof *t);
    t->size = size;
    t->magic = 0xbeef;
    t->labels = malloc(size * sizeof *t->labels);
    for (int i = 0; i < size; i++) t->labels[i] = i;
    return t;
}
void tr_end(tr *tree)
{
    tree->magic = 0;
    free(tree->labels);
    free(tree);
}
tr_node tr_root(const tr *tree) { tr_node n = {tree, 0}; return n; }
tr_node tr_child(tr_node node, int number)
{
    int at = 2 * node.at + 1 + number;
    tr_node child = {node.tree, at < node.tree->size || VARIANT == CHILD_OUTSIDE ? at : node.at};
    return child;
}
tr_node tr_sibling(tr_node node)
{
    if (node.tree->magic != 0xbeef) abort();
    node.at = node.at + 1 < node.tree->size ? node.at + 1 : node.at;
    return node;
}
int tr_label(tr_node node) { return node.at < node.tree->size ? node.tree->labels[node.at] : -1; }
tr_walk tr_walk_new(tr_node node)
{
    tr_walk w = {(tr *)node.tree, malloc(4 * sizeof(int)), 0};
    w.path[0] = node.at;
    return w;
}
int tr_walk_down(tr_walk *walk)
{
    tr_node at = {walk->tree, walk->path[walk->depth]};
    if (walk->depth + 1 == 4 && VARIANT != WALKS_AWAY) return 0;
    walk->path[++walk->depth] = tr_child(at, 0).at;
    return 1;
}
int tr_walk_depth(const tr_walk *walk)
{
    if (walk->tree->magic != 0xbeef) abort(); /* the tree is gone */
    return walk->depth;
}
void tr_walk_end(tr_walk *walk) { free(walk->path); walk->path = NULL; }
"""
CONTRACT = """\
abidance: 1
boundary: bv
header: bv.h
libraries: {c: {path: libbv.so}}
handles:
  bv: {create: [bv_number, bv_list, bv_copy, bv_append, bv_get], destroy: bv_free}
  pic: {create: [pic_blank, pic_copy], destroy: pic_free}
  tr: {create: tr_new, destroy: tr_end}
  tr_node: {create: [tr_root, tr_child, tr_sibling]}
  tr_walk: {create: tr_walk_new, destroy: tr_walk_end}
functions:
  bv_number: {ensures: [bv_kind_of(result) == BV_NUMBER]}
  bv_list: {ensures: [bv_length(result) == 0]}
  bv_copy: {ensures: [bv_kind_of(result) == bv_kind_of(value)]}
  bv_free:
  bv_kind_of: {returns: {enum: closed}}
  bv_length: {requires: [bv_kind_of(list) == BV_LIST]}
  bv_append:
    params: {list: {handle: bv, owner: callee}, value: {handle: bv, owner: callee}}
    requires: [bv_kind_of(list) == BV_LIST]
    ensures: [bv_length(result) == old(bv_length(list)) + 1]
  bv_get:
    params: {list: {handle: bv, owner: callee}, at: {range: [0, 5]}}
    requires: [bv_kind_of(list) == BV_LIST]
  pic_blank: {params: {width: {range: [1, 5]}, height: {range: [1, 5]}}, ensures: [result.width == width]}
  pic_copy: {ensures: [result.width == picture.width]}
  pic_width: {prototype: int pic_width(pic picture)}
  pic_height: {prototype: int pic_height(const pic *picture)}
  pic_at:
    params: {x: {range: [0, 4]}, y: {range: [0, 4]}}
    requires: [x < pic_width(picture), y < pic_height(picture)]
  pic_set:
    params: {x: {range: [0, 4]}, y: {range: [0, 4]}, value: {range: [0, 255]}}
    requires: [x < pic_width(picture), y < pic_height(picture)]
  pic_crop:
    params: {width: {range: [1, 5]}, height: {range: [1, 5]}}
    returns: {status: {ok: [0], errors: {-1: too large}}}
  pic_free:
  tr_new: {params: {size: {range: [1, 9]}}}
  tr_end:
  tr_root: {params: {tree: {handle: tr}}, returns: {handle: tr_node, owner: callee, lifetime: handle(tr)}}
  tr_child: {params: {number: {range: [0, 1]}}, returns: {handle: tr_node, owner: callee, lifetime: handle(tr)}}
  tr_sibling: {returns: {handle: tr_node, owner: callee, lifetime: handle(node)}}
  tr_label: {ensures: [result >= 0]}
  tr_walk_new: {}
  tr_walk_down: {returns: {bool: true}}
  tr_walk_depth:
  tr_walk_end:
"""


DEFECTS = {
    "LEAKS": ("bv", "ABD371"),
    "FREES_TWICE": ("bv", "ABD301"),
    "KEEPS": ("bv", "ABD371"),
    "FORGETS_COPY": ("bv", "ABD301"),
    "COPIES_ALIAS": ("pic", "ABD301"),
    "CROPS_BACK": ("pic", "ABD301"),
    "WALKS_AWAY": ("tr_walk", "ABD314"),
    "CHILD_OUTSIDE": ("tr_node", "ABD321"),
}
"""Which handle shows it in sequences, and as what."""
FEW = ("CHILD_OUTSIDE",)


def _cases(first):
    return [pytest.param(each) if each in first else full(each) for each in DEFECTS]


@pytest.mark.slow
@pytest.mark.parametrize("variant", _cases(FEW))
def test_sequences_show_what_is_wrong(variant, codes_of_sequences):
    handle, code = DEFECTS[variant]
    codes = codes_of_sequences("bv", HEADER, SOURCE, CONTRACT, handle, f"-DVARIANT={variant}", least=100)

    assert code in codes


@pytest.mark.slow
@pytest.mark.parametrize("variant", _cases(("FORGETS_COPY",)))
def test_so_does_exploring(variant, codes_of, monkeypatch):
    handle, code = DEFECTS[variant]
    monkeypatch.setenv("ABIDANCE_EXPLORE", "1")
    codes = codes_of("bv", HEADER, SOURCE, CONTRACT, handle, ("explore",), "-g", f"-DVARIANT={variant}")

    assert codes, code


@pytest.mark.slow
@pytest.mark.parametrize(
    ("handle", "variant"),
    [
        ("bv", "NEAR"),
        ("tr_node", "SOUND"),
        *(full(handle, "SOUND") for handle in ("bv", "pic", "tr_walk")),
        *(full(handle, "NEAR") for handle in ("pic", "tr_node", "tr_walk")),
    ],
)
def test_what_is_sound_is_silent(handle, variant, codes_of):
    asked = ("bv", HEADER, SOURCE, CONTRACT, handle, ("lifecycle", "explore"), "-g", f"-DVARIANT={variant}")

    assert codes_of(*asked) == []


@pytest.mark.slow
@pytest.mark.parametrize("handle", ["bv", "tr_walk"])
def test_exploring_ends_nothing_that_is_needed(handle, written, tmp_path, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    written("bv", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-g", "-shared", "-fPIC", "-DVARIANT=SOUND", "bv.c", "-o", "libbv.so"], check=True)

    ended = main(f"run bv.contract.yaml --function {handle} --phase explore --output out.txt".split())

    assert ended == 0
    assert "Not judged" not in (tmp_path / "out.txt").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "variant", "code"),
    [
        ("bv_append", "SOUND", ""),
        ("bv_append", "MISCOUNTS", "ABD321"),
        ("pic_blank", "TRANSPOSES", "ABD321"),
        full("pic_blank", "SOUND", ""),
        full("pic_crop", "SOUND", ""),
        full("pic_crop", "CROPS_BACK", "ABD301"),
    ],
)
def test_single_calls_do(function, variant, code, codes_of):
    phases = ("properties",)
    codes = codes_of("bv", HEADER, SOURCE, CONTRACT, function, phases, f"-DVARIANT={variant}", least=60)

    assert {*codes} == ({code} if code else set())


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "codes"), [("SOUND", set()), ("COUNTS_UP", {"ABD331"})])
def test_two_libraries_are_compared_by_what_they_tell(variant, codes, codes_of, tmp_path):
    (tmp_path / "bv.c").write_text(SOURCE)
    (tmp_path / "bv.h").write_text(HEADER)
    command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "bv.c", "-o", "libother.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    both = CONTRACT.replace("{c: {path: libbv.so}}", "{c: {path: libbv.so}, other: {path: libother.so}}")
    contract = f"{both}equivalence: {{libraries: [c, other]}}\n"

    found = codes_of("bv", HEADER, SOURCE, contract, "bv", ("equivalence",), "-DVARIANT=SOUND", least=60)

    assert {*found} == codes


USER = """
#include "bv.h"
int main(void)
{
    pic one = pic_blank(2, 2);
    pic_set(&one, 1, 1, 7);
    pic other = pic_copy(one);
    pic_crop(&other, 1, 1);
    pic_free(other);
    pic_free(one);
    bv_free(bv_append(bv_list(), bv_number(1)));
    return 0;
}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "codes"), [("SOUND", set()), ("TRANSPOSES", {"ABD321"})])
def test_a_traced_program_passes_records(variant, codes, written, tmp_path):
    written("bv", HEADER, SOURCE, CONTRACT)
    (tmp_path / "user.c").write_text(USER.replace("(2, 2)", "(2, 3)"))
    shared = ["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "bv.c", "-o", "libbv.so"]
    subprocess.run(shared, check=True)
    subprocess.run(["gcc", "user.c", "-o", "user", "-L.", "-lbv", f"-Wl,-rpath,{tmp_path}"], check=True)

    main(["trace", "bv.contract.yaml", "--format", "json", "-o", "trace.json", "--", str(tmp_path / "user")])

    assert {each["code"] for each in json.loads((tmp_path / "trace.json").read_text())["findings"]} == codes


@pytest.mark.slow
@pytest.mark.several_causes
def test_the_smallest_calls_are_written_with_variables_that_are_records(written, tmp_path):
    written("bv", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-DVARIANT=CROPS_BACK", "bv.c", "-o", "libbv.so"], check=True)

    words = "run bv.contract.yaml --function pic --phase lifecycle --seed 1 --output out.txt"
    main(words.split())

    first = (tmp_path / "out.txt").read_text().partition("smallest call:\n")[2].partition("   = found")[0]
    made, *others = (line.partition("//")[0].strip() for line in first.splitlines())
    # What else has to lie on the heap for the second end to show is for the C library to say.
    assert re.fullmatch(r"pic pic1 = pic_blank\(\d, \d\);", made)
    assert "pic_crop(&pic1, 1, 1);" in others[:-1]
    assert others[-1] in ("pic_crop(&pic1, 1, 1);", "pic_free(pic1);")
