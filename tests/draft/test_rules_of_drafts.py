"""What stands in a header becomes clauses with their evidence, or a question where nothing says enough."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from abidance.draft.documentation import manual
from abidance.toolchain.call_graph import CallGraph

pytestmark = pytest.mark.unit

STORE = """\
typedef struct store store;
typedef enum { ST_OK, ST_ERR_FULL, ST_ERR_MISSING } st_status;
/** Makes a store, or returns NULL when memory is exhausted. */
store *st_new(void);
/** Ends a store. */
void st_free(store *s);
/** Gives a key a value. */
st_status st_set(store *s, const char *key, const void *value, size_t value_len);
/** Copies a value. */
st_status st_get(const store *s, const char *key, void *out, size_t capacity, size_t *written);
"""


def test_what_functions_begin_and_end_is_a_handle(drafted):
    made = drafted(STORE)

    assert made.handle("store") == {"create": "st_new", "destroy": "st_free"}
    assert made.clauses("st_new", "returns") == "{handle: store, nullable: true}"
    assert made.clauses("st_set", "s") == "{handle: store}"


def test_what_ends_a_handle_may_be_passed_where_the_caller_has_it(drafted):
    made = drafted(
        "typedef struct { int mode; } meter; meter *meter_init(int mode); void meter_destroy(meter **st);"
        "int meter_add(meter *st, int n); int meter_all(meter **sts, int n);"
    )

    assert made.handle("meter") == {"create": "meter_init", "destroy": "meter_destroy"}
    assert made.clauses("meter_destroy", "st") == "{inout: meter}"
    assert made.clauses("meter_add", "st") == "{handle: meter}"


INI = """\
typedef struct dict { int n; } dict;
/** Reads a text.

 * The returned dictionary must be %s.
 */
dict *ini_parse(const char *text);
void ini_freedict(dict *d);
int ini_size(const dict *d);
"""


def test_what_ends_a_handle_is_what_its_creator_says(drafted):
    """`iniparser_freedict` of iniparser, in whose name no word says so."""
    made = drafted(INI % "freed using ini_freedict()")

    assert made.handle("dict") == {"create": "ini_parse", "destroy": "ini_freedict"}
    assert made.clauses("ini_size", "d") == "{handle: dict}"


@pytest.mark.parametrize("said", ["freed using ini_size()", "checked using ini_freedict()"])
def test_what_the_documentation_says_else_of_a_function_ends_nothing(said, drafted):
    made = drafted(INI.replace("const dict *d", "const dict *d, int least") % said)

    assert made.clauses("ini_size", "d") == "{in: dict}"


@pytest.mark.parametrize("rule", ["/*------*/\n", "/*======*/\n\n", "/********/\n", ""])
def test_a_line_that_separates_is_no_documentation(rule, drafted):
    """Between each comment and its declaration in iniparser."""
    made = drafted(f"/**\n  @return   0 on success, -1 on failure\n */\n{rule}int st_flush(int level);\n")

    assert "status: {ok: [0]" in made.clauses("st_flush", "returns")


def test_a_comment_of_another_declaration_is_not_reached_across_lines_that_separate(drafted):
    made = drafted(
        "/** Returns 0 on success, -1 on failure. */\n\n\n/*------*/\n\n/*------*/\nint st_flush(int level);\n"
    )

    assert made.clauses("st_flush", "returns") == "{}"


OPAQUE = """\
struct _Doc {{ int _opaque; }};
typedef struct _Doc const *Doc;
struct _Node {{ int _opaque; }};
typedef struct _Node const *Node;
Doc doc_create(void);
void doc_release(Doc doc);
int doc_status({doc} doc);
Node doc_root(Doc doc);
Node node_next(Node node);
int node_line(Node node);
{more}
"""


def test_a_pointer_to_const_by_a_name_of_its_own_is_a_handle(drafted):
    """`TidyDoc` of HTML Tidy, whose header shows a record that stands for another one, and `CFStringRef`."""
    made = drafted(OPAQUE.format(doc="Doc", more="void doc_each(Doc doc, int (*told)(Node node));"))

    assert made.handle("Doc") == {"create": "doc_create", "destroy": "doc_release"}
    assert made.handle("Node") == {"create": "doc_root"}
    assert made.clauses("doc_status", "doc") == "{handle: Doc}"
    assert made.clauses("node_line", "node") == "{handle: Node}"


def test_a_record_that_functions_name_as_well_may_be_the_callers(drafted):
    made = drafted(OPAQUE.format(doc="const struct _Doc *", more=""))

    assert made.clauses("doc_status", "doc") == "{in: struct _Doc}"


def test_a_pointer_to_const_that_nothing_hands_out_leads_to_a_record_of_the_callers(drafted):
    made = drafted("typedef struct point { int x, y; } const *point_ref; int length(point_ref point);")

    assert made.clauses("length", "point") == "{in: struct point}"


def test_what_a_callback_is_given_by_such_a_name_is_not_made_up(drafted):
    """`TidyMessage`, which only callbacks are given."""
    made = drafted(
        "struct _Note { int _opaque; }; typedef struct _Note const *Note;"
        "void on_note(int (*told)(Note note)); int note_line(Note note);"
    )

    assert made.why_not("note_line") == "where a `Note` for `note` comes from"


def test_names_that_are_reserved_are_drafted_as_contracts_write_them(drafted):
    """`__image` of `<libelf.h>`: what the draft says of one names the other, and the contract calls both so."""
    made = drafted("int st_sum(const unsigned char *__image, size_t __size); int st_max(int _n);")

    assert made.clauses("st_sum", "image") == "{in: bytes, length: size}"
    assert [each.name for each in made.draft.function("st_max").params] == ["_n"]


def test_a_reserved_name_stays_where_another_parameter_is_called_the_same(drafted):
    made = drafted("int st_sum(const unsigned char *__image, size_t __size, int size);")

    assert [each.name for each in made.draft.function("st_sum").params] == ["image", "__size", "size"]


BUILT_IN = """\
typedef struct list_s list_t;
list_t *list_load_file(const char *fname);
void list_free(list_t *list);
const list_t *list_builtin(void);
int list_count(const list_t *list);
int list_add(list_t *list, int number);
"""


def test_where_no_handle_can_be_made_one_of_the_librarys_is_used(drafted):
    made = drafted(BUILT_IN)

    assert made.handle("list_t") == {"create": "list_builtin"}
    assert (
        made.clauses("list_builtin", "returns")
        == "{handle: list_t, nullable: true, owner: callee, lifetime: static}"
    )
    assert made.why_not("list_count") is None
    for name in ("list_free", "list_add"):  # it is the library's, which may be read alone
        assert made.why_not(name) == "how a `list_t` comes about that it may change or end"


def test_where_a_handle_can_be_made_nothing_is_said_of_the_librarys_own(drafted):
    made = drafted(BUILT_IN.replace("const char *fname", "void"))

    assert made.handle("list_t") == {"create": "list_load_file", "destroy": "list_free"}
    assert made.clauses("list_builtin", "returns") == "{}"
    assert made.why_not("list_add") is None


def test_what_is_made_from_something_is_not_taken_for_the_librarys(drafted):
    made = drafted(BUILT_IN.replace("list_builtin(void)", "list_builtin(const char *name)"))

    assert "handle" not in made.clauses("list_builtin", "returns")
    assert "comes about" in made.why_not("list_count")


BIG = """\
typedef struct { int size; unsigned long *digits; } big_struct;
typedef big_struct big_t[1];
#define big_init __priv_big_init
#define big_bigclear __priv_big_bigclear
#define big_add __priv_big_add
void big_init(big_struct *);
void big_bigclear(big_struct *);
void big_add(big_struct *, const big_struct *, const big_struct *);
"""


def test_functions_have_the_names_that_the_header_has(drafted):
    """The compiler's are the library's own; an array of one is what programs declare."""
    made = drafted(BIG)

    assert [each.name for each in made.draft.functions] == ["big_init", "big_bigclear", "big_add"]
    assert made.handle("big_t") == {"create": "big_init", "destroy": "big_bigclear"}
    assert made.clauses("big_add", "arg2") == "{handle: big_t}"


def test_a_macro_for_a_name_of_old_renames_nothing(drafted):
    made = drafted("void st_begin(int n);\n#define st_start st_begin\n")

    assert [each.name for each in made.draft.functions] == ["st_begin"]


TYPE = (
    "typedef struct type_rec *type_library; int TY_Init_FreeType(type_library *alibrary);"
    "int TY_Done_FreeType(type_library library); int TY_Faces(type_library library);"
)


@pytest.mark.parametrize(
    ("was", "now", "ends"),
    [
        ("", "", "TY_Done_FreeType"),
        ("TY_Done_FreeType", "TY_Done_Faces", None),  # with the faces, and not with what they are in
        ("TY_Done_FreeType", "TY_Free_FreeType", "TY_Free_FreeType"),
    ],
)
def test_a_name_of_several_words_says_not_what_is_done(was, now, ends, drafted):
    """`Init` and `Done` are words of their own, and `FreeType` is what they are about."""
    made = drafted(TYPE.replace(was, now))

    assert made.handle("type_rec").get("destroy") == ends
    assert made.handle("type_rec")["create"] == "TY_Init_FreeType"


IMAGE = (
    "typedef struct { void *pixels; int width; } image; image image_load(int width); void image_unload(image i);"
    "int image_width(image i); image image_flip(image i); image image_clone(image i); void image_crop(image *i, int n);"
    "int image_save(image i);"
)


def test_a_record_that_is_returned_and_ended_by_value_is_a_handle(drafted, library):
    frees = {"image_unload": ["free"], "image_crop": ["free"], "image_save": ["free"]}
    calls = library.calling(**{each: frees.get(each, []) for each in re.findall(r"(image_\w+)\(", IMAGE)})
    made = drafted(IMAGE, calls=calls)

    assert made.handle("image") == {
        "create": ("image_load", "image_clone"),
        "destroy": "image_unload",
    }
    assert made.clauses("image_width", "i") == "{handle: image}"
    assert made.clauses("image_crop", "i") == "{handle: image}"
    over = "whether it takes `i` over, as `image_unload` does"
    assert made.why_not("image_flip") == f"{over}: what it returns may be that one, or have it inside"
    assert made.why_not("image_save") == f"{over}: its code may free it"
    assert made.why_not("image_clone") is None


@pytest.mark.parametrize(
    ("imports", "creators"),
    [
        ({"bytes_dup": ["malloc", "memcpy"]}, ("bytes_new", "bytes_dup")),  # `bytes_of` has nothing to end
        ({"bytes_of": ["strdup"]}, ("bytes_of", "bytes_new", "bytes_dup")),
        ({}, ("bytes_of", "bytes_new", "bytes_dup")),  # it has an allocator of its own, for all that is known
    ],
)
def test_what_wraps_memory_of_the_callers_creates_no_record_to_end(imports, creators, drafted, library):
    header = (
        "typedef struct { void *data; int size; } bytes; bytes bytes_new(int size); bytes bytes_of(const char *text);"
        "bytes bytes_dup(bytes b); void bytes_free(bytes b);"
    )
    if imports:
        imports = {"bytes_new": ["malloc"], **imports}
    calls = library.calling(**{each: [] for each in re.findall(r"(bytes_\w+)\(", header)} | imports)

    assert set(drafted(header, calls=calls).handle("bytes")["create"]) == set(creators)


def test_a_record_that_leads_nowhere_is_none(drafted):
    made = drafted("typedef struct { int x, y; } spot; spot spot_make(void); void spot_clear(spot s);")

    assert made.draft.handles == ()


@pytest.mark.parametrize(
    "ends",
    [
        "void meter_free_list(meter **list);",
        "void meter_free(meter **meters);",
        "void meter_free(meter *const *m);",
    ],
)
def test_what_ends_several_handles_ends_no_single_one(ends, drafted):
    made = drafted(f"typedef struct meter meter; meter *meter_new(int mode); {ends}")

    assert made.handle("meter") == {"create": "meter_new"}


@pytest.mark.parametrize(
    ("ends", "imports", "destroyer"),
    [
        ("void set_free(const set *s);", ["free"], "set_free"),
        ("void set_free(const set *s);", ["puts"], None),
        ("int set_free(const set *s);", ["free"], None),  # how many are free
        ("void set_end(const set *s);", ["free"], None),
        ("void set_free(const set *s, int at);", ["free"], None),
    ],
)
def test_what_frees_an_object_that_is_const_to_it_ends_it(ends, imports, destroyer, drafted, library):
    (name,) = re.findall(r"(set_\w+)\(", ends)
    made = drafted(
        f"typedef struct set set; set *set_new(void); {ends}", calls=library.calling(**{name: imports})
    )

    assert made.handle("set").get("destroy") == destroyer


@pytest.mark.parametrize(
    ("text", "creates"),
    [
        ("Computes the union. Returns a new set.", True),
        ("Returns the union. The caller is responsible for memory management.", True),
        ("Returns the union.", False),
        ("Returns a new reference to the union.", False),
        ("Returns a new set, which must not be freed.", False),
    ],
)
def test_what_the_documentation_calls_new_is_made(text, creates, drafted):
    made = drafted(
        "typedef struct { int n; } set; set *set_new(void); void set_free(set *s);\n"
        f"/** {text} */\nset *set_or(const set *a, const set *b);"
    )

    assert ("set_or" in made.handle("set")["create"]) == creates


@pytest.mark.parametrize(
    ("copies", "creates"),
    [
        ("num *num_copy(num *to, const num *from);", False),
        ("num *num_copy(num *to, num *from);", False),
        ("num *num_copy(const num *from);", True),
        ("num *num_create_sum(const num *one, const num *other);", True),
        ("/** Returns a new number that has to be freed. */ num *num_copy(num *one, const num *sum);", True),
    ],
)
def test_what_copies_one_into_another_may_return_that(copies, creates, drafted):
    """As `strcpy` does: it was taken for a new one, which was freed twice."""
    made = drafted(f"typedef struct num num; num *num_new(void); void num_free(num *n);\n{copies}")

    assert (made.handle("num")["create"] != "num_new") == creates


def test_what_returns_a_new_handle_stores_no_other(drafted):
    made = drafted(
        "typedef struct { int n; } set; set *set_new(void); void set_free(set *s);\n"
        "/** Returns a new set. */\nset *set_or_all(int n, const set **all);"
    )

    assert made.why_not("set_or_all") == "whether `all` leads to one that is there: `set_new` makes one"


WALKED = (
    "typedef struct list list; typedef struct %s %s; list *list_new(void); void list_free(list *l);"
    "void list_add(list *l, int n); void list_join(list *l, const list *from); int list_length(const list *l);"
    "%s *walk_new(list *l); void walk_free(%s *w); void walk_remove(list *l, %s *w);"
    "_Bool list_same(const list *a, const list *b);"
)


@pytest.mark.parametrize(("walker", "locks"), [("list_iter", ("list_add", "list_join")), ("list_part", None)])
def test_what_may_change_a_list_is_locked_while_something_walks_through_it(walker, locks, drafted):
    made = drafted(WALKED % ((walker,) * 5))

    assert made.handle(walker).get("locks") == locks


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Converts the list to an array. The caller ensures that there is enough memory.", True),
        ("Puts the length of the list there.", False),
    ],
)
def test_what_the_documentation_calls_an_array_is_no_single_number(text, question, drafted):
    made = drafted(
        f"typedef struct l l; l *l_new(void); void l_free(l *x);\n/** {text} */\nvoid l_all(const l *x, int *ans);"
    )

    assert (made.why_not("l_all") == "how many there are at `ans`") == question


def test_what_takes_the_handle_itself_comes_before_what_is_passed_a_pointer_to_it(drafted):
    made = drafted(
        "typedef struct meter meter; meter *meter_new(int mode);"
        "void meter_free(meter **at); void meter_destroy(meter *one);"
    )

    assert made.handle("meter") == {"create": "meter_new", "destroy": "meter_destroy"}


def test_a_record_of_the_callers_with_init_and_end_is_a_handle(drafted):
    made = drafted(
        "typedef struct { int n; void *p; } acc;"
        "int acc_init(acc *a); void acc_clear(acc *a); int acc_add(acc *a, _Bool on);"
    )

    assert made.handle("acc") == {"create": "acc_init", "destroy": "acc_clear"}
    assert made.clauses("acc_add", "a") == "{handle: acc}"


def test_two_pairs_for_one_record_are_two_handles_told_apart_by_names(drafted):
    made = drafted(
        "typedef struct { int n; } strm;"
        "int packInit(strm *s); int packEnd(strm *s); int pack(strm *s);"
        "int unpackInit(strm *s); int unpackEnd(strm *s); int unpack(strm *s);"
    )

    assert made.handle("pack") == {"type": "strm", "create": "packInit", "destroy": "packEnd"}
    assert made.clauses("pack", "s") == "{handle: pack}"
    assert made.clauses("unpack", "s") == "{handle: unpack}"


def test_words_begin_behind_an_abbreviation(drafted):
    made = drafted("typedef struct mlu mlu; mlu *cmsMLUalloc(int items); void cmsMLUfree(mlu *m);")

    assert made.handle("mlu") == {"create": "cmsMLUalloc", "destroy": "cmsMLUfree"}


TREE = """\
typedef struct node { struct node *parent; int kind; } node;
typedef struct doc doc;
doc *doc_new(void);
void doc_free(doc *d);
node *doc_lookup(const doc *d, const char *path);
node *node_child(const node *n, unsigned at);
int node_kind(const node *n);
int node_text(const node *n, const char **value);
"""
PART = "{handle: node, nullable: true, owner: callee, lifetime: handle(%s), until: change}"


def test_what_is_returned_of_a_handle_and_taken_elsewhere_is_borrowed_from_it(drafted):
    made = drafted(TREE.replace("path", "name"))

    assert made.handle("node") == {"create": "doc_lookup"}
    assert made.clauses("doc_lookup", "returns") == PART % "d"
    assert made.clauses("node_child", "returns") == PART % "n"
    assert made.clauses("node_kind", "n") == "{handle: node}"


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("int node_kind(const node *n);", "void node_free(node *n);"),
        ("struct node *parent; int kind;", "int kind;"),
        ("struct node *parent; int kind;", "unsigned char *data; int kind;"),
        ("node *doc_lookup(const doc *d, const char *path);", "node *doc_lookup(const char *path);"),
        ("node *doc_lookup(", "node *doc_create_node("),
    ],
    ids=[
        "one function ends one",
        "a caller can make one",
        "nothing links it",
        "it is of no handle",
        "it is new by its name",
    ],
)
def test_what_may_be_the_callers_is_not_borrowed(drafted, was, now):
    made = drafted(TREE.replace("path", "name").replace(was.replace("path", "name"), now))

    assert "owner: callee" not in made.text


def test_a_handle_is_borrowed_where_its_own_kind_is_walked(drafted):
    text = "typedef struct el el; el *el_new(void); void el_free(el *e); el *el_next(el *e);"

    walked, counted = drafted(text), drafted(f"{text} void el_ref(el *e);")

    assert walked.clauses("el_next", "returns") == PART.replace("node", "el") % "e"
    assert counted.clauses("el_next", "returns") == "{}"  # a reference may come with it


def test_a_path_in_a_handle_that_stays_as_it_is_names_no_file(drafted, library):
    quiet, opening = library.calling(doc_lookup=["strcmp"]), library.calling(doc_lookup=["fopen"])

    assert drafted(TREE, calls=quiet).clauses("doc_lookup", "path") == "{in: string}"
    assert drafted(TREE, calls=opening).why_not("doc_lookup") == "which file or folder `path` may name"
    assert drafted(TREE).why_not("doc_lookup") == "which file or folder `path` may name"
    changing = TREE.replace("doc_lookup(const doc *d", "doc_lookup(doc *d")
    assert drafted(changing, calls=quiet).why_not("doc_lookup") == "which file or folder `path` may name"


def test_a_host_that_is_looked_up_in_a_handle_is_connected_to_nowhere(drafted, library):
    quiet, calling = library.calling(doc_lookup=["strcmp"]), library.calling(doc_lookup=["getaddrinfo"])
    hosts, asked = TREE.replace("const char *path", "const char *hostname"), "what `hostname` may connect to"

    assert drafted(hosts, calls=quiet).clauses("doc_lookup", "hostname") == "{in: string}"
    assert drafted(hosts, calls=calling).why_not("doc_lookup") == "its code leads to `getaddrinfo`"
    assert drafted(hosts).why_not("doc_lookup") == asked
    changing = hosts.replace("doc_lookup(const doc *d", "doc_lookup(doc *d")
    assert drafted(changing, calls=quiet).why_not("doc_lookup") == asked


def test_a_text_that_is_stored_is_read(drafted):
    made = drafted(f"{TREE} int node_rest(const node *n, const char *buf, size_t len, const char **out);")

    assert made.clauses("node_text", "value") == "{out: {to: string, nullable: true}}"
    assert made.clauses("node_rest", "out") == "{out: 'char *'}"  # within a buffer, which may have no end


def test_a_pointer_and_the_size_beside_it_are_a_buffer(drafted):
    made = drafted(STORE)

    assert made.clauses("st_set", "value") == "{in: bytes, length: value_len}"
    assert made.clauses("st_get", "out") == "{out: bytes, capacity: capacity}"
    assert made.evidence("st_set", "value", "length") == "const, and `value_len` beside it"


@pytest.mark.parametrize(
    ("declaration", "place", "clauses"),
    [
        ("int f(const int *xs, size_t count);", "xs", "{in: array, length: count}"),
        ("int f(const void *a, const void *b, size_t n);", "a", "{in: bytes, length: n}"),
        (
            "int put(const char *key, size_t klen, const char *val, size_t vlen);",
            "key",
            "{in: bytes, length: klen}",
        ),
        (
            "int put(const char *key, size_t klen, const char *val, size_t vlen);",
            "val",
            "{in: bytes, length: vlen}",
        ),
        ("int f(const char *name, int glen);", "name", "{in: string}"),
        ("int f(const void *tree, void *buf, int bufsize);", "buf", "{out: bytes, capacity: bufsize}"),
        ("int f(const void *tree, void *buf, int bufsize);", "tree", "{}"),
        ("void f(void *p, size_t size, size_t nmemb);", "p", "{out: bytes, capacity: size * nmemb}"),
        ("void f(unsigned char digest[16]);", "digest", "{out: bytes, capacity: '16'}"),
        ("void f(int *xs, size_t n) ;", "xs", "{out: array, capacity: n}"),
        ("void sort(int *xs, size_t n) ;", "xs", "{inout: array, length: n}"),
        ("int f(const char *version, int stream);", "version", "{in: string}"),
        ("int f(const char *name);", "name", "{in: string}"),
        ("void f(int *major);", "major", "{out: int}"),
        ("int fix_div(int x, int y);", "y", "{range: [1, 16]}"),
        ("void f(int *x);", "x", "{inout: int, range: [0, 0]}"),
        ("void f(_Bool on, int verbosity);", "verbosity", "{range: [0, 0]}"),
        ("void f(int flags);", "flags", "{one_of: [0]}"),
        ("_Bool f(int c);", "c", "{range: [1, 127]}"),
        ("_Bool f(unsigned char mark);", "mark", "{range: [1, 127]}"),
        ("typedef unsigned char uint8_t; _Bool f(uint8_t mark);", "mark", "{range: [0, 16]}"),
        (
            "typedef unsigned char uint8_t;\n/** @param mark  true to mark it */\n_Bool f(uint8_t mark);",
            "mark",
            "{range: [0, 1]}",
        ),
        ("_Bool f(int c);", "returns", "{bool: true}"),
        ("const char *f(void);", "returns", "{to: string, owner: callee, nullable: true}"),
    ],
)
def test_types_and_names_say(drafted, declaration, place, clauses):
    function = re.search(r"\w+(?=\()", declaration)[0]

    assert drafted(declaration).clauses(function, place) == clauses


@pytest.mark.parametrize(
    ("attribute", "declaration", "place", "clauses"),
    [
        ("access(write_only, 1, 2)", "void f(char *p, int k)", "p", "{out: bytes, capacity: k}"),
        ("access(read_only, 1)", "void f(double *p)", "p", "{in: double}"),
        ("malloc(g, 1)", "void g(void *p); char *f(void)", "returns", "{to: string, owner: caller, free: g}"),
        ("null_terminated_string_arg(1)", "void f(const char *p, int n)", "p", "{in: string}"),
    ],
)
def test_attributes_decide_before_names(drafted, attribute, declaration, place, clauses):
    made = drafted(f"{declaration} __attribute__(({attribute}));")
    found = made.clauses("f", place).replace(", nullable: true", "")

    assert found == clauses


@pytest.mark.parametrize(
    ("comment", "declaration", "place", "clauses"),
    [
        ("@param[out] p The answer.", "void f(long *p);", "p", "{out: long}"),
        ("@param len Output variable containing the length.", "void f(int *len);", "len", "{out: int}"),
        ("@param n pointer to an integer where it will be stored", "void f(int *n);", "n", "{out: int}"),
        ("@param n address of returned no. of arguments", "void f(int *n);", "n", "{out: int}"),
        (
            "@param len Output variable, initially the room.",
            "void f(int *len);",
            "len",
            "{inout: int, range: [0, 0]}",
        ),
        ("@param p The name, may be NULL.", "void f(const char *p);", "p", "{in: string, nullable: true}"),
        ("@param p The name, must not be NULL.", "void f(const char *p);", "p", "{in: string}"),
        ("@param level From 0 to 9.", "void f(int level);", "level", "{range: [0, 9]}"),
        ("@return 0 on success, -1 on failure.", "int f(void);", "returns",
         "{status: {ok: [0], errors: {'-1': failed}}}"),
        ("Returns 0 on success.", "int f(void);", "returns",
         "{status: {ok: [0], errors: {..-1: failed, 1..: failed}}}"),
        ("Returns a number.", "int f(void);", "returns", "{}"),
        ("@return 0 <= n < M_MOST on success", "#define M_MOST 4\nint f(void);", "returns", "{}"),
        ("@param n entry to remove", "void f(void *p, int n);", "p", "{}"),
        ("@param n index of the last", "void f(const void *p, int n);", "p", "{}"),
        ("@param n how many, up to the index of the last", "void f(const void *p, int n);", "p",
         "{in: bytes, length: n}"),
        ("@return 0 on success, -1 on error, or 1 if nothing is left.", "int f(void);", "returns", "{}"),
        ("@param level How well, 1 to 9.", "void f(int level);", "level", "{range: [1, 9]}"),
        ("@param level Scales 1 to 9 alike.", "void f(int level);", "level", "{range: [0, 16]}"),
        ("@param level Must be at least 3.", "void f(int level);", "level", "{range: [3, 19]}"),
        ("@param level Equal to or more than 3.", "void f(int level);", "level", "{range: [3, 19]}"),
        ("@param level Greater than or equal to 3.", "void f(int level);", "level", "{range: [3, 19]}"),
        ("@param level Must be greater than 3.", "void f(int level);", "level", "{range: [4, 20]}"),
        ("@param level Must be positive.", "void f(int level);", "level", "{range: [1, 17]}"),
        ("@param size Must not be 0.", "void f(unsigned size);", "size", "{range: [1, 17]}"),
        ("@return R_OK, or R_FULL where no room is left.", "int f(void); enum { R_OK, R_FULL = -1, R_BAD = -2 };",
         "returns", "{status: {ok: [R_OK], errors: {R_FULL: full, R_BAD: bad}}}"),
        ("@return R_OK or R_FULL", "int f(void);\n#define R_M 9\n\n\n#define R_OK 0\n#define R_FULL 1\n\n\n#define R_H",
         "returns", "{status: {ok: [R_OK], errors: {R_FULL: full}}}"),
        ("@return R_OK or R_FULL", "int f(void);\n#define R_OK 0\n#define R_FULL 1\n#define R_A 1\n", "returns", "{}"),
        ("@return R_OK, or the number of bytes", "int f(void); enum { R_OK, R_FULL = -1 };", "returns", "{}"),
        ("@return R_RED or R_BLUE", "int f(void); enum { R_RED, R_BLUE };", "returns", "{}"),
        ("@return R_OK or X_OK", "int f(void); enum { R_OK, R_FULL }; enum { X_OK, X_BAD };", "returns", "{}"),
        ("@return A new string; free it with g().", "char *f(void); void g(char *p);", "returns",
         "{to: string, nullable: true, owner: caller, free: g}"),
        ("It is the caller's responsibility to free the result.", "char *f(void);", "returns",
         "{to: string, nullable: true, owner: caller, free: free}"),
        ("Returns a text.", "char *f(void);", "returns", "{}"),
        ("@return A string that must not be freed.", "char *f(void);", "returns",
         "{to: string, nullable: true, owner: callee}"),
    ],
)  # fmt: skip
def test_comments_say(drafted, comment, declaration, place, clauses):
    assert drafted(f"/** Does it. {comment} */\n{declaration}").clauses("f", place) == clauses


def test_kernel_doc_says_as_much(drafted):
    made = drafted(
        "/**\n * f - does it\n * @p: (out) the answer\n * @q: (nullable): a name\n *\n * Return: 0 on success.\n */\n"
        "int f(long *p, const char *q);"
    )

    assert made.clauses("f", "p") == "{out: long, on_failure: unspecified}"
    assert made.clauses("f", "q") == "{in: string, nullable: true}"


def test_a_comment_behind_its_declaration_is_found_where_that_is_the_files_habit(drafted):
    made = drafted(
        "int f(void);\n/*\n   Returns 0 on success.\n*/\n\nint g(void);\n/*\n   Returns 1 on success.\n*/\n"
    )

    assert "ok: [0]" in made.clauses("f", "returns")
    assert "ok: [1]" in made.clauses("g", "returns")


def test_declarations_below_one_comment_share_it_only_where_it_names_them(drafted):
    made = drafted("/* f() and g() return 0 on success. */\nint f(void);\nint g(void);\nint h(void);\n")

    assert [bool("status" in made.clauses(each, "returns")) for each in "fgh"] == [True, True, False]


def test_a_status_is_an_enum_of_errors(drafted):
    assert drafted(STORE).clauses("st_set", "returns") == (
        "{status: {ok: [ST_OK], errors: {ST_ERR_FULL: err full, ST_ERR_MISSING: err missing}}}"
    )


def test_a_status_is_left_behind_a_parameter(drafted):
    """As it is in ICU, OpenCL's headers and others; of many failures the numbers beside success are named."""
    few = "typedef enum { E_OK, E_BAD, E_FULL, E_ERROR } err;"
    many = ", ".join(["M_OLD_WARNING = -1", "M_ZERO_ERROR", *(f"M_INVALID_{n}" for n in range(30))])
    made = drafted(
        f"""{few} typedef enum {{ {many} }} more;
        void f(int n, err *error);
        err g(int n, err *error);
        /** @param code Standard error code; its input value must tell of success. */
        int h(int n, more *code);
        /** @param[in,out] code Standard error code; its input value must tell of success. */
        int i(int n, more *code);
        void j(const err *error);
        """
    )

    status = "status: {ok: [E_OK], errors: {E_BAD: bad, E_FULL: full, E_ERROR: error}}"
    assert made.clauses("f", "error") == f"{{out: err, {status}}}"
    assert made.clauses("g", "returns") == f"{{{status}}}"
    assert "status" not in made.clauses("g", "error")
    around = "status: {ok: [..M_ZERO_ERROR], errors: {M_ZERO_ERROR + 1..: failed}}"
    assert made.clauses("h", "code") == f"{{out: more, {around}, initially: M_ZERO_ERROR}}"
    assert made.clauses("i", "code") == f"{{inout: more, {around}, one_of: [M_ZERO_ERROR]}}"
    assert "status" not in made.clauses("j", "error")


def test_an_enum_without_errors_is_no_status(drafted):
    made = drafted("typedef enum { C_NONE, C_RED, C_OK } color; color f(void);")

    assert made.clauses("f", "returns") == "{}"


def test_enumerators_that_only_count_are_not_passed(drafted):
    made = drafted("typedef enum { M_A, M_B, M_MAX } mode; void f(mode m);")

    assert made.clauses("f", "m") == "{one_of: [M_A, M_B]}"


def test_a_callback_gets_its_user_data(drafted):
    made = drafted("int f(int (*each)(void *ctx, const char *name), void *ctx);")

    assert made.clauses("f", "each") == "{callback: {returns: {one_of: [0]}}, user_data: ctx}"
    assert made.called == ["f"]


@pytest.mark.parametrize(
    ("declaration", "question"),
    [
        ("void f(void *p);", "what `p` points to"),
        ("void f(char *p);", "what `p` points to"),
        ("void f(const unsigned char *p);", "how much `p` points to"),
        ("void f(const char **names);", "what the pointers at `names` lead to"),
        ("void f(char **line);", "whether a pointer at `line` is read before one is stored"),
        ("typedef char *sds; int f(sds s);", "where a `sds` for `s` comes from"),
        ("int f(const char *src, char *dst, int srcSize);", "what `dst` points to"),
        (
            "int f(const char *text, int max_length_of_it);",
            "whether `max_length_of_it` is the length of `text`",
        ),
        ("void f(int fd);", "which descriptor `fd` may be"),
        ("int f(const char *path);", "which file or folder `path` may name"),
        ("int f(const char *url);", "what `url` may connect to"),
        ("void f(const char *fmt, ...);", "which arguments `...` takes; `prototype` says it"),
        ("int f(void *(*make)(size_t n));", "what `make` does: it returns a pointer"),
        ("typedef struct q q; void f(q *x);", "what `x` points to"),
    ],
)
def test_what_nothing_says_is_a_question_and_nothing_is_called(drafted, declaration, question):
    made = drafted(declaration)

    assert made.called == []
    assert made.why_not("f") == question
    assert "# TODO f: " in made.text


def test_what_may_be_left_out_is_left_out_whatever_it_would_point_to(drafted):
    funcs = "typedef struct { void *(*get)(void *, size_t); void *ctx; } funcs; typedef struct gen gen;"
    ends = "void gen_free(gen *g); void gen_put(gen *g);"
    optional = (
        "/** Makes one.\n * \\param own an optional pointer to functions.  May be NULL, it has its own. */\n"
    )
    make = "gen *gen_new(const funcs *own);"

    made = drafted(f"{funcs}\n{optional}{make}\n{ends}")
    silent = drafted(f"{funcs}\n{make}\n{ends}")

    assert made.called == ["gen_new", "gen_free", "gen_put"]
    assert made.clauses("gen_new", "own") == "{nullable: true}"
    assert "TODO what `own` points to where it is not NULL" in made.text
    assert silent.called == []


@pytest.mark.parametrize(
    "text",
    [
        "void do_reboot(int how);",
        "_Noreturn void bye(void);",
        "void stop(int code) __attribute__((noreturn));",
        "/** Deletes the file of that number. */\nint f(int number);",
        "/** Terminates the process. */\nvoid f(void);",
        "int set_uid(int uid); int setuid(unsigned n);",
        "/** Runs the loop. This function does not return. */\nvoid f(int n);",
        "/** Waits; does not return until all is done. */\nvoid f(int n);",
    ],
)
def test_what_may_do_harm_is_never_called(drafted, text):
    assert drafted(text).called == []


@pytest.mark.parametrize(
    ("whose", "errors"),
    [("st_send()", "{'1': failed}"), ("st_wants()", "{..-1: failed}"), ("it", "{'1': failed}")],
    ids=["its own", "another's", "nobody's"],
)
def test_what_another_function_returns_is_no_status_of_this_one(drafted, whose, errors):
    told = f"If there is more, {whose} returns 1, otherwise returns 0."
    own = "st_send() returns 0 if it succeeds, or one of the following negative error codes:"
    made = drafted(f"/** {told}\n *\n * {own} */\nint st_send(int n);")

    assert f"errors: {errors}" in made.lines("st_send")


@pytest.mark.parametrize("what", ["value.", "a value", "any values", "an error", "NULL.", "anything"])
def test_what_returns_nothing_comes_back(drafted, what):
    assert drafted(f"/** Sets the level. It does not return {what} */\nvoid f(int n);").called == ["f"]


def test_what_the_code_leads_to_is_never_called(drafted, library):
    made = drafted(
        "int tidy(int n); int count(int n);", calls=library.calling(tidy=["unlink"], count=["malloc"])
    )

    assert made.called == ["count"]
    assert made.why_not("tidy") == "its code leads to `unlink`"


def test_a_signal_to_itself_ends_a_process_and_does_no_harm(drafted, library):
    calls = library.calling(st_divide=["raise"], st_kill=["kill"])
    made = drafted("int st_divide(int n); int st_kill(int n);", calls=calls)

    why = {each.name: each.left_out for each in made.draft.functions}
    assert (why["st_divide"].harm, why["st_kill"].harm) == (False, True)
    assert (
        why["st_divide"].evidence.text
        == "in which calls its code does not go to `raise`, which ends the process"
    )


def test_a_name_says_less_than_code_that_can_be_read(drafted, library):
    made = drafted("int st_bind(int n);", calls=library.calling(st_bind=["malloc"]))

    assert made.called == ["st_bind"]


def test_an_assertion_is_the_question_but_for_those_that_no_call_breaks(drafted, library):
    text = "typedef struct p p; p *p_new(void); void p_free(p *x); void p_a(p *x); void p_b(p *x);"
    calls = library.asserting(p_a=('x && "x is given"',), p_b=("x", "!x->open"), p_c=("",))
    made = drafted(f"{text} void p_c(int n);", calls=calls)

    assert "p_a" in made.called
    assert made.why_not("p_b") == "in which calls `!x->open` holds, which it asserts"
    assert made.why_not("p_c") == "in which calls what it asserts holds"


@pytest.mark.parametrize(
    ("wrapper", "text", "calls", "question"),
    [
        ("own_calloc", "p", ["calloc"], ""),
        ("own_malloc", "p != NULL", ["malloc"], ""),
        ("own_calloc", "p", [], "in which calls `p` holds, which `own_calloc`, which it calls, asserts"),
        (
            "own_calloc",
            "n < 5",
            ["calloc"],
            "in which calls `n < 5` holds, which `own_calloc`, which it calls, asserts",
        ),
        ("grow", "p", ["calloc"], "in which calls `p` holds, which `grow`, which it calls, asserts"),
    ],
)
def test_that_there_was_memory_is_no_question(wrapper, text, calls, question, drafted):
    code = CallGraph(
        (16,), {"f": 16}, {16: frozenset(calls)}, asserted={16: (text,)}, asserting={(16, text): wrapper}
    )
    made = drafted("int f(int n);", calls=code)

    assert made.called == ([] if question else ["f"])
    assert not question or made.why_not("f") == question


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("need < UINT_MAX / itemSize / 2", True),
        ("list->used <= (SIZE_MAX - 1) / sizeof(item)", True),
        ("INT_MAX > list->used + 1", True),
        ("loop_count < 1000000000", True),
        ("loop_count < 1000", False),
        ("n < 1000000000", False),
        ("used < limit", False),
        ("used > INT_MAX / 2", False),
        ("used < UINT_MAX && list->open", False),
        ("n < INT_MAX / 2", False),
        ("used < UCHAR_MAX", False),
        ("used == INT_MAX", False),
    ],
)
def test_that_a_number_is_below_the_limit_of_its_type_is_no_question(text, called, drafted, library):
    calls = library.asserting(f=(text,))
    inlined = replace(calls, asserting={(calls.exported["f"], text): "list_grow"})
    for each in (calls, inlined):
        made = drafted("int f(int n);", calls=each)
        assert made.called == (["f"] if called else [])


TWO_OF_A_KIND = (
    "typedef struct p p; typedef struct { int n; } part; p *p_new(void); void p_free(p *x);"
    "void part_grow(part *c, int n);"
    "unsigned p_size(const p *x); int p_at(const p *x, int n); void p_add(p *x, const p *y);"
)


@pytest.mark.parametrize(
    ("asserts", "called"),
    [
        ({"p_add": ["x != y"]}, True),
        ({"p_add": ["x->kind != y->kind"]}, False),
        ({"p_size": ["o->open"]}, False),
    ],
)
def test_handles_are_no_one_and_the_same_as_an_assertion_wants(asserts, called, drafted, library):
    (name,) = asserts
    made = drafted(TWO_OF_A_KIND, calls=library.asserting(**asserts))

    assert (name in made.called) == called


def test_what_adds_a_reference_may_assert_that_its_object_is_whole(drafted, library):
    text = "typedef struct p p; p *p_new(void); void p_unref(p *x); p *p_ref(p *x); int p_at(p *x);"
    made = drafted(text, calls=library.asserting(p_ref=("x->count > 0",), p_at=("x->count > 0",)))

    assert made.handle("p")["references"] == {"acquire": "p_ref", "release": "p_unref"}
    assert made.why_not("p_at") == "in which calls `x->count > 0` holds, which it asserts"


@pytest.mark.parametrize(
    ("caller", "callee", "called"),
    [
        ("p_size", "part_grow", True),  # no part is given to it, nor a number
        ("p_at", "part_grow", False),  # the number may be handed on
        ("p_at", "p_size", False),  # the object may be, whatever it is named there
    ],
)
def test_what_is_asserted_behind_a_call_is_a_question_where_it_may_be_about_what_was_given(
    caller, callee, called, drafted, library
):
    text = "o->n > 0"
    calls = library.among(**{caller: (callee,), callee: ()})
    calls = replace(calls, asserted={calls.exported[callee]: (text,)})
    assert (caller in drafted(TWO_OF_A_KIND, calls=calls).called) == called

    inlined = library.asserting(**{caller: [text]})
    inlined = replace(inlined, asserting={(inlined.exported[caller], text): callee})
    assert (caller in drafted(TWO_OF_A_KIND, calls=inlined).called) == called


@pytest.mark.parametrize(
    ("texts", "called"),
    [(("false",), True), (("x",), True), (("o->open",), False), (("",), False), ((), False)],
)
def test_a_part_of_no_name_that_ends_the_process_is_the_end_of_its_assertion(texts, called, drafted, library):
    nameless = 4096
    calls = library.among(p_size=("?",))
    calls = replace(calls, ending=frozenset([nameless]), asserted={nameless: texts} if texts else {})
    made = drafted(TWO_OF_A_KIND, calls=calls)

    assert ("p_size" in made.called) == called


def test_functions_on_what_nothing_creates_are_questions(drafted):
    made = drafted(
        "typedef struct c c; c *c_open(const char *path); void c_close(c *x); int c_total_all(c *x);"
    )

    assert made.called == []
    assert made.why_not("c_total_all") == "how a `c` comes about: `c_open` is left out as well"


def test_a_name_for_no_file_opens_one_in_memory(drafted):
    made = drafted(
        "typedef struct c c;\n"
        '/** If path is ":memory:", nothing is kept. */\nc *c_open(const char *path);\nvoid c_close(c *x);'
    )

    assert made.called == ["c_open", "c_close"]
    assert "requires: ['path in [\":memory:\"]']" in made.lines("c_open")


def test_what_links_two_handles_is_a_question(drafted):
    made = drafted(
        "typedef struct n n; n *n_new(void); void n_free(n *x);"
        "void n_add(n *parent, n *child); int n_same(const n *a, const n *b);"
    )

    assert made.why_not("n_add") == "who owns `child` afterwards, and how long it is needed"
    assert "n_same" in made.called


def test_what_frees_something_that_is_no_handle_is_a_question(drafted):
    made = drafted("void list_free(int **xs); char *name_get(void); void name_free(char *p);")

    assert made.why_not("list_free") == "where `xs`, which it frees, comes from"
    assert made.clauses("name_get", "returns") == "{to: string, nullable: true, owner: callee}"


def test_a_size_is_paired_by_name_wherever_it_stands(drafted):
    made = drafted("int f(const char *src, char *dst, int srcSize, int dstCapacity);")

    assert made.clauses("f", "src") == "{in: bytes, length: srcSize}"
    assert made.clauses("f", "dst") == "{out: bytes, capacity: dstCapacity}"


def test_a_void_pointer_by_another_name_is_a_handle_where_one_makes_it_and_one_ends_it(drafted):
    made = drafted(
        "typedef void *tree_t; typedef void *mine_t; tree_t tree_new(void); void tree_free(tree_t tree);"
        "unsigned tree_size(tree_t tree); tree_t tree_get_parent(tree_t tree);"
        "void tree_own(tree_t tree, mine_t mine); mine_t tree_mine(tree_t tree);"
    )

    assert made.handle("tree_t") == {"create": "tree_new", "destroy": "tree_free"}
    assert made.clauses("tree_size", "tree") == "{handle: tree_t}"
    assert made.clauses("tree_get_parent", "returns").startswith(
        "{handle: tree_t, nullable: true, owner: callee"
    )
    assert [each.name for each in made.draft.handles] == ["tree_t"]


def test_a_void_pointer_that_nothing_ends_is_no_handle(drafted):
    made = drafted("typedef void *mine_t; mine_t own_new(int n); int own_count(mine_t mine);")

    assert not made.draft.handles


def test_what_is_available_is_the_size_of_what_it_is_named_after(drafted):
    made = drafted(
        "size_t f(const void *in, size_t in_nbytes, void *out, size_t out_nbytes_avail, int avail);"
    )

    assert made.clauses("f", "out") == "{out: bytes, capacity: out_nbytes_avail}"
    assert made.clauses("f", "in") == "{in: bytes, length: in_nbytes}"
    assert "avail}" not in made.clauses("f", "in")


def test_a_record_that_is_only_initialised_is_a_handle_without_an_end(drafted):
    made = drafted(
        "typedef struct { int n; } ctx; void ctx_init(ctx *c);"
        "void ctx_update(ctx *c, size_t n, const unsigned char *data);"
    )

    assert made.handle("ctx") == {"create": "ctx_init"}
    assert made.clauses("ctx_update", "data") == "{in: bytes, length: n}"


def test_what_may_be_written_only_on_failure_is_not_wanted_on_success(drafted):
    made = drafted("typedef struct e e; e *e_new(int *error); void e_free(e *x);")

    assert made.clauses("e_new", "error") == "{inout: int, range: [0, 0]}"


@pytest.mark.parametrize(
    "comment",
    [
        "The connection must have been opened with c_open().",
        "This may only be called after c_start.",
        "The result is only valid after the end of the data.",
    ],
)
def test_what_is_documented_to_need_other_calls_is_a_question(drafted, comment):
    made = drafted(
        f"/** Does it. {comment} */\nint f(_Bool on);\n/** Called after dinner. */\nint g(_Bool on);"
    )

    assert made.called == ["g"]
    assert made.why_not("f").startswith("in which calls: the documentation says")


@pytest.mark.parametrize(
    "comment",
    [
        "The value in p is only valid if the function returns success.",
        "What p points to is only meaningful when the call succeeded.",
    ],
)
def test_what_a_call_leaves_only_where_it_succeeds_is_no_condition_of_calling_it(comment, drafted):
    made = drafted(f"/** Does it. {comment} */\nint f(int *p);")

    assert made.called == ["f"]


def test_what_the_library_does_not_export_is_left_out_and_said(drafted):
    made = drafted("void a(void); void b(void);", exports={"a"})

    assert [each.name for each in made.draft.functions] == ["a"]
    assert made.draft.notes == ("Not exported by the library, and left out: b (1).",)


@pytest.mark.parametrize(
    ("text", "place", "clauses"),
    [
        ("error != NULL", "error", "{in: string}"),
        ("channels > 0", "channels", "{range: [1, 17]}"),
        ("channels >= 2", "channels", "{range: [2, 18]}"),
        ("channels", "channels", "{range: [1, 17]}"),
        ("channels == 1 || channels == TWO", "channels", "{one_of: [1, TWO]}"),
    ],
)
def test_what_an_assertion_wants_is_kept(drafted, library, text, place, clauses):
    made = drafted(
        "enum { TWO = 2 }; int f(const char *error, int channels);", calls=library.asserting(f=[text])
    )

    assert made.called == ["f"]
    assert made.clauses("f", place) == clauses


def test_what_an_assertion_wants_beside_that_is_a_question(drafted, library):
    made = drafted("int f(int channels);", calls=library.asserting(f=["table[channels] == 3"]))

    assert made.why_not("f") == "in which calls `table[channels] == 3` holds, which it asserts"


@pytest.mark.parametrize("text", ['0 && "no such kind"', "(0)", '!"no such kind"', '!*"no such kind"'])
def test_a_place_that_an_assertion_says_is_not_reached_is_a_question(drafted, library, text):
    made = drafted("int f(int channels);", calls=library.asserting(f=[text]))

    assert made.why_not("f") == f"in which calls its code does not come to the assertion `{text}`"


ITEM = (
    "typedef struct it it; it *it_new(void); void it_free(it *x); _Bool it_is_list(const it *x); "
    "unsigned it_count(const it *x); int it_at(const it *x, unsigned from); int it_tidy(it *x); "
    "int it_kind(const it *x);"
)


@pytest.mark.parametrize(
    ("texts", "requires"),
    [
        (["it_is_list(x)"], "[it_is_list(x)]"),
        (["!it_is_list(x)"], "[not it_is_list(x)]"),
        (
            ["x != NULL", '(it_is_list(x)) && "a list"', "from < it_count(x)"],
            "[it_is_list(x), from_ < it_count(x)]",
        ),
        (["it_kind(x) == 2"], "[it_kind(x) == 2]"),
    ],
)
def test_an_assertion_that_asks_a_function_is_a_precondition(drafted, library, texts, requires):
    made = drafted(ITEM, calls=library.asserting(it_at=texts))

    assert "it_at" in made.called
    assert f"requires: {requires}  # guessed: it asserts that" in made.text


@pytest.mark.parametrize(
    "text", ["it_tidy(x) == 0", "it_count(x + 1) > from", "it_is_list(x) || from == 2", "x->list"]
)
def test_an_assertion_that_asks_more_is_a_question(drafted, library, text):
    made = drafted(ITEM, calls=library.asserting(it_at=[text]))

    assert made.why_not("it_at") == f"in which calls `{text}` holds, which it asserts"


def test_what_others_ask_first_may_be_asked_of_any(drafted, library):
    calls = library.asserting(it_at=["it_is_list(x)", "from < it_count(x)"], it_count=["it_is_list(x)"])
    made = drafted(ITEM, calls=calls)

    assert {"it_is_list", "it_count", "it_at"} <= {*made.called}
    assert made.text.count("requires: [it_is_list(x)") == 2


STREAM = "typedef struct md md; md *md_new(void); void md_free(md *m);"


def test_what_begins_a_stream_prepares_its_handle(drafted):
    made = drafted(f"{STREAM} void md_reset(md *m, int seed); int md_update(md *m, const void *p, size_t n);")

    assert made.handle("md")["prepare"] == ({"md_reset": {"seed": 0}},)
    assert "prepare: [{md_reset: {seed: 0}}]" in made.text
    assert "md_update" in made.called


def test_what_a_function_makes_ready_that_is_left_out_is_left_out_as_well(drafted):
    made = drafted(
        f"{STREAM}\n/** Any other use results in undefined behavior. */\nvoid md_reset(md *m);\n\nint md_update(md *m);"
    )

    assert "prepare" not in made.text
    assert made.why_not("md_update") == "what makes a new `md` ready: `md_reset` is left out as well"
    assert {"md_new", "md_free"} == set(made.called)


def test_what_goes_on_with_another_stream_is_a_question(drafted):
    made = drafted(
        f"{STREAM} void md_a_reset(md *m); void md_b_reset(md *m); int md_a_final(md *m); int md_b_final(md *m);"
    )

    assert made.why_not("md_a_final") is None
    assert made.why_not("md_b_final").startswith("what makes a new `md` ready")


def test_a_handle_that_is_opened_with_more_than_numbers_is_not_used_before(drafted):
    made = drafted(
        f"{STREAM} int md_open(md *m, const char *key); int md_total(md *m); int md_set_level(md *m);"
    )

    assert made.why_not("md_total") == "what makes a new `md` ready: `md_open` seems to come first"
    assert {"md_set_level", "md_open"} <= set(made.called)


def test_a_creator_that_opens_it_leaves_it_ready(drafted, library):
    made = drafted(
        f"{STREAM} int md_open(md *m, const char *key); int md_total(md *m);",
        calls=library.among(md_new=["md_open"], md_open=[]),
    )

    assert "md_total" in made.called
    assert made.why_not("md_open") is None
    anew = drafted(f"{STREAM} int md_init(md *m);", calls=library.among(md_new=["md_init"], md_init=[]))
    assert anew.why_not("md_init") == "whether it takes a `md` that is in use: `md_new` begins one"


def test_a_creator_that_only_allocates_leaves_it_unready(drafted, library):
    header = f"{STREAM} int md_total(md *m);"

    assert "md_total" in drafted(header, calls=library.among(md_new=[])).called
    made = drafted(header, calls=library.among(md_new=[], allocating=["md_new"]))
    assert made.why_not("md_total") == "what makes a new `md` ready: `md_new` only allocates memory"


def test_what_acts_on_a_handle_needs_a_word_about_it(drafted):
    made = drafted(
        f"{STREAM} int md_next(md *m);\n\n/** Goes on. */\nint md_step(md *m);\n\nint md_size(md *m);"
    )

    assert made.why_not("md_next") == "in which state the `md` has to be: nothing is written about `next`"
    assert {"md_step", "md_size"} <= set(made.called)


def test_the_end_of_a_handle_is_known_wherever_its_word_stands(drafted):
    made = drafted("typedef struct p p; p *q_new_p(void); void q_free_p(p *x); void q_free_p_content(p *x);")

    assert made.handle("p")["destroy"] == "q_free_p"
    assert made.why_not("q_free_p_content").startswith("whether the `p` can be used after it")


def test_what_may_be_the_only_end_of_a_handle_is_a_question(drafted, library):
    made = drafted(
        "typedef struct p p; p *q_new(void); void q_bye(p *x); int q_total(p *x);",
        calls=library.calling(q_new=["malloc"], q_bye=["free"], q_total=[]),
    )

    assert made.why_not("q_bye") == "whether it ends the `p`: nothing else seems to"
    assert "q_total" in made.called


@pytest.mark.parametrize(
    ("comment", "question"),
    [
        ("@pre x has been opened", 'in which calls: the documentation says "x has been opened"'),
        ("\\assert\n * \\code x->kind == 3 \\endcode", 'in which calls: the documentation says "x->kind == 3"'),
        ("@pre x is not NULL", None),
        ("@pre The memory between x and x + n must be valid", None),
        ("Any other use of this results in undefined behavior.", "in which calls: the documentation says"),
        ("If n is negative, the behavior is undefined.", None),
        ("Passing NULL before use is undefined behavior.", None),
        ("It must be called from the same thread, or may be called from a C++ version.", None),
        ("It takes ownership of the text.", 'who owns what: the documentation says "takes ownership'),
        ("Returns NULL if x has no more.", None),
    ],
)  # fmt: skip
def test_conditions_of_the_documentation_are_questions(drafted, comment, question):
    left = drafted(f"/** Does it.\n * {comment} */\nint f(const char *x, int n);").why_not("f")

    assert left is None if question is None else left.startswith(question)


@pytest.mark.parametrize(
    ("comment", "question"),
    [
        ("It should be called before any other functions in this library.", None),
        ("It must be called before calling any of the other functions.", None),
        (
            "It must be called before the first lookup.",
            'in which calls: the documentation says "must be called b',
        ),
        (
            "It must be called after any other.",
            'in which calls: the documentation says "must be called after an',
        ),
    ],
)
def test_what_creates_a_handle_may_be_called_before_all_others(drafted, comment, question):
    stream = "typedef struct md md; void md_free(md *m); int md_size(md *m);"
    made = drafted(f"{stream}\n/** Makes one. {comment} */\nmd *md_new(int n);")
    left = made.why_not("md_new")

    assert left is None if question is None else left.startswith(question)
    assert ("md_size" in made.called) == (question is None)


@pytest.mark.parametrize(
    ("comment", "prepared"),
    [
        ("It should be called prior to using md_next() for the first time.", True),
        (
            "It must be called before md_next() is used for the first time.",
            False,
        ),  # and perhaps never after that
        ("It should be called before md_next().", False),
    ],
)
def test_what_others_need_the_first_time_may_be_called_whenever(drafted, comment, prepared):
    made = drafted(
        "typedef struct md md; md *md_new(void); void md_free(md *m);\n"
        f"/** Goes to the beginning. {comment} */ int md_reset(md *m);\n"
        "/** Goes on. You should call md_reset() before using this function. */ int md_next(md *m);"
    )

    assert ("prepare" in made.handle("md")) == prepared
    assert ({"md_reset", "md_next"} <= set(made.called)) == prepared


@pytest.mark.parametrize(("after", "called"), [("md_new", True), ("md_begin", False)])
def test_what_is_called_only_after_a_function_is_not_that_function(drafted, after, called):
    comment = f"/** Makes one. The other can only be called after a call to {after}() has succeeded. */"
    stream = "typedef struct md md; void md_free(md *m); int md_size(md *m);"

    assert ("md_new" in drafted(f"{stream}\n{comment}\nmd *md_new(int n);").called) == called


def test_what_creates_none_and_is_called_before_all_others_is_a_question(drafted):
    made = drafted("/** Begins. It must be called before any other function. */ int md_begin(int n);")

    assert made.why_not("md_begin").startswith("in which calls")


def test_what_is_returned_says_nothing_of_null_as_an_argument(drafted):
    made = drafted(f"{STREAM} /** Returns NULL if m is the last. */ const char *md_name(md *m);")

    assert made.clauses("md_name", "m") == "{handle: md}"


def test_what_ends_the_process_by_its_code_is_a_question(drafted, library):
    made = drafted(
        "int f(int n); int g(int n);", calls=library.among(f=["misuse"], g=[], misuse=[], ending=["misuse"])
    )

    assert made.why_not("f") == "in which calls its code does not go to `misuse`, which ends the process"
    assert "g" in made.called


def test_what_prints_by_its_code_may_print(drafted, library):
    made = drafted("int f(int n); int g(int n);", calls=library.calling(f=["__fprintf_chk"], g=["malloc"]))

    assert "may: [output]  # guessed: its code leads to `__fprintf_chk`" in made.lines("f")
    assert "may:" not in made.lines("g")


@pytest.mark.parametrize(
    ("declaration", "prints"),
    [
        ("int thing_print(int n);", True),
        ("char *thing_print(int n);", False),  # it is printed into what is returned
        ("int thing_print(int n, char *to, int room);", False),
        ("const int *thing_print(void);", False),  # which is what it lists
        ("int thing_print(int n, const char *where);", True),
    ],
)
def test_what_leaves_a_text_does_not_print_by_its_name(declaration, prints, drafted):
    made = drafted(f"{declaration} void thing_free(void *memory);")

    assert ("may: [output]" in made.lines("thing_print")) == prints


def test_what_is_about_a_list_prints_nothing_for_that(drafted):
    made = drafted("int thing_list_length(int n); int thing_reset_list(int n); int thing_print_list(int n);")

    assert "may:" not in made.lines("thing_list_length") + made.lines("thing_reset_list")
    assert "may: [output]" in made.lines("thing_print_list")


def test_what_a_setter_returns_is_not_taken_for_the_callers(drafted):
    store = "typedef struct st st; st *st_new(void); void st_free(st *s); void text_free(char *text);"
    made = drafted(f"{store} char *st_set_name(st *s, const char *name); char *st_spell(st *s);")

    assert "owner" not in (made.clauses("st_set_name", "returns") or "")
    assert "owner: caller" in made.lines("st_spell")


@pytest.mark.parametrize("hooks", ["void *(*give)(int n); void (*take)(void *p);", "int (*give)(int n);"])
def test_a_record_of_functions_that_only_an_init_takes_is_no_handle(hooks, drafted):
    made = drafted(f"typedef struct {{ {hooks} }} hooks; void hooks_init(hooks *h);")

    assert made.why_not("hooks_init") == "what `h` points to"


def test_a_record_of_functions_that_is_used_is_a_handle(drafted, library):
    made = drafted(
        "typedef struct { int (*give)(int n); int at; } reader;"
        "void reader_init(reader *r); int reader_next(reader *r);",
        calls=library.calling(reader_init=["puts"], reader_next=["puts"]),
    )

    assert made.handle("reader") == {"create": "reader_init"}


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Makes a name that references a string, which it does not free.", True),
        ("The text is not copied.", True),
        ("The text must survive the name.", True),
        ("Copies the text.", False),
        ("Returns a reference to the name.", False),
    ],
)
def test_a_text_that_is_needed_after_the_call_is_a_question(said, kept, drafted):
    made = drafted(f"/** {said} */\nint f(const char *text);")

    assert ("f" not in made.called) == kept
    if kept:
        assert made.why_not("f") == "how long `text` must be there"


@pytest.mark.parametrize(
    ("declaration", "question"),
    [
        ("int f(int *levels);", "how many there are at `levels`"),
        ("int f(unsigned *str);", "how many there are at `str`"),
        ("int f(int *);", "how many there are at `arg1`"),
        (
            "int f(char *out, unsigned *out_pos, unsigned out_size);",
            "which numbers may be at `out_pos` before the call",
        ),
        ("int f(double *weight);", "how many there are at `weight`, and whether they are read"),
        ("int f(unsigned char **out);", "whether a pointer at `out` is read before one is stored"),
        ("typedef struct a a; a *a_init(int n); int f(a **a_p);", "whether `a_p` leads to one that is there"),
        (
            "typedef void *codec; codec *make_codec(int n); int f(codec *p_codec);",
            "whether `p_codec` leads to one",
        ),
        ("int f(int name_id);", "which `name_id` there is"),
        (
            "typedef unsigned long uintptr_t; typedef uintptr_t word; int f(word x);",
            "which pointer `x` stands for",
        ),
        ("struct rect { int top, left; }; int f(struct rect r);", "which numbers the fields of `r` may be"),
        ("int f(const char *s, size_t len, int *us);", "how many there are at `us`"),
        (
            "struct sockaddr { short family; }; int f(const struct sockaddr *to);",
            "which kind of address `to` leads to",
        ),
        ("typedef unsigned char32; int f(char32 *result);", "how many there are at `result`"),
        ("int f(const char *s1, const char *s2, size_t n);", "whether `n` is the length of `s1`"),
        ("int f(const char *tag, int count);", "whether `count` is the length of `tag`"),
        ("void *f(const void *ctx, size_t size);", "what `ctx` points to"),
        ("int f(char *_tag, int _count);", "what `_tag` points to"),
        ("int f(const char *data);", "how long `data` is"),
        (
            "unsigned long f_malloc(unsigned long words);",
            "who frees the memory, if what it returns stands for some",
        ),
        ("int f(int *slot_p);", "which numbers may be at `slot_p` before the call"),
        ("void f_destroy(int **p);", "where `p`, which it frees, comes from"),
    ],
)
def test_what_a_name_does_not_tell_is_a_question(drafted, declaration, question):
    made = drafted(declaration)

    assert (made.why_not(re.findall(r"\w+(?=\()", declaration)[-1]) or "").startswith(question)


def test_a_least_size_of_a_name_of_one_word_is_not_that_of_another_function(drafted):
    made = drafted("/** @param size Must be at least 136. */\nint f(int size);\nint g(int size);\n")

    assert made.clauses("f", "size") == "{range: [136, 4096]}"
    assert made.clauses("g", "size") == "{range: [0, 16]}"


def test_a_least_size_that_another_function_documents_is_kept(drafted):
    made = drafted(
        "#define LEAST 136\n/** secretSize must be >= LEAST. */ int f(const void *secret, size_t secretSize);\n"
        "int g(const void *secret, size_t secretSize);"
    )

    assert made.clauses("f", "secretSize") == made.clauses("g", "secretSize") == "{range: [136, 4096]}"


def test_the_number_of_what_is_pointed_to_is_known_by_its_name(drafted):
    made = drafted("void f(unsigned char *buf, size_t buflen, const int *iv, size_t niv);")

    assert made.clauses("f", "iv") == "{in: array, length: niv}"


def test_a_result_that_may_be_the_buffer_promises_nothing(drafted):
    made = drafted(f"{STREAM} const char *md_value(md *m, char *val, unsigned maxlen);")

    assert made.clauses("md_value", "returns") == "{}"


def test_of_two_ends_the_one_that_says_no_more_than_the_creator_is_that_of_the_handle(drafted):
    made = drafted("typedef struct mh mh; mh *m_new(void); void m_meta_free(mh *m); void m_delete(mh *m);")

    assert made.handle("mh")["destroy"] == "m_delete"


def test_what_comes_after_the_creator_always_does(drafted):
    made = drafted(
        "typedef struct env env;\n/** It must be opened before use. */\nenv *env_create(void);\n"
        "void env_free(env *e);\n"
        "/** May only be called after env_create(). */\nint env_limit(env *e);\n"
        "/** May only be called after lib_start(). */\nint env_total(env *e);"
    )

    assert {"env_create", "env_limit"} <= set(made.called)
    assert made.why_not("env_total").startswith("in which calls")


def test_enumerators_that_stand_for_none_are_not_passed(drafted):
    made = drafted("typedef enum { C_NOT_FOUND, C_A, C_B, C_NUM_PLUS_ONE } set; void f(set s);")

    assert made.clauses("f", "s") == "{one_of: [C_A, C_B]}"


def test_what_is_made_is_made_of_something(drafted):
    made = drafted(
        "typedef struct m m; m *m_new(long precision); void m_free(m *x); void m_cut(m *x, long precision);"
    )

    assert made.clauses("m_new", "precision") == "{range: [1, 17]}"
    assert made.clauses("m_cut", "precision") == "{range: [0, 16]}"


@pytest.mark.parametrize(
    ("declaration", "question"),
    [
        ("int f(const char *, int);", "whether `arg2` is the length of `arg1`"),
        ("int f(const char *, void *, int);", "what `arg2` points to"),
        ("int f(const char *buf, size_t maxbytes);", None),
    ],
)
def test_a_number_behind_a_text_may_be_its_length(drafted, declaration, question):
    assert drafted(declaration).why_not("f") == question


def test_what_its_code_keeps_or_opens_it_may(drafted, library):
    made = drafted(
        "const char *name(int n); const char *other(int n); int pair(int n); int sum(int n);",
        calls=library.calling(name=["malloc"], other=[], pair=["socketpair"], sum=["malloc"]),
    )

    assert "may: [memory]  # guessed: its code leads to `malloc`" in made.lines("name")
    assert "may: [files]  # guessed: its code leads to `socketpair`" in made.lines("pair")
    assert "may:" not in made.lines("other") + made.lines("sum")


def test_failures_that_only_null_tells_may_write(drafted):
    made = drafted("typedef struct b b; b *b_new(void); void b_free(b *x); char *b_line(b *x, size_t *written);"
                   "void b_drop(char *p);")  # fmt: skip

    assert "on_failure: unspecified" in made.clauses("b_line", "written")


def test_the_beginning_of_a_range_is_not_past_its_end(drafted):
    made = drafted(
        "void f(int begin, int end); void g(int row_min, int row_max, int from, int to); void h(int end, int x);"
    )

    assert "requires: [begin <= end]  # guessed: the beginning and the end of a range" in made.lines("f")
    assert "requires: [row_min <= row_max, from_ <= to]" in made.lines("g")
    assert "requires" not in made.lines("h")


def test_what_is_told_a_place_in_the_source_ends_the_process(drafted, library):
    made = drafted(
        "void lib_error_(const char *file, int line); int f(int n); int g(int n); void lib_error_hook(int n);",
        calls=library.among(f=["lib_error_"], g=["lib_error_hook"], lib_error_=[], lib_error_hook=[]),
    )

    assert made.why_not("f") == "in which calls `lib_error_` is not called, which seems to end the process"
    assert "g" in made.called


@pytest.mark.parametrize(
    ("texts", "question"),
    [
        (("f", "m != NULL", "made != NULL", "api.c"), None),
        (
            ("f", "m != NULL", "n <= m->most"),
            "in which calls `n <= m->most` holds, which it checks, or ends the process",
        ),
        (
            ("f", "%s is wrong"),
            "in which calls it reports `%s is wrong`, and whether it ends the process then",
        ),
        (("f",), "in which calls it reports what is wrong, and whether it ends the process then"),
    ],
)
def test_checks_that_report_and_may_end_the_process_are_read(drafted, library, texts, question):
    made = drafted(
        f"{STREAM} int md_set(md *m, int n);", calls=library.reporting(md_set=texts, md_new=[], md_free=[])
    )

    assert made.why_not("md_set") == question


LISTS = {
    "/** Returns a NULL-terminated array of words, which is freed with w_free. */": (
        "{to: array, ended_by: null, of: string, owner: caller, free: w_free}"
    ),
    "/** Returns a NULL-terminated list. The caller must free each string and the list with w_release(). */": (
        "{to: array, ended_by: null, of: {to: string, owner: caller, free: w_release}, owner: caller, free: w_release}"
    ),
    "/** Returns an array that ends with NULL. The caller has to free every element and the array. */": (
        "{to: array, ended_by: null, of: {to: string, owner: caller, free: free}, owner: caller, free: free}"
    ),
    "/** Returns a NULL-terminated array, which must not be freed. */": (
        "{to: array, ended_by: null, of: string, owner: callee}"
    ),
}


@pytest.mark.parametrize("comment", LISTS)
def test_a_list_of_strings_is_drafted_with_who_frees_it_as_documented(comment, drafted):
    made = drafted(
        f"{comment}\nchar **w_split(int n);\nvoid w_free(char **words);\nvoid w_release(void *any);"
    )

    assert made.clauses("w_split", "returns") == LISTS[comment]


@pytest.mark.parametrize(
    "comment",
    [
        "/** Returns the words of the line. */",
        "/** Returns a NULL-terminated array of words. */",
        "/** Returns the words, which the caller must free. */",
        "/** Returns a NULL-terminated array that the caller must free. */",
    ],
)
def test_of_a_list_of_strings_nothing_is_drafted_from_its_type_and_name(comment, drafted):
    made = drafted(f"{comment}\nchar **w_split(int n);\nvoid w_free(char **words);")

    assert "array" not in (made.clauses("w_split", "returns") or "")


@pytest.mark.parametrize(
    ("enumerators", "clause"),
    [
        ("S_OK, S_NOT_FOUND, S_INVALID_HOST, S_GONE", None),
        ("K_INVALID, K_A, K_B, K_COUNT", "[K_A, K_B]"),
        ("K_A, K_SIZE, K_B, K_MAX, K_FORCE_INT", "[K_A, K_SIZE, K_B]"),
        ("_K_MIN, K_A, K_B, _K_MAX", "[K_A, K_B]"),
        ("_K_MIN, _K_A, _K_MAX", "[_K_MIN, _K_A]"),  # where all begin so, that tells nothing
    ],
)
def test_enumerators_among_others_are_values_whatever_their_names(enumerators, clause, drafted):
    made = drafted(f"enum e {{ {enumerators} }}; const char *name_of(enum e one);")

    assert made.clauses("name_of", "one") == ("{}" if clause is None else f"{{one_of: {clause}}}")


@pytest.mark.parametrize(
    ("declaration", "prints"),
    [
        ("void ex_log_ref(ExLog *log)", False),
        ("void ex_data_log(ex_data *data, ExLog *log)", False),  # sets where messages of the data go
        ("void ex_log(ExLog *log, int code)", True),
        ("void ex_log_dump(ExLog *log)", True),
        ("void ex_data_log(ex_data *data)", True),
    ],
)
def test_the_name_of_an_object_does_not_tell_what_is_done_with_it(declaration, prints, drafted):
    made = drafted(
        "typedef struct ExLog ExLog; typedef struct ex_data ex_data; ExLog *ex_log_new(void);"
        f"void ex_log_free(ExLog *log); ex_data *ex_data_new(void); void ex_data_free(ex_data *d); {declaration};"
    )
    name = re.search(r"ex_\w+(?=\()", declaration)[0]

    assert ("may: [output]" in made.lines(name)) == prints


@pytest.mark.parametrize(
    ("said", "clause"),
    [
        ("\\param[in] one a kind or K_COUNT", "{}"),
        ("\\param[in] one a kind, or #K_COUNT for any of them", "{}"),
        ("\\param[in] one a kind", "{one_of: [K_A, K_B]}"),
        ("\\param[in] one a kind, not K_NONE or K_COUNT", "{one_of: [K_A, K_B]}"),
        ("\\param[in] one a kind\n * \\return its name, or K_COUNT", "{one_of: [K_A, K_B]}"),
    ],
)
def test_an_enumerator_that_is_offered_is_a_value_whatever_its_name(said, clause, drafted):
    made = drafted(f"enum e {{ K_A, K_B, K_COUNT }};\n/** Names one.\n * {said}\n */\nint f(enum e one);")

    assert made.clauses("f", "one") == clause


@pytest.mark.parametrize(
    ("allocates", "others", "creators"),
    [
        (["malloc"], "walk *walk_copy(const walk *w);", ("tree_root", "walk_copy")),
        (["memcpy"], "walk *walk_copy(const walk *w);", "walk_copy"),  # it is in the tree
        (["malloc"], "walk *walk_new(void);", "walk_new"),  # there is a first one without it
    ],
)
def test_where_all_that_makes_an_object_copies_what_allocates_one_makes_it(
    allocates, others, creators, drafted, library
):
    """`trie_root` returns a new `TrieState`, and has `root` in its name, as what returns a part has."""
    calls = library.calling(
        tree_root=allocates, tree_new=["malloc"], walk_copy=["malloc"], walk_free=["free"]
    )
    made = drafted(
        "typedef struct tree tree; typedef struct walk walk; tree *tree_new(void); void tree_free(tree *t);"
        f"walk *tree_root(const tree *t); {others} void walk_free(walk *w); int walk_depth(const walk *w);",
        calls=calls,
    )

    left_out = "# handles:" in made.text or "# walk:" in made.text
    assert left_out == (allocates == ["memcpy"])
    assert left_out or made.handle("walk") == {"create": creators, "destroy": "walk_free"}


def test_a_reference_is_added_to_what_is_not_ready(drafted):
    """`exif_entry_ref`: an entry is counted before `exif_entry_initialize` gives it its data."""
    made = drafted(
        "typedef struct box box; enum kind { K_A, K_B }; box *box_new(void); void box_ref(box *b);"
        "void box_initialize(box *b, enum kind kind); void box_unref(box *b); int box_fix(box *b);"
        "int box_value(box *b, char *to, int n);"
    )

    assert made.handle("box")["references"] == {"acquire": "box_ref", "release": "box_unref"}
    assert "what makes a new `box` ready" in made.why_not("box_fix")


@pytest.mark.parametrize(
    ("begins", "copies", "called"),
    [
        ("walk *walk_new(const tree *t);", "void walk_assign(walk *to, const walk *from);", False),
        ("walk *walk_new(void);", "void walk_assign(walk *to, const walk *from);", True),
        ("walk *walk_new(const tree *t);", "int walk_same(const walk *one, const walk *other);", True),
    ],
)
def test_what_copies_one_that_was_made_from_another_handle_is_left_out(begins, copies, called, drafted):
    """After `trie_state_copy` a state leads into the trie of the other one, which is freed before it."""
    made = drafted(
        "typedef struct tree tree; typedef struct walk walk; tree *tree_new(void); void tree_free(tree *t);"
        f"{begins} {copies} void walk_free(walk *w);"
    )
    (name,) = re.findall(r"walk_(?:assign|same)", copies)

    assert (name in made.called) == called
    assert called or made.why_not(name) == "whether `to` needs afterwards what `from` was made from"


COUNTER = """
typedef struct { unsigned state; void *data; } counter;
void counter_init(counter *it, int kind);
int counter_run(counter *it, const char *text);
"""


@pytest.mark.parametrize(("runs", "begins"), [(["strlen"], True), (["malloc"], False)])
def test_a_record_of_the_callers_for_which_no_memory_is_asked_for_need_not_be_ended(
    runs, begins, drafted, library
):
    calls = library.calling(counter_init=["memset"], counter_run=runs)
    made = drafted(COUNTER, calls=calls)

    assert [each.name for each in made.draft.handles] == ["counter"] * begins
    assert not begins or made.handle("counter") == {"create": "counter_init"}


@pytest.mark.parametrize(
    ("declared", "asked"),
    [
        ("void box_retain(box *b, int first, int last);", False),
        ("void box_retain(box *b, const char *text);", False),
        ("void box_retain_all(box *b, const box *others);", False),
        ("void box_retain_some(box *b, int by);", True),
        ("void box_retain(box *b); void box_acquire(box *b);", True),
    ],
)
def test_what_is_given_more_than_objects_counts_no_references(declared, asked, drafted):
    made = drafted(f"typedef struct box box; box *box_new(int n);\n{declared}\nvoid box_free(box *b);")
    name = re.search(r"box_retain\w*", declared)[0]

    assert (made.why_not(name) == "how it counts references to `box`") is asked
    assert (name in made.called) is not asked


@pytest.mark.parametrize(
    ("adds", "ends", "counted"),
    [
        ("box *box_ref(box *b);", "void box_unref(box *b);", True),
        (
            "void box_retain(box *b);",
            "/** Frees a box with its last reference. */\nvoid box_free(box *b);",
            True,
        ),
        ("box *box_ref(box *b);", "void box_delete(box *b);", False),  # whatever other references there are
        ("box *box_reference(box *b);", "void box_destroy(box *b);", True),
        ("box *box_reference(box *b);", "void box_destroy(box *b); void box_put(box *b);", False),
        ("void box_reference(box *b);", "void box_destroy(box *b);", False),
        (
            "/** Increments the reference count, thereby taking ownership of the box. */\nbox *box_get(box *b);",
            "/** Decrements the reference count. */\nvoid box_put(box *b);",
            True,
        ),
        ("int box_ref(box *b, int by);", "void box_unref(box *b);", False),
        ("const char *box_ref(box *b);", "void box_unref(box *b);", False),
    ],
)
def test_what_adds_a_reference_that_another_gives_back_is_a_pair(adds, ends, counted, drafted):
    made = drafted(
        f"typedef struct box box; box *box_new(int n);\n{adds}\n{ends}\nint box_size(const box *b);"
    )
    handle = made.handle("box")

    name = re.search(r"box_(?:reference|ref|retain|get)", adds)[0]
    end = re.search(r"box_(?:unref|free|delete|destroy|put)", ends)[0]
    assert handle.get("references") == ({"acquire": name, "release": end} if counted else None)
    assert (name in made.called) is counted


@pytest.mark.parametrize(
    ("adds", "ends"),
    [
        ("void box_ref(box *b);", {"references": {"acquire": "box_ref", "release": "box_unref"}}),
        ("void box_ref(box *to, const box *from);", {"destroy": "box_free"}),  # `av_packet_ref` copies
        ("void other_ref(other *o);", {"destroy": "box_free"}),
        ("", {"destroy": "box_free"}),
    ],
)
def test_the_last_reference_leads_to_what_frees_an_object_whose_references_are_counted(adds, ends, drafted):
    """`exif_data_free` beside `exif_data_ref` and `exif_data_unref`: the two are for callers."""
    made = drafted(
        "typedef struct box box; typedef struct other other; box *box_new(int n);"
        f"void box_unref(box *b); void box_free(box *b); {adds} int box_size(const box *b);"
    )

    assert made.handle("box") == {"create": "box_new", **ends}
    assert ("box_free" in made.called) is (made.handle("box").get("destroy") == "box_free")


def test_what_is_declared_without_parameters_takes_none_where_the_documentation_names_none(drafted):
    made = drafted("/** Makes a number.\n * @return a new one */\nint *one();\n/** Counts. */\nint count();")

    assert made.called == ["one", "count"]
    assert "prototype: int *one(void)  # guessed: it is declared with `()`" in made.text
    assert "prototype: int count(void)" in made.text


@pytest.mark.parametrize(
    "declaration",
    [
        "int count();",
        "/** Counts.\n * @param size The number of slots\n */\nint count();",
    ],
)
def test_what_is_declared_without_parameters_and_may_have_some_is_a_question(drafted, declaration):
    made = drafted(declaration)

    assert made.called == []
    assert made.why_not("count") == "which parameters it has; `prototype` says it"


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("The rate; must be one of 8000, 12000, 16000 or 48000.", "{one_of: [8000, 12000, 16000, 48000]}"),
        ("The rate, one of #R_LOW, #R_MID and #R_HIGH.", "{one_of: [R_LOW, R_MID, R_HIGH]}"),
        ("The rate (1 or 2).", "{one_of: [1, 2]}"),
        ("It must be 1, 2, or 4 (default).", "{one_of: [1, 2, 4]}"),
        ("The rate must not be 1 or 2.", None),
        ("The rate, one of R_LOW, R_MID or R_UNKNOWN.", None),
        ("The rate, of 1, 2 channels.", "{range: [1, 2]}"),
    ],
)
def test_the_only_values_of_a_number_are_those_that_are_listed(said, limits, drafted):
    names = "#define R_LOW 1\n#define R_MID 2\n#define R_HIGH 4\n"
    made = drafted(f"{names}/** Sets.\n * @param rate {said} */\nint f(int rate);")

    assert made.clauses("f", "rate").partition("  #")[0] == (limits or "{range: [0, 16]}")


@pytest.mark.parametrize(
    ("said", "clauses"),
    [
        (
            "The data, which must remain valid until the pool is freed.",
            "{in: bytes, length: n, lifetime: handle(p)}",
        ),
        ("The data; it is not copied.", "{in: bytes, length: n, lifetime: handle(p)}"),
        (
            "The data; it must stay valid until the next call to pool_reset() or pool_free().",
            "{in: bytes, length: n, lifetime: handle(p), until: [pool_reset]}",
        ),
        ("The data, which must remain valid until this call returns.", "{in: bytes, length: n}"),
        ("The data. The caller must ensure that it is valid UTF-8.", "{in: bytes, length: n}"),
        ("The data, which is copied.", "{in: bytes, length: n}"),
    ],
)
def test_memory_that_must_stay_goes_with_the_handle_of_the_call(said, clauses, drafted):
    made = drafted(
        "typedef struct pool pool; pool *pool_new(void); void pool_free(pool *p); void pool_reset(pool *p);\n"
        f"/** Adds.\n * @param p The pool.\n * @param data {said}\n * @param n How much. */\n"
        "void pool_add(pool *p, const unsigned char *data, size_t n);"
    )

    assert made.clauses("pool_add", "data") == clauses


def test_memory_that_must_stay_without_a_handle_is_a_question(drafted):
    made = drafted(
        "/** Sets.\n * @param data Is not copied. */\nvoid f(const unsigned char *data, size_t n);"
    )

    assert made.why_not("f") == "how long `data` must be there"


@pytest.mark.parametrize(
    ("declaration", "said", "question"),
    [
        ("float *to, int frames", "The samples", "how many there are at `to`"),
        ("float *to, int frame_size", "The samples", "how many there are at `to`"),
        ("short *to, int rate", "Samples, an array.", "how many there are at `to`"),
        ("short *to, int rate", "The number of samples in the array.", None),
        ("float *to, int rate", "The gain", None),
    ],
)
def test_numbers_that_documentation_gives_a_direction_may_be_several(declaration, said, question, drafted):
    made = drafted(f"/** Reads.\n * @param[out] to {said}\n */\nvoid f({declaration});")

    assert made.why_not("f") == question


def test_a_buffer_that_is_padded_in_place_has_room_that_is_not_known(drafted):
    packet = "/** Pads.\n * @param[in,out] data A packet.\n */\nint f(unsigned char *data, int len{});"

    assert (
        drafted(packet.format(", int new_len")).why_not("f")
        == "how much room there is at `data`: `len`, or `new_len`"
    )
    assert drafted(packet.format(", int rate")).why_not("f") is None


TALLY = """\
typedef struct { long total; long *counts; } tally;
int tl_init(long most, int digits, tally **result);
void tl_close(tally *t);
int tl_record(tally *t, long value);
"""


def test_a_record_that_is_allocated_and_stored_is_a_handle(drafted, library):
    calls = library.calling(tl_init=["calloc"], tl_close=["free"], tl_record=[])
    made = drafted(TALLY, calls=calls)

    assert made.handle("tally") == {"create": "tl_init", "destroy": "tl_close"}
    assert made.clauses("tl_record", "t") == "{handle: tally}"


@pytest.mark.parametrize(
    ("header", "allocates"),
    [
        (TALLY, []),
        (TALLY.replace("void tl_close(tally *t);", ""), ["calloc"]),
        (TALLY.replace("tally **result", "tally **tallies"), ["calloc"]),
    ],
    ids=["allocates nothing", "nothing ends it", "several"],
)
def test_a_record_that_may_be_the_callers_is_none(drafted, library, header, allocates):
    calls = library.calling(tl_init=allocates, tl_close=["free"], tl_record=[])
    made = drafted(header, calls=calls)

    assert "create: tl_init" not in made.text


@pytest.mark.parametrize(
    ("starts", "why"),
    [
        ("tl_init_in", None),
        ("tl_setup_in", "what makes a new `tally` ready: `tl_setup_in` seems to come first"),
    ],
)
def test_another_way_to_begin_one_comes_not_first(drafted, library, starts, why):
    header = TALLY.replace(
        "void tl_close", f"struct layout; void {starts}(tally *t, struct layout *with); void tl_close"
    )
    calls = library.calling(**{"tl_init": ["calloc"], "tl_close": ["free"], "tl_record": [], starts: []})
    made = drafted(header, calls=calls)

    assert made.why_not("tl_record") == why


@pytest.mark.parametrize(
    ("before", "enumerators", "meaning"),
    [
        ("", "E_OK, E_FULL /* there is no room */, E_BAD", "there is no room"),
        ("", "E_OK, /* all is well */\nE_FULL, /* there is no room */\nE_BAD", "there is no room"),
        ("", "\n/** All is well. */\nE_OK,\n/** There is no room. */\nE_FULL, E_BAD", "There is no room."),
        ("", "E_OK, /* all is well */\nE_FULL, E_BAD", "full"),  # that one is about another
        (
            "/**\n * @E_OK: All is well.\n * @E_FULL: There is\n * no room.\n * @E_BAD: It is bad.\n */\n",
            "E_OK, E_FULL, E_BAD",
            "There is no room.",
        ),
        ("/** @E_FULLER: There is less. */\n", "E_OK, E_FULL, E_BAD", "full"),
    ],
)
def test_what_an_enumerator_means_is_written_in_one_of_three_places(before, enumerators, meaning, drafted):
    made = drafted(f"{before}typedef enum {{ {enumerators} }} e_code;\ne_code e_put(int n);")

    assert f"E_FULL: {meaning}" in made.clauses("e_put", "returns")


PAGE = """\
.TH "libshelf" "3"
.SH NAME
{name}
.SH FUNCTIONS
.SS {heading}
The number of books, which must be called after shelf_open.
.SS shelf_open()
Opens it.
"""


@pytest.mark.parametrize(
    ("name", "heading", "told"),
    [
        ("libshelf \\- a library of shelves", "\\fBshelf_books()\\fR", True),
        ("libshelf \\- a library of shelves", "Other things", False),  # of which function, nobody knows
        ("shelf_books, shelf_open \\- books", "\\fBshelf_books()\\fR", True),
        ("shelf_books \\- counts books", "Other things", True),
    ],
)
def test_a_page_on_several_functions_is_about_one_under_its_heading(
    name, heading, told, tmp_path, monkeypatch
):
    (tmp_path / "man3").mkdir()
    (tmp_path / "man3" / "shelf_books.3").write_text(PAGE.format(name=name, heading=heading))
    monkeypatch.setattr(manual, "_FOLDERS", (tmp_path,))
    manual._index.cache_clear()

    page = manual.page_of("shelf_books")

    assert (page is not None and "must be called after" in page.prose) == told
    manual._index.cache_clear()


WHOLE = """\
.TH shelf 3
.SH INCLUDE FILE
#include <{header}>
.SH FUNCTIONS
.SS shelf_books
Counts the books.
.PP
.nf
int shelf_books (
    const char *room
);
.fi
.PP
The "room" can be NULL.
.SS shelf_open
It takes ownership of the room.
"""


@pytest.mark.parametrize(
    ("function", "header", "told"),
    [
        ("shelf_books", "shelf.h", 'Counts the books. The "room" can be NULL.'),
        ("shelf_books", "rack.h", None),  # the page is another header's
        ("shelf_room", "shelf.h", None),  # there is no such heading
    ],
)
def test_a_page_on_a_header_is_about_a_function_under_its_heading(
    function, header, told, tmp_path, monkeypatch
):
    (tmp_path / "man3").mkdir()
    (tmp_path / "man3" / "shelf.3").write_text(WHOLE.format(header=header))
    monkeypatch.setattr(manual, "_FOLDERS", (tmp_path,))
    manual._index.cache_clear()

    page = manual.page_of(function, frozenset(("shelf.h", function)))

    assert (page.prose.split() if page else None) == (told.split() if told else None)
    assert page is None or page.span.line == 5
    manual._index.cache_clear()


def test_the_page_of_a_function_comes_before_that_of_its_header(tmp_path, monkeypatch):
    (tmp_path / "man3").mkdir()
    (tmp_path / "man3" / "shelf.3").write_text(WHOLE.format(header="shelf.h"))
    (tmp_path / "man3" / "shelf_books.3").write_text(
        PAGE.format(name="shelf_books \\- books", heading="More")
    )
    monkeypatch.setattr(manual, "_FOLDERS", (tmp_path,))
    manual._index.cache_clear()

    page = manual.page_of("shelf_books", frozenset(("shelf.h", "shelf_books")))

    assert page is not None
    assert "room" not in page.prose
    manual._index.cache_clear()


FILE = """\
typedef struct song song;
song *song_open(const char *path);
song *song_open_fd(int fd);
int song_length(song *s);
void song_close(song *s);
"""


def test_a_handle_that_nothing_makes_yet_is_a_comment(drafted):
    made = drafted(FILE)

    assert made.draft.handles == ()
    assert "# handles:\n#   song: {create: [song_open_fd, song_open], destroy: song_close}\n" in made.text
    assert made.why_not("song_length") == (
        "how a `song` comes about: `song_open_fd`, `song_open` are left out as well"
    )


def test_it_stands_below_those_that_are_there(drafted):
    made = drafted(f"{FILE}{STORE}")

    assert made.handle("store")["create"] == "st_new"
    below = made.text.partition("\nhandles:\n")[2].partition("\nfunctions:")[0]
    assert "# song: {create: [song_open_fd, song_open], destroy: song_close}" in below
    assert "# handles:" not in below


FLAGS = """\
typedef enum { NAMES_FOLD = 1, NAMES_PUNY = 0x2, NAMES_LONG = 1 << 2, NAMES_ALL = 7, NAMES_LAST } names_flags;
enum names_kind { NAMES_HOST, NAMES_USER, NAMES_PATH };
#define NAMES_QUIET 16
/**
 * Looks a name up.
 * @param name NUL-terminated text
 * @param found newly allocated string, to be freed with names_free
 * @param flags {flags}
 */
int names_find(const char *name, char **found, int flags);
void names_free(void *memory);
"""


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ("optional names_flags to modify what is done", "{flags: [NAMES_FOLD, NAMES_PUNY, NAMES_LONG]}"),
        ("NAMES_PUNY or NAMES_QUIET, or both", "{flags: [NAMES_PUNY, NAMES_QUIET]}"),
        ("one of names_kind", "{one_of: [0]}"),  # which are numbers, and no bits
        ("bits of names_flags but for those that are reserved", "{one_of: [0]}"),
        ("if NAMES_FOLD is set, the name needs no NUL", "{one_of: [0]}"),  # what else is so then nobody knows
        ("modify what is done", "{one_of: [0]}"),
    ],
)
def test_flags_are_those_that_documentation_names(drafted, said, flags):
    made = drafted(FLAGS.replace("{flags}", said))

    assert made.clauses("names_find", "flags") == flags


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "newly allocated string, to be freed with names_free",
            "{to: string, owner: caller, free: names_free}",
        ),
        ("newly allocated zero-terminated name", "{to: string, owner: caller, free: names_free}"),
        ("newly allocated block", "'char *'"),  # which nobody says to end with a NUL
        (
            "the string to update, newly allocated where it is too short",
            "'char *'",
        ),  # which may be read first
    ],
)
def test_a_text_that_is_left_for_the_caller_to_free(drafted, said, left):
    text = FLAGS.replace("newly allocated string, to be freed with names_free", said)
    found = drafted(text).clauses("names_find", "found")

    assert found == f"{{out: {left}}}"


REPEATED = """\
typedef enum {
    TANK_OK, TANK_ERROR_EMPTY, TANK_ERROR_FULL_TO_THE_BRIM, TANK_ERROR_THE_VALVE_IS_SHUT,
    TANK_ERROR_THE_PUMP_IS_OUT_OF_ORDER
} tank_status;
tank_status tank_fill(int litres);
tank_status tank_drain(int litres);
tank_status tank_count(unsigned *litres);
"""


def test_what_functions_share_is_written_once(drafted):
    made = drafted(REPEATED)

    assert made.text.count("TANK_ERROR_EMPTY") == 1
    assert "status: &tank_status\n" in made.text
    assert made.text.count("status: *tank_status\n") == 2


def test_what_stands_once_has_no_name(drafted):
    first = REPEATED.partition("tank_status tank_drain")[0]

    assert "&" not in drafted(first).text


KINDS = """\
typedef struct val val;
typedef enum { VAL_NUMBER, VAL_LIST } val_kind;
val *val_new_list(void);
val *val_new_number(int number);
void val_free(val *v);
val_kind val_get_kind(const val *v);
int val_list_length(const val *v);
int val_list_first(const val *v);
int val_list_shrink(val *v);
int val_depth(const val *v);
"""


def test_a_name_like_those_of_what_asserts_a_kind_needs_that_kind(drafted, library):
    listed = ("val_get_kind(v) == VAL_LIST",)
    made = drafted(KINDS, calls=library.asserting(val_list_length=listed, val_list_first=listed))

    assert "requires: [val_get_kind(v) == VAL_LIST]" in made.lines("val_list_shrink")
    assert "requires" not in made.lines("val_depth") + made.lines("val_new_list")


def test_where_that_kind_cannot_be_asked_it_is_not_called(drafted, library):
    listed = ("val_get_kind(it) == VAL_LIST",)  # as the source names it, and the header does not
    made = drafted(KINDS, calls=library.asserting(val_list_length=listed, val_list_first=listed))

    assert "which `val_list_length` asserts" in made.why_not("val_list_shrink")
    assert made.why_not("val_depth") is None
    assert made.why_not("val_new_list") is None


def test_what_one_function_asserts_tells_nothing_of_the_others(drafted, library):
    made = drafted(KINDS, calls=library.asserting(val_list_length=("val_get_kind(v) == VAL_LIST",)))

    assert "requires" not in made.lines("val_list_shrink")
