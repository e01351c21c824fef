"""`like` in a compiled contract: texts of an input are brought into the form, and what comes back is held to it."""

from __future__ import annotations

import ctypes
import random
import sys
from importlib.resources import files

import pytest
from built_contract import cc, made, of_family
from native_twins import ROOT

from abidance.contract.language.regexes import regex
from abidance.generate.strategies import cases
from abidance.native.expressions.emitter import NotCompiledError
from abidance.native.expressions.forms import form
from abidance.native.target import input_format
from abidance.native.target.forms import declare
from abidance.native.target.tables import Tables

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import VARIANTS  # noqa: E402 - it lies with the sources

FOUND = {
    "fo_minutes": "",
    "fo_version": "",
    "fo_port": "",
    "fo_period": "ABD322 fo_period",
    "fo_stamp": "ABD322 fo_stamp",
    "fo_each": "ABD343 fo_each",
    "fo_ask": "",
    "fo_title": "",
    "fo_decode": "ABD321 fo_decode",
    "fo_decode_in": "ABD321 fo_decode_in",
    "fo_ascii": "ABD322 fo_ascii",
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory):
    built = of_family(tmp_path_factory.mktemp("forms"), "forms", VARIANTS.index)
    assert built.target.left == ()
    return built


@pytest.mark.parametrize("entry", FOUND)
def test_what_only_texts_of_the_form_reach_is_found(entry, forms):
    ended = forms.run("wrong", entry)

    assert ended.returncode != 0
    assert FOUND[entry] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_texts_of_another_form_are_not_passed(library, forms):
    """The sound ones abort where they are given one."""
    for entry in forms.target.entries:
        ended = forms.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.parametrize("entry", ["fo_minutes", "fo_version", "fo_port"])
def test_a_text_of_the_form_becomes_bytes_and_the_same_text_again(entry, forms):
    wanted = made(cases(forms.boundary, forms.boundary.functions[entry]))
    encoded, again = forms.again("sound", entry, wanted)

    assert len(encoded) * 2 > len(wanted)
    assert again == encoded


PATTERNS = (
    r"(ab|ac)*",
    r"[a-z]{1,6}",
    r"\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?",
    r"(a|b){0,20}c",
    r'<a>(<b c="([a-z\n]|&lt;){0,4}"/>|<b></b>|[a-z\n]{1,3}|<!--y*-->){0,3}</a>',
    r'(<b c="([a-z\n]|&lt;){0,20}"/>|<b></b>|[a-z\n]{1,9}|<\?p q?\?>|&amp;){0,9}',  # many sets are one row
    r"[^x]*x",
    r"[\u00e9\u4e00-\u9fff]+\w?",
    r".\W.",
    r"",
)


@pytest.fixture(scope="module", params=["utf-8", "latin-1"])
def tables(request, tmp_path_factory):
    """Return what brings text into the form of a pattern, and what tells whether it has it, as C does."""
    folder, made_of, codec = tmp_path_factory.mktemp("tables"), Tables(), request.param
    patterns = [each for each in PATTERNS if codec == "utf-8" or (each.isascii() and "u4e" not in each)]
    names = [declare(form(each, codec, is_string=True), made_of) for each in patterns]
    runtime = files("abidance.native.runtime")
    constants = {name: getattr(input_format, name) for name in dir(input_format) if name.isupper()}
    text = [
        "#define _GNU_SOURCE",
        *(f"#include <{name}.h>" for name in ("errno", "stddef", "stdint", "stdio", "stdlib", "string")),
        *(f"#define ABIDANCE_{name} {value}" for name, value in constants.items() if isinstance(value, int)),
        *(
            runtime.joinpath(f"{name}.h").read_text()
            for name in ("expressions", "numbers", "texts", "input", "forms")
        ),
        *made_of.declarations,
        f"static const abidance_form *const all[] = {{{', '.join(names)}}};",
        "int has(int n, const unsigned char *at, size_t count) { return abidance_has_form(all[n], at, count); }",
        "long into(int n, const unsigned char *at, size_t count, size_t most, unsigned char *out) {",
        "    if (!abidance_form_of(all[n], &at, &count, most)) return -1;",
        "    memcpy(out, at, count); return (long)count; }",
    ]
    (folder / "forms.c").write_text("\n".join(text))
    cc("-w", "-O1", "-shared", "-fPIC", folder / "forms.c", "-o", folder / "forms.so", "-lm")
    return ctypes.CDLL(folder / "forms.so"), patterns, codec


@pytest.mark.slow
@pytest.mark.parametrize("text", [r"(a|b)*a(a|b){14}", r"(a|b)*a(a|b){12}"])
def test_a_form_that_needs_too_large_a_table_is_refused(text):
    with pytest.raises(NotCompiledError, match="more than 4096 rows"):
        form(text, "latin-1", is_string=False)


@pytest.mark.slow
def test_tables_bring_any_text_into_its_form_and_leave_what_has_it(tables):
    library, patterns, codec = tables
    source = random.Random(1)  # noqa: S311 - bytes to begin with
    letters = [*map(chr, range(1, 256)), "\u4e00", "a", "b", "c", "x", "<", "1", "."]
    kept = 0
    for number, pattern in enumerate(patterns):
        for _ in range(400):
            raw = source.randbytes(source.randrange(24)).replace(b"\0", b"a")
            if source.random() < 0.7:
                some = "".join(source.choices(letters, k=source.randrange(12)))
                raw = some.encode(codec, "ignore")
            out, most = ctypes.create_string_buffer(1 << 12), source.choice((0, 3, 12, 1000))
            count = library.into(number, raw, ctypes.c_size_t(len(raw)), ctypes.c_size_t(most), out)
            if count < 0:
                assert most < 1000
                continue
            formed = out.raw[:count]
            assert count <= most
            assert regex(pattern).matches(formed.decode(codec))
            for each in (raw, formed, formed[:-1]):
                valid = has(pattern, each, codec)
                assert library.has(number, each, ctypes.c_size_t(len(each))) == valid
            if has(pattern, raw, codec) and len(raw) <= most:
                assert formed == raw
                kept += 1
    assert kept > 20


def has(pattern, raw, codec):
    try:
        return regex(pattern).matches(raw.decode(codec))
    except UnicodeDecodeError:
        return False
