"""Builds a library target of a CMake project, in a tree of its own in the cache.

A static or object library is linked as a shared one, by a target of ours that is added at the project's end.
"""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import abidance
from abidance.core.catalogue import LIBRARY_MISSING, NOT_A_LIBRARY
from abidance.core.nearest import did_you_mean
from abidance.toolchain import cmake_api, cmake_cache, cmake_inputs
from abidance.toolchain.build_errors import build_failed, refuse, tool_missing
from abidance.toolchain.cache import digest
from abidance.toolchain.cache_entries import publish
from abidance.toolchain.cmake_choices import (
    TREE_VARIABLE,
    chosen_variables,
    configuration_texts,
    preset_files,
)
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.coverage_links import coverage_link_flags
from abidance.toolchain.dwarf.sources import source_files
from abidance.toolchain.inputs import ToolInputs, build_by_content, folders_of
from abidance.toolchain.library import BuildResult, LibraryBuilder
from abidance.toolchain.process import english_environment, find_tool, run_tool

if TYPE_CHECKING:
    from abidance.core.errors import CannotJudgeError
    from abidance.toolchain.builds import Build
    from abidance.toolchain.compiler import Compiler
    from abidance.toolchain.library import BuildSettings, LibrarySource
    from abidance.toolchain.process import Finished

PROGRAM_VARIABLE = "ABIDANCE_CMAKE"
"""Names the CMake to use; `abidance_add_contracts` sets it to the one that the project is configured with."""
_CONFIGURED = "abidance-configured"
_SHARED = "abidance-shared"
"""The folder of a tree with a file for each target that is no shared library, and what ours is called by."""
_SHARED_FILE = Path(abidance.__file__).parent / "build_systems" / "cmake" / "AbidanceShared.cmake"
_INCLUDE = "CMAKE_PROJECT_INCLUDE"
# What CMake, pkg-config and the compilers take from their surroundings. Flags and compilers name the tree.
_VARIABLES = (
    "CMAKE_PREFIX_PATH", "CMAKE_TOOLCHAIN_FILE", "CMAKE_INCLUDE_PATH", "CMAKE_LIBRARY_PATH", "CMAKE_PROGRAM_PATH",
    "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX",
    "PKG_CONFIG_PATH", "PKG_CONFIG_LIBDIR", "PKG_CONFIG_SYSROOT_DIR", "ASMFLAGS", "CPPFLAGS",
)  # fmt: skip
_LINKED = frozenset({"STATIC_LIBRARY", "OBJECT_LIBRARY"})
_KINDS = {
    "INTERFACE_LIBRARY": "an interface library",
    "EXECUTABLE": "an executable",
    "UTILITY": "a custom target",
}


def _project(source: LibrarySource) -> Path:
    """Return the project's directory; raises CannotJudgeError when that is none of CMake."""
    project = source.where or Path()
    if not (project / "CMakeLists.txt").is_file():
        raise refuse(
            LIBRARY_MISSING,
            f"`{project}` has no CMakeLists.txt",
            source,
            remedy="name the directory of the project",
        )
    return project


def make(source: LibrarySource, build: Build, settings: BuildSettings) -> BuildResult:
    """Configure once, build the target each time (nothing to do takes milliseconds), return its file."""
    project = _project(source)
    program = cmake_program()
    if program is None:
        raise tool_missing(
            "cmake", source, "`pip install cmake ninja`, or `apt-get install cmake ninja-build`"
        )
    compiler = settings.compiler or find_compiler()
    ninja = ninja_program()
    arguments = _arguments(
        source, build, compiler, ninja, coverage_link_flags(build, compiler, settings.cache)
    )
    environment = english_environment(
        CMAKE_COLOR_DIAGNOSTICS="OFF", ASAN_OPTIONS="detect_leaks=0", **_compilers(compiler)
    )
    if build.coverage == "lines":
        environment["LLVM_PROFILE_FILE"] = os.devnull  # of what runs while it is built
    # All that decides what is in the tree is in its name: the targets of one project share it.
    key = (
        str(project.resolve()),
        build.key,
        compiler.identity,
        str(program),
        *arguments,
        *_given_flags(environment),
        *configuration_texts(source),
    )
    tree = settings.cache.directory("builds", f"{project.name}-{build.key}", *key)
    with settings.cache.lock(tree, settings.seconds * 2):
        work = _Tree(source, build.name, settings.seconds, program, tree, environment, arguments)
        if named := work.other_compiler(compiler):
            # The project, its preset or its toolchain file names another one, which takes other flags.
            return make(source, build, replace(settings, compiler=find_compiler(named)))
        build_by_content(tree, digest(source.target), work)
        target = work.target()
        file = target.library
        if file is None or not file.exists():
            raise work.not_a_library(target)
        place = settings.cache.directory(
            "libraries", f"{source.target}-{build.key}", str(tree), source.target
        )
        return BuildResult(publish(file, place), file, compiler)


@dataclass(frozen=True, slots=True)
class _Tree:
    """One build tree while its lock is held."""

    source: LibrarySource
    name: str
    seconds: float
    program: Path
    tree: Path
    environment: dict[str, str]
    arguments: tuple[str, ...]

    def start_over(self, _notes: frozenset[str]) -> None:
        """Remove all that was built and configured."""
        for each in self.tree.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()

    def build(self) -> bool:
        """Configure where that is due, and bring the target up to date; tell whether there was something to do."""
        before = self._outputs()
        known = self._known()
        # A tree that knows no such library may be older than the project's CMakeLists.txt.
        if not (self.tree / _CONFIGURED).exists() or known is None or known.library is None:
            self.configure()
            self._share()
        self._build()
        if self._share():  # the project's own file says since now that it is a static library
            self._build()
        return self._outputs() != before

    def _build(self) -> None:
        name = self.target().name
        ran = self._run("--build", str(self.tree), "--target", name, "--parallel", str(_jobs()))
        if not ran.ok and self.target().name != name:
            # Generated anew just now, from a project whose target is another kind of library than it was.
            return self._build()
        if not ran.ok:
            raise self._failed(ran)
        return None

    def _share(self) -> bool:
        """Add a shared library for a target that is none; tell whether that was due."""
        own = cmake_api.read_target(self.tree, self.source.target)
        mark = self.tree / _SHARED / self.source.target
        if own is None or own.kind not in _LINKED or (mark.exists() and self._known() is not own):
            return False
        mark.parent.mkdir(exist_ok=True)
        mark.touch()
        self.configure()
        return True

    def _known(self) -> cmake_api.CMakeTarget | None:
        """Return the target, or ours that is linked from it; None when there is none of this name."""
        own = cmake_api.read_target(self.tree, self.source.target)
        if own is None or own.kind not in _LINKED:
            return own
        return cmake_api.read_target(self.tree, f"{self.source.target}-shared-by-abidance") or own

    def other_compiler(self, compiler: Compiler) -> str:
        """Return the C compiler that the configured tree has, where it is not `compiler`; configures at need."""
        if not self.source.options and TREE_VARIABLE not in os.environ:
            return ""
        if not (self.tree / _CONFIGURED).exists():
            self.configure()
        found = cmake_cache.entries(self.tree).get("CMAKE_C_COMPILER")
        ours = shutil.which(compiler.command[0])
        if found is None or ours is None or not Path(found.value).is_file():
            return ""
        return "" if Path(found.value).samefile(ours) else shlex.quote(found.value)

    def sources(self) -> ToolInputs:
        """Return what the target was built from, as the build files, the compiler and its debug information tell.

        A command of the project's own may compile what it does not name.
        """
        project = (self.source.where or Path()).resolve()
        target = self.target()
        files = (
            *cmake_inputs.files(self.tree, target.name, ninja_program()),
            *preset_files(project),
        )
        own = cmake_api.cmake_files(self.tree)
        library = target.library
        compiled = source_files(library)[0] if library else ()
        return ToolInputs(
            (*files, *own, *(path for path in compiled if not path.is_relative_to(self.tree))),
            folders_of((*files, *(folder / "*" for folder in cmake_api.include_folders(self.tree))), project),
            (*_VARIABLES, *cmake_inputs.variables(own)),
        )

    def configure(self) -> None:
        """Generate the build files afresh."""
        shared = self._sharing()
        (self.tree / _CONFIGURED).unlink(missing_ok=True)
        (self.tree / "CMakeCache.txt").unlink(missing_ok=True)
        shutil.rmtree(self.tree / "CMakeFiles", ignore_errors=True)
        cmake_api.ask(self.tree)
        ran = self._run("-S", str(self.source.where), "-B", str(self.tree), *self.arguments, *shared)
        if not ran.ok:
            raise self._failed(ran)
        (self.tree / _CONFIGURED).touch()

    def _sharing(self) -> tuple[str, ...]:
        """Return what adds our shared libraries to the project, after what it includes there itself."""
        folder = self.tree / _SHARED
        if not folder.is_dir():
            return ()
        earlier = cmake_cache.entries(self.tree).get(_INCLUDE)
        own = earlier.value if earlier and earlier.value != str(_SHARED_FILE) else ""
        names = ";".join(sorted(each.name for each in folder.iterdir()))
        return (
            "-DCMAKE_POSITION_INDEPENDENT_CODE=ON",
            f"-D{_INCLUDE}={_SHARED_FILE}",
            f"-DABIDANCE_PROJECT_INCLUDE={own}",
            f"-DABIDANCE_SHARED_TARGETS={names}",
            f"-DABIDANCE_COMMAND={sys.executable};-m;abidance",
        )

    def target(self) -> cmake_api.CMakeTarget:
        """Return the target; raises CannotJudgeError with the nearest name when there is none."""
        target = self._known()
        if target is None:
            known, project = cmake_api.target_names(self.tree), self.source.where or Path()
            some = ", ".join(f"`{name}`" for name in known[:8]) or "none"
            raise refuse(
                LIBRARY_MISSING,
                f"the CMake project `{project.name}` has no target `{self.source.target}`",
                self.source,
                remedy=did_you_mean(self.source.target, known) or f"its targets: {some}",
            )
        if target.library is None and target.kind not in _LINKED:
            raise self.not_a_library(target)
        return target

    def not_a_library(self, target: cmake_api.CMakeTarget) -> CannotJudgeError:
        """Return the error for a target that leaves nothing to load."""
        what = _KINDS.get(target.kind)
        return refuse(
            NOT_A_LIBRARY,
            f"the CMake target `{target.name}` is {what}, not a library"
            if what
            else f"the CMake target `{target.name}` was built, but left no file",
            self.source,
            remedy="name a target that `add_library` makes" if what else None,
        )

    def _outputs(self) -> list[tuple[int, int] | None]:
        """Return what changes whenever something is built: ninja's log, or what make links."""
        target = self._known()
        found = (self.tree / ".ninja_log", target.library if target else None)
        stats = [each.stat() if each and each.exists() else None for each in found]
        return [(each.st_mtime_ns, each.st_ino) if each else None for each in stats]

    def _run(self, *arguments: str) -> Finished:
        return run_tool((self.program, *arguments), seconds=self.seconds, environment=self.environment)

    def _failed(self, ran: Finished) -> CannotJudgeError:
        log = self.tree / "abidance.log"
        return build_failed(self.source, self.name, ran, base=self.source.where or Path(), log=log)


def cmake_program() -> Path | None:
    """Return CMake itself: what is named, the dependency's binary (its script adds 80 ms to a call), or PATH's."""
    named = os.environ.get(PROGRAM_VARIABLE)
    return find_tool(named) if named else _packaged("cmake", "CMAKE_BIN_DIR") or find_tool("cmake")


def ninja_program() -> Path | None:
    """Return ninja: the dependency's, or PATH's, or None (then CMake takes make)."""
    return _packaged("ninja", "BIN_DIR") or find_tool("ninja", "ninja-build")


def _packaged(name: str, directory: str) -> Path | None:
    """Return the program in a Python package of its own name, which a distribution may have left out."""
    try:
        program = Path(getattr(importlib.import_module(name), directory), name)
    except (ImportError, AttributeError):
        return None
    return program if program.exists() else None


def _arguments(
    source: LibrarySource, build: Build, compiler: Compiler, ninja: Path | None, more_links: tuple[str, ...]
) -> tuple[str, ...]:
    configuration = "Debug" if build.optimization == "debug" else "RelWithDebInfo"
    suffix = configuration.upper()
    # The flags of a configuration come after CMAKE_C_FLAGS, which projects like to set outright.
    compile_flags = " ".join(build.compile_flags(compiler.family))
    link_flags = " ".join((*build.link_flags(compiler.family), *more_links))
    # A program that the project runs while it is built calls the same callbacks as the library.
    programs = {f"CMAKE_EXE_LINKER_FLAGS_{suffix}": " ".join(more_links)} if more_links else {}
    values = {
        "CMAKE_BUILD_TYPE": configuration,
        f"CMAKE_C_FLAGS_{suffix}": compile_flags,
        f"CMAKE_CXX_FLAGS_{suffix}": compile_flags,
        f"CMAKE_SHARED_LINKER_FLAGS_{suffix}": link_flags,
        f"CMAKE_MODULE_LINKER_FLAGS_{suffix}": link_flags,
        **programs,
        # Version 4 refuses projects that name a policy version below 3.5, and most of those build well.
        "CMAKE_POLICY_VERSION_MINIMUM": "3.5",
        # A project that adds its contracts as tests looks for us: by `find_package`, or to install us.
        "abidance_DIR": str(_SHARED_FILE.parent),
        "ABIDANCE_EXECUTABLE": str(Path(sys.executable).with_name("abidance")),
        **chosen_variables(source),
    }
    generator = ("-G", "Ninja", f"-DCMAKE_MAKE_PROGRAM={ninja}") if ninja else ("-G", "Unix Makefiles")
    preset = source.options.get("preset")
    first = (f"--preset={preset}", *generator) if preset else generator
    return (*first, "--no-warn-unused-cli", *(f"-D{name}={value}" for name, value in values.items()))


def _compilers(compiler: Compiler) -> dict[str, str]:
    found = {"CC": shlex.join(compiler.command)}
    if "CXX" not in os.environ:
        # The C++ compiler of the same release, so that both halves of a library have one runtime.
        plus = re.sub(r"(gcc|clang|cc)(?=(-[\d.]+)?$)", _sibling, compiler.command[-1])
        if plus != compiler.command[-1] and find_tool(plus):
            found["CXX"] = shlex.join((*compiler.command[:-1], plus))
    return found


def _sibling(found: re.Match[str]) -> str:
    return {"gcc": "g++", "clang": "clang++", "cc": "c++"}[found[1]]


def _given_flags(environment: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{name}={environment.get(name, '')}" for name in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "CC", "CXX")
    )


def _jobs() -> int:
    return max(1, len(os.sched_getaffinity(0)))


CMAKE = LibraryBuilder(
    "cmake",
    "a library target of a CMake project",
    make,
    check=_project,
    options=("defines", "preset", "toolchain"),
    advice="let the target use CMake's flags of the configuration (`CMAKE_C_FLAGS_RELWITHDEBINFO`), "
    "and set no sanitizer of its own",
)
