"""A clause at a place is refused, or it changes what is generated or judged there: none is accepted and ignored."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from abidance.boundary.resolve.join import join
from abidance.contract.expression import Expression
from abidance.contract.language.clauses import Clauses
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.core.span import Span

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
enum kind { K_A, K_B };
struct sub { int x; };
typedef struct obj obj;
typedef int (*cb)(void *user, int n);
struct rec {
    int i; bool b; enum kind k; double d; struct sub sub; unsigned bits : 3; unsigned n;
    int ai[3]; unsigned char ab[4]; char ac[4]; double ad[2]; enum kind ak[2]; struct sub asub[2]; int aai[2][2];
    char *as[2]; int *pi; char *s; void *v; struct sub *psub; obj *o; cb f;
    union { int ui; double ud; } u;
};
obj *obj_new(void);
void obj_free(obj *o);
int use(struct rec *r);
int p_i(int x, int n); int p_b(bool x, int n); int p_k(enum kind x, int n); int p_d(double x, int n);
int p_sub(struct sub x, int n); int p_pi(int *x, int n); int p_s(char *x, int n); int p_v(void *x, int n);
int p_psub(struct sub *x, int n); int p_o(obj *x, int n); int p_f(cb x, void *user, int n); int p_ps(char **x, int n);
int p_ppsub(struct sub **x, int n); int p_po(obj **x, int n); int p_ppi(int **x, int n);
int r_i(int n); bool r_b(int n); enum kind r_k(int n); double r_d(int n); struct sub r_sub(int n); int *r_pi(int n);
const char *r_s(int n); void *r_v(int n); struct sub *r_psub(int n); obj *r_o(int n); char **r_ps(int n);
void r_void(int n);
int c_i(int (*f)(int x, int n)); int c_d(int (*f)(double x, int n)); int c_s(int (*f)(const char *x, int n));
int c_v(int (*f)(const void *x, int n)); int c_psub(int (*f)(const struct sub *x, int n));
int c_pi(int (*f)(int *x, int n)); int c_o(int (*f)(obj *x, int n)); int c_sub(int (*f)(struct sub x, int n));
int c_ps(int (*f)(char **x, int n));
"""
VALUES = {
    "range": [[0, 1]], "one_of": [[1]], "flags": [[1]], "length": ["n", 2], "capacity": ["n", 2],
    "nullable": [True, "n == 0"], "handle": ["obj"], "encoding": ["ascii"], "max": [3], "like": ["a*"], "align": [16],
    "user_data": ["user"], "free": ["obj_free"], "alloc": ["obj_new"], "on_failure": ["unmodified"],
    "on_success": ["untouched"], "of": ["string"], "ended_by": [0], "nul_terminated": [True], "opaque": [True],
    "initially": ["zero"], "lends": [{"lifetime": "static"}], "end_of": ["pi"], "within": ["pi"], "generate": ["s:g"],
    "lifetime": ["static", "handle(x)"], "until": ["change", ["use"]], "into": ["result"], "parent": ["obj"],
    "owner": ["caller"], "misaligned": [True], "callback": [{}], "window": [True], "read_only": [True],
    "records": ["sub"], "errno": ["on_failure"], "bool": [True], "enum": ["closed"], "owned_when": ["n == 0"],
    "invalid": [[-1]], "status": [{"ok": [0]}], "last_error": [{"call": "r_i(1)"}], "filled": ["n"],
}  # fmt: skip
ARRAY, STRING = {"to": "array", "length": "n"}, {"to": "string"}
UNSAID = ("i", "b", "k", "d", "sub", "bits", "n", "ai", "ab", "ac", "ad", "ak", "asub", "aai", "as", "u")
BASES = {
    "field": {
        **{key: [{}] for key in UNSAID},
        "pi": [ARRAY], "s": [STRING], "v": [{"to": "bytes", "length": "n"}], "psub": [{"to": "sub"}],
        "o": [{"handle": "obj"}], "f": [{"callback": {}}],
    },
    "param": {
        **{key: [{}] for key in ("i", "b", "k", "d", "sub", "o")},
        "pi": [{"in": "array", "length": "n"}, {"out": "array", "capacity": "n"}, {"in": "int"}, {"out": "int"}],
        "s": [{"in": "string"}, {"out": "string", "capacity": "n"}], "v": [{"in": "bytes", "length": "n"}],
        "psub": [{"in": "sub"}, {"out": "sub"}], "f": [{"callback": {}, "user_data": "user"}],
        "ps": [{"in": "array", "of": "string", "length": "n"}, {"out": {"to": "string"}}],
    },
    "target": {"ps": [STRING, {"to": "bytes", "length": "n"}], "ppsub": [{"to": "sub"}, ARRAY],
               "ppi": [{"to": "int"}, ARRAY]},
    "element": {"ps": [STRING, {"to": "bytes", "length": 2}], "po": [{"handle": "obj"}], "ppi": [{"to": "int"}]},
    "callback": {
        **{key: [{}] for key in ("i", "d", "sub")}, "s": [STRING], "v": [{"to": "bytes", "length": "n"}],
        "psub": [{"to": "sub"}], "pi": [ARRAY, {"out": "array", "capacity": "n"}], "o": [{"handle": "obj"}],
        "ps": [{"to": "array", "of": "string", "length": "n"}],
    },
    "result": {
        **{key: [{}] for key in ("i", "b", "k", "d", "sub", "void")}, "pi": [{"to": "int"}, ARRAY], "s": [STRING],
        "v": [{"to": "bytes", "length": "n"}], "psub": [{"to": "sub"}], "o": [{"handle": "obj"}],
        "ps": [{"to": "array", "of": "string", "length": "n"}],
    },
    "given": {each: [{"in": each}] for each in ("int", "string", "sub", "double", "kind")},
}  # fmt: skip
SAME = {
    ("param", "o", "handle"),
    *((kind, "b", "range") for kind in ("field", "param", "result")),
    ("result", "b", "bool"),
}
"""What says in other words what holds there anyhow."""
AFTERWARDS = ("on_failure", "on_success")
"""Of parameters these are looked up in the contract, when it is known how a call ended."""


def says_nothing_new(kind, name, clause):
    own = clause == "owner" and kind in (
        "field",
        "param",
        "callback",
    )  # the caller's is what it is by default
    return own or (kind, name, clause) in SAME or (clause in AFTERWARDS and kind != "given")


def written(kind, name, clauses):
    number = {"range": [0, 4]}
    functions, laws, fields = {"obj_new": {}, "obj_free": {}}, {}, {}
    match kind:
        case "field":
            fields = {"n": number} | {f: b[0] for f, b in BASES["field"].items() if b[0]} | {name: clauses}
            functions["use"] = {"params": {"r": {"inout": "rec"}}}
        case "param" | "target" | "element":
            wraps = {"target": {"out": clauses}, "element": {"in": "array", "length": "n", "of": clauses}}
            functions[f"p_{name}"] = {"params": {"x": wraps.get(kind, clauses), "n": number}}
        case "callback":
            functions[f"c_{name}"] = {"params": {"f": {"callback": {"params": {"x": clauses}}}}}
        case "result":
            functions[f"r_{name}"] = {"params": {"n": number}, "returns": clauses}
        case "given":
            functions["r_i"] = {}
            given = {"x": clauses, "n": {"in": "int", **number}}
            laws["l"] = {"given": given, "steps": ["a = r_i(n)"], "ensures": ["a.result == a.result"]}
    return {
        "abidance": 1, "boundary": "m", "header": "m.h", "libraries": {"m": {"name": "c"}},
        "handles": {"obj": {"create": "obj_new", "destroy": "obj_free"}},
        "types": {"rec": {"fields": {each: said for each, said in fields.items() if said}}},
        "functions": functions, "laws": laws,
    }  # fmt: skip


def essence(value):
    """Return what is generated and judged of a boundary, without lines and the contract itself."""
    match value:
        case Span() | Clauses():
            return None
        case Expression():
            return value.text
        case list() | tuple():
            return tuple(map(essence, value))
        case _ if dataclasses.is_dataclass(value):
            names = (each.name for each in dataclasses.fields(value))
            return type(value), tuple(
                (n, essence(getattr(value, n))) for n in names if n not in ("declaration", "promise")
            )
        case _ if hasattr(value, "items"):
            return tuple((key, essence(each)) for key, each in value.items())
    return repr(value)


@pytest.fixture
def boundary(tmp_path):
    """Return the essence of the boundary that has some clauses at a place, None where they are refused."""
    (tmp_path / "m.h").write_text(HEADER)

    def joined(kind, name, clauses):
        contract = tmp_path / "m.contract.yaml"
        contract.write_text(yaml.safe_dump(written(kind, name, clauses), sort_keys=False))
        try:
            found = join(load_contract(contract))
        except UsageError:
            return None
        return essence((found.functions, found.handles, found.laws))

    return joined


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in BASES.items() for name in names])
def test_a_clause_that_is_accepted_changes_something(kind, name, boundary):
    ignored = []
    for base in BASES[kind][name]:
        without = boundary(kind, name, base)
        assert without is not None, base
        tried = [
            clause for clause in VALUES if clause not in base and not says_nothing_new(kind, name, clause)
        ]
        ignored += [
            (base, clause, value)
            for clause in tried
            for value in VALUES[clause]
            if boundary(kind, name, {**base, clause: value}) == without
        ]
    assert not ignored, "\n".join(f"{base} {clause}: {value}" for base, clause, value in ignored)


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        (
            "types: {rec: {fields: {sub: {range: [0, 1]}}}}\nfunctions: {use: {params: {r: {in: rec}}}}",
            "`range` is about numbers, and `sub` is a `struct sub`",
        ),
        (
            "types: {rec: {fields: {ab: {one_of: [1]}}}}\nfunctions: {use: {params: {r: {in: rec}}}}",
            "`one_of` is about numbers, and a `unsigned char [4]` is passed as bytes",
        ),
        (
            "types: {rec: {fields: {i: {nullable: true}}}}\nfunctions: {use: {params: {r: {in: rec}}}}",
            "`i` is not a pointer: it is a `int`",
        ),
        (
            "functions: {r_d: {returns: {status: {ok: [0]}}}}",
            "a `status` lists whole numbers, and `r_d` returns a `double`",
        ),
        (
            "functions: {r_s: {returns: {to: string, owner: caller}}}",
            "what is returned is the caller's, and nothing says which function frees it",
        ),
        (
            "functions: {p_ps: {params: {x: {out: {to: string, owner: caller}}, n: {range: [0, 4]}}}}",
            "what `x` leaves is the caller's, and nothing says which function frees it",
        ),
        (
            "functions: {r_psub: {returns: {to: sub, lends: {lifetime: static}}}}",
            "`lends` is about a record that is returned itself, and `r_psub` returns a pointer",
        ),
    ],
)
def test_one_that_says_nothing_there_is_refused(contract, message, refused_with):
    assert message in [each.message for each in refused_with(HEADER, contract)]


@pytest.mark.parametrize(
    ("returns", "message"),
    [
        ("{owner: caller}", "`owner` has no meaning here: the callback returns `int`"),
        ("{nullable: true}", "what the callback returns is not a pointer: it is a `int`"),
        ("{enum: open}", "`enum` has no meaning here: the callback returns `int`"),
        ('{last_error: {call: "r_i(1)"}}', "`last_error` does not apply to what a callback returns"),
    ],
)
def test_what_is_said_of_other_results_is_refused_of_a_callback(returns, message, refused_with):
    contract = f"functions: {{c_i: {{params: {{f: {{callback: {{returns: {returns}}}}}}}}}}}"

    assert message in [each.message for each in refused_with(HEADER, contract)]


def test_memory_of_the_callers_is_never_none(refused_with):
    header = "struct r { int a; };\nint r_init(struct r *r);\nvoid r_done(struct r *r);"
    contract = (
        "handles: {struct r: {create: r_init, destroy: r_done, invalid: [-1]}}\nfunctions: {r_init: {}}"
    )

    (found,) = refused_with(header, contract)
    assert found.message == "a `struct r` is memory of the caller's, so nothing stands for one that is none"


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        ("text: {in: string, one_of: [a, b]}", "its form is `like: 'one|other'`"),
        ("text: {in: string, range: [1, 2]}", None),  # of which no text could be meant
    ],
)
def test_texts_that_a_law_lists_have_a_form(given, remedy, refused_with):
    contract = (
        "functions: {f: {params: {text: {in: string}}}}\n"
        f"laws: {{same: {{given: {{{given}}}, steps: [a = f(text)], ensures: [a.result == 0]}}}}"
    )

    (found,) = refused_with("int f(const char *text);", contract)
    assert "is about numbers, and `text` is a `string`" in found.message
    assert found.help == remedy
