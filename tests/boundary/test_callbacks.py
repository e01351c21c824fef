"""`callback:` against the header: what does not fit is said at its place, what cannot be made is refused by name."""

from __future__ import annotations

import pytest

HEADER = """
typedef struct item { int n; const char *name; } item;
typedef int (*visit)(const item *it, void *context);
typedef void *(*make)(void *self, size_t size);
typedef item (*give)(int n);
typedef int (*two)(void *, void *);
typedef int (*old)();
typedef long (*fill)(void *, const char **_text);
int with_fill(fill f);
int each(visit v, void *context);
int with_two(two t, void *context);
int with_old(old o);
int with_give(give g);
int with_make(make m, void *self);
int number(int n, void *context);
"""


def clause(function, text):
    return f"types: {{item: {{fields: {{name: {{to: string}}}}}}}}\nfunctions: {{{function}: {{params: {text}}}}}"


@pytest.mark.parametrize(
    ("function", "text", "message"),
    [
        (
            "number",
            "{n: {callback: {}}, context: {nullable: true}}",
            "`n` is not a pointer: it is a `int`",
        ),
        (
            "number",
            "{context: {callback: {}}}",
            "`callback` needs a pointer to a function, and this is a `void *`",
        ),
        (
            "each",
            "{v: {callback: {params: {itm: {to: item}}}, user_data: context}}",
            "parameter `itm` is not in `int (*)(const item *, void *)`",
        ),
        (
            "with_two",
            "{t: {callback: {params: {one: {}}}}, context: {nullable: true}}",
            (
                "`int (*)(void *, void *)` has 2 parameters without a name in the header, and one name stands here "
                "that is new"
            ),
        ),
        (
            "each",
            "{v: {callback: {}, user_data: contxt}, context: {nullable: true}}",
            "parameter `contxt` is not in `each`",
        ),
        (
            "each",
            "{v: {callback: {ensures: [it.m > 0], params: {it: {to: item}}}, user_data: context}}",
            "`m` is not a field of `struct item`",
        ),
        (
            "with_fill",
            "{f: {callback: {params: {text: {out: {to: bytes, length: result}}}}}}",
            "parameter `text` is not in `long (*)(void *, const char **)`",
        ),
        ("each", "{v: {callback: {calls: 0..many}, user_data: context}}", "unknown name `many`"),
        (
            "with_two",
            "{t: {callback: {}, user_data: context}}",
            "the parameter that receives `context` is ambiguous: 2 have its type",
        ),
        (
            "each",
            "{v: {callback: {returns: {errno: set_on_failure}}, user_data: context}}",
            "`errno` does not apply to what a callback returns",
        ),
    ],
)
def test_what_does_not_fit_the_header_is_an_error(function, text, message, refused):
    assert refused(HEADER, clause(function, text)) == [message]


@pytest.mark.parametrize(
    ("function", "text", "why"),
    [
        ("with_old", "{o: {callback: {}}}", "an old-style declaration does not give its parameters"),
        ("with_give", "{g: {callback: {}}}", "return values of the type `item` cannot be generated"),
        (
            "with_make",
            "{m: {callback: {}, user_data: self}}",
            "a callback returns a `void *`, and the contract does not say what it points to",
        ),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(function, text, why, joined):
    boundary = joined(HEADER, clause(function, text))

    (reason,) = boundary.functions[function].refused
    assert reason.message.startswith(f"`{function}` cannot be called: ")
    assert why in reason.message


def test_a_callback_that_may_return_null_is_made(joined):
    boundary = joined(
        HEADER, clause("with_make", "{m: {callback: {returns: {nullable: true}}, user_data: self}}")
    )

    assert boundary.functions["with_make"].refused == ()


def test_the_parameter_of_the_user_data_may_be_named(joined):
    boundary = joined(HEADER, clause("with_two", "{t: {callback: {user_data: arg2}, user_data: context}}"))

    callback = boundary.functions["with_two"].members[0].shape
    assert callback.given_back == 1


KEEPING = """
typedef struct bag bag;
bag *bag_new(void);
void bag_free(bag *b);
void bag_ref(bag *b);
void bag_put(bag *b, void *thing, void (*gone)(void *thing));
"""
KEPT = """
handles: {{bag: {{create: bag_new, {ends}}}}}
functions: {{bag_put: {{params: {{gone: {{callback: {{in_all: 1, lifetime: {lifetime}}}, user_data: thing}}}}}}}}
"""


@pytest.mark.parametrize(
    ("ends", "lifetime"),
    [
        ("destroy: bag_free", "static"),
        ("destroy: bag_free", "call"),
        ("summary: Nobody destroys it.", "handle(bag)"),
    ],
)
def test_what_is_invoked_in_all_is_counted_until_a_handle_is_destroyed(refused, ends, lifetime):
    (message,) = refused(KEEPING, KEPT.format(ends=ends, lifetime=lifetime))

    assert (
        message
        == f"`in_all` counts until a handle is destroyed, and a lifetime of `{lifetime}` ends with none"
    )


def test_what_is_invoked_in_all_has_bounds(joined):
    text = KEPT.format(ends="destroy: bag_free", lifetime="handle(bag)")
    gone = joined(KEEPING, text).functions["bag_put"].members[2].shape

    assert (gone.least_in_all.text, gone.most_in_all.text) == ("1", "1")


COMPARING = """
    typedef struct { int key; char *text; } pair;
    void sort(pair *items, int n, int (*order)(const pair *a, const pair *b, void *more), void *more);
"""
COMPARES = """
    functions:
      sort:
        params:
          items: {{nullable: true}}
          n: {{range: [0, 0]}}
          order: {{callback: {{{how}, params: {{a: {{to: pair}}, b: {{to: pair}}}}{more}}}, user_data: more}}
"""


@pytest.mark.parametrize(
    ("how", "more", "message"),
    [
        ("compares: [a.key, b.key]", "", ""),
        ("hashes: a.key", "", ""),
        ("compares: [a.key, b.key]", ", returns: {bool: true}", ""),
        ("compares: [a, b]", "", "`a` is nothing that can be compared by what it contains"),
        ("compares: [a.text, b.text]", "", "`a.text` is nothing that can be compared by what it contains"),
        ("compares: [more, b.key]", "", "`more` is nothing that can be compared by what it contains"),
        ("compares: [a.key, c.key]", "", "parameter `c` is not in the callback"),
        ("compares: [a.key]", "", "`compares` names two parameters"),
        ("compares: [a.key, b.key]", ", returns: {range: [0, 1]}", "answers below 0, 0 and above 0"),
        (
            "compares: [a.key, b.key], hashes: a.key",
            "",
            "`compares` and `hashes` exclude each other in `callback`",
        ),
    ],
)
def test_what_a_callback_answers_by_has_contents(joined, refused, how, more, message):
    text = COMPARES.format(how=how, more=more)
    if not message:
        shape = joined(COMPARING, text).functions["sort"].members[2].shape
        assert shape.by in (("a.key", "b.key"), ("a.key",))
        return
    found = refused(COMPARING, text)
    assert any(message in each for each in found), found
