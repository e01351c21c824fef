"""A real server on its pipes: what it says of documents that nobody saved, and how it lives through trouble."""

from __future__ import annotations

import asyncio
import time

import pytest
from language_client import LanguageClient

from abidance.editor.analyst import Analyst, AnalystQuestion, Unanswered

HEADER = """\
#include <stddef.h>
typedef enum { TAG_NONE, TAG_SOME } tag;
int sum_all(const int *values, size_t n);
tag tag_of(const char *name);
"""
CONTRACT = """\
abidance: 1
boundary: b
header: api.h
functions:
  sum_all:
    summary: "größer 🎉"
    params: {values: {in: array, length: n}, n: {range: [0, 9]}}
    ensures: [n > 0 or result == 0]
  tag_of:
    params: {name: {in: string, max: 9}}
    ensures: [result != TAG_NONE]
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("editor")
    (folder / "api.h").write_text(HEADER)
    (folder / "c.contract.yaml").write_text(CONTRACT)
    return folder


@pytest.fixture(scope="module")
def client(project):
    made = LanguageClient(project)
    yield made
    assert made.close() == 0


@pytest.fixture(scope="module")
def contract(project, client):
    path = project / "c.contract.yaml"
    client.write(path, CONTRACT)
    assert client.problems(path) == []
    return path


def _named(found):
    return [each["label"] for each in sorted(found["items"], key=lambda each: each["sortText"])]


@pytest.mark.slow
def test_a_typing_mistake_is_seen_and_mended(client, contract):
    client.write(contract, CONTRACT.replace("[result != ", "[name == '🎉' or resul != "))
    (problem,) = client.problems(contract)
    assert problem["message"] == "unknown name `resul`: did you mean `result`?"
    assert problem["code"] == "ABD104"
    line = CONTRACT[: CONTRACT.index("result != TAG_NONE")].count("\n")
    start = len("    ensures: [name == '🎉' or ".encode("utf-16-le")) // 2
    assert problem["range"]["start"] == {"line": line, "character": start}
    place = {
        "textDocument": {"uri": contract.as_uri()},
        "range": problem["range"],
        "context": {"diagnostics": []},
    }
    mend = client.ask("textDocument/codeAction", place)[0]
    assert mend["title"] == "Change `resul` to `result`"
    (edit,) = mend["edit"]["changes"][contract.as_uri()]
    assert (edit["range"]["start"], edit["newText"]) == (problem["range"]["start"], "result")
    shown = client.at("hover", contract, line, start + 1)["contents"]["value"]
    assert "abidance explain ABD104" in shown


@pytest.mark.slow
def test_text_that_is_no_yaml_is_told_and_completed(client, contract):
    wrong = CONTRACT.replace("result == 0", "resul == 0")
    client.write(contract, wrong)
    (before,) = client.problems(contract)
    broken = wrong.replace("functions:", "functions:\n  other: [")
    client.write(contract, broken)
    found = {each["code"]: each["range"]["start"]["line"] for each in client.problems(contract)}
    assert found.keys() == {"ABD101", "ABD104"}
    assert (
        found["ABD104"] == before["range"]["start"]["line"] + 1
    )  # it is still there, and has moved with its line
    line = broken[: broken.index("result != TAG_NONE")].count("\n")
    started = time.monotonic()
    proposed = client.at("completion", contract, line, len("    ensures: [result != "))
    assert _named(proposed)[:2] == ["TAG_NONE", "TAG_SOME"]
    assert time.monotonic() - started < 5  # a tenth of a second where nothing else runs


@pytest.mark.slow
def test_a_declaration_is_found(client, contract):
    client.write(contract, CONTRACT)
    assert client.problems(contract) == []
    found = client.at("definition", contract, 4, 4)
    assert (found["uri"], found["range"]["start"]) == (
        (contract.parent / "api.h").as_uri(),
        {"line": 2, "character": 4},
    )
    listed = client.ask("textDocument/documentSymbol", {"textDocument": {"uri": contract.as_uri()}})
    assert [each["name"] for each in listed[3]["children"]] == ["sum_all", "tag_of"]


@pytest.mark.slow
def test_a_header_that_changes_on_the_disk_and_goes(client, contract):
    client.write(contract, CONTRACT)
    assert client.problems(contract) == []
    header = contract.parent / "api.h"
    header.write_text(HEADER.replace("tag_of", "tag_for"))
    assert "`tag_of` is not in `api.h`" in client.problems(contract)[0]["message"]
    header.unlink()
    (problem,) = client.problems(contract)
    assert (problem["code"], problem["range"]["start"]) == ("ABD201", {"line": 2, "character": 8})
    header.write_text(HEADER)
    assert client.problems(contract) == []


@pytest.mark.slow
def test_open_questions_are_shown(client, contract):
    client.write(
        contract, CONTRACT.replace("  tag_of:", "  tag_of:  # guessed: its name; TODO how long is `name`?")
    )
    (question,) = client.problems(contract)
    assert (question["message"], question["severity"]) == ("open: how long is `name`?", 3)


@pytest.mark.slow
def test_text_that_no_file_could_have(client, contract):
    client.write(contract, CONTRACT + "# \ud800\n")
    (problem,) = client.problems(contract)
    assert "U+D800 is not allowed" in problem["message"]
    client.write(contract, "[" * 50_000)
    assert client.problems(contract)[0]["code"] == "ABD101"


def test_a_contract_that_is_opened_again(client, contract):
    client.shut(contract)
    client.write(contract, CONTRACT)
    assert client.problems(contract) == []
    found = client.at("hover", contract, 4, 4)["contents"]["value"]
    assert "int sum_all(const int *values, size_t n);" in found


@pytest.mark.slow
def test_what_is_no_contract_is_left_alone(client, project, contract):
    other = project / "other.yaml"
    client.write(other, "a: [")
    assert client.at("hover", other, 0, 0) is None
    assert client.at("completion", other, 0, 0) is None
    assert client.at("hover", contract, 999, 999) is None
    assert other.as_uri() not in client.published


@pytest.mark.slow
def test_a_check_that_takes_too_long_is_given_up(tmp_path):
    async def asked():
        analyst = Analyst(seconds=0.05)
        return await analyst.ask(AnalystQuestion("analyse", tmp_path / "c.contract.yaml", {}))

    found = asyncio.run(asked())
    assert isinstance(found, Unanswered)
    assert "took longer than 0.05 seconds" in found.problem.message
