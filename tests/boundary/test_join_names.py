"""Names of the contract against those of the header, and what has a value when."""

from __future__ import annotations

import errno

import pytest

from abidance.boundary.model.types import HandleShape
from abidance.boundary.values.length_parameters import ties
from abidance.trace.plain_values import with_plain_values

HEADER = """
int keywords(int in, int from, int result);
int unnamed(int, const uint8_t *, size_t);
int wide(const unsigned short *text);
int half_named(int, int, int n);
int half_named_callback(void (*each)(void *, int, int n), void *data);
int reserved(const uint8_t *__p, size_t __n);
int fill(uint8_t *out, size_t cap, size_t *len);
int shared(const uint8_t *a, const uint8_t *b, size_t n);
typedef struct state { int x; int y[100]; } state;
state *state_new(void);
void state_free(state *s);
int state_use(state *s);
"""


def test_words_of_python_take_an_underscore(joined):
    boundary = joined(HEADER, "functions: {keywords: {ensures: ['result != in_ + from_ + result_']}}")

    assert list(boundary.scope({"in": 1, "result": 2}, own={"result": 3}).items())[0:3]
    assert boundary.scope({"in": 1, "result": 2}, own={"result": 3})["result_"] == 2


def test_a_wrong_name_of_a_parameter_is_told_once_and_not_wherever_it_is_used(refused):
    asked = "requires: [on > 2, fits(on)], ensures: [result > on, fits(on)]"
    contract = f"functions: {{fits: , keywords: {{params: {{on: {{range: [0, 9]}}}}, {asked}}}}}"

    assert refused(f"{HEADER}int fits(int number);", contract) == ["parameter `on` is not in `keywords`"]


def test_free_of_the_c_library_ends_a_handle_where_a_header_has_it(refused_with, joined):
    header = "struct node; struct node *node_new(void); int node_next(struct node *node);"
    handles = "handles: {node: {type: struct node, create: node_new, destroy: free}}"
    contract = f"{handles}\nfunctions: {{node_new: , node_next: {{params: {{node: {{handle: node}}}}}}"
    (told,) = refused_with(header, f"{contract}}}")
    assert told.message == "function `free` is not in `subject.h`"
    assert "`free: {params: {ptr: {handle: NAME}}}`" in told.help

    boundary = joined(
        f"#include <stdlib.h>\n{header}", f"{contract}, free: {{params: {{ptr: {{handle: node}}}}}}}}"
    )
    assert boundary.handles["node"].destroy == "free"


def test_values_of_errno_have_their_names_without_its_header(joined, refused):
    boundary = joined(HEADER, "functions: {keywords: {ensures: ['implies(result < 0, errno == ERANGE)']}}")

    assert boundary.constants["ERANGE"] == errno.ERANGE
    assert "unknown name `ERANGED`" in refused(
        HEADER, "functions: {keywords: {ensures: ['errno == ERANGED']}}"
    )


def test_parameters_without_names_take_the_contracts(joined):
    boundary = joined(
        HEADER, "functions: {unnamed: {params: {kind: {}, text: {in: bytes, length: size}, size: {}}}}"
    )

    assert [member.name for member in boundary.functions["unnamed"].members] == ["kind", "text", "size"]


@pytest.mark.parametrize("order", ["handle: {}, n: {}, size: {}", "n: {}, handle: {}, size: {}"])
def test_a_name_of_the_header_stands_at_its_place_where_others_go_by_order(refused, order):
    (message,) = refused(HEADER, f"functions: {{half_named: {{params: {{{order}}}}}}}")

    assert message.startswith("`n` stands before `")
    assert message.endswith("is parameter 3 of `half_named` in the header")


def test_so_it_does_among_the_parameters_of_a_callback(refused):
    each = "{callback: {params: {data: {}, n: {}, size: {}}}, user_data: data}"
    (message,) = refused(HEADER, f"functions: {{half_named_callback: {{params: {{each: {each}}}}}}}")

    assert message.startswith("`n` stands before `size`")


@pytest.mark.parametrize(
    ("function", "order", "names"),
    [
        ("half_named", "handle: {}, size: {}, n: {}", ["handle", "size", "n"]),
        ("half_named", "n: {range: [1, 5]}", ["arg1", "arg2", "n"]),
        ("half_named", "n: {}, arg1: {}", ["arg1", "arg2", "n"]),
        ("fill", "len: {out: size_t}, cap: {}, out: {out: bytes, capacity: cap}", ["out", "cap", "len"]),
    ],
)
def test_names_in_the_headers_order_or_all_its_own_are_fine(joined, function, order, names):
    boundary = joined(HEADER, f"functions: {{{function}: {{params: {{{order}}}}}}}")

    assert [member.name for member in boundary.functions[function].members] == names


def test_names_that_are_reserved_in_headers_are_written_without_their_underscores(joined):
    boundary = joined(HEADER, "functions: {reserved: {params: {p: {in: bytes, length: n}}}}")

    assert [member.name for member in boundary.functions["reserved"].members] == ["p", "n"]


def test_names_that_no_documentation_has_are_the_contracts_in_order(joined, refused):
    boundary = joined(HEADER, "functions: {reserved: {params: {text: {in: bytes, length: size}, size: {}}}}")

    assert [member.name for member in boundary.functions["reserved"].members] == ["text", "size"]
    some = "functions: {reserved: {params: {text: {in: bytes, length: n}, n: {}}}}"
    assert refused(HEADER, some) == ["parameter `text` is not in `reserved`"]


def test_or_with_them(joined):
    boundary = joined(HEADER, "functions: {reserved: {params: {__p: {in: bytes, length: __n}, __n: {}}}}")

    assert [member.name for member in boundary.functions["reserved"].members] == ["__p", "__n"]


def test_an_out_parameter_has_no_old_value(refused):
    messages = refused(
        HEADER,
        """
        functions:
          fill: {params: {out: {out: bytes, capacity: cap}, len: {out: size_t}}, ensures: [old(len) == 3]}
        """,
    )

    assert messages == ["`len` is written by the call and has no value before it"]


def test_an_out_parameter_does_not_tell_how_much_memory_to_give(refused):
    messages = refused(
        HEADER, "functions: {fill: {params: {out: {out: bytes, capacity: len}, len: {out: size_t}}}}"
    )

    assert messages == ["`len` is written by the call, so it cannot determine how much memory to pass"]


def test_but_it_tells_how_much_is_meaningful(joined):
    boundary = joined(
        HEADER,
        "functions: {fill: {params: {out: {out: bytes, capacity: cap, length: len}, len: {out: size_t}}}}",
    )

    shape = next(member.shape for member in boundary.functions["fill"].members if member.name == "out")
    assert (shape.capacity.text, shape.length.text) == ("cap", "len")


def test_one_length_may_have_two_buffers(joined):
    boundary = joined(
        HEADER, "functions: {shared: {params: {a: {in: bytes, length: n}, b: {in: bytes, length: n}}}}"
    )

    tied = ties(boundary.functions["shared"].members)
    assert {length: [m.name for m in group] for length, group in tied.items()} == {"n": ["a", "b"]}


def test_a_handle_needs_no_clause_where_its_type_tells(joined):
    boundary = joined(
        HEADER,
        """
        handles: {state: {create: state_new, destroy: state_free}}
        functions: {state_use: {}}
        """,
    )

    assert isinstance(boundary.functions["state_use"].members[0].shape, HandleShape)


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("{range: [0, 5000000000]}", "does not fit `int`"),
        ("{range: [7, 3]}", "is empty"),
        ("{one_of: [5000000000]}", "does not fit `int`"),
    ],
)
def test_limits_that_no_value_can_keep(clause, words, refused):
    (message,) = refused(HEADER, f"functions: {{keywords: {{params: {{from: {clause}}}}}}}")

    assert words in message


TWO = """
handles:
  one: {type: state, create: state_new, destroy: state_free}
  other: {type: state, create: state_new, destroy: state_free}
"""


def test_one_type_of_two_handles_with_one_destructor_is_one_handle(refused):
    messages = refused(HEADER, TWO + "functions: {state_new: {returns: {handle: one}}}")

    assert messages == [
        "`state_free` destroys both a `one` and a `other`, which are of one type: they are one handle"
    ]


def test_a_function_that_frees_a_handle_wants_one(refused, joined):
    handles = "handles: {state: {create: state_new, destroy: state_free}}\n"
    made = "state *made(int x);\n"
    opaque = "functions: {made: {returns: {nullable: true, free: state_free}}}"

    assert refused(HEADER + made, handles + opaque) == [
        "`state_free` frees a `state`, and the contract does not say that this is one"
    ]
    told = "functions: {made: {returns: {handle: state, free: state_free}}}"
    assert joined(HEADER + made, handles + told).functions["made"].result.free == "state_free"


@pytest.mark.parametrize(("word", "is_called"), [("out", True), ("in", False), ("inout", False)])
def test_a_pointer_behind_a_pointer_comes_out_and_does_not_go_in(word, is_called, joined):
    boundary = joined("int take(char **p);", f"functions: {{take: {{params: {{p: {{{word}: char *}}}}}}}}")

    assert (boundary.functions["take"].signature is not None) is is_called


FILES = (
    "typedef struct rw rw; rw *rw_reader(void); rw *rw_writer(void); int rw_get(rw *r); void rw_end(rw *f);"
)


def test_two_handles_of_one_type_that_one_function_destroys_are_one_with_states(joined, refused):
    two = """
        handles:
          reader: {type: rw, create: rw_reader, destroy: rw_end}
          writer: {type: rw, create: rw_writer, destroy: rw_end}
        functions: {rw_get: {params: {r: {handle: reader}}}, rw_end: }
        """
    one = """
        handles:
          rw:
            create: [rw_reader, rw_writer]
            destroy: rw_end
            states: [reader, writer]
            transitions: {rw_writer: {to: writer}, rw_get: {from: reader}}
        functions: {rw_get: , rw_end: }
        """

    told = "`rw_end` destroys both a `reader` and a `writer`, which are of one type: they are one handle"
    assert refused(FILES, two) == [told]
    assert joined(FILES, one).handles["rw"].machine.first("rw_writer", {}) == "writer"


def test_a_handle_that_comes_out_may_be_borrowed(joined):
    boundary = joined(
        "typedef struct s s; typedef struct b b; s *s_new(void); int b_first(s *of, b **first);",
        """
        handles: {s: {create: s_new}, b: {create: b_first}}
        functions:
          b_first:
            params: {first: {out: b, owner: callee, lifetime: handle(of), until: s_new}}
            returns: {status: {ok: [0], errors: {-1: none}}}
        """,
    )

    shape = boundary.functions["b_first"].members[1].shape
    assert (shape.made, shape.borrowed, shape.lifetime, shape.until) == (True, True, "of", ("s_new",))


BOOK = "book book_open(int levels); int book_add(book b, int price); void book_close(book b);"


@pytest.mark.parametrize("declared", ["typedef int book;", "typedef enum book { NONE, SOME } book;"])
def test_a_number_with_a_type_of_its_own_is_a_handle_wherever_that_stands(joined, declared):
    boundary = joined(
        declared + BOOK, "handles: {book: {create: book_open, destroy: book_close}}\nfunctions: {book_add: }"
    )

    assert handles_in(boundary, "book_add") == {"b": "book"}
    assert handles_in(boundary, "book_open") == {"result": "book"}
    assert boundary.handles["book"].declared("b") == "book b"


def test_an_int_is_one_where_the_contract_says_so_or_nothing_else_can_be(joined):
    boundary = joined(
        "int at(const char *name); int end(int fd); int both(int fd, int n); int hand(int *fd);",
        """
        handles: {fd: {type: int, create: [at, hand], destroy: end, invalid: ..-1}}
        functions:
          at: {params: {name: {in: string}}}
          both: {params: {fd: {handle: fd}}}
          hand: {params: {fd: {out: fd}}, returns: {status: {ok: [0], errors: {-1: none}}}}
        """,
    )

    assert [handles_in(boundary, name) for name in ("at", "end", "both", "hand")] == [
        {"result": "fd"}, {"fd": "fd"}, {"fd": "fd"}, {"fd": "fd"},
    ]  # fmt: skip
    assert boundary.functions["at"].result.ok.each == ((0, (1 << 31) - 1),)


def test_who_traces_a_program_takes_them_for_the_numbers_that_they_are(joined):
    boundary = joined(
        "int at(const char *name); int end(int fd); int hand(int *fd);",
        """
        handles: {fd: {type: int, create: [at, hand], destroy: end, invalid: ..-1}}
        functions:
          at: {params: {name: {in: string}}}
          end: {rejects: [{when: {fd: destroyed}, returns: -1}, {when: {fd: -1}, returns: -1}]}
          hand: {params: {fd: {out: fd}}}
        """,
    )

    plain = with_plain_values(boundary)

    assert not any(handles_in(plain, name) for name in ("at", "end", "hand"))
    assert [each.text for each in plain.functions["end"].rejects] == ["`fd: -1`"]
    assert plain.handles == {}


def handles_in(boundary, name):
    function = boundary.functions[name]
    shapes = {member.name: member.shape for member in function.members} | {"result": function.result.shape}
    return {name: shape.handle for name, shape in shapes.items() if isinstance(shape, HandleShape)}


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        (
            "handles: {book: {type: double, create: book_open}}",
            "`double` is no whole number, and a handle is one, a",
        ),
        (
            "handles: {shelf: {create: shelf_new, invalid: ..-1}}",
            "a `shelf` is a pointer, for which one other stands where there is none",
        ),
        (
            "handles: {book: {create: book_open}}\nfunctions: {book_add: {params: {b: {nullable: true}}}}",
            "nothing says which numbers are no `book`",
        ),
        (
            "handles: {book: {create: book_open}}\nfunctions: {far: {params: {n: {handle: book}}}}",
            "this is a `long`, which is no `book`",
        ),
        (
            "handles: {book: {create: book_open, invalid: 0}}\nfunctions: {book_open: {ensures: [result != null]}}",
            "`result` is a number here, and no number is `null`",
        ),
        (
            "handles: {other: {type: int, create: book_open, destroy: two}}",
            "`two` takes no `other`, as far as is known",
        ),
        (  # behind its pointer there would be a `char`, which the call leaves
            (
                "functions: {named: {returns: {handle: name}}, unnamed: {params: {arg1: {handle: name}}}}\n"
                "handles: {name: {type: char, create: named, destroy: unnamed}}"
            ),
            "`unnamed` takes no `name`, as far as is known",
        ),
    ],
)
def test_what_can_be_no_number_of_a_handle_is_told(refused, clauses, message):
    header = "typedef struct shelf shelf; shelf *shelf_new(void); void far(long n); void two(int a, int b);"
    header += "const char *named(void); void unnamed(const char *);"

    messages = refused(
        header + "typedef int book;" + BOOK,
        f"functions: {{}}\n{clauses}" if "functions" not in clauses else clauses,
    )

    assert any(each.startswith(message) for each in messages)


def test_but_a_law_follows_it_from_its_making_to_its_end(joined):
    boundary = joined(
        "typedef int book; book book_open(int levels); int book_add(book b, int price); void book_close(book b);",
        """
        functions: {book_open: {}, book_add: {}, book_close: {}}
        laws:
          what_is_added_comes_back:
            given: {price: {in: int}}
            steps: [a = book_open(8), b = book_add(a.result, price), book_close(a.result)]
            ensures: [b.result == price]
        """,
    )

    assert [step.function for step in boundary.laws["what_is_added_comes_back"].steps] == [
        "book_open",
        "book_add",
        "book_close",
    ]


TIMER = """
typedef struct { int state; int left; int each; } timer;
int timer_open(timer *t, int each);
int timer_close(timer *t);
int timer_step(timer *t, int by);
"""


def _timer(function):
    return f"""
        types: {{timer: {{fields: {{each: {{range: [1, 9]}}}}}}}}
        handles: {{timer: {{create: timer_open, destroy: timer_close}}}}
        functions: {{timer_step: {function}}}
    """


def test_what_the_library_keeps_in_a_handle_is_no_precondition(refused):
    messages = refused(TIMER, _timer("{requires: [t.left > by, t.left != 3, by > 0]}"))

    words = (
        "is not known before the call, so `requires` cannot ask for it: it is what the library keeps in the"
    )
    assert messages == [f"`t.left` {words} `timer`"] * 2


def test_nor_is_it_what_a_call_is_refused_for(refused):
    timer = _timer("{returns: {status: {ok: [0]}}, rejects: [{when: by > t.left, returns: -1}]}")

    words = "is not known before the call, so `when` cannot ask for it: it is what the library keeps in the"
    assert refused(TIMER, timer) == [f"`t.left` {words} `timer`"]


def test_what_the_caller_sets_there_is_what_a_call_is_refused_for(joined):
    timer = joined(
        TIMER, _timer("{returns: {status: {ok: [0]}}, rejects: [{when: by > t.each, returns: -1}]}")
    )
    (refused,) = timer.functions["timer_step"].promise.rejects
    assert refused.condition.text == "by > t.each"


def test_what_is_counted_is_said_of_the_handle(refused_with):
    counts = "counts: {steps: {most: 3}}, transitions: {timer_step: {counts: {steps: steps + 1}}}"
    timer = _timer("{returns: {status: {ok: [0]}}, rejects: [{when: by > t.steps, returns: -1}]}")
    (found,) = refused_with(TIMER, timer.replace("timer_close}", f"timer_close, {counts}}}"))

    assert found.message == "`t.steps` is what the `timer` counts, of which `when` knows nothing"
    assert found.help == "say it of the handle, `{when: {t: steps > 0}}`"


@pytest.mark.parametrize(
    ("function", "path"),
    [
        ("mixer_at: {requires: [channel < m.channels]}", "m.channels"),
        ("mixer_set: {params: {gains: {in: array, length: m.channels}}}", "m.channels"),
        ("mixer_set: {params: {gains: {in: array, length: 2 * m.channels + 1}}}", "m.channels"),
        ("mixer_at: {ensures: [result == m.channels]}", "m"),
    ],
)
def test_what_it_was_created_with_is_said_to_be_that(function, path, refused_with):
    header = """
        typedef struct mixer mixer; mixer *mixer_new(int channels); void mixer_free(mixer *m);
        int mixer_set(mixer *m, int channel, const int *gains); int mixer_at(mixer *m, int channel);
    """
    handles = "{mixer: {create: mixer_new, destroy: mixer_free}}"
    found = refused_with(header, f"handles: {handles}\nfunctions: {{{function}}}")

    (told,) = [each for each in found if each.message.startswith(f"`{path}` ")]
    assert told.help == (
        "where it is what `mixer_new` was given, say so: `handles: {mixer: {created_with: channels}}`"
    )


@pytest.mark.parametrize("clause", ["requires: [t.each > by]", "ensures: [old(t.left) >= t.left]"])
def test_what_the_caller_sets_in_a_handle_is_one(joined, clause):
    assert joined(TIMER, _timer(f"{{{clause}}}")).functions["timer_step"].promise is not None


def test_a_field_that_the_record_of_a_handle_lacks_is_unknown(refused):
    (message,) = refused(TIMER, _timer("{ensures: [t.lefft >= 0]}"))

    assert message == "`lefft` is not a field of `timer`"


BARE = "functions: {unnamed: {params: {text: {in: bytes, max: 9}, size: {}}}}"
WIDE = "functions: {wide: {params: {text: {in: string}}}}"
LAW = "functions: {keywords: {}}\nlaws: {one: {given: {a: {in: int}}, steps: ['x = keywords(b)'], ensures: [a == 0]}}"

UNLISTED = "functions: {keywords: {}}\nlaws: {one: {steps: ['x = state_new()'], ensures: [x.result != null]}}"


@pytest.mark.parametrize(
    ("contract", "advice"),
    [
        (BARE, "give each of them a name, in the header's order: `int`, `const uint8_t *`, `size_t`"),
        (WIDE, "what ends with an element that is 0 is an array: `array`, with `ended_by: 0` beside it"),
        (LAW, "what a law begins with stands under `given`, such as `NAME: {in: bytes, max: 20}`"),
        (UNLISTED, "list it there, `state_new:`, if nothing else is to be said of it"),
    ],
)
def test_a_name_that_is_not_there_is_told_with_the_place_where_it_could_be(contract, advice, refused_with):
    assert advice in [each.help for each in refused_with(HEADER, contract)]


def test_a_step_that_cannot_be_read_is_one_mistake(refused):
    laws = "laws: {one: {steps: ['x = keyword()'], ensures: [x.result == 0, y.result == 0]}}"

    assert refused(HEADER, f"functions: {{keywords: {{}}}}\n{laws}") == [
        "function `keyword` is not in `functions`",
        "unknown name `y`",
    ]


def test_names_that_are_too_few_are_one_mistake(refused):
    clauses = "{params: {text: {in: bytes, length: size}, size: {}}, requires: [size > 0]}"
    laws = "\nlaws: {one: {steps: ['x = keywords(1, 2, 3)'], ensures: [x.result == 0]}}"

    messages = refused(HEADER, f"functions: {{unnamed: {clauses}, keywords: {{}}}}{laws}")

    assert messages == [
        "`unnamed` has 3 parameters without a name in the header, and 2 names stand here that are new"
    ]


def test_what_is_almost_a_name_of_the_header_is_a_slip_of_its_own(refused):
    header = "int counted(int count, int);"

    (message,) = refused(header, "functions: {counted: {params: {cuont: {range: [0, 1]}, other: {}}}}")[:1]

    assert message == "parameter `cuont` is not in `counted`"


def test_a_macro_for_a_type_is_a_name_of_it(joined, refused):
    header = "#define MY_SIZE size_t\n#define MINE MY_SIZE\n#define SELF SELF\nint fill(size_t *n);"

    fill = joined(header, "functions: {fill: {params: {n: {out: MINE}}}}").functions["fill"]

    assert fill.members[0].shape.element.spelling == "size_t"
    assert refused(header, "functions: {fill: {params: {n: {out: SELF}}}}") == [
        "type `SELF` is not in the header"
    ]


PLACES = """
typedef struct number { int digits[4]; } number;
void number_init(number *n);
void number_init_set(number *n, const number *from);
void number_copy(number *to, number *from);
void number_clear(number *n);
"""


def _places(create, clauses=""):
    return f"""
        handles: {{number: {{create: [number_init, {create}], destroy: number_clear}}}}
        functions: {{number_init: {{}}, {create}: {{{clauses}}}, number_clear: {{}}}}
    """


@pytest.mark.parametrize(
    ("create", "clauses"), [("number_init_set", ""), ("number_copy", "params: {to: {out: number}}")]
)
def test_what_a_new_handle_is_made_from_is_there_already(create, clauses, joined):
    function = joined(PLACES, _places(create, clauses)).functions[create]

    assert [member.shape.made for member in function.members] == [True, False]


def test_which_of_two_handles_is_new_has_to_be_said(refused, refused_with):
    (message,) = refused(PLACES, _places("number_copy"))

    assert message == "`number_copy` makes a `number`, and nothing says whether that is `to` or `from`"
    (diagnostic,) = refused_with(PLACES, _places("number_copy"))
    assert diagnostic.help.startswith("say `to: {out: number}`")


def test_a_name_of_nothing_is_told_with_those_that_there_are_and_hides_what_follows_from_it(refused_with):
    header = "const char *seek(const char *str, unsigned c);"
    clauses = "{params: {s: {in: string}}, requires: [len(s) > 0], ensures: ['s[0] != c']}"

    (diagnostic,) = refused_with(header, f"functions: {{seek: {clauses}}}")

    assert diagnostic.message == "parameter `s` is not in `seek`"
    assert diagnostic.help == "in the header they are called `str`, `c`"


OPAQUE = """
typedef struct closed closed;
closed *closed_new(void);
void closed_free(closed *c);
int closed_use(closed *c);
"""
CLOSED = "handles: {closed: {create: closed_new, destroy: closed_free}}\n"


def test_a_handle_of_which_the_header_shows_nothing_has_no_fields(refused):
    (message,) = refused(OPAQUE, CLOSED + "functions: {closed_use: {ensures: [c.x == 1]}}")

    assert message == "`c` has no fields, so no `x`"


def test_what_a_handle_was_prepared_with_is_seen(joined):
    header = OPAQUE + "int closed_set(closed *c, int level);"
    contract = CLOSED.replace("{create", "{prepare: [closed_set: {level: any}], create")

    assert joined(
        header, contract + "functions: {closed_use: {ensures: [result == c.level]}, closed_set: {}}"
    )


def test_callbacks_that_a_handle_was_given_are_fields_of_it(joined):
    header = OPAQUE + "void closed_on(closed *c, void (*told)(void *mine, int n), void *self);"
    on = "closed_on: {params: {told: {callback: {lifetime: handle(closed), params: {n: {}}}, user_data: self}}}"
    use = "closed_use: {ensures: [len(c.told.calls) == result]}"

    assert joined(header, f"{CLOSED}functions: {{{on}, {use}}}").functions["closed_use"].ensures


READ_ONLY = """
typedef struct seen { int level; int *left; } seen;
int seen_open(seen *s);
void seen_close(seen *s);
int seen_use(seen *s);
int seen_look(const seen *s);
"""
FIELDS = "types: {seen: {fields: {left: {to: int, read_only: true}, level: {range: [0, 9]}}}}\n"


def test_what_the_callee_alone_sets_is_not_the_callers(joined):
    handle = "handles: {seen: {create: seen_open, destroy: seen_close}}\n"
    (life,) = joined(
        READ_ONLY, FIELDS + handle + "functions: {seen_use: {ensures: [s.left == 1]}}"
    ).handles.values()

    assert (life.described, life.read_only) == ({"level"}, {"left"})


def test_what_no_handle_is_cannot_be_read_only(refused):
    (message,) = refused(READ_ONLY, FIELDS + "functions: {seen_look: {params: {s: {in: seen}}}}")

    assert message == "`read_only` is about handles that the caller allocates, and no `seen` is one"


def test_what_a_handle_holds_is_read_only_as_its_field(refused_with):
    header = READ_ONLY + "typedef struct { seen last; int n; } kept;\nint kept_open(kept *k);\n"
    handle = "handles: {kept: {create: kept_open}}\n"
    (found,) = refused_with(header, FIELDS + handle + "functions: {seen_look: {params: {s: {in: seen}}}}")

    assert found.help == "say it of the field that holds one: `kept: {fields: {last: {read_only: true}}}`"


NOWHERE = """
#define FAILED ((void *)-1)
#define NONE ((void *)0)
#define RATIO 0.75
typedef struct desc *desc_t;
void *map_of(int n);
desc_t desc_new(double part);
int desc_free(desc_t d);
"""
DESC = "handles: {desc_t: {create: desc_new, destroy: desc_free%s}}\n"


@pytest.mark.parametrize(
    ("clauses", "address"),
    [
        ("returns: {to: bytes, length: n, invalid: FAILED}", (1 << 64) - 1),
        ("returns: {nullable: true, invalid: -2}", (1 << 64) - 2),
        ("returns: {nullable: true}, ensures: [result == NONE]", None),
    ],
)
def test_another_pointer_may_come_back_for_none(joined, clauses, address):
    boundary = joined(NOWHERE, f"functions: {{map_of: {{{clauses}}}}}")

    invalid = boundary.functions["map_of"].result.invalid
    assert (invalid.address if invalid else None) == address
    assert boundary.constants.get("NONE") is None


def test_macros_that_are_fractions_are_limits(joined):
    boundary = joined(NOWHERE, DESC % "" + "functions: {desc_new: {params: {part: {range: [0, RATIO]}}}}")

    assert boundary.functions["desc_new"].members[0].shape.highest == 0.75


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (
            "functions: {map_of: {returns: {nullable: true, invalid: 0}}}",
            "is no pointer that stands for none",
        ),
        (
            "functions: {map_of: {returns: {nullable: true, invalid: RATIO}}}",
            "is no pointer that leads nowhere",
        ),
        ("functions: {map_of: {returns: {nullable: true, invalid: MISSING}}}", "unknown name `MISSING`"),
        (
            "functions: {desc_free: {returns: {invalid: -1}}}",
            "`invalid` has no meaning without `to`, `handle`, `within` or `nullable` in `returns`",
        ),
        (
            "functions: {desc_free: {returns: {nullable: true, invalid: -1}}}",
            "`desc_free` returns `int`, which is not a pointer",
        ),
        (
            DESC % ", invalid: [-1, -2]" + "functions: {desc_new: }",
            "for which one other stands where there is none",
        ),
        (
            DESC % "" + "functions: {desc_new: {returns: {handle: desc_t, invalid: -1}}}",
            "what stands for none of a handle is said of the handle: `desc_t`",
        ),
    ],
)
def test_what_is_no_pointer_for_none_is_told(refused, contract, message):
    told = refused(NOWHERE, contract)
    assert any(message in each for each in told), told


SECRETS = """
void key_of(char **key, char **keys);
void pin_of(int *pin, unsigned char key[16]);
"""


@pytest.mark.parametrize(
    ("clauses", "message"),
    [
        ("key_of: {params: {key: {out: {to: string}, secret: true}, keys: {out: {to: string}}}}", None),
        ("pin_of: {params: {pin: {out: int}, key: {out: bytes, length: 16, secret: true}}}", None),
        (
            "key_of: {params: {key: {out: 'char *', secret: true}, keys: {out: {to: string}}}}",
            "`key` is where a pointer is, and what that leads to is the secret",
        ),
        (
            "pin_of: {params: {pin: {out: int, secret: true}, key: {out: bytes, length: 16}}}",
            "no copy of `pin` would be known: a secret has 16 bytes or more",
        ),
    ],
)
def test_a_secret_is_memory_that_a_copy_would_be_known_by(joined, refused, clauses, message):
    contract = f"functions: {{{clauses}}}"
    if message is None:
        joined(SECRETS, contract)
    else:
        assert refused(SECRETS, contract) == [message]


KEY_IN_A_BOX = """
typedef struct box { unsigned char key[32]; int uses; } box;
int box_open(box *b);
void box_close(box *b);
int box_look(const box *b);
"""
BOX = "functions: {box_open: }\nhandles: {box: {create: box_open, destroy: box_close}}\n"


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (BOX + "types: {box: {fields: {key: {read_only: true, secret: true}}}}", None),
        (
            "types: {box: {fields: {key: {secret: true}}}}\nfunctions: {box_look: {params: {b: {in: box}}}}",
            "`secret` is about handles that the caller allocates, and no `box` is one",
        ),
        (
            BOX + "types: {box: {fields: {uses: {secret: true}}}}",
            "no copy of `uses` would be known: a secret field has 16 bytes or more",
        ),
    ],
)
def test_a_secret_field_is_memory_of_a_handle_that_the_caller_allocates(joined, refused, contract, message):
    if message is None:
        assert joined(KEY_IN_A_BOX, contract).handles["box"].record is not None
    else:
        assert refused(KEY_IN_A_BOX, contract) == [message]


POINTING = """
char *trimmed(char *text);
char *found(char *text, const char *other);
"""


@pytest.mark.parametrize(
    "condition", ["result == text", "text == result", "implies(text != 'a', 0 <= result and result != text)"]
)
def test_a_place_in_memory_is_not_compared_with_that_memory(condition, refused):
    """As C compares the pointers: `strcpy` returns its first argument."""
    promised = f'params: {{text: {{inout: string}}}}, returns: {{within: text}}, ensures: ["{condition}"]'
    contract = f"functions: {{trimmed: {{{promised}}}}}"

    assert refused(POINTING, contract) == ["`result` is a place in `text` here, counted from its start"]


@pytest.mark.parametrize(
    "condition",
    ["result == 0", "text == other", "result == len(text) or other == text", "text[result:] == other"],
)
def test_a_place_in_memory_is_a_number(condition, joined):
    joined(
        POINTING,
        "functions: {found: {params: {text: {inout: string}, other: {in: string}}, returns: {within: text}, "
        f'ensures: ["{condition}"]}}}}',
    )
