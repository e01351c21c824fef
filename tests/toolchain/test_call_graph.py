"""What a library's functions lead to is read from their code: direct calls, stubs, tail calls and assertions."""

from __future__ import annotations

import platform

import pytest

from abidance.toolchain.call_graph import call_graph, call_graph_through
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.elf_image import open_image

SOURCE = """\
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static int quietly(const char *p) { return unlink(p) + 1; }
int direct(const char *p) { return unlink(p); }
int deep(const char *p) { return quietly(p) * 2; }
int exported(const char *p) { return deep(p) + 3; }
int tail(const char *p) { return exported(p); }
int harmless(int n) { return getpid() + n; }
int (*handler)(void);
void misuse(void) { if (handler) handler(); abort(); }
int guarded(int n) { if (n < 0) misuse(); return n * 3; }
int careful(int n) { if (n < 0) return -1; return n * 5; }
void report(const char *format, ...)
{
    va_list more;
    va_start(more, format);
    vfprintf(stderr, format, more);
    va_end(more);
    if (handler) abort();
}
__attribute__((noinline)) static void give_up(int n) { fprintf(stderr, "no %d\\n", n); exit(1); }
int limited(int n) { if (n < 0) give_up(n); return n * 9; }
int checked(int n) { if (n < 0) report("n is %d: n >= 0", n); return n * 7; }
void *only_memory(void) { return malloc(96); }
void *ready_memory(void) { long *made = malloc(96); if (made) made[2] = 3; return made; }
void *zero_memory(void) { return calloc(1, 96); }
static inline __attribute__((always_inline)) void within(int n) { assert(n != 7); }
int asserting_within(int n) { within(n); return n; }
#define MESSAGE "%s:%d %s(): precondition failed: %s\\n"
#define REQUIRE(c) if (!(c)) { fprintf(stderr, MESSAGE, __FILE__, __LINE__, __func__, #c); abort(); }
int requiring(int *p, int n) { REQUIRE(p) REQUIRE(n > 4) return *p; }
int printing(int n) { if (n < 0) { fprintf(stderr, "%s: no %s\\n", "printing", "memory"); abort(); } return n; }
int asserting(int *p, int n) { assert(p && "p is given"); assert(n > 2); return *p; }
"""


OUTER = (
    "int deep(const char *p); int harmless(int n); int outer(const char *p) { return deep(p) + harmless(1); }"
)
NEXT = "int harmless(int n); int next_one(int n) { return harmless(n) + 1; }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("calls")


@pytest.fixture(scope="module")
def calls(folder):
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    source, library = folder / "calls.c", folder / "libcalls.so"
    source.write_text(SOURCE)
    made = find_compiler().compile_shared([source], library, ("-O2", "-w"), ())
    assert made.ok
    return call_graph(library)


def test_what_leads_to_an_import_is_told_through_static_and_exported_functions(calls):
    led = calls.reaching(["unlink"])

    assert {n for n, start in calls.exported.items() if start in led} == {
        "direct",
        "deep",
        "exported",
        "tail",
    }
    assert calls.called_by("harmless") == {"getpid"}
    assert "exported" in calls.exported_within("tail", {"exported", "deep"})


def test_what_ends_the_process_or_reports_and_may_end_it_is_told(calls):
    assert [calls.ends_in(each) for each in ("misuse", "guarded", "checked")] == ["abort", "misuse", ""]
    assert calls.ends_in("limited") == "exit"
    assert [calls.ends_in(each) for each in ("careful", "harmless")] == ["", ""]
    assert calls.reports_by("checked") == ("n is %d: n >= 0",)
    assert calls.reports_by("guarded") is None


def test_what_only_allocates_is_told_from_what_writes_to_the_memory(calls):
    names = ("only_memory", "ready_memory", "zero_memory", "harmless")

    assert [name for name in names if calls.only_allocates(name)] == ["only_memory"]


def test_what_a_variable_holds_from_the_beginning_is_called_through_it(folder):
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    source, library = folder / "held.c", folder / "libheld.so"
    source.write_text(
        "#include <stdio.h>\n#include <unistd.h>\n"
        'static void tell(const char *text) { fprintf(stderr, "%s\\n", text); }'
        "static void drop(const char *text) { unlink(text); }"
        "static void (*log_with)(const char *) = tell; static void (*unset)(const char *);"
        "static struct { int level; void (*with)(const char *); } settings = {1, tell};"
        "static void (*const listed[])(const char *) = {drop, tell};"
        "void log_to(void (*to)(const char *)) { unset = to; log_with = to; settings.with = to; }"
        'int says(int n) { if (n < 0) log_with("below"); return n; }'
        'int says_last(int n) { log_with("last"); return n; }'
        'int says_as_set(int n) { if (n < settings.level) settings.with("below"); return n; }'
        'int says_nothing(int n) { if (unset) unset("below"); return n + settings.level; }'
        'int picks(int n) { listed[n & 1]("a"); return n; }'
    )
    assert find_compiler().compile_shared([source], library, ("-O2", "-w"), ()).ok

    graph = call_graph(library)

    names = ("says", "says_last", "says_as_set", "says_nothing", "picks", "log_to")
    told = [name for name in names if graph.leading_to(name, ("__fprintf_chk", "fprintf"))]
    assert told == ["says", "says_last", "says_as_set"]


@pytest.mark.parametrize("flags", [("-O0",), ("-O2",), ("-O2", "-fcf-protection")])
def test_what_leads_behind_its_argument_is_told(folder, flags):
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    source, library = folder / "behind.c", folder / f"libbehind{''.join(flags)}.so"
    source.write_text(
        "struct p { char head[4]; char rest[996]; };"
        "void *close(struct p *p) { return p->rest; } void *far(struct p *p) { return p + 1; }"
        "void *same(struct p *p) { return p; } void *before(struct p *p) { return p - 1; }"
        "void *moved(struct p *p, long n) { return p->rest + n; } void *its(struct p **p) { return p[1]; }"
        "void *written(struct p *p) { p->head[0] = 1; return p->rest; }"
    )
    assert find_compiler().compile_shared([source], library, (*flags, "-w"), ()).ok

    told = call_graph(library).leads_behind

    assert told.pop("far", 1000) == 1000
    assert told == {"close": 4}


def test_what_another_library_leads_to_is_led_to(calls, folder):
    source, library = folder / "outer.c", folder / "libouter.so"
    source.write_text(f"{OUTER}\n{NEXT}")
    flags = ("-O2", "-w", f"-L{folder}", "-lcalls", f"-Wl,-rpath,{folder}")
    assert find_compiler().compile_shared([source], library, flags[:2], flags[2:]).ok

    through = call_graph_through(library, ["unlink"])

    led = through.reaching(["unlink"])
    assert {name for name, start in through.exported.items() if start in led} == {"outer"}


def test_an_assertion_names_the_function_of_the_source_that_it_is_in(calls):
    assert calls.asserts_in("asserting_within", "n != 7") == "within"
    assert calls.asserts_in("asserting", "n > 2") == "asserting"


def test_assertions_are_quoted(calls):
    assert set(calls.asserted_by("asserting")) == {'p && "p is given"', "n > 2"}
    assert calls.asserted_by("harmless") == ()


@pytest.mark.parametrize("flags", [(), ("-D_FORTIFY_SOURCE=2",)])
def test_so_are_those_of_a_librarys_own(flags, calls, tmp_path):
    source, library = tmp_path / "own.c", tmp_path / "libown.so"
    source.write_text(SOURCE)
    assert find_compiler().compile_shared([source], library, ("-O2", "-w", *flags), ()).ok
    own = call_graph(library)

    assert set(own.asserted_by("requiring")) == {"p", "n > 4"}
    assert own.asserts_in("requiring", "p") == "requiring"
    assert own.ends_in("requiring") == ""
    assert (own.asserted_by("printing"), own.ends_in("printing")) == ((), "abort")


def test_of_what_is_no_library_nothing_is_known(tmp_path):
    text = tmp_path / "libnone.so"
    text.write_text("INPUT(-lc)")

    assert not call_graph(text).known
    assert call_graph(text).asserted_by("f") == ()


def test_bytes_that_lead_into_the_midst_of_a_stub_are_no_call(folder):
    """The bytes of a constant lead into the linkage table, which has one start and all imports."""
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    source, library = folder / "chance.c", folder / "libchance.so"
    source.write_text(
        "#include <unistd.h>\n"
        "int gone(const char *p) { return unlink(p) + 1; }\n"
        "int by_chance(void);\n"
        '__asm__(".text\\n.globl by_chance\\n.type by_chance,@function\\nby_chance: .cfi_startproc\\nmovabs '
        '$0, %rax\\nret\\n.cfi_endproc\\n.size by_chance,.-by_chance");\n'
    )
    made = find_compiler().compile_shared([source], library, ("-O2", "-w", "-Wl,-z,lazy", "-fplt"), ())
    assert made.ok
    with library.open("rb") as file:
        image = open_image(file)
        (table,) = (each for each in image.sections if each.name == ".plt")
        place = next(each.address for each in image.symbols() if each.name == "by_chance")
        offset = image.file_offset(place)
    code = bytearray(library.read_bytes())
    assert code[offset : offset + 2] == b"\x48\xb8"
    for opcode in (b"\xe8", b"\xe9"):  # a call and a jump
        there = table.address + 19 - (place + 7)
        code[offset + 2 : offset + 7] = opcode + there.to_bytes(4, "little", signed=True)
        changed = folder / f"libchance_{opcode.hex()}.so"
        changed.write_bytes(code)

        graph = call_graph(changed)

        assert {n for n, start in graph.exported.items() if start in graph.reaching(["unlink"])} == {"gone"}
