"""Functions of a contract's own, `inline`: what the header shows of a record that the library allocates."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
typedef struct { char *word; int times; } il_entry;
typedef struct il_list { int count; il_entry *entries; } il_list;
il_list *il_new(void);
void il_free(il_list *list);
/* Adds `word`, or counts it once more. */
void il_add(il_list *list, const char *word);
#define il_room(list) 9
"""
SOURCE = """\
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "il.h"
enum { SOUND, NEAR, TWICE, CUT };
il_list *il_new(void)
{
    il_list *list = calloc(1, sizeof *list);
    list->entries = calloc(64, sizeof *list->entries);
    return list;
}
void il_free(il_list *list)
{
    for (int i = 0; i < list->count; i++) free(list->entries[i].word);
    free(list->entries);
    free(list);
}
void il_add(il_list *list, const char *word)
{
    for (int i = 0; i < list->count && VARIANT != TWICE; i++)
        if (strcmp(list->entries[i].word, word) == 0) {
            list->entries[i].times += 1;
            return;
        }
    if (list->count == 64) abort();
    il_entry *entry = &list->entries[list->count++];
    entry->word = strndup(word, VARIANT == CUT ? 3 : 100);
    entry->times = 1;
    if (VARIANT == NEAR) list->entries[list->count].times = 7;
}
"""
CONTRACT = """\
abidance: 1
boundary: il
header: il.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, il.c, -o, libil.so], artifact: libil.so}}
builds: [release]
explore: 0.3
handles: {il_list: {create: il_new, destroy: il_free}}
functions:
  il_new: {ensures: [count_of(result) == 0]}
  il_free:
  il_add:
    params: {word: {in: string, max: 6}}
    ensures:
      - implies(count_of(list) > old(count_of(list)), word_at(list, count_of(list) - 1) == word)
      - old(count_of(list)) <= count_of(list) <= old(count_of(list)) + 1
  count_of: {prototype: int count_of(const il_list *list), inline: list->count, ensures: [result >= 0]}
  word_at:
    prototype: const char *word_at(const il_list *list, int i)
    inline: "i < list->count ? list->entries[i].word : (const char *)0"
    params: {i: {range: [0, 9]}}
    returns: {to: string, nullable: true}
    ensures: [(result == null) == (i >= count_of(list))]
laws:
  counted_once:
    steps: ["il_add(list, word)", "il_add(list, word)", "n = count_of(list)"]
    ensures: [n.result == 1]
"""


def judged(variant, reported, *more, text=CONTRACT):
    return reported("il", HEADER, SOURCE, text, variant, *more)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_they_return_is_as_promised(variant, reported):
    status, report = judged(variant, reported)

    assert status == 0
    assert "no case tested" not in report
    assert "not compiled" not in report


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "broken"),
    [(2, "the law `counted_once` is broken"), (3, "`implies(count_of(list) > old(count_of(list))")],
    ids=["twice", "cut"],
)
def test_a_promise_about_what_they_return_is_judged(variant, broken, reported):
    status, report = judged(variant, reported)

    assert status == 1
    assert broken in report


@pytest.mark.slow
def test_the_program_that_shows_it_defines_them_and_tells_the_defect_from_what_is_sound(
    reported, capsys, tmp_path
):
    _, report = judged(3, reported, "--phase", "properties", "--function", "il_add")
    (found,) = re.findall(r"abidance replay (\w+)`   in C", report)
    assert main(["replay", found, "--emit", "c"]) == 0
    program = capsys.readouterr().out
    assert "static inline int count_of(const il_list *list) { return list->count; }" in program

    (tmp_path / "shown.c").write_text(program)
    ended = []
    for variant in (3, 0):
        built = ["gcc", f"-DVARIANT={variant}", "-I.", "shown.c", "il.c", "-o", "shown"]
        subprocess.run(built, cwd=tmp_path, check=True)
        ended.append(subprocess.run(["./shown"], cwd=tmp_path, capture_output=True, check=False).returncode)
    assert ended == [1, 0]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("il_room: {prototype: int il_room(il_list *list), inline: '9'}", "has a `il_room` of its own"),
        (
            "il_add: {prototype: 'void il_add(il_list *list)', inline: list->count}",
            "has a `il_add` of its own",
        ),
        ("count_of: {inline: list->count}", "`inline` has no meaning without `prototype`"),
    ],
)
def test_one_that_cannot_be_is_refused(entry, message, written, tmp_path):
    written("il", HEADER, SOURCE, CONTRACT)
    head = CONTRACT[: CONTRACT.index("functions:")]

    with pytest.raises(UsageError) as caught:
        join(
            load_text(f"{head}functions:\n  il_new:\n  il_free:\n  {entry}\n", tmp_path / "il.contract.yaml")
        )

    assert message in " ".join(each.message for each in caught.value.diagnostics)


def test_a_field_of_what_the_library_allocates_leads_to_one(written, tmp_path):
    written("il", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace("[count_of(result) == 0]", "[result.count == 0]")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "il.contract.yaml"))

    (help_,) = {each.help for each in caught.value.diagnostics}
    assert "\"int il_list_count(const il_list *it)\", inline: 'it->count'" in help_


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["list->size", "list == NULL"], ids=["no field", "declared elsewhere"])
def test_what_is_no_c_is_told_with_what_the_compiler_says(wrong, reported):
    """`il.h` includes no header that has `NULL`: it is not the header that is wrong, as of a declared function."""
    text = CONTRACT.replace("inline: list->count", f"inline: {wrong}")
    status, report = judged(0, reported, text=text)

    assert status != 0
    assert "the compiler rejects what `count_of` returns" in report
    assert ("'NULL' undeclared" if "NULL" in wrong else "size") in report
    assert "^" * len(wrong) in report
    assert "declared in the contract's header" in " ".join(report.split())
