"""The Bazel rules, where Bazel is. `npm install @bazel/bazel` has 2.1, of which `bin/bazel` must be made executable."""

from __future__ import annotations

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

cc_library(
    name = "pack",
    srcs = ["src/pack.c"],
    hdrs = glob(["include/*.h"]),
    includes = ["include"],
    linkstatic = True,
)

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

# Bazel 2 fetches rules from GitHub that C needs nothing of. These stand in for them where there is no network.
OLD_RULES = {
    "rules_cc/WORKSPACE": "",
    "rules_cc/cc/BUILD": 'toolchain_type(name = "toolchain_type", visibility = ["//visibility:public"])\n',
    "rules_cc/cc/defs.bzl": "".join(
        f"{name} = native.{name}\n"
        for name in ("cc_library", "cc_binary", "cc_toolchain", "cc_toolchain_suite")
    ),
    "rules_java/WORKSPACE": "",
    "rules_java/java/BUILD": "",
    "rules_java/java/defs.bzl": "".join(
        f"java_{name} = native.java_{name}\n"
        for name in ("binary", "import", "library", "toolchain", "runtime")
    ),
    "remote_coverage_tools/WORKSPACE": "",
    "remote_coverage_tools/BUILD": "".join(
        f'filegroup(name = "{name}", srcs = ["BUILD"], visibility = ["//visibility:public"])\n'
        for name in ("coverage_report_generator", "lcov_merger")
    ),
}


def old_rules(folder):
    for name, text in OLD_RULES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return [f"--override_repository={each.name}={each}" for each in folder.iterdir()]


@pytest.fixture
def workspace(project, tmp_path):
    project.write("include/pack_config.h", "")
    project.write("BUILD.bazel", BUILD)
    rules = project.run(project.abidance, "--bazel-dir").strip()
    project.write(
        "WORKSPACE", f'workspace(name = "pack")\nlocal_repository(name = "abidance", path = "{rules}")\n'
    )
    words = ("bazel", f"--output_user_root={tmp_path}/bazel")
    old = " 2." in project.run(*words, "version", "--gnu_format")
    options = old_rules(tmp_path / "old") if old else ()

    def bazel(*more, **expected):
        return project.run(
            *words,
            "test",
            f"--test_env=ABIDANCE={project.abidance}",
            "--test_env=ABIDANCE_EXPLORE=0",
            "--test_output=errors",
            *options,
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
