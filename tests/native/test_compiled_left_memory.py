"""What steps of compiled laws leave behind pointers: texts, lists, records in records, members of tagged unions."""

from __future__ import annotations

import pytest
from built_contract import of_words

HEADER = """
#include <stddef.h>
typedef struct { int code; char *why; } fault;
int word_read(const char *text, int *number, fault **error);
void fault_free(fault *error);
char **word_split(const char *text, char by);
void word_free(char **words);
typedef enum { IS_TEXT, IS_NUMBER } kind;
typedef struct {
    kind kind;
    union { struct { unsigned char *value; size_t length; char *tag; } text; struct { long value; } number; } data;
} item;
int item_text(item *made, const unsigned char *value, size_t length, const char *tag);
int item_number(item *made, long value);
void item_end(item *made);
typedef struct { const char *problem; int line; void *own; } reader;
int reader_begin(reader *r);
int reader_read(reader *r, const char *text);
void reader_end(reader *r);
typedef struct node { int size; const char *name; } node;
typedef struct tree tree;
tree *tree_new(void);
int tree_add(tree *t, const char *name);
const node *tree_get(const tree *t, int index);
void tree_end(tree *t);
int name_of(int number, const char **name);
"""
CONTRACT = """
abidance: 1
boundary: left_memory
header: left.h
libraries: {c: {path: libleft.so}}
types:
  fault: {fields: {why: {to: string, nullable: true}}}
  item:
    variant: {tag: kind, union: data, members: {IS_TEXT: text, IS_NUMBER: number}}
    fields:
      data.text.value: {to: bytes, length: length}
      data.text.tag: {to: string, nullable: true}
  reader: {fields: {problem: {to: string, nullable: true, read_only: true}}}
  node: {fields: {name: {to: string}}}
handles:
  item: {type: item, create: [item_text, item_number], destroy: item_end}
  reader: {type: reader, create: reader_begin, destroy: reader_end}
  tree: {type: tree, create: tree_new, destroy: tree_end}
functions:
  word_read:
    params:
      text: {in: string, max: 4}
      number: {out: int}
      error:
        {out: {to: fault, nullable: true}, on_failure: written, on_success: untouched, owner: caller, free: fault_free}
    returns: {status: {ok: [0], errors: {-1: no number}}}
  fault_free: {params: {error: {in: fault, nullable: true}}, explore: 0}
  word_split:
    params: {text: {in: string, like: "[ab,]{0,7}"}, by: {one_of: [44]}}
    returns: {to: array, of: string, ended_by: null, owner: caller, free: word_free}
  item_text:
    params:
      made: {handle: item}
      value: {in: bytes, length: length, max: 9}
      tag: {in: string, max: 3, nullable: true}
    returns: {status: {ok: [1], errors: {0: no memory}}}
    ensures: [made.data.text.value == value, "(made.data.text.tag == null) == (tag == null)"]
  item_number: {params: {made: {handle: item}}, returns: {status: {ok: [1], errors: {0: no memory}}}}
  item_end: {params: {made: {handle: item}}}
  reader_begin: {params: {r: {handle: reader}}, returns: {status: {ok: [0]}}}
  reader_read:
    params: {r: {handle: reader}, text: {in: string, max: 6}}
    returns: {status: {ok: [0], errors: {-1: no words}}}
    ensures: ['implies(result == -1, r.problem == "no words")']
  reader_end: {params: {r: {handle: reader}}}
  tree_new: {returns: {handle: tree}}
  tree_add: {params: {t: {handle: tree}, name: {in: string, max: 5}}}
  tree_get: {params: {t: {handle: tree}, index: {range: [-1, 9]}}, returns: {to: node, nullable: true}}
  tree_end: {params: {t: {handle: tree}}}
  name_of: {params: {number: {range: [0, 9]}, name: {out: {to: string}}}}
laws:
  what_fails_says_why:
    given: {text: {in: string, like: "[a1]{1,3}"}}
    steps: [a = word_read(text)]
    ensures:
    - 'implies(a.result == -1 and a.error != null, a.error.code == len(text) and a.error.why == "no number: " + text)'
  what_is_split_is_its_words:
    given: {one: {in: string, like: "[ab]{1,4}"}, other: {in: string, like: "[ab]{1,4}"}}
    steps:
    - a = word_split(one + "," + other, 44)
    - b = word_split(other, 44)
    ensures: ["a.result == [one, other] and b.result == [other]", "len(a.result[0]) == len(one)"]
  what_is_made_holds_it:
    given: {value: {in: bytes, max: 6}, tag: {in: string, max: 3}, n: {in: long}}
    steps:
    - a = item_text(value=value, tag=tag)
    - b = item_number(value=n)
    - c = item_text(value=value, tag=null)
    ensures:
    - a.made.data.text.value == value and a.made.data.text.tag == tag and b.made.data.number.value == n
    - c.made.data.text.tag == null and b.made.kind == IS_NUMBER
  a_problem_is_told:
    given: {r: reader, text: {in: string, like: "[a ]{0,4}"}}
    steps:
    - a = reader_read(r, "")
    - b = reader_read(r, text)
    ensures:
    - 'a.r.problem == "no words"'
    - 'implies(b.result == 0, b.r.problem == null) and b.r.line == len(text)'
  what_was_added_is_there:
    given: {one: {in: string, like: "[a-z]{1,4}"}}
    steps:
    - t = tree_new()
    - tree_add(t.result, one)
    - a = tree_get(t.result, 0)
    - b = tree_get(t.result, 1)
    - tree_add(t.result, "other")
    - c = tree_get(t.result, 1)
    ensures:
    - a.result.name == one and a.result.size == len(one)
    - 'b.result == null and c.result.name == "other"'
  a_name_is_one_of_these:
    given: {n: {in: int, range: [0, 3]}}
    steps: [a = name_of(n)]
    ensures: ['implies(a.name != null, a.name == ["zero", "one", "two", "three"][n])']
"""
SOURCE = """
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "left.h"
static char *copied(const char *text) { return strcpy(malloc(strlen(text) + 1), text); }
int word_read(const char *text, int *number, fault **error)
{
    for (const char *at = text; *at; at++)
        if (!isdigit((unsigned char)*at)) {
            fault *made = malloc(sizeof *made);
            made->code = (int)strlen(text) CODE;
            made->why = malloc(strlen(text) + 12);
            sprintf(made->why, WHY, text);
            *error = made;
            return -1;
        }
    *number = atoi(text);
    return 0;
}
void fault_free(fault *error) { if (error) { free(error->why); free(error); } }
char **word_split(const char *text, char by)
{
    char **words = calloc(strlen(text) + 2, sizeof *words);
    for (size_t n = 0;; n++) {
        const char *end = strchr(text, by);
        size_t length = end ? (size_t)(end - text) : strlen(text);
        words[n] = calloc(1, length + 1);
        memcpy(words[n], text, length SPLIT);
        if (!end)
            return words;
        text = end + 1;
    }
}
void word_free(char **words) { for (char **at = words; *at; at++) free(*at); free(words); }
int item_text(item *made, const unsigned char *value, size_t length, const char *tag)
{
    memset(made, 0, sizeof *made);
    made->data.text.value = malloc(length + 1);
    memcpy(made->data.text.value, value, length);
    VALUE
    made->data.text.length = length;
    made->data.text.tag = tag ? copied(tag) : NULL;
    TAG
    return 1;
}
int item_number(item *made, long value)
{
    memset(made, 0xFF, sizeof *made); /* what is no pointer may hold anything */
    made->kind = IS_NUMBER, made->data.number.value = value;
    return 1;
}
void item_end(item *made) { if (made->kind == IS_TEXT) free(made->data.text.value), free(made->data.text.tag); }
int reader_begin(reader *r) { r->problem = NULL, r->line = 0, r->own = (void *)8; return 0; }
int reader_read(reader *r, const char *text)
{
    r->line = (int)strlen(text);
    r->problem = *text ? NULL : PROBLEM;
    return *text ? 0 : -1;
}
void reader_end(reader *r) { (void)r; }
struct tree { int count; node nodes[64]; };
tree *tree_new(void) { return calloc(1, sizeof(tree)); }
int tree_add(tree *t, const char *name)
{
    if (t->count == 64) return -1;
    t->nodes[t->count] = (node){(int)strlen(name), copied(name)};
    NODE
    return t->count++;
}
const node *tree_get(const tree *t, int index) { return index >= 0 && index < t->count ? &t->nodes[index] : NULL; }
void tree_end(tree *t) { for (int n = 0; n < t->count; n++) free((char *)t->nodes[n].name); free(t); }
int name_of(int number, const char **name)
{
    static const char *const names[] = {"zero", "one", NAME};
    *name = number < 3 ? names[number] : THREE;
    return 0;
}
"""
SOUND = {
    "CODE": "",
    "WHY": '"no number: %s"',
    "SPLIT": "",
    "VALUE": "",
    "TAG": "",
    "PROBLEM": '"no words"',
    "NODE": "",
    "NAME": '"two"',
    "THREE": '"three"',
}
WRONG = {
    "sound": {},
    # What nobody speaks of: bytes behind a value and behind the end of a list.
    "near": {
        "VALUE": "made->data.text.value[length] = 7;",
        "TAG": "if (length == 3) made->data.text.length = 3;",
    },
    "leads_nowhere": {"THREE": "(const char *)16"},
    "strays": {"NODE": "t->nodes[t->count].name += name[0] == 'q' && !name[1];"},
    "miscounts": {"CODE": "+ (text[0] == 'a')"},
    "misnames": {"WHY": '"no number! %s"'},
    "cuts": {"SPLIT": "- (length == 3)"},
    "spoils": {"VALUE": "if (length == 4) made->data.text.value[3] ^= 1;"},
    "tags_all": {"TAG": 'if (!tag) made->data.text.tag = copied("");'},
    "tells_otherwise": {"PROBLEM": '"no word"'},
    "numbers_wrong": {"NAME": '"too"'},
}
LAWS = (
    "what_fails_says_why",
    "what_is_split_is_its_words",
    "what_is_made_holds_it",
    "a_problem_is_told",
    "what_was_added_is_there",
    "a_name_is_one_of_these",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("left_memory")
    return of_words(folder, "left", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_of_these_laws_are_compiled(built):
    assert [str(each) for each in built.target.left] == []
    assert {*LAWS} <= {*built.target.entries}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "law"),
    [
        ("miscounts", "what_fails_says_why"),
        ("misnames", "what_fails_says_why"),
        ("cuts", "what_is_split_is_its_words"),
        ("spoils", "what_is_made_holds_it"),
        ("tags_all", "what_is_made_holds_it"),
        ("tells_otherwise", "a_problem_is_told"),
        ("strays", "what_was_added_is_there"),
        ("numbers_wrong", "a_name_is_one_of_these"),
    ],
)
def test_a_law_is_broken_by_what_lies_behind_a_pointer(built, library, law):
    assert f"ABD376 {law}" in built.run(library, law).stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "function"),
    [("spoils", "item_text"), ("tags_all", "item_text"), ("tells_otherwise", "reader_read")],
)
def test_a_promise_is_broken_by_what_lies_behind_a_field(built, library, function):
    assert f"ABD321 {function}" in built.run(library, function).stderr


@pytest.mark.slow
def test_where_a_pointer_leads_nowhere_a_law_is_not_judged(built):
    ended = built.run("leads_nowhere", "a_name_is_one_of_these")

    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_nothing_is_found_where_laws_hold(built, library):
    for entry in (*LAWS, "item_text", "reader_read", "item", "reader", "tree"):
        ended = built.run(library, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
