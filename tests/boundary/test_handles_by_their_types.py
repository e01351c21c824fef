"""Which parameters are a handle by their type alone, and which memory is where the caller has one made."""

from __future__ import annotations

import pytest

from abidance.boundary.model.types import PointerHandle, RecordHandle, RecordShape

HEADER = """
typedef char *text;               /* what is in front of it is the library's */
typedef void *file;
text text_new(const char *from);
text text_more(text t, const char *more);
unsigned long text_length(const text t);
void text_free(text t);
file file_open(int number);
int file_close(file f);
int tree_begin(void *memory, int size);
int tree_move(const void *tree, void *memory, int size);
unsigned tree_size(const void *tree);
"""
CONTRACT = """
handles:
  text: {{create: [text_new, text_more], destroy: text_free}}
  file: {{create: file_open, destroy: file_close, invalid: -1}}
  tree: {{type: void, create: [tree_begin, tree_move], size: size}}
  {more}
functions:
  text_new: {{params: {{from: {{in: string}}}}}}
  text_more:
    params: {{t: {{owner: callee, handle: text}}, more: {{in: string}}}}
    ensures: [text_length(result) > 0]
  text_length: {{{said}}}
  file_open: {{returns: {{handle: file, nullable: true}}}}
  tree_begin: {{params: {{memory: {{handle: tree}}, size: {{range: [9, 9]}}}}, returns: {{status: {{ok: [0]}}}}}}
  tree_move:
    params: {{tree: {{handle: tree}}, memory: {{out: tree}}, size: {{range: [9, 9]}}}}
    returns: {{status: {{ok: [0]}}}}
  tree_size: {{params: {{tree: {{handle: tree}}}}}}
"""


def text_of(**said):
    return CONTRACT.format(**{"more": "", "said": "", **said})


def test_a_pointer_whose_type_is_called_as_the_handle_is_one(joined):
    boundary = joined(HEADER, text_of())
    taken = {
        function: [getattr(member.shape, "handle", None) for member in boundary.functions[function].members]
        for function in ("text_length", "text_free", "file_close")
    }

    assert taken == {"text_length": ["text"], "text_free": ["text"], "file_close": ["file"]}


def test_a_clause_says_that_it_is_something_else(joined):
    boundary = joined(
        HEADER, text_of(said="params: {t: {in: string}}").replace("ensures: [text_length(result) > 0]", "")
    )

    assert not hasattr(boundary.functions["text_length"].members[0].shape, "handle")


def test_where_two_handles_are_of_the_type_only_a_clause_tells(refused):
    more = "word: {type: text, create: text_upper, destroy: text_drop}"
    header = HEADER + "text text_upper(const char *from);\nvoid text_drop(text t);\n"
    text = text_of(more=more).replace(
        "functions:\n",
        "functions:\n  text_upper: {params: {from: {in: string}}, returns: {handle: word}}\n"
        "  text_drop: {params: {t: {handle: word}}}\n  text_free: {params: {t: {handle: text}}}\n",
    )

    assert any(
        "`text_length` takes a `text`, which `text` and `word` are" in each for each in refused(header, text)
    )


@pytest.mark.parametrize(("function", "parameter"), [("tree_begin", "memory"), ("tree_move", "memory")])
def test_memory_that_the_caller_sizes_is_where_one_is_made(function, parameter, joined):
    """`void *` is no place for a pointer there."""
    members = {each.name: each.shape for each in joined(HEADER, text_of()).functions[function].members}

    assert (members[parameter].made, members[parameter].level) == (True, 1)
    assert "tree" not in members or not members["tree"].made


MERGED = """
typedef struct { int n; } sum;
int sum_begin(sum *s);
int sum_of(sum *made, const sum *one, const sum *other);
int sum_like(sum *made, sum *one);
void sum_end(sum *s);
"""


@pytest.mark.parametrize(
    "params",
    [
        "sum_of: {params: {made: {out: sum}, one: {handle: sum, lifetime: handle(made)}}}",
        "sum_of: {params: {one: {handle: sum, lifetime: handle(made)}, other: {handle: sum}}}",
        "sum_like: {params: {made: {out: sum}, one: {handle: sum, lifetime: handle(made)}}}",
    ],
)
def test_what_one_is_made_from_may_have_to_be_there_as_long(params, joined):
    name = params.partition(":")[0]
    text = f"handles: {{sum: {{create: [sum_begin, {name}], destroy: sum_end}}}}\nfunctions:\n  {params}\n"
    members = {each.name: each.shape for each in joined(MERGED, text).functions[name].members}

    assert (members["made"].made, members["one"].made) == (True, False)
    assert members["one"].lifetime == "made"


def test_of_the_one_that_is_made_nothing_of_the_kind_is_said(refused):
    handles = "handles: {sum: {create: sum_begin, destroy: sum_end}}\n"
    text = f"{handles}functions:\n  sum_begin: {{params: {{s: {{handle: sum, lifetime: handle(s)}}}}}}\n"

    assert refused(MERGED, text) == ["`lifetime` has no meaning here: the call creates the handle"]


VALUES = "typedef struct { int kind; int *data; } val; val val_null(void); void val_free(val v); "
VALUE = "handles: {val: {create: val_null, destroy: val_free}}\n"


def test_a_record_that_is_returned_and_taken_by_value_is_a_handle(joined):
    contract = f"{VALUE}functions: {{val_null: , val_free: }}\n"
    boundary = joined(VALUES, contract)
    made, taken = boundary.functions["val_null"].result, boundary.functions["val_free"].members[0].shape

    assert isinstance(made.shape, RecordHandle)
    assert made.owned
    assert isinstance(taken, RecordHandle)
    assert boundary.handles["val"].by_value


def test_a_record_of_which_the_contract_says_nothing_is_only_a_record(joined):
    header = f"{VALUES}val val_other(void);"
    contract = f"{VALUE}functions: {{val_null: , val_free: , val_other: }}\n"

    assert isinstance(joined(header, contract).functions["val_other"].result.shape, RecordShape)


POINTS = "typedef struct { int a; } pt; pt *pt_new(void); void pt_free(pt *p); int pt_sum(pt p); pt pt_twice(pt p);"
POINT = "handles: {pt: {create: pt_new, destroy: pt_free}}\n"


def test_a_copy_of_what_the_library_allocates_is_only_a_record(joined):
    contract = f"{POINT}functions: {{pt_new: , pt_free: , pt_sum: , pt_twice: }}\n"
    functions = joined(POINTS, contract).functions

    assert isinstance(functions["pt_sum"].members[0].shape, RecordShape)
    assert isinstance(functions["pt_twice"].result.shape, RecordShape)


def test_so_it_is_where_the_contract_says_otherwise(refused):
    contract = f"{POINT}functions: {{pt_new: , pt_free: , pt_sum: {{params: {{p: {{handle: pt}}}}}}}}\n"

    assert refused(POINTS, contract) == [
        "the library allocates a `pt`, and this is only a copy of what is in it"
    ]


def test_a_pointer_to_one_is_the_same_handle(joined):
    header = f"{VALUES}void val_set(val *v); "
    contract = f"{VALUE}functions: {{val_null: , val_free: , val_set: {{params: {{v: {{handle: val}}}}}}}}\n"
    (member,) = joined(header, contract).functions["val_set"].members

    assert isinstance(member.shape, PointerHandle)
    assert (member.shape.handle, member.shape.made) == ("val", False)


def test_there_is_no_none_of_a_record(refused):
    contract = f"{VALUE}functions: {{val_null: {{returns: {{handle: val, nullable: true}}}}, val_free: }}\n"

    assert refused(VALUES, contract) == ["a `val` is passed by value, and nothing stands for none"]


def test_another_record_is_no_such_handle(refused):
    header = f"{VALUES}typedef struct {{ int other; }} oth; int val_of(oth o);"
    contract = f"{VALUE}functions: {{val_null: , val_free: , val_of: {{params: {{o: {{handle: val}}}}}}}}\n"

    assert refused(header, contract)[0] == "this is a `oth`, which is no `val`"


ARRAYS = """
typedef struct { int size; unsigned long *digits; } big_struct;
typedef big_struct big[1];
typedef big_struct *big_ptr;
void big_init(big_ptr x);
void big_clear(big x);
void big_add(big to, const big one, const big_struct *other);
typedef struct { int x, y; } spot[1];
int spot_sum(const spot at);
"""
OF_ARRAYS = """
types: {big: {fields: {size: {range: [0, 9], read_only: true}}}, spot: {fields: {x: {range: [0, 9]}}}}
handles: {big: {create: big_init, destroy: big_clear}}
functions:
  big_init: {ensures: [x.size == 0]}
  big_add: {params: {to: {handle: big, in_place: [one, other]}, one: {handle: big}, other: {handle: big}}}
  spot_sum: {params: {at: {in: spot}}, ensures: [result == at.x + at.y]}
"""


def test_an_array_of_one_stands_for_its_element(joined):
    boundary = joined(ARRAYS, OF_ARRAYS)

    assert {type(member.shape) for member in boundary.functions["big_add"].members} == {PointerHandle}
    assert isinstance(boundary.handles["big"].record, RecordShape)
    assert boundary.handles["big"].declared("number") == "big_struct number"


def test_an_array_of_several_does_not(refused):
    several = ARRAYS.replace("big_struct big[1]", "big_struct big[2]")

    assert "`big` is neither a record nor an enum" in refused(several, OF_ARRAYS)


ONE_RECORD = """
typedef struct st_words st_words;
typedef st_words st_lines;
typedef st_lines st_pages;
typedef void st_easy;
typedef void st_multi;
st_words *st_words_new(void);
void st_words_free(st_words *words);
int st_words_count(const st_words *words);
st_lines *st_lines_new(void);
void st_lines_free(st_lines *lines);
int st_lines_count(const st_lines *lines);
int st_pages_count(const st_pages *pages);
int st_any_count(const struct st_words *any);
st_easy *st_easy_new(void);
void st_easy_free(st_easy *easy);
st_multi *st_multi_new(void);
void st_multi_free(st_multi *multi);
int st_multi_add(st_multi *multi, st_easy *easy);
int st_hash(const void *data);
"""
NAMED = """
handles:
  st_words: {{create: st_words_new, destroy: st_words_free}}
  {lines}: {{create: st_lines_new, destroy: st_lines_free{type}}}
functions:
  {function}:
"""


@pytest.mark.parametrize(
    ("function", "handle"),
    [("st_words_count", "st_words"), ("st_lines_count", "st_lines"), ("st_pages_count", "st_lines")],
)
def test_the_name_that_a_pointer_is_declared_by_tells_two_handles_of_one_record_apart(
    function, handle, joined
):
    boundary = joined(ONE_RECORD, NAMED.format(lines="st_lines", type="", function=function))

    assert boundary.functions[function].members[0].shape.handle == handle


def test_where_a_pointer_is_declared_by_neither_name_only_a_clause_tells(refused):
    text = NAMED.format(lines="st_lines", type="", function="st_any_count")

    assert [each.partition(", and")[0] for each in refused(ONE_RECORD, text)] == [
        "`st_any_count` takes a `struct st_words *`, which `st_words` and `st_lines` are"
    ]


@pytest.mark.parametrize("type_", ["st_words", "st_lines"])
def test_where_one_of_them_is_not_called_as_its_type_only_a_clause_tells(type_, refused):
    text = NAMED.format(lines="reader", type=f", type: {type_}", function="st_words_count")

    assert [each.partition(", and")[0] for each in refused(ONE_RECORD, text)] == [
        "`st_words_count` takes a `st_words *`, which `st_words` and `reader` are"
    ]


def test_names_of_void_tell_handles_apart(joined):
    text = """
handles:
  st_easy: {create: st_easy_new, destroy: st_easy_free}
  st_multi: {create: st_multi_new, destroy: st_multi_free}
functions:
  st_multi_add:
  st_hash: {params: {data: {in: bytes, max: 9}}}
"""
    boundary = joined(ONE_RECORD, text)

    assert [m.shape.handle for m in boundary.functions["st_multi_add"].members] == ["st_multi", "st_easy"]
    assert not hasattr(boundary.functions["st_hash"].members[0].shape, "handle")
