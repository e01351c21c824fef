from __future__ import annotations

import textwrap

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import Case
from abidance.boundary.resolve.join import join
from abidance.checks import all_checks
from abidance.checks.evidence.case_result import CaseResult
from abidance.checks.evidence.case_run import CaseRun
from abidance.checks.evidence.expectation import Expectation
from abidance.contract.load import load_contract
from abidance.generate.complete import complete
from abidance.plan.observation import Observation, Returned

PREAMBLE = "#pragma once\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n"


@pytest.fixture
def judged(tmp_path):
    """Return the findings for a call of `f` that left certain bytes behind, which nothing really ran.

    `left` gives the bytes of the blocks that the library may write, by parameter; others are left as they were.
    """

    def judge(declarations, promise, *, result=b"", left=None, given=None, types="", rejects=None):
        (tmp_path / "subject.h").write_text(PREAMBLE + textwrap.dedent(declarations))
        head = "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: none.so}}\n"
        body = textwrap.indent(textwrap.dedent(promise), "    ")
        file = tmp_path / "subject.contract.yaml"
        file.write_text(f"{head}{textwrap.dedent(types)}\nfunctions:\n  f:\n{body}")
        boundary = join(load_contract(file))
        function = boundary.functions["f"]
        if rejects is None:
            case = complete(boundary, function, given or {})
            expectation = Expectation()
        else:
            case = Case("f", {**complete(boundary, function, {}).arguments, **(given or {})})
            expectation = Expectation(rejects, function.span, "`a: bad`")
        encoded = encode(boundary, case)
        call, placed = encoded.plan.calls[0], encoded.calls[0]
        paths = {block: path for path, block in placed.places.items()}
        blocks = []
        for index in call.watched:
            block = encoded.plan.blocks[index]
            was = block.contents + bytes([encoded.plan.fill]) * (block.size - len(block.contents))
            now = (left or {}).get(paths[index], was)
            blocks.append(now + was[len(now) :])
        returned = Returned(True, result, 0, 0, tuple(blocks))
        run = CaseRun(boundary, encoded, Observation((returned,)))
        trial = CaseResult(run, "properties", expectation)
        found, errors = [], []
        for check in all_checks():
            try:
                found += check.judge(trial)
            except Exception as error:  # noqa: BLE001 - what it is, the test says
                errors.append(error)
        return found, errors

    return judge
