"""A contract out of several files: what it builds on, what it shares, and where everything stands."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit

HEADER = """
typedef enum kind { NONE, SOME } kind;
typedef struct item { kind kind; int count; } item;
int first(const item *one, int level);
int second(int level);
int other(int level);
"""
BASE = """\
abidance: 1
boundary: base
header: api/b.h
prefix: fi
defines: {ONE: 1, TWO: 2}
libraries:
  c: {cmake: native, target: b}
  shipped: {path: lib/libb.so}
builds: [release, debug]
types:
  item: {fields: {count: {range: [0, 9]}, kind: {one_of: [SOME]}}, invariants: [count >= 0]}
functions:
  first:
    params: {one: {in: item}, level: {range: [0, 3]}}
    returns: {range: [0, 9]}
    ensures: [result >= level]
  second:
    params: {level: {range: [0, 1]}}
"""
DERIVED = """\
abidance: 1
boundary: derived
extends: ../base.contract.yaml
defines: {TWO: 22}
libraries:
  shipped: {path: here.so}
types:
  item: {fields: {count: {range: [1, 5]}}}
functions:
  first:
    params: {level: {one_of: [7]}}
    ensures: [result == 7]
  other:
"""
SHARED = """\
types:
  kind: {enum: closed}
  nowhere: {fields: {x: {range: [0, 1]}}}
handles:
  absent: {create: absent_new}
"""


@pytest.fixture
def project(tmp_path):
    def write(**files):
        for name, text in {"base": BASE, "sub/derived": DERIVED, "types": SHARED, **files}.items():
            file = tmp_path / f"{name}.contract.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        (tmp_path / "api").mkdir(exist_ok=True)
        (tmp_path / "api/b.h").write_text(HEADER)
        return tmp_path

    return write


def refused(path):
    with pytest.raises(UsageError) as caught:
        load_contract(path)
    return caught.value.diagnostics


def test_clauses_take_the_place_of_those_that_they_build_on(project):
    folder = project()
    contract = load_contract(folder / "sub/derived.contract.yaml")
    first = contract.functions["first"]

    assert str(contract.boundary) == "derived"
    assert contract.prefix == "fi"
    assert {str(name): text for name, text in contract.defines.items()} == {"ONE": "1", "TWO": "22"}
    assert [*contract.functions] == ["first", "second", "other"]
    assert first.params["one"].points_at.text == "item"
    assert first.params["level"].range is None
    assert [each.text for each in first.params["level"].one_of] == ["7"]
    assert [each.text for each in first.ensures] == ["result == 7"]
    assert first.returns.range[1].text == "9"
    assert [each.text for each in contract.types["item"].fields["count"].range] == ["1", "5"]
    assert contract.types["item"].fields["kind"].one_of[0].text == "SOME"
    assert contract.types["item"].invariants[0].text == "count >= 0"


def test_what_a_contract_does_without_it_may_describe_anew(project):
    text = DERIVED.replace("extends:", "without: [first, item]\nextends:")
    folder = project(**{"sub/derived": text})
    contract = load_contract(folder / "sub/derived.contract.yaml")

    assert [*contract.functions] == ["second", "first", "other"]
    assert [*contract.functions["first"].params] == ["level"]
    assert [*contract.types["item"].fields] == ["count"]
    assert contract.types["item"].invariants == ()


def test_what_a_contract_does_without_is_not_passed_on(project):
    middle = "abidance: 1\nboundary: middle\nextends: base.contract.yaml\nwithout: [second]\n"
    last = "abidance: 1\nboundary: last\nextends: middle.contract.yaml\nfunctions: {second: }\n"
    folder = project(middle=middle, last=last)

    assert [*load_contract(folder / "middle.contract.yaml").functions] == ["first"]
    contract = load_contract(folder / "last.contract.yaml")
    assert [*contract.functions] == ["first", "second"]
    assert contract.without == ()
    assert contract.functions["second"].params == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "extends: base.contract.yaml\nwithout: [fist]",
            "`base.contract.yaml` has no type, handle, function or law `fist`",
        ),
        (
            "header: api/b.h\nwithout: [first]\nfunctions: {first: }",
            "`without` has no meaning without `extends` in the contract",
        ),
    ],
)
def test_what_is_not_there_is_not_left_out(text, message, project):
    folder = project(other=f"abidance: 1\nboundary: other\n{text}\n")

    (problem,) = refused(folder / "other.contract.yaml")
    assert problem.message == message


def test_paths_and_places_are_those_of_the_file_that_has_them(project):
    folder = project()
    contract = load_contract(folder / "sub/derived.contract.yaml")

    assert contract.path == folder / "sub/derived.contract.yaml"
    assert contract.header == folder / "api/b.h"
    assert contract.libraries["c"].cmake.source == folder / "native"
    assert contract.libraries["shipped"].path == folder / "sub/here.so"
    assert contract.functions["second"].span.path == folder / "base.contract.yaml"
    assert contract.functions["first"].ensures[0].span.path == folder / "sub/derived.contract.yaml"
    assert contract.functions["first"].params["one"].span.line == 14


def test_a_base_may_lack_what_the_others_say(project):
    base = BASE.replace("boundary: base\n", "").replace("header: api/b.h\n", "")
    derived = DERIVED.replace("../base", "../half") + "header: ../api/b.h\n"
    folder = project(half=base, **{"sub/derived": derived})

    assert load_contract(folder / "sub/derived.contract.yaml").header == folder / "api/b.h"
    assert "needs `boundary`" in refused(folder / "half.contract.yaml")[0].message


def test_a_mistake_stands_in_the_file_that_has_it(project):
    folder = project(base=BASE.replace("builds:", "bilds:"))

    (problem,) = refused(folder / "sub/derived.contract.yaml")

    assert problem.message == "unknown key `bilds` in the contract"
    assert (problem.span.path, problem.span.line) == (folder / "base.contract.yaml", 9)


@pytest.mark.native
def test_types_are_shared_so_far_as_the_header_has_them(project):
    folder = project(user=BASE + "include: [types.contract.yaml]\n")
    contract = load_contract(folder / "user.contract.yaml")
    boundary = join(contract)

    assert [*contract.types] == ["kind", "nowhere", "item"]
    assert [*boundary.contract.types] == ["kind", "item"]
    assert boundary.handles == {}
    assert boundary.functions["first"].members[0].shape.element.members[0].shape.closed


@pytest.mark.native
def test_a_type_of_its_own_that_the_header_has_not_is_a_mistake_all_the_same(project):
    folder = project(user=BASE.replace("  item:", "  itam:"))

    with pytest.raises(UsageError):
        join(load_contract(folder / "user.contract.yaml"))


def test_what_two_files_include_alike_is_no_conflict(project):
    one = "types: {item: {fields: {count: {range: [0, 1]}}}}\ninclude: [types.contract.yaml]\n"
    user = "abidance: 1\nboundary: u\nheader: api/b.h\nfunctions: {}\n"
    user += "include: [one.contract.yaml, types.contract.yaml]\n"
    folder = project(one=one, user=user)

    assert {*load_contract(folder / "user.contract.yaml").types} == {"item", "kind", "nowhere"}


def test_one_description_in_each_of_two_files_is_a_conflict(project):
    folder = project(
        user=BASE + "include: [more.contract.yaml]\n", more="types:\n  item: {summary: An item.}\n"
    )

    (problem,) = refused(folder / "user.contract.yaml")

    assert problem.message == "`item` is described in two files, and neither extends the other"
    assert [label.span.path.name for label in problem.labels] == ["user.contract.yaml", "more.contract.yaml"]


@pytest.mark.parametrize(
    ("clause", "words"),
    [
        ("extends: nowhere.contract.yaml", "nowhere.contract.yaml` does not exist"),
        ("include: [api]", "api` is a folder, not a contract"),
        ("include: [text.contract.yaml]", "a contract is a mapping of clauses, not `text`"),
        ("include: [odd.contract.yaml]", "unknown key `tipes` in the contract"),
        (
            "extends: user.contract.yaml",
            "these contracts extend each other: `user.contract.yaml` -> `user.contract",
        ),
        (
            "extends: round.contract.yaml",
            "these contracts extend each other: `user.contract.yaml` -> `round.contract",
        ),
    ],
)
def test_files_that_cannot_be_combined_are_one_mistake(clause, words, project):
    folder = project(
        user=f"{BASE}{clause}\n",
        text="text\n",
        odd="tipes: {}\n",
        round="include: [user.contract.yaml]\n",
    )

    (problem,) = refused(folder / "user.contract.yaml")

    assert words in problem.message
    assert problem.labels


@pytest.mark.native
def test_patterns_say_what_belongs_to_the_boundary(project):
    select = "select: {functions: [fi*, s?cond], types: [it*]}"
    folder = project(user=BASE.replace("prefix: fi", select))
    boundary = join(load_contract(folder / "user.contract.yaml"), whole=True)
    contract = boundary.contract

    assert [contract.owns(name) for name in ("first", "second", "other")] == [True, True, False]
    assert [contract.owns_type(name) for name in ("item", "kind")] == [True, False]
    assert [boundary.belongs(name) for name in ("FIRST_ONE", "ITEM_NONE", "NONE")] == [True, True, False]
