"""Nothing is passed where the contract is silent: it is asked to speak, or the function is refused by name."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.unspecified_pointers import always_null
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """
typedef int (*callback)(void *ctx, int x);
typedef struct options { const char *name; callback hook; int n; } options;
typedef struct node { int value; struct node *next; } node;
typedef struct args { const char *argv[4]; } args;
int with_options(const options *o);
int fill_options(options *o);
int call(callback cb, void *ctx);
int many(const char *const *argv, size_t n);
int name(const char **out);
int walk(const node *n);
int with_args(const args *a);
int other(int x);
int flag(int *p);
"""


def why(boundary, function):
    return [reason.message for reason in boundary.functions[function].refused]


def test_a_pointer_in_a_record_that_is_read_must_be_described(refused):
    messages = refused(HEADER, "functions: {with_options: {params: {o: {in: options}}}}")

    assert messages == [
        "`name` and `hook` of `struct options` are pointers, and the contract does not say what they point to"
    ]


def test_null_may_be_said_to_be_lawful_there(joined):
    boundary = joined(
        HEADER,
        """
        types: {options: {fields: {name: {to: string}, hook: {nullable: true}}}}
        functions: {with_options: {params: {o: {in: options}}}}
        """,
    )

    assert why(boundary, "with_options") == []


def test_a_record_that_is_only_written_need_not_be_described(joined):
    boundary = joined(HEADER, "functions: {fill_options: {params: {o: {out: options}}}}")

    assert boundary.functions["fill_options"].signature is not None


def test_a_callback_is_refused_by_name_and_the_other_functions_are_not(joined):
    boundary = joined(HEADER, "functions: {call: {params: {ctx: {nullable: true}}}, other: {}}")

    assert why(boundary, "call") == [
        "`call` cannot be called: `cb` is a function that the library calls back, and the contract does not describe it"
    ]
    assert boundary.functions["call"].signature is None
    assert boundary.functions["other"].signature is not None


def test_a_callback_that_may_be_null_is_null(joined):
    boundary = joined(HEADER, "functions: {call: {params: {cb: {nullable: true}, ctx: {nullable: true}}}}")

    assert boundary.functions["call"].signature is not None


def test_user_data_of_a_callback_needs_no_words_of_its_own(joined):
    boundary = joined(HEADER, "functions: {call: {params: {cb: {callback: {}, user_data: ctx}}}}")

    assert why(boundary, "call") == []
    assert boundary.functions["call"].signature is not None


def test_an_array_of_pointers_is_refused_by_name(joined):
    boundary = joined(
        HEADER,
        "functions: {many: {params: {argv: {in: array, length: n}}}, with_args: {params: {a: {in: args}}}}",
    )

    assert "the elements of `argv` are pointers" in why(boundary, "many")[0]
    assert "the elements of `a.argv` are pointers" in why(boundary, "with_args")[0]


def test_a_pointer_to_a_pointer_is_no_string(refused):
    messages = refused(HEADER, "functions: {name: {params: {out: {out: string, capacity: 8}}}}")

    assert messages == ["this is a `const char **`: its targets are pointers, not string"]


def test_a_record_may_lead_back_to_itself(joined):
    boundary = joined(
        HEADER,
        """
        types: {node: {fields: {next: {to: node, nullable: true}}}}
        functions: {walk: {params: {n: {in: node}}}}
        """,
    )

    assert boundary.functions["walk"].signature is not None


MADE_NOWHERE = "functions: {flag: {params: {p: {WHERE, generate: 'mine:numbers'}}}}"


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("nullable: true", "cannot supply a pointer"),
        ("out: bytes, capacity: 3", "has no value before the call"),
    ],
)
def test_python_makes_no_values_where_none_are_given(where, words, joined):
    with pytest.raises(UsageError) as caught:
        joined(HEADER, MADE_NOWHERE.replace("WHERE", where))

    assert words in caught.value.diagnostics[0].message


def test_a_pointer_that_is_only_nullable_is_listed_as_null_only(joined):
    boundary = joined(
        HEADER,
        """
        functions:
          flag: {params: {p: {nullable: true}}}
          call: {params: {cb: {nullable: true}, ctx: {nullable: true}}}
        """,
    )

    assert [*always_null(boundary.functions.values())] == [
        "`p` of `flag` other than NULL",
        "`ctx` of `call` other than NULL",
    ]


def test_what_a_function_frees_is_given_to_it(joined):
    boundary = joined(
        "char *text(void); void release(char *text);",
        "functions: {text: {returns: {to: string, free: release}}, release: {params: {text: {nullable: true}}}}",
    )
    functions = boundary.functions.values()

    assert [*always_null(functions)] == ["`text` of `release` other than NULL"]
    assert [*always_null(functions, {"release"})] == []
    assert [*always_null(functions, {"text"})] == ["`text` of `release` other than NULL"]


def test_one_that_also_says_at_what_it_points_is_not(joined):
    boundary = joined(HEADER, "functions: {flag: {params: {p: {out: int, nullable: true}}}}")

    assert [*always_null(boundary.functions.values())] == []


def test_the_pointers_of_one_function_are_one_complaint(refused):
    header = "int f(const char *a, int n, int *b, void *c);\nint g(int *one);"

    assert refused(header, "functions: {f: {}, g: {}}") == [
        "`a`, `b` and `c` of `f` are pointers, and the contract does not say what they point to",
        "`one` of `g` is a `int *`, and the contract does not say what it points to",
    ]


TREE = """
typedef struct tree tree;
typedef struct node node;
typedef struct { int fd; } stream;
struct twig;
tree *tree_new(int size);
tree *tree_parse(const char *text);
void tree_clear(tree *t);
void tree_free(tree *t);
node *tree_root(const tree *t);
int tree_copy(const tree *t, tree **out);
int tree_add(tree *t, const char *key, size_t n);
int node_count(const node *n);
stream *stream_open(int fd);
void stream_close(stream *s);
int stream_read(stream *s, void *buf, size_t size);
int twig_size(const struct twig *t);
"""


def advice(error):
    return [(each.message, each.help) for each in error.diagnostics]


@pytest.fixture
def complaints(joined):
    """Return the messages and the help for a contract that says nothing of these functions."""

    def ask(header, *functions):
        with pytest.raises(UsageError) as raised:
            joined(header, f"functions: {{{', '.join(f'{each}: {{}}' for each in functions)}}}")
        return dict(advice(raised.value))

    return ask


def test_functions_of_an_incomplete_type_are_one_complaint_that_proposes_its_handle(complaints):
    names = ("tree_new", "tree_free", "tree_clear", "tree_root")
    message = "3 functions take a `tree *`, and the contract does not say where one comes from"

    assert complaints(TREE, *names) == {
        message: "make it a handle beside `functions:`, such as "
        "`handles: {tree: {create: tree_new, destroy: tree_free}}`"
    }


def test_what_nothing_ends_is_a_handle_as_well(complaints):
    ((message, help_),) = (
        complaints(TREE, "tree_root", "node_count").items() - complaints(TREE, "tree_root").items()
    )

    assert message == "`node_count` takes a `node *`, and the contract does not say where one comes from"
    assert "`handles: {node: {create: tree_root}}`, with `destroy: FUNCTION` if one ends it" in help_


def test_so_is_a_complete_record_that_functions_make_and_end(complaints):
    found = complaints(TREE, "stream_read")

    assert found == {
        "`stream_read` takes a `stream *`, and the contract does not say where one comes from": (
            "make it a handle beside `functions:`, such as "
            "`handles: {stream: {create: stream_open, destroy: stream_close}}`"
        ),
        "`buf` of `stream_read` is a `void *`, and the contract does not say what it points to": (
            "such as `buf: {out: bytes, capacity: size}`, or `{nullable: true}` where NULL is valid"
        ),
    }


def test_for_what_nothing_here_makes_the_contract_is_asked(complaints):
    (help_,) = complaints(TREE, "twig_size").values()

    assert "no function here returns one" in help_
    assert "`handles: {twig: {create: FUNCTION, type: struct twig}}`" in help_


def test_what_is_proposed_ends_the_complaint(joined):
    handles = "handles: {tree: {create: tree_new, destroy: tree_free}}"
    boundary = joined(TREE, f"{handles}\nfunctions: {{tree_new: {{}}, tree_clear: {{}}, tree_free: {{}}}}")

    assert boundary.functions["tree_clear"].signature is not None


@pytest.mark.parametrize(
    ("declaration", "proposed"),
    [
        ("int f(const char *text);", "`text: {in: string}`"),
        ("int f(const char *data, unsigned len);", "`data: {in: bytes, length: len}`"),
        ("int f(const char *data, unsigned mode);", "`data: {in: string}`"),
        ("int f(const int *xs, size_t n);", "`xs: {in: array, length: n}`"),
        ("int f(char *out, size_t size);", "`out: {out: bytes, capacity: size}`"),
        ("int f(char *out);", "`out: {out: string, capacity: SIZE}`"),
        ("int f(int *out);", "`out: {out: int}`"),
        ("int f(char *to, size_t *len);", "`to: {out: bytes, capacity: len}` and `len: {inout: size_t}`"),
        ("typedef struct { int x; } rec; int f(const rec *r);", "`r: {in: rec}`"),
        ("typedef struct { int x; } rec; int f(rec *r);", "`r: {inout: rec}`"),
        ("typedef struct tree tree; int f(tree **out);", "`out: {out: tree}`"),
        ("int f(char **out);", '`out: {out: "char *"}`'),
        ("int f(int (*g)(void *), void *data);", "`g: {callback: {calls: 0..}, user_data: data}`"),
    ],
)
def test_what_is_proposed_follows_from_the_types(declaration, proposed, complaints):
    (help_,) = complaints(f"#include <stddef.h>\n{declaration}", "f").values()

    assert help_ == f"such as {proposed}, or `{{nullable: true}}` where NULL is valid"


def test_one_type_of_several_handles_is_asked_which_of_them(joined):
    with pytest.raises(UsageError) as raised:
        joined(
            "typedef struct tree tree; tree *tree_new(void); void tree_free(tree *t); tree *bush_new(void);"
            "void bush_free(tree *b); int tree_count(const tree *t); int tree_depth(const tree *t);",
            """
        handles:
          tree: {create: tree_new, destroy: tree_free}
          bush: {type: tree, create: bush_new, destroy: bush_free}
        functions: {tree_count: {}, tree_depth: {}}
        """,
        )

    assert dict(advice(raised.value)) == {
        "2 functions take a `tree *`, which `tree` and `bush` are, and the contract does not say which of them": (
            "say which, such as `tree_count: {params: {t: {handle: tree}}}`; "
            "or have one handle of this type, whose `states` tell them apart"
        )
    }


def test_of_a_field_of_what_the_library_allocates_an_inline_function_is_proposed(joined):
    header = (
        "typedef struct { int width; } pen; pen *pen_new(void); void pen_free(pen *p); int pen_use(pen *p);"
    )
    handles = "handles: {pen: {create: pen_new, destroy: pen_free}}\nfunctions: "
    with pytest.raises(UsageError) as raised:
        joined(header, handles + "{pen_use: {ensures: [p.width > 0]}}")
    ((message, help_),) = advice(raised.value)

    assert message == "`p` has no fields, so no `width`"
    proposed = "pen_width: {prototype: \"int pen_width(const pen *it)\", inline: 'it->width'}"
    assert f"`{proposed}` under `functions`" in help_
    assert help_.endswith("and here `pen_width(p)`")
    joined(header, handles + f"{{pen_use: {{ensures: [pen_width(p) > 0]}}, {proposed}}}")

    with pytest.raises(UsageError) as raised:
        joined(header, "types: {pen: {fields: {width: {read_only: true}}}}\n" + handles + "{pen_use: }")
    ((message, help_),) = advice(raised.value)
    assert "no `pen` is one" in message
    returned = "the library allocates it: a function of the contract's own returns it"
    assert help_ == f"{returned}, `{proposed}` under `functions`"


def test_a_field_that_handles_do_not_have_is_one_complaint_wherever_it_is_looked_at(joined):
    header = (
        "typedef struct nib { int size; } nib; typedef struct ink { char name[8]; const nib *nibs; } ink;"
        "ink *ink_new(void); void ink_free(ink *i); int ink_use(const ink *i); ink *ink_copy(const ink *i);"
        "typedef struct jar jar; jar *jar_new(void); void jar_free(jar *j); int jar_use(jar *j);"
    )
    contract = """
        handles: {ink: {create: [ink_new, ink_copy], destroy: ink_free}, jar: {create: jar_new, destroy: jar_free}}
        functions:
          ink_use: {ensures: [i.name == "a", i.nibs.size == 1, i.colour == 2]}
          ink_copy: {returns: {handle: ink}, ensures: [result.name == i.name]}
          jar_use: {ensures: [j.level > 0]}
    """
    with pytest.raises(UsageError) as raised:
        joined(header, contract)
    told = {each.message: (each.labels[0].text, each.help) for each in raised.value.diagnostics}

    assert {message: text for message, (text, _) in told.items()} == {
        "`i` has no fields, so no `name`": "and in 2 more places",
        "`i` has no fields, so no `nibs`": "",
        "`i` has no fields, so no `colour`": "",
        "`j` has no fields, so no `level`": "",
    }
    helps = [help_ for _, help_ in told.values()]
    assert "{prototype: \"const char *ink_name(const ink *it)\", inline: 'it->name'}" in helps[0]
    assert "inline: 'it->nibs[n].FIELD'}` under `functions`, and here `ink_nibs(i, N)`" in helps[1]
    assert helps[2] == "the header shows no `colour` in a `ink`; it has `name`, `nibs`"
    assert helps[3].startswith("the header does not show what a `jar` has")


def test_whether_two_handles_are_one_is_not_asked_before_the_call(joined):
    header = (
        "typedef struct pot pot; pot *pot_new(void); void pot_free(pot *p); int pot_pour(pot *to, pot *from);"
    )
    handles = "handles: {pot: {create: pot_new, destroy: pot_free}}\nfunctions: {pot_pour: "
    with pytest.raises(UsageError) as raised:
        joined(header, handles + "{requires: [to != from_]}}")
    ((message, help_),) = advice(raised.value)

    assert message == "whether `to` and `from_` are one handle is not known before the call"
    assert help_.startswith("`from: {handle: pot, into: to}` says that `to` then has what `from` held")
    joined(header, handles + "{requires: [to != null], params: {from: {handle: pot, into: to}}}}")


def test_fields_that_several_functions_read_are_one_complaint(tmp_path):
    header = """\
typedef struct pr_pair { char *first; void *second; } pr_pair;
int pr_width(pr_pair pair);
int pr_hash(const pr_pair *pair);
int pr_same(const pr_pair *one, pr_pair other);
"""
    (tmp_path / "pr.h").write_text(header)
    contract = """\
abidance: 1
boundary: pr
header: pr.h
libraries: {c: {path: libpr.so}}
functions:
  pr_width:
  pr_hash: {params: {pair: {in: pr_pair}}}
  pr_same: {params: {one: {in: pr_pair}}}
"""
    with pytest.raises(UsageError) as caught:
        join(load_text(contract, tmp_path / "pr.contract.yaml"))

    (complaint,) = caught.value.diagnostics
    assert complaint.message.startswith("`first` and `second` of `struct pr_pair` are pointers")
    assert complaint.labels[0].text == "`pr_width` reads them in `pair`, and so do `pr_hash`, `pr_same`"


def test_user_data_is_proposed_where_nothing_says_otherwise(complaints):
    (kept,) = complaints("void f(void *mine);", "f").values()
    (filled,) = complaints("int f(void *to, unsigned size);", "f").values()

    assert "`{opaque: true}` of user data" in kept
    assert "opaque" not in filled
