from __future__ import annotations

import pytest

from abidance.editor.completion import MAX_EXCERPT, MAX_TEXT, complete
from abidance.editor.names import Knowledge

pytestmark = pytest.mark.unit

BEGIN = "abidance: 1\nboundary: b\nheader: api.h\nprefix: rg_\n"
ADMIT = f"{BEGIN}functions:\n  rg_admit:\n"


def test_clauses_of_the_contract_that_are_not_there_yet(completed):
    found = completed(f"{BEGIN}@")
    assert {"functions", "types", "laws"} <= set(found.labels)
    assert not {"header", "select"} & set(found.labels)  # one is there, the other contradicts `prefix`
    assert found.labels[0] == "functions"  # which is required


def test_functions_of_the_header_that_are_not_listed(completed):
    found = completed(f"{BEGIN}functions:\n  rg_new:\n  @\n  rg_free:\n")
    assert found.labels == ["rg_admit", "rg_visit", "rg_first"]
    assert found.proposals["rg_admit"].detail.startswith("bool rg_admit(rg_guard *guard")


def test_what_is_typed_is_replaced(completed):
    assert completed(f"{BEGIN}functions:\n  rg_ad@").replaced == "rg_ad"


@pytest.mark.parametrize(
    "broken", ["  rg_free: {\n", "  rg_free: [a\n", "  'rg_free\n", "  : :\n", "\t- x\n", "  rg_free: *\n"]
)
def test_a_document_that_is_no_yaml(completed, broken):
    found = completed(f"{ADMIT}    params:\n      guard: {{handle: rg_guard}}\n      @\n{broken}")
    assert found.labels[:2] == ["request", "reason"]


@pytest.mark.parametrize(
    "before", ["", "  rg_fre\n", "  rg_fre\n  params\n", "  rg_new:\n    ensures: [resul\n"]
)
def test_words_that_are_no_keys_yet(completed, before):
    found = completed(f"{BEGIN}functions:\n{before}  rg_ad@")
    assert ("rg_admit" in found.labels, found.replaced) == (True, "rg_ad")
    found = completed(f"{BEGIN}functions:\n{before}  @")
    assert ("rg_admit" in found.labels, found.replaced) == (True, "")


def test_clauses_of_a_parameter_inside_braces_that_are_open(completed):
    found = completed(f"{ADMIT}    params:\n      request: {{in: rg_request, @\n    ensures: [result]\n")
    assert "nullable" in found.labels
    assert not {"out", "handle", "in"} & set(found.labels)
    assert found.labels.index("length") < found.labels.index("free")  # which means nothing without `owner`


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ADMIT}    params:\n      request: {{in: @}}", "rg_request"),
        (f"{ADMIT}    params:\n      guard: {{handle: @}}", "rg_guard"),
        (f"{ADMIT}    effects: [@]", "pure"),
        (f"{ADMIT}    effects: @", "pure"),
        (f"{ADMIT}    returns: {{bool: @", "true"),
        (f"{ADMIT}    params:\n      reason: {{out: rg_kind, on_failure: @", "untouched"),
        (f"{ADMIT}    examples:\n      - {{@", "guard"),
        (f"{ADMIT}    examples:\n      - {{request: {{@", "route"),
        (f"{ADMIT}    examples:\n      - {{request: {{kind: @", "RG_NONE"),
        (f"{ADMIT}    examples:\n      - request:\n          kind: RG_@", "RG_NONE"),
        (f"{ADMIT}    rejects:\n      - {{when: {{request.@", "guard"),
        (
            f"{BEGIN}functions:\n  rg_first:\n    returns:\n      status:\n        errors:\n          @",
            "RG_NONE",
        ),
        (f"{BEGIN}functions:\n  rg_first:\n    returns: {{status: {{ok: [@", "RG_NONE"),
        (f"{BEGIN}types:\n  rg_request:\n    fields:\n      @", "route"),
        (f"{ADMIT}    params:\n      request: {{in: array, ended_by: {{@", "route"),
        (f"{BEGIN}types:\n  rg_kind: {{enum: @", "closed"),
        (f"{BEGIN}handles:\n  @", "rg_guard"),
        (f"{BEGIN}handles:\n  rg_guard:\n    create: @", "rg_new"),
        (f"{BEGIN}handles:\n  rg_guard: {{create: rg_new, destroy: @", "rg_admit"),
        (f"{BEGIN}builds: [@", "release"),
        (f"{BEGIN}handles: {{rg_guard: {{create: rg_new}}}}\nlaws:\n  l:\n    given: {{g: @", "bytes"),
    ],
)
def test_values(completed, text, expected):
    assert completed(text).labels[0] == expected


def test_a_status_may_be_what_the_call_is_given(completed):
    labels = completed(f"{ADMIT}    returns: {{status: {{ok: [@").labels

    assert "guard" in labels
    assert "result" not in labels


def test_a_value_in_its_own_line_and_beside_its_key(completed):
    below = completed(f"{ADMIT}    params:\n      request:\n        @")
    assert below.inserted("in") == "in: $0"
    beside = completed(f"{ADMIT}    params:\n      request: @")
    assert beside.inserted("{in: bytes, length: n}") == "{in: bytes, length: ${1:n}}"


def test_a_key_that_has_its_colon_gets_no_other(completed):
    assert completed(f"{ADMIT}    ens@:\n      - result\n").inserted("ensures") == "ensures"


ENSURES = f"{ADMIT}    ensures:\n      - "


def test_names_of_an_expression(completed):
    found = completed(f"{ENSURES}@")
    assert found.labels[:4] == ["guard", "request", "reason", "result"]
    assert {"errno", "RG_LIMIT", "RG_QUOTE", "implies", "len", "and"} <= set(found.labels)
    assert found.proposals["RG_LIMIT"].detail == "= 4096"
    assert found.inserted("implies") == "implies($1)"


def test_what_is_not_there_before_the_call(completed):
    assert not {"result", "errno"} & set(completed(f"{ADMIT}    requires: [@").labels)


@pytest.mark.parametrize(
    "expression",
    [
        "request.@",
        "len(request.@",
        "implies(result, old(request).@",
        "result == (request.@ in [1])",
        '"request.@"',
    ],
)
def test_fields_behind_a_dot(completed, expression):
    assert completed(f"{ENSURES}{expression}").labels == ["route", "route_len", "kind"]


def test_enumerators_first_where_one_is_compared(completed):
    assert completed(f"{ENSURES}request.kind == @").labels[:3] == ["RG_NONE", "RG_QUOTE", "RG_BOOK"]
    assert completed(f"{ENSURES}implies(result, reason in [RG_NONE, @").labels[:3] == [
        "RG_NONE",
        "RG_QUOTE",
        "RG_BOOK",
    ]


def test_nothing_inside_a_text_or_comment(completed):
    assert completed(f'{ENSURES}request.route == b"/qu@').labels == []
    assert completed(f"{ENSURES}result  # and req@").labels == []


def test_a_callbacks_own_parameters(completed):
    text = f"{BEGIN}functions:\n  rg_visit:\n    params:\n      each:\n        callback:\n          "
    assert completed(f"{text}params: {{@").labels == ["seen", "data"]
    assert completed(f"{text}ensures: [seen.@").labels == ["route", "route_len", "kind"]


def test_steps_of_a_law(completed):
    law = f"{BEGIN}laws:\n  l:\n    given: {{g: rg_guard, r: rg_request}}\n    steps:\n      - a = rg_admit(g, r)\n"
    assert completed(f"{law}      - b = @").inserted("rg_first") == "rg_first(${1:guard})"
    assert completed(f"{law}      - b = rg_admit(@").labels[:3] == ["g", "r", "a"]
    assert completed(f"{law}    ensures:\n      - a.@").labels[0] == "result"
    assert completed(f"{law}    ensures: [a.request.@").labels == ["route", "route_len", "kind"]


def test_invariants_name_fields(completed):
    assert completed(f"{BEGIN}types:\n  rg_request:\n    invariants: [@").labels[0] == "route"


def test_elements_of_a_comprehension(completed):
    assert completed(f"{ENSURES}all(x.@ for x in request)").labels == ["route", "route_len", "kind"]


def test_without_a_header_the_language_is_still_there():
    text = f"{ADMIT}    "
    assert "ensures" in [each.label for each in complete(text, len(text), Knowledge(), None).proposals]


def test_paths(completed, tmp_path):
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "api.h").touch()
    (tmp_path / "notes.txt").touch()
    begin = "abidance: 1\nheader: "
    assert sorted(completed(f"{begin}@", folder=tmp_path).labels) == ["include/", "notes.txt"]
    assert completed(f"{begin}include/a@", folder=tmp_path).labels == ["api.h"]
    assert completed(f"{begin}nowhere/@", folder=tmp_path).labels == []


def test_documents_that_would_take_long(completed):
    nested = "".join(f"{'  ' * depth}a{depth}:\n" for depth in range(400))
    assert completed(f"{nested}@").labels
    assert completed("x: " + "[{" * 20_000 + "@").labels == []
    assert completed(f"{BEGIN}#{'x' * MAX_EXCERPT}\n@").labels == []
    assert completed(f"{BEGIN}functions:\n#{'x' * MAX_TEXT}\n@").labels == []


def test_a_long_document_is_completed_as_a_short_one(completed):
    others = "".join(f"  other_{number}:\n    params: {{x: {{in: bytes}}}}\n\n" for number in range(1000))
    for begin, end in ((others, ""), ("", others), (others, others.replace("other", "more"))):
        head = f"{BEGIN}types:\n{others}\nfunctions:\n{begin}"
        found = completed(f"{head}  rg_admit:\n    ensures:\n      - request.rou@\n{end}")
        assert (found.labels, found.replaced) == (["route", "route_len", "kind"], "rou")
        found = completed(f"{head}  rg_new: {{}}\n  @\n{end}")
        assert found.labels == ["rg_admit", "rg_visit", "rg_first", "rg_free"]
