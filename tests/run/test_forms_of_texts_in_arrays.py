"""The form of each text in an array, `of: {to: string, like: REGEX}`: arguments, settings, names."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
int en_count(const char *const *settings);
int en_total(const char *const *numbers, size_t n);
char **en_names(int n);
void en_free(char **names);
"""
SOURCE = """\
#include "en.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* How many settings NAME=VALUE have a value: there is a `=` in each. */
int en_count(const char *const *settings)
{
    int count = 0;
    for (; *settings; settings++)
        count += strchr(*settings, '=')[1] != 0;
    return count;
}
int en_total(const char *const *numbers, size_t n)
{
    int total = 0;
    for (size_t i = 0; i < n; i++) {
        if (!numbers[i][0] || strspn(numbers[i], "0123456789") != strlen(numbers[i])) abort();
        total += atoi(numbers[i]) * FACTOR;
    }
    return total;
}
char **en_names(int n)
{
    char **names = calloc(n + 1, sizeof *names);
    for (int i = 0; i < n; i++) {
        names[i] = malloc(8);
        sprintf(names[i], NAMES, i);
    }
    return names;
}
void en_free(char **names)
{
    for (char **each = names; *each; each++) free(*each);
    free(names);
}
"""
CONTRACT = """\
abidance: 1
boundary: en
header: en.h
libraries: {c: {path: liben.so}}
functions:
  en_count:
    params: {settings: {in: array, ended_by: null, of: {to: string, like: '[A-Z]{1,3}=[a-z]{0,3}', max: 9}}}
    ensures: ["result == sum(1 for each in settings if len(each) > 0 and each[len(each) - 1] != 61)"]
  en_total:
    params: {numbers: {in: array, length: n, of: {to: string, like: '[0-9]{1,2}'}}, n: {range: [0, 4]}}
    ensures: ["(result == 0) == all(matches(each, '0+') for each in numbers)"]
  en_names:
    params: {n: {range: [0, 4]}}
    returns: {to: array, ended_by: null, of: {to: string, like: 'name[0-9]'}, owner: caller, free: en_free}
"""
SOUND = ("-DFACTOR=1", '-DNAMES="name%d"')


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["properties", "explore"])
@pytest.mark.parametrize("item", ["en_count", "en_total", "en_names"])
def test_what_is_passed_is_of_the_form_and_what_comes_back(item, phase, codes_of):
    assert codes_of("en", HEADER, SOURCE, CONTRACT, item, (phase,), *SOUND) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "flags", "code"),
    [
        ("en_total", ("-DFACTOR=0", '-DNAMES="name%d"'), "ABD321"),
        ("en_names", ("-DFACTOR=1", '-DNAMES="Name%d"'), "ABD322"),
    ],
)
def test_a_defect_is_found(item, flags, code, findings_of):
    found = findings_of("en", HEADER, SOURCE, CONTRACT, item, ("properties",), *flags)
    assert [each.diagnostic.code.id for each in found] == [code]


@pytest.mark.slow
def test_what_is_made_small_keeps_the_form(findings_of):
    (found,) = findings_of(
        "en", HEADER, SOURCE, CONTRACT, "en_total", ("properties",), "-DFACTOR=0", SOUND[1]
    )
    assert '{"1"}' in found.call


@pytest.mark.parametrize(("text", "codes"), [("7", []), ("a", ["ABD109"])])
def test_an_example_of_another_form_is_refused(text, codes, judged_of):
    example = f"    examples: [{{numbers: ['12', '{text}'], returns: 19}}]\n  en_names:"
    contract = CONTRACT.replace("  en_names:", example)
    (judged,) = judged_of("en", HEADER, SOURCE, contract, "en_total", ("examples",), *SOUND)
    assert [each.code.id for each in judged.reasons] == codes
    assert judged.findings == ()
