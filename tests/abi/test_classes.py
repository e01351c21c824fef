"""Libraries of C++ against each other: virtual functions, bases, and how objects are passed."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from abidance.abi.gate.compare import compare
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.sides import SideArguments, side
from abidance.abi.gate.suppressions import Suppressions
from abidance.cli.main import main
from tiers import sample

POINT = "struct P { int x, y; %s };\n%s\nint f(P p) { return p.x; }\n"
PLAIN = POINT % ("", "")
ROW = """\
struct W { W(); virtual ~W(); %s int v; };
W::W() {} W::~W() {}
%s
extern "C" int use(W *w) { return w->v; }
"""


def row(*functions):
    """Return a class with these functions, each defined beside it."""
    declared = " ".join(f"{each};" for each in functions)
    defined = (each.removeprefix("virtual ").replace("int ", "int W::", 1) for each in functions)
    return ROW % (declared, " ".join(f"{each} {{ return 0; }}" for each in defined))


@pytest.fixture
def build(tmp_path):
    def built(source, compiler="g++", *flags):
        if shutil.which(compiler) is None:
            pytest.skip(f"`{compiler}` is not installed")
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / "lib.cpp").write_text(source)
        command = [compiler, "-g", "-w", "-shared", "-fPIC", "-Wl,-soname,liblib.so.1", *flags]
        subprocess.run([*command, "-o", "lib.so", "lib.cpp"], cwd=folder, check=True)
        return folder / "lib.so"

    return built


def judged(old, new):
    return judge(
        Question("lib", "old", "new"),
        compare(side(SideArguments(old)), side(SideArguments(new))),
        Suppressions(),
    )


def names(result):
    return {each.diagnostic.code.name for each in result.changes if each.verdict != "compatible"}


BUILDS = [("g++",), ("g++", "-gdwarf-4"), ("clang++",), ("clang++", "-gdwarf-4"), ("g++", "-O2")]
FEW = [("g++",), ("clang++", "-gdwarf-4")]


@pytest.mark.slow
@pytest.mark.parametrize("how", sample(BUILDS, keep=FEW), ids=" ".join)
@pytest.mark.parametrize(
    "added",
    [
        ("~P();", "P::~P() {}"),
        ("P(const P &);", "P::P(const P &o) : x(o.x), y(o.y) {}"),
        ("P(P &&); P(const P &) = delete;", "P::P(P &&o) : x(o.x), y(o.y) {}"),
        ("virtual int a();", "int P::a() { return 0; }"),
    ],
    ids=["destructor", "copy constructor", "move constructor", "virtual function"],
)
def test_what_is_no_longer_trivial_is_passed_by_address(build, how, added):
    result = judged(build(PLAIN, *how), build(POINT % added, *how))
    assert result.verdict == "breaking"
    assert "union-passing-changed" in names(result)


@pytest.mark.parametrize("how", sample(BUILDS, keep=FEW), ids=" ".join)
@pytest.mark.parametrize(
    "added",
    [
        "P() = default; P(const P &) = default; ~P() = default;",
        "int sum() const { return x + y; }",
        "static int count;",
        "P(int);",
    ],
)
def test_what_stays_trivial_is_passed_as_before(build, how, added):
    if "clang++" in how and "P(" in added:
        how = (*how, "-fstandalone-debug")  # without a constructor in use, clang does not describe the class
    assert judged(build(PLAIN, *how), build(POINT % (added, ""), *how)).verdict == "compatible"


@pytest.mark.slow
@pytest.mark.parametrize("how", sample(BUILDS, keep=FEW), ids=" ".join)
def test_a_part_decides_how_the_whole_is_passed(build, how):
    source = "struct Q { int a; Q(); %s };\nQ::Q() {} %s\nstruct P { Q q; };\nint f(P p) { return p.q.a; }\n"
    result = judged(build(source % ("", ""), *how), build(source % ("~Q();", "Q::~Q() {}"), *how))
    assert (result.verdict, names(result)) == ("breaking", {"union-passing-changed"})


def test_who_takes_a_reference_does_not_care_how_objects_are_passed(build):
    source = "struct P { int x; %s };\n%s\nint f(const P &p) { return p.x; }\n"
    old, new = build(source % ("", "")), build(source % ("~P();", "P::~P() {}"))
    assert judged(old, new).verdict == "compatible"


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("virtual int a(int)",), ("virtual int a(int)", "virtual int b(int)")),
        (("virtual int a(int)", "virtual int b(int)"), ("virtual int b(int)", "virtual int a(int)")),
        (("virtual int a(int)", "virtual int b(int)"), ("virtual int a(int)",)),
        (("virtual int a(int)",), ("virtual int a(long)",)),
        (("int a(int)",), ("virtual int a(int)",)),
    ],
    ids=["added", "moved", "removed", "other parameters", "virtual at last"],
)
def test_virtual_functions_keep_their_entries(build, compiler, old, new):
    result = judged(build(row(*old), compiler), build(row(*new), compiler))
    assert result.verdict == "breaking"
    assert "virtual-function-changed" in names(result)


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), [("g++", "g++"), ("clang++", "clang++"), ("g++", "clang++")])
def test_functions_that_are_not_virtual_may_be_added(build, old, new):
    virtual = "virtual int a(int)"
    assert judged(build(row(virtual), old), build(row(virtual, "int z(int)"), new)).verdict == "compatible"


@pytest.mark.slow
@pytest.mark.parametrize("flags", [(), ("-O2",), ("-gdwarf-4",), ("-fno-rtti",)], ids=str)
def test_how_a_class_was_compiled_is_no_change(build, flags):
    source = row("virtual int a(int)", "virtual int b(int)")
    source += "struct X : W { X(); int a(int) override; W *w; };\nX::X() {} int X::a(int) { return 0; }\n"
    assert judged(build(source), build(source, "clang++", *flags)).verdict == "compatible"


@pytest.mark.slow
def test_an_override_takes_the_entry_of_the_base(build):
    derived = "struct X : W { X(); %s int z; };\nX::X() {} %s\n"
    old = row("virtual int a(int)") + derived % ("", "")
    new = row("virtual int a(int)") + derived % ("int a(int) override;", "int X::a(int) { return 0; }")
    assert (judged(build(old), build(new)).verdict, judged(build(new), build(old)).verdict) == (
        "risky",
        "breaking",
    )


@pytest.mark.slow
def test_bases_are_told_apart(build):
    source = (
        "struct A { int a; }; struct B { int b; }; struct D : %s { int d; };\nint f(D *d) { return d->d; }\n"
    )
    result = judged(build(source % "A, B"), build(source % "B, A"))
    assert names(result) == {"record-field-offset-changed"}
    assert judged(build(source % "A, B"), build(source % "A, B", "clang++")).verdict == "compatible"


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_what_a_source_file_hides_behind_a_header_is_nobodys_business(build, compiler, tmp_path):
    (tmp_path / "s.h").write_text("class S { struct I; I *i; public: S(); int get(); };\n")
    source = f'#include "{tmp_path}/s.h"\nstruct S::I {{ %s int a; }};\n'
    source += "S::S() { i = new I; }\nint S::get() { return i->a; }\n"
    assert judged(build(source % "", compiler), build(source % "long z;", compiler)).verdict == "compatible"
    inside = source.replace(f'#include "{tmp_path}/s.h"', (tmp_path / "s.h").read_text())
    assert judged(build(inside % "", compiler), build(inside % "long z;", compiler)).verdict == "breaking"


@pytest.mark.slow
def test_what_clang_does_not_describe_is_not_judged(build):
    source = "struct P { int x, y; %s P() {} };\nint f(P p) { return p.x; }\n"
    old, new = (build(source % more, "clang++") for more in ("", "int z;"))
    assert judged(old, new).verdict == "unknown"
    told = (build(source % more, "clang++", "-fstandalone-debug") for more in ("", "int z;"))
    assert judged(*told).verdict == "breaking"
    assert judged(build(source % ""), old).verdict == "unknown"


@pytest.mark.slow
def test_what_another_unit_describes_is_found(build, tmp_path):
    (tmp_path / "other.cpp").write_text("namespace n { struct P { int x; %s P(); }; P::P() {} }\n")
    use = "namespace n { struct P { int x; %s P(); }; }\nint f(n::P &p) { return 0; }\n"
    sides = []
    for more in ("", "int z;"):
        other = tmp_path / f"other{len(more)}.cpp"
        other.write_text((tmp_path / "other.cpp").read_text() % more)
        sides.append(build(use % more, "clang++", str(other)))
    assert judged(*sides).verdict == "breaking"


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_classes_of_the_standard_library_are_its_own_affair(build, compiler):
    source = "#include <string>\n#include <vector>\nint f(const std::string &s, std::vector<int> &v) { return %s; }\n"
    old, new = build(source % "0", "g++"), build(source % "s.size() + v.size()", compiler)
    assert judged(old, new).verdict == "compatible"


def test_a_snapshot_keeps_what_is_said_of_classes(build, tmp_path, capsys):
    old = build(row("virtual int a(int)", "virtual int operator()(int)"))
    assert main(["abi", "snapshot", str(old), "--output", str(tmp_path / "old.abi.json")]) == 0
    capsys.readouterr()
    assert judged(tmp_path / "old.abi.json", old).changes == ()
    assert judged(tmp_path / "old.abi.json", build(row("virtual int a(int)"))).verdict == "breaking"


@pytest.mark.slow
def test_a_snapshot_keeps_templates_and_units_apart(build, tmp_path, capsys):
    source = "#include <string>\n#include <map>\ntemplate <class T> struct Box { T v; %s };\n"
    source += "int f(std::map<int, std::string> &m, Box<int> (*b)[3]) { return b[0]->v; }\n"
    old = build(source % "")
    for path in (old, build(source % "int n;")):
        assert main(["abi", "snapshot", str(path), "--output", f"{path}.abi.json"]) == 0
    capsys.readouterr()
    kept = old.with_suffix(".so.abi.json")
    assert judged(kept, old).changes == ()
    assert names(judged(kept, path.with_suffix(".so.abi.json"))) == {"record-size-changed"}


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_each_namespace_has_its_own_classes(build, compiler):
    classes = {"a": "int x;", "b": "long y;", "z": "char q;"}

    def of(*names, **other):
        declared = "".join(
            f"namespace {name} {{ struct N {{ {other.get(name, classes[name])} int use(); }}; }}\n"
            for name in names
        )
        return build(
            declared + "".join(f"int {name}::N::use() {{ return 0; }}\n" for name in names), compiler
        )

    assert judged(of("a", "b"), of("z", "b", "a")).verdict == "compatible"
    assert judged(of("a", "b"), of("a", "b", b="long y; long z;")).verdict == "breaking"


def test_functions_of_equal_code_keep_their_own_types(build):
    source = "struct A { A(); virtual ~A(); virtual int a(); };\nstruct B { B(); virtual ~B(); virtual int b(); };\n"
    source += "A::A() {} A::~A() {} int A::a() { return 0; }\nB::B() {} B::~B() {} int B::b() { return 0; }\n"
    assert judged(build(source), build(source, "g++", "-O2")).verdict == "compatible"


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_what_a_template_of_the_standard_library_holds_counts(build, compiler):
    source = "#include <vector>\nstruct S { std::vector<%s> v; S(); };\nS::S() {}\nint f(S &s) { return s.v[0]; }\n"
    result = judged(build(source % "int", compiler), build(source % "long", compiler))
    assert result.verdict == "breaking"
    assert judged(build(source % "int"), build(source % "int", compiler, "-O2")).verdict == "compatible"


@pytest.mark.slow
def test_what_clang_leaves_out_behind_a_pointer_may_be_opaque(build):
    source = (
        "#include <cstdio>\n#include <ctime>\nint f(FILE *file, struct tm *at) { return file == nullptr; }\n"
    )
    old, new = build(source, "clang++"), build(source + "int g() { return 1; }\n", "clang++")
    assert judged(old, new).verdict == "compatible"
