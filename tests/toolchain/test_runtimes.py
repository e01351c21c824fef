"""The runtime that is preloaded is the one that the library was built for, and one that starts."""

from __future__ import annotations

import pytest

from abidance.toolchain import runtimes
from abidance.toolchain.elf import read_library
from abidance.toolchain.runtimes import PreloadProbe, runtime_of, runtimes_for, try_preload

CODE = "int f(int *p) { return *p; }\n"


@pytest.fixture
def runtime(shared):
    """Return a function that makes a library that exports the given names, to stand for a runtime."""

    def make(name: str, *exports: str):
        text = "".join(f"void {symbol}(void) {{}}\n" for symbol in exports)
        return shared(text, f"-Wl,-soname,{name}", name=name)

    return make


def test_unsanitized_library_needs_none(shared):
    assert runtimes_for(read_library(shared(CODE))) == ()


def test_runtime_is_the_real_file(compiler_of):
    found = runtime_of(compiler_of("gcc"), "asan")

    assert found == found.resolve()
    assert found.name.startswith("libasan.so.")


def test_runtime_that_the_library_names_wins_over_the_compiler_in_use(shared, compiler_of):
    gcc, clang = compiler_of("gcc"), compiler_of("clang")
    library = read_library(shared(CODE, "-fsanitize=address", compiler=gcc))

    assert "libasan" in runtimes_for(library, clang)[0].name


def test_runtime_of_the_compiler_in_use_comes_first_when_the_library_names_none(shared, compiler_of):
    clang = compiler_of("clang")
    library = read_library(shared(CODE, "-fsanitize=address", compiler=clang))

    assert library.needed_runtimes == ()
    assert "clang_rt.asan" in runtimes_for(library, clang)[0].name


def test_runtime_that_does_not_start_here_is_passed_over(shared, compiler_of, monkeypatch):
    gcc, clang = compiler_of("gcc"), compiler_of("clang")
    library = read_library(shared(CODE, "-fsanitize=address", compiler=clang))
    broken = runtime_of(clang, "asan")
    real = try_preload
    boom = PreloadProbe(works=False, words="boom")
    monkeypatch.setattr(runtimes, "try_preload", lambda file: boom if file == broken else real(file))

    assert runtimes_for(library, clang) == (runtime_of(gcc, "asan"),)


def test_library_without_a_runtime_here_says_why_for_each(shared, complaint, monkeypatch):
    library = read_library(shared(CODE, "-fsanitize=address"))
    monkeypatch.setattr(
        runtimes, "try_preload", lambda _: PreloadProbe(works=False, words="unexpected memory mapping")
    )

    said = complaint(runtimes_for, library)

    assert said.startswith(
        "sanitizer-runtime-missing: `libdemo.so` was built with AddressSanitizer, and no runtime for it"
    )
    assert "does not start here: unexpected memory mapping" in said
    assert "help: install the runtime of the compiler that built it" in said


def test_library_of_a_newer_compiler_names_what_the_runtime_lacks(shared, complaint):
    text = "void __asan_init(void);\nvoid __asan_from_the_future(void);\n"
    text += "void f(void) { __asan_init(); __asan_from_the_future(); }\n"

    assert "lacks `__asan_from_the_future`: it is of another compiler version" in complaint(
        runtimes_for, read_library(shared(text))
    )


def test_copies_that_an_old_thread_sanitizer_lacks_are_added(shared, runtime, monkeypatch):
    text = "void __tsan_init(void);\nvoid __tsan_memcpy(void);\n"
    text += "void f(void) { __tsan_init(); __tsan_memcpy(); }\n"
    old = runtime("libtsan.so.1", "__tsan_init")
    monkeypatch.setattr(runtimes, "runtime_of", lambda *_: old)

    first, second = runtimes_for(read_library(shared(text)))

    assert first == old
    assert {"__tsan_memcpy", "__tsan_memmove", "__tsan_memset"} <= read_library(second).functions


def test_memory_sanitizer_is_refused(shared, complaint):
    text = "void __msan_init(void);\nvoid f(void) { __msan_init(); }\n"

    said = complaint(runtimes_for, read_library(shared(text)))

    assert "built with MemorySanitizer" in said
    assert "cannot be loaded into Python" in said


def test_named_runtime_that_is_not_installed_is_named(shared, runtime, complaint):
    text = "void __asan_init(void);\nvoid f(void) { __asan_init(); }\n"
    gone = runtime("libasan.so.99", "__asan_init")
    library = shared(text, "-Wl,--no-as-needed", str(gone))

    assert "note: `libasan.so.99` was not found" in complaint(runtimes_for, read_library(library))


def test_linker_script_in_place_of_a_runtime_is_followed(tmp_path, shared):
    real = shared(CODE, name="libasan.so.8.0.0")
    script = tmp_path / "libasan.so"
    script.write_text(f"INPUT ( {real} )\n")

    assert runtimes._real(script) == real
    assert runtimes._real(tmp_path / "none.so") is None


def test_file_that_cannot_be_preloaded_is_no_runtime(tmp_path):
    (tmp_path / "x.so").write_text("hello")

    assert not try_preload(tmp_path / "x.so").works
