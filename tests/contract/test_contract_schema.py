"""The JSON Schema says what the loader reads: both come from one table."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from test_contract_mistakes import OF_CONTRACTS, OF_FUNCTIONS

from abidance.contract.language.clauses import table
from abidance.contract.load import load_text
from abidance.contract.model import Contract
from abidance.contract.schema import FILE, build_schema, schema_text
from abidance.contract.source.compose import compose
from abidance.contract.source.nodes import ListNode, MappingNode
from abidance.core.errors import UsageError
from abidance.editor.snippets import flow
from abidance.editor.snippets import plain as plain_snippet

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
HEAD = "abidance: 1\nboundary: b\nheader: b.h\n"
REAL = [
    Path(__file__).parent / "whole_language.yaml",
    *sorted(ROOT.glob("contracts/*.contract.yaml")),
    *sorted(ROOT.glob("examples/*/*.contract.yaml")),
]
VALIDATOR = jsonschema.Draft7Validator(build_schema())


def plain(node):
    """Return what an editor's YAML parser hands to the schema."""
    match node:
        case MappingNode():
            return {key.text: plain(value) for key, value in node.entries}
        case ListNode():
            return [plain(item) for item in node.items]
    return node.value


def test_the_committed_schema_is_what_the_tables_say():
    assert FILE.read_text(encoding="utf-8") == schema_text(), "run `python -m abidance.contract.schema`"


def test_it_is_a_draft_7_schema():
    jsonschema.Draft7Validator.check_schema(json.loads(FILE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", REAL, ids=[path.stem for path in REAL])
def test_real_contracts_are_valid(path):
    text = path.read_text(encoding="utf-8")

    assert list(VALIDATOR.iter_errors(plain(compose(text, path)))) == []
    load_text(text, path)


SNIPPETS = [
    (name, snippet["label"], snippet["body"])
    for name, definition in build_schema()["definitions"].items()
    for snippet in definition.get("defaultSnippets", ())
]


def _filled(body):
    """Return a snippet with what its places suggest, as YAML reads it."""
    text = plain_snippet(flow(body))
    return plain(compose(text, Path("snippet.yaml")))


@pytest.mark.parametrize(
    ("name", "label", "body"), SNIPPETS, ids=[f"{name}: {label}" for name, label, _ in SNIPPETS]
)
def test_snippets_are_what_may_be_written(name, label, body):
    only = {"$ref": f"#/definitions/{name}", "definitions": build_schema()["definitions"]}
    assert list(jsonschema.Draft7Validator(only).iter_errors(_filled(body))) == []


def test_everything_is_described_in_markdown_and_in_plain_text():
    described = [schema for schema in _all(build_schema()) if "description" in schema]
    assert len(described) > 200
    for schema in described:
        assert schema["markdownDescription"].replace("`", "").startswith(schema["description"])
        assert "`" not in schema["description"]


def test_values_to_choose_from_are_listed():
    properties = build_schema()["properties"]
    assert "asan+ubsan" in properties["builds"]["items"]["examples"]
    places = build_schema()["definitions"]["Param"]["properties"]
    assert places["in"]["examples"] == ["bytes", "array", "string"]
    assert places["lifetime"]["anyOf"][0]["examples"] == ["call", "static"]


def _all(schema):
    """Yield a schema and all that are in it."""
    if isinstance(schema, dict):
        yield schema
        for key, each in schema.items():
            yield from _all(each) if key != "defaultSnippets" else ()
    elif isinstance(schema, list):
        for each in schema:
            yield from _all(each)


# What only values, other clauses or the rest of the contract tell; the loader does.
BEYOND_A_SCHEMA = (
    "range is empty", "count is empty", "division by zero", "does not parse", "unknown function", "before the call",
    "not part of",
    "no meaning here", "is not in", "must be a number, not", "power of two", "zero, not `-1`",
    "an encoding such as", "`like` matches", "`like` cannot be", "`like` is no",
    "exclude each other | = ", "as in expressions", "says a thing twice", "needs `create`", "2027-02-30",
    "`nullable` must be", "is no parameter",
)  # fmt: skip


@pytest.mark.parametrize(("clauses", "message"), [*OF_FUNCTIONS, *OF_CONTRACTS])
def test_editors_see_the_mistakes_that_a_schema_can_tell(clauses, message):
    text = f"functions:\n  f:\n    {clauses}\n" if (clauses, message) in OF_FUNCTIONS else f"{clauses}\n"
    if clauses.startswith("{") or "\n" in clauses or any(part in message for part in BEYOND_A_SCHEMA):
        return
    text += "" if "functions:" in text else "functions: {}\n"
    try:
        node = compose(HEAD + text, Path("c.yaml"))
    except UsageError:
        return

    assert list(VALIDATOR.iter_errors(plain(node)))


def records(record, seen):
    """Collect every table that can be reached from one."""
    if record in seen:
        return seen
    seen.add(record)
    for clause in table(record).values():
        waiting = [clause.kind]
        while waiting:
            part = waiting.pop()
            waiting += [
                inner for name in ("value", "item") if (inner := getattr(part, name, None)) is not None
            ]
            inner = getattr(part, "record", None)
            if inner is not None:
                records(inner, seen)
    return seen


def test_every_clause_is_described():
    found = records(Contract, set())

    assert {record.__name__ for record in found} == {"Contract", *build_schema()["definitions"]}
    for record in found:
        assert record.title.endswith("."), record
        for clause in table(record).values():
            assert clause.doc.endswith("."), clause
            assert clause.kind.words, clause
            assert len(clause.doc) <= 150, clause


def test_a_clause_that_is_not_judged_says_so():
    schema = build_schema()
    of_functions = schema["definitions"]["FunctionPromise"]["properties"]

    assert of_functions["effects"]["description"].endswith("Not judged by this version: async_signal_safe.")
    assert "not judged" not in schema["properties"]["functions"]["description"]
