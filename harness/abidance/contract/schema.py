"""The JSON Schema (draft 7) of contracts, from the tables that the loader reads by.

Editors complete and check contracts with it: `markdownDescription`, `examples` and `defaultSnippets` are for them.
What only the header can tell is not in it.
"""

from __future__ import annotations

import json
from pathlib import Path

from abidance.contract.language.clauses import Clauses, Schema, meaning, table
from abidance.contract.model.contract import Contract

FILE = Path(__file__).with_suffix(".json")


def build_schema() -> Schema:
    """Return the schema as data."""
    definitions: dict[str, Schema] = {}

    def define(record: type[Clauses]) -> Schema:
        name = record.__name__
        if name not in definitions:
            definitions[name] = {}  # holds the place, in the order of first use
            definitions[name].update(_mapping(record))
        return {"$ref": f"#/definitions/{name}"}

    def _mapping(record: type[Clauses]) -> Schema:
        clauses = table(record).values()
        mapping: Schema = {**_described(record.title, record.title), "type": ["object", "null"]}
        if record.snippets:
            mapping["defaultSnippets"] = [
                {"label": each.label, "body": each.body} for each in record.snippets
            ]
        properties = {}
        for clause in clauses:
            described = clause.kind.schema(define)
            if clause.rest:
                mapping["additionalProperties"] = described["additionalProperties"]
                continue
            # Draft 7 ignores what stands beside a reference.
            described = {"allOf": [described]} if "$ref" in described else described
            text = meaning(clause)
            properties[clause.key] = {**_described(text.partition("\n")[0], text), **described}
        mapping["properties"] = properties
        mapping.setdefault("additionalProperties", False)
        required = [clause.key for clause in clauses if clause.required]
        if required:
            mapping |= {"type": "object", "required": required}
        rules = [rule for each in record.rules for rule in each.schemas()]
        return {**mapping, "allOf": rules} if rules else mapping

    whole = _mapping(Contract)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "abidance contract",
        **whole,
        "definitions": definitions,
    }


def _described(text: str, markdown: str) -> Schema:
    """Return a description, and the one that editors show in its place: they take the first for plain text."""
    return {"description": text.replace("`", ""), "markdownDescription": markdown}


def schema_text() -> str:
    """Return the schema as the text of the committed file."""
    return json.dumps(build_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(schema_text(), encoding="utf-8")
