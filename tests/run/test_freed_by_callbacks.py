"""A callback frees what it is given to keep by a call that the contract writes: with a handle, or how many."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
typedef struct fc_reader fc_reader;
typedef struct fc_model { int children; } fc_model;
fc_reader *fc_new(void);
void fc_end(fc_reader *reader);
void fc_on_model(fc_reader *reader, void (*told)(void *mine, const char *name, fc_model *model), void *mine);
int fc_read(fc_reader *reader, int models);
void fc_model_free(fc_reader *reader, fc_model *model);
int fc_split(const char *text, void (*words)(char **words, int n, void *mine), void *mine);
void fc_words_free(int n, int deep, char **words);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "fc.h"
enum { SOUND, NEAR, WRONG };
struct fc_reader { int models; void (*told)(void *, const char *, fc_model *); void *mine; };
fc_reader *fc_new(void) { return calloc(1, sizeof(fc_reader)); }
void fc_end(fc_reader *reader)
{
    if (reader->models != 0) abort(); /* not all were given back */
    free(reader);
}
void fc_on_model(fc_reader *reader, void (*told)(void *, const char *, fc_model *), void *mine)
{
    reader->told = told;
    reader->mine = mine;
}
int fc_read(fc_reader *reader, int models)
{
    for (int i = 0; i < models && reader->told; i++) {
        fc_model *model = calloc(1, sizeof *model + (VARIANT == NEAR) * 64);
        model->children = i;
        reader->models++;
        reader->told(reader->mine, "model", model);
    }
    return models;
}
void fc_model_free(fc_reader *reader, fc_model *model)
{
    reader->models--;
    if (VARIANT == WRONG && model->children == 2) return; /* this one is forgotten */
    free(model);
}
int fc_split(const char *text, void (*words)(char **words, int n, void *mine), void *mine)
{
    int n = (int)strlen(text);
    char **all = calloc((size_t)n + 1, sizeof *all);
    for (int i = 0; i < n; i++) (all[i] = malloc(2))[0] = text[i], all[i][1] = 0;
    words(all, n, mine);
    return n;
}
void fc_words_free(int n, int deep, char **words)
{
    if (deep != 7) abort();
    for (int i = VARIANT == WRONG; i < n; i++) free(words[i]); /* the first is forgotten */
    free(words);
}
"""
CONTRACT = """\
abidance: 1
boundary: fc
header: fc.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, fc.c, -o, libfc.so], artifact: libfc.so}}
builds: [release]
explore: 0
equivalence: {compare: none}
handles:
  fc_reader: {create: fc_new, destroy: fc_end}
functions:
  fc_on_model:
    params:
      told:
        callback:
          lifetime: handle(fc_reader)
          params: {name: {to: string}, model: {to: fc_model, owner: callee, free: "fc_model_free(reader, model)"}}
        nullable: true
        user_data: mine
  fc_read: {params: {models: {range: [0, 4]}}}
  fc_split:
    params:
      text: {in: string, encoding: ascii, max: 5}
      words:
        callback:
          calls: 1
          params:
            words: {to: array, length: n, of: string, owner: callee, free: "fc_words_free(words=words, n=n, deep=7)"}
        user_data: mine
"""


def judged(variant, reported, contract=CONTRACT):
    return reported("fc", HEADER, SOURCE, contract, variant, "--max-examples", "60")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_is_freed_with_all_that_it_takes_is_left_alone(variant, reported):
    status, report = judged(variant, reported)

    assert (status, "ABD" in report) == (0, False)


@pytest.mark.slow
def test_what_forgets_some_of_it_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == {"ABD371"}
    assert "fc_words_free(n, 7, words);" in report
    assert "fc_model_free(handle, model);" in report


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "status"), [(0, 0), (1, 0), (2, 1)], ids=["sound", "near", "wrong"])
def test_such_functions_are_explored_too(variant, status, written, capsys):
    written(
        "fc",
        HEADER,
        SOURCE,
        CONTRACT.replace("explore: 0", "explore: 1").replace("VARIANT=0", f"VARIANT={variant}"),
    )

    assert main(["run", "fc.contract.yaml", "--seed", "1", "--phase", "explore"]) == status
    report = capsys.readouterr().out
    assert {*re.findall(r"error\[(ABD\d+)\]", report)} == ({"ABD371"} if status else set())
    assert "a callback that frees" not in report


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "fc_model_free",
            "`fc_model_free` cannot be called by a callback to free this: it takes more than a pointer",
        ),
        ("fc_model_free(reader)", "`fc_model_free` takes 2 arguments, and is given 1"),
        ("fc_model_free(reader, null)", "`fc_model_free` is not given `model` once, which it frees"),
        (
            "fc_model_free(mine, model)",
            "`reader` of `fc_model_free` is a `fc_reader`, and `fc_on_model` is given none there",
        ),
        ("fc_model_free(rader, model)", "parameter `rader` is not in the callback"),
        ("fc_model_free(reader, mdel=model)", "parameter `mdel` is not in `fc_model_free`"),
        ("fc_words_free(name, 7, model)", "`n` of `fc_words_free` is a number, and is given none"),
    ],
)
def test_what_frees_nothing_is_refused(call, message, written, tmp_path):
    written("fc", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("fc_model_free(reader, model)", call)

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "fc.contract.yaml"))

    assert message in [each.message for each in caught.value.diagnostics]
