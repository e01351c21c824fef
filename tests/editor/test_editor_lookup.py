from __future__ import annotations

from dataclasses import replace

import pytest
from header_of_editors import HEADER, facts_from

from abidance.editor.lookup import look_up
from abidance.editor.names import Knowledge
from abidance.editor.outline_reader import read_outline

pytestmark = pytest.mark.unit

BEGIN = "abidance: 1\nboundary: b\nheader: api.h\nprefix: rg_\n"
ADMIT = f"{BEGIN}functions:\n  rg_admit:\n    summary: True when it may enter.\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (f"{BEGIN}functions:\n  rg_ad@mit:\n", "bool rg_admit(rg_guard *guard,", 6),
        (f"{ADMIT}    params:\n      requ@est: {{}}\n", "const rg_request *request", 6),
        (f"{ADMIT}    params: {{request: {{in: rg_req@uest}}}}\n", "struct rg_request {", 4),
        (f"{ADMIT}    ensures: [request.ki@nd == RG_NONE]\n", "rg_kind kind;", 4),
        (f"{ADMIT}    ensures: [request.kind == RG_NO@NE]\n", "RG_NONE = 0", 3),
        (f"{ADMIT}    ensures: [old(request).route_le@n < 4]\n", "size_t route_len;", 4),
        (f"{ADMIT}    ensures: [request.route_len < RG_LIMI@T]\n", "#define RG_LIMIT 4096", 1),
        (f"{ADMIT}    examples:\n      - {{request: {{kind: RG_BO@OK}}}}\n", "RG_BOOK = 2", 3),
        (f"{ADMIT}    examples:\n      - {{request: {{ki@nd: RG_BOOK}}}}\n", "rg_kind kind;", 4),
        (f"{BEGIN}types:\n  rg_request:\n    fields:\n      rou@te: {{}}\n", "const char *route;", 4),
        (f"{BEGIN}types:\n  rg_ki@nd: {{enum: closed}}\n", "enum rg_kind {", 3),
        (f"{BEGIN}handles:\n  rg_gu@ard: {{}}\n", "struct rg_guard;  /* opaque */", 2),
        (f"{BEGIN}handles:\n  rg_guard: {{create: rg_n@ew}}\n", "rg_guard *rg_new(void);", 5),
        (
            f"{BEGIN}laws:\n  l:\n    steps: [a = rg_fir@st(g)]\n",
            "rg_kind rg_first(const rg_guard *guard);",
            8,
        ),
        (f"{BEGIN}laws:\n  l:\n    steps:\n      - rg_fre@e(g)\n", "void rg_free(rg_guard *guard);", 9),
    ],
)
def test_declarations_in_the_header(looked_up, text, code, line):
    found = looked_up(text).described
    assert found.code.startswith(code) or found.more[0].startswith(code)
    assert (found.span.path.name, found.span.line) == ("api.h", line)


def test_what_a_clause_means(looked_up):
    assert (
        "**length**: The number of valid elements"
        in looked_up(f"{ADMIT}    params: {{request: {{in: bytes, len@gth: n}}}}\n").markdown
    )
    assert "Value: `closed` or `open`" in looked_up(f"{BEGIN}types:\n  rg_kind: {{enum: clo@sed}}\n").markdown


def test_what_the_headers_comments_say():
    comments = {
        "rg_admit": "/**\n * Tells whether it may enter.\n * @param request what wants to\n * @return true or not\n */"
    }
    known = Knowledge(replace(facts_from(HEADER), comments=comments))

    def shown(text):
        at = text.index("@")
        text = text[:at] + text[at + 1 :]
        return look_up(text, read_outline(text), at, known).markdown

    assert "> Tells whether it may enter." in shown(f"{BEGIN}functions:\n  rg_ad@mit:\n")
    assert "> what wants to" in shown(f"{ADMIT}    params: {{requ@est: {{}}}}\n")
    assert "> true or not" in shown(f"{ADMIT}    ensures: [resu@lt]\n")


def test_what_the_contract_says_itself(looked_up):
    assert "True when it may enter." in looked_up(ADMIT.replace("rg_admit", "rg_a@dmit")).markdown


def test_the_language_s_own_functions(looked_up):
    found = looked_up(f"{ADMIT}    ensures: [impl@ies(result, true)]\n")
    assert "implies(a, b)" in found.markdown
    assert found.described.span is None


def test_names_of_a_law_lead_to_where_it_says_what_they_are(looked_up):
    law = f"{BEGIN}laws:\n  l:\n    given: {{g: rg_guard}}\n    steps:\n      - a = rg_first(g)\n    ensures:\n      - "
    step = looked_up(f"{law}a@.result == RG_NONE\n")
    assert law[step.own :].startswith("a = rg_first")
    given = looked_up(law.replace("first(g)", "first(g@)"))
    assert law[given.own :].startswith("g: rg_guard")


@pytest.mark.parametrize(
    "text",
    [f"{BEGIN}bogus: {{x: @y}}\n", f"{BEGIN}# rg_ad@mit\n", "@", f'{ADMIT}    ensures: [x == b"RG_NO@NE"]\n'],
)
def test_nothing(looked_up, text):
    found = looked_up(text)
    assert found is None or not found.markdown
