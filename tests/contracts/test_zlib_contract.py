"""The system's zlib keeps its contract; one that writes a byte too many does not."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from abidance.cli.main import main
from tiers import full

CONTRACT = Path(__file__).resolve().parents[2] / "contracts/zlib.contract.yaml"

WRAPPER = """\
#define ZLIB_CONST 1
#include <dlfcn.h>
#include <zlib.h>

/* The system's uncompress with TROUBLE after a success. */
int uncompress(Bytef *dest, uLongf *destLen, const Bytef *source, uLong sourceLen)
{
    int (*real)(Bytef *, uLongf *, const Bytef *, uLong);
    *(void **)&real = dlsym(dlopen("libz.so.1", RTLD_NOW), "uncompress");
    int status = real(dest, destLen, source, sourceLen);
    if (status == Z_OK) {
        TROUBLE;
    }
    return status;
}
"""


def held(folder, *options):
    """Run the contract; return the exit status and the JSON document."""
    report = folder / "report.json"
    status = main(["run", str(CONTRACT), "--format", "json", "--output", str(report), *options])
    return status, json.loads(report.read_text())


@pytest.fixture
def wrapped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def build(trouble):
        (tmp_path / "wrapped.c").write_text(WRAPPER.replace("TROUBLE", trouble))
        command = ["cc", "-shared", "-fPIC", "-g", "-o", "libwrapped.so", "wrapped.c", "-ldl"]
        subprocess.run(command, check=True)
        return held(tmp_path, "--library", "wrapped=libwrapped.so", "--function", "uncompress")

    return build


@pytest.mark.slow
@pytest.mark.parametrize(
    "options", [("--function", "uncompress*", "--max-examples", "25"), full(())], ids=["uncompress", "whole"]
)
def test_the_systems_zlib_passes(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, report = held(tmp_path, *options)

    assert status == 0
    assert {item["outcome"] for item in report["items"]} == {"passed"}
    assert sum(item["cases"] for item in report["items"]) > 1000


@pytest.mark.slow
def test_a_byte_too_many_is_found(wrapped):
    status, report = wrapped("dest[*destLen] = 0")

    assert status == 1
    assert {finding["code"] for finding in report["findings"]} == {"ABD311"}
    assert "`dest`" in report["findings"][0]["message"]


@pytest.mark.slow
def test_the_last_byte_may_be_written(wrapped):
    status, report = wrapped("if (*destLen) dest[*destLen - 1] = dest[*destLen - 1]")

    assert (status, report["findings"]) == (0, [])


@pytest.mark.full
def test_a_wrong_length_is_found(wrapped):
    status, report = wrapped("*destLen += 1")

    assert status == 1
    assert report["findings"]
