"""Which symbols are exports, and what is reported for them beside their types."""

from __future__ import annotations

import pytest
from binaries import binary_facts, declaration, library, run

from abidance.abi.facts import UNKNOWN
from abidance.core.errors import CannotJudgeError

SOURCE = """\
int plain(int a) { return a; }
__attribute__((visibility("hidden"))) int concealed(int a) { return a; }
__attribute__((visibility("protected"))) int protected_one(int a) { return a; }
__attribute__((weak)) int weak_one(int a) { return a; }
static int internal(int a) { return a; }
int other_name(int a) __attribute__((alias("plain")));
int data = 3;
const char text[12] = "hello";
_Thread_local long local_to_thread;
int uses(int a) { return internal(a) + concealed(a); }
"""


def test_hidden_and_static_symbols_are_no_exports(tmp_path):
    facts = binary_facts(library(tmp_path, SOURCE))

    assert sorted(facts.library.symbols) == sorted(
        ["plain", "protected_one", "weak_one", "other_name", "data", "text", "local_to_thread", "uses"]
    )


def test_binding_visibility_kind_and_size_are_told(tmp_path):
    symbols = binary_facts(library(tmp_path, SOURCE)).library.symbols

    assert symbols["weak_one"].binding == "weak"
    assert symbols["protected_one"].visibility == "protected"
    assert (symbols["text"].kind, symbols["text"].size) == ("object", 12)
    assert (symbols["local_to_thread"].kind, symbols["local_to_thread"].size) == ("tls", 8)
    assert symbols["plain"].kind == "function"


def test_an_alias_is_described_as_what_it_stands_for(tmp_path):
    facts = binary_facts(library(tmp_path, SOURCE))

    assert declaration(facts, "other_name") == "int other_name(int a)"
    assert facts.library.symbols["other_name"].address == facts.library.symbols["plain"].address


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_versions_are_told_with_the_default_one(tmp_path, compiler):
    script = tmp_path / "versions"
    script.write_text("V1 { global: greet; keep; local: *; }; V2 { global: greet; } V1;\n")
    source = """\
__asm__(".symver greet_old, greet@V1");
__asm__(".symver greet_new, greet@@V2");
int greet_old(int a) { return a; }
long greet_new(long a, int b) { return a + b; }
void keep(void) {}
"""

    facts = binary_facts(library(tmp_path, source, f"-Wl,--version-script={script}", compiler=compiler))

    assert sorted(facts.library.symbols) == ["greet@@V2", "greet@V1", "keep@@V1"]
    assert declaration(facts, "greet") == "long greet(long a, int b)"
    assert declaration(facts, "greet@V1") == "int greet@V1(int a)"


def test_an_ifunc_is_described_by_what_its_resolver_returns(tmp_path):
    source = """\
static int fast(int a, char b) { return a + b; }
static int (*choose(void))(int, char) { return fast; }
int chosen(int a, char b) __attribute__((ifunc("choose")));
static void *blind(void) { return (void *)fast; }
int unknown_one(int a) __attribute__((ifunc("blind")));
"""

    facts = binary_facts(library(tmp_path, source))

    assert facts.library.symbols["chosen"].kind == "ifunc"
    assert declaration(facts, "chosen") == "int chosen(int, char)"
    assert facts.functions["unknown_one"].signature is UNKNOWN


def test_soname_and_needed_libraries_are_told(tmp_path):
    path = library(
        tmp_path,
        "#include <math.h>\ndouble f(double a) { return cos(a); }\n",
        "-Wl,-soname,libx.so.7",
        "-Wl,--no-as-needed",
        "-lm",
    )

    found = binary_facts(path).library

    assert found.soname == "libx.so.7"
    assert "libm.so.6" in found.needed


def test_equal_functions_whose_code_is_merged_keep_their_own_types(tmp_path):
    source = """\
struct a { int v; }; struct b { int v; };
int use(int v);
int first(struct a *p) { return use(p->v) * 3 + use(2); }
int second(struct b *p) { return use(p->v) * 3 + use(2); }
int use(int v) { return v + 1; }
"""

    facts = binary_facts(library(tmp_path, source, "-O2"))

    assert declaration(facts, "first") == "int first(struct a *p)"
    assert declaration(facts, "second") == "int second(struct b *p)"


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("flags", [(), ("-ffunction-sections",), ("-gdwarf-4",), ("-gz",)])
def test_an_object_file_is_read_before_it_is_linked(tmp_path, compiler, flags):
    source = tmp_path / "source.c"
    source.write_text(SOURCE)
    run(compiler, "-g", *flags, "-c", str(source), "-o", str(tmp_path / "x.o"))

    facts = binary_facts(tmp_path / "x.o")

    assert declaration(facts, "plain") == "int plain(int a)"
    assert declaration(facts, "uses") == "int uses(int a)"
    assert facts.variables["text"].size == 12
    assert "concealed" not in facts.functions
    assert facts.library.soname is UNKNOWN


def test_an_archive_is_the_sum_of_its_objects(tmp_path):
    for name, text in (
        ("one", "int one(int a) { return a; }"),
        ("a_member_with_a_long_name", "struct s { int x; }; long two(struct s *p) { return p->x; }"),
    ):
        (tmp_path / f"{name}.c").write_text(text)
        run("gcc", "-g", "-c", str(tmp_path / f"{name}.c"), "-o", str(tmp_path / f"{name}.o"))
    run("ar", "rcs", "libx.a", "one.o", "a_member_with_a_long_name.o", cwd=tmp_path)

    facts = binary_facts(tmp_path / "libx.a")

    assert declaration(facts, "one") == "int one(int a)"
    assert declaration(facts, "two") == "long two(struct s *p)"


def test_only_what_is_asked_for_is_told(tmp_path):
    source = "struct far { int x; };\nint near_one(int a) { return a; }\nint far_one(struct far *p) { return p->x; }\n"

    facts = binary_facts(library(tmp_path, source), {"near_one"})

    assert list(facts.functions) == ["near_one"]
    assert facts.records == {}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.so", b"", "not an ELF file"),
        ("script.so", b"GROUP ( libx.so.1 )", "not an ELF file"),
        ("thin.a", b"!<thin>\n", "thin archive"),
        ("archive.a", b"!<arch>\n", "no object file"),
        ("broken.a", b"!<arch>\nxxxx" + b" " * 80, "damaged"),
        ("cut.so", b"\x7fELF\x02\x01\x01" + b"\0" * 20, "damaged"),
    ],
)
def test_what_is_no_library_is_refused_by_name(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(CannotJudgeError, match=words):
        binary_facts(tmp_path / name)


def test_a_missing_file_and_a_directory_are_refused(tmp_path):
    with pytest.raises(CannotJudgeError, match="does not exist"):
        binary_facts(tmp_path / "missing.so")
    with pytest.raises(CannotJudgeError, match="directory"):
        binary_facts(tmp_path)
