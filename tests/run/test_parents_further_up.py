"""Handles that end before what another was made from: a glyph of a font, which may be gone, but not the library."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """
typedef struct gl_library gl_library;
typedef struct gl_font gl_font;
typedef struct gl_glyph gl_glyph;
gl_library *gl_library_new(void);
void gl_library_free(gl_library *library);
gl_font *gl_font_new(gl_library *library);
void gl_font_free(gl_font *font);
gl_glyph *gl_glyph_of(gl_font *font, int number);
gl_glyph *gl_glyph_copy(const gl_glyph *glyph);
int gl_glyph_turn(gl_glyph **glyph); /* into another one, in its place */
int gl_glyph_number(const gl_glyph *glyph);
void gl_glyph_free(gl_glyph *glyph);
"""
SOURCE = """
#include "glyphs.h"
#include <stdlib.h>
struct gl_library { int glyphs; };
struct gl_font { gl_library *library; };
struct gl_glyph { gl_library *library; gl_font *font; int number; };
gl_library *gl_library_new(void) { return calloc(1, sizeof(gl_library)); }
void gl_library_free(gl_library *library) { library->glyphs = -99; free(library); }
gl_font *gl_font_new(gl_library *library)
{
    gl_font *font = calloc(1, sizeof *font);
    font->library = library;
    return font;
}
void gl_font_free(gl_font *font) { font->library = NULL; free(font); }
static gl_glyph *made(gl_library *library, gl_font *font, int number)
{
    gl_glyph *glyph = calloc(1, sizeof *glyph);
    *glyph = (gl_glyph){library, font, number};
    library->glyphs++;
    return glyph;
}
gl_glyph *gl_glyph_of(gl_font *font, int number) { return made(font->library, font, number); }
gl_glyph *gl_glyph_copy(const gl_glyph *glyph) { return made(%(through)s, glyph->font, glyph->number); }
int gl_glyph_turn(gl_glyph **glyph)
{
    gl_glyph *turned = made((*glyph)->library, (*glyph)->font, (*glyph)->number + 1);
    gl_glyph_free(*glyph);
    *glyph = turned;
    return 0;
}
int gl_glyph_number(const gl_glyph *glyph) { return glyph->number; }
void gl_glyph_free(gl_glyph *glyph)
{
    if (glyph->library->glyphs-- <= 0)
        abort();
    free(glyph);
}
"""
CONTRACT = """
abidance: 1
boundary: glyphs
header: glyphs.h
libraries: {c: {path: libglyphs.so}}
handles:
  gl_library: {create: gl_library_new, destroy: gl_library_free}
  gl_font: {create: gl_font_new, destroy: gl_font_free}
  gl_glyph: {create: [gl_glyph_of, gl_glyph_copy], destroy: gl_glyph_free, parent: gl_library}
functions:
  gl_library_new:
  gl_font_new:
  gl_glyph_of: {params: {number: {range: [0, 9]}}}
  gl_glyph_copy: {ensures: [gl_glyph_number(result) == gl_glyph_number(glyph)]}
  gl_glyph_turn: {params: {glyph: {inout: gl_glyph}}, returns: {status: {ok: [0]}}}
  gl_glyph_number:
"""
SOUND, WRONG = "glyph->library", "glyph->font->library"


@pytest.fixture
def glyphs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "glyphs.h").write_text(HEADER)
    (tmp_path / "glyphs.contract.yaml").write_text(CONTRACT)

    def run(through, *options):
        (tmp_path / "glyphs.c").write_text(SOURCE % {"through": through})
        command = ["cc", "-g", "-fsanitize=address", "-shared", "-fPIC", "-o", "libglyphs.so", "glyphs.c"]
        subprocess.run(command, check=True)
        status = main(["run", "glyphs.contract.yaml", "--seed", "1", *options])
        return status, capsys.readouterr().out

    return run


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--explore", "0"), ("--phase", "explore", "--explore", "1")])
def test_what_a_font_was_made_from_is_there_as_long_as_its_glyphs(options, glyphs):
    """One glyph in another's place is turned as itself, however often that is done in a row."""
    status, out = glyphs(SOUND, *options)

    assert status == 0, out
    assert "no build shows" not in out


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--explore", "0"), ("--phase", "explore", "--explore", "1")])
def test_the_font_need_not_be_there(options, glyphs):
    status, out = glyphs(WRONG, "--function", "gl_*", *options)

    assert status == 1
    assert "ABD303" in out or "ABD301" in out, out
