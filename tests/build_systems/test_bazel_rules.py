"""The Bazel rules, where Bazel is. It is in no registry that the tests install from, but for versions of 2020."""

from __future__ import annotations

import os
import shutil

import pytest

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(
        not shutil.which("bazel"), reason="Bazel is not installed (`bazel` is not in the PATH)"
    ),
]

BUILD = """\
load("@abidance//:defs.bzl", "abidance_contract_test", "abidance_contract_tests")

cc_library(name = "pack", srcs = ["src/pack.c"], hdrs = glob(["include/*.h"]), includes = ["include"])

abidance_contract_test(
    name = "contract",
    contract = "contracts/pack.contract.yaml",
    hdrs = glob(["include/*.h"]),
    library = ":pack",
    shard_count = 2,
)

abidance_contract_tests(
    name = "functions",
    contract = "contracts/pack.contract.yaml",
    functions = ["pack_checksum", "pack_limit", "packing"],
    hdrs = glob(["include/*.h"]),
    library = ":pack",
)
"""


@pytest.fixture
def workspace(project, tmp_path):
    project.write("include/pack_config.h", "")
    project.write("BUILD.bazel", BUILD)
    rules = project.run(project.abidance, "--bazel-dir").strip()
    project.write(
        "WORKSPACE", f'workspace(name = "pack")\nlocal_repository(name = "abidance", path = "{rules}")\n'
    )
    words = ("bazel", f"--output_user_root={tmp_path}/bazel", *os.environ.get("BAZEL_STARTUP", "").split())

    def bazel(*more, **expected):
        return project.run(
            *words,
            "test",
            f"--test_env=ABIDANCE={project.abidance}",
            "--test_env=ABIDANCE_EXPLORE=0",
            "--test_output=errors",
            *os.environ.get("BAZEL_OPTIONS", "").split(),
            *more,
            **expected,
        )

    yield project, bazel
    project.run(*words, "shutdown")


def test_contracts_are_tests(workspace):
    project, bazel = workspace
    said = bazel("//...")
    for name in ("contract", "functions.pack_checksum", "functions.pack_limit", "functions.packing"):
        assert f"//:{name} " in said
    assert 'name="pack_limit::properties[' in "".join(
        each.read_text() for each in project.folder.glob("bazel-testlogs/contract/*/test.xml")
    )
    source = project.folder / "src" / "pack.c"
    source.write_text(source.read_text().replace("LIMIT 255", "LIMIT 7"))
    assert "postcondition-broken" in bazel("//:functions.pack_limit", status=3)
    bazel("//:functions.pack_checksum")
    build = project.folder / "BUILD.bazel"
    build.write_text(build.read_text().replace('"pack_limit", ', ""))
    assert "are not those of the BUILD file" in bazel("//:functions.functions", status=3)
