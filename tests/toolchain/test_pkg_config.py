"""What `.pc` files say: include directories with variables put in, those of what is required, and libraries."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.toolchain.pkg_config import Packages

pytestmark = pytest.mark.unit


@pytest.fixture
def packages(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "text/core").mkdir()
    (tmp_path / "text/core/text.h").write_text("")
    (tmp_path / "core.pc").write_text(
        f"prefix={tmp_path}\nincludedir=${{prefix}}/text\n\nName: core # the core\nLibs: -L${{prefix}} -lcore -lm\n"
        "Cflags: -I${includedir}/core -DCORE=1 \\\n -I/usr/include\nRequires: base >= 2.0, absent\n"
    )
    (tmp_path / "base.pc").write_text("Cflags: -I${pcfiledir}/base/../base\nRequires: core\n")
    (tmp_path / "odd.pc").write_text("Cflags: -I'unended\n=\nnonsense\nLibs: ${${self}}")
    (tmp_path / "libtall.pc").write_text("self=${self}\nLibs: -l${self}tall\n")
    return Packages([tmp_path, tmp_path / "none"])


def test_a_header_is_found_with_all_that_its_package_requires(packages, tmp_path):
    package, path = packages.having("text.h")

    assert (package.name, path) == ("core", tmp_path / "text/core/text.h")
    assert package.libraries == ("core", "m")
    assert packages.include_dirs(package) == (tmp_path / "text/core", tmp_path / "base")
    assert packages.having("none.h") is None


def test_the_package_around_a_header_is_that_of_the_nearest_folder(packages, tmp_path):
    assert packages.around(tmp_path / "text/core/more/deep.h").name == "core"
    assert packages.around(Path("/usr/include/stdio.h")) is None


def test_a_package_has_its_name_with_or_without_lib(packages):
    assert packages.named("tall").name == "libtall"
    assert packages.named("core").name == "core"
    assert packages.named("short") is None
