"""Memory that a call is given as long as the handle lives that it returns, `lifetime: handle(result)`."""

from __future__ import annotations

import re

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
#include <stdint.h>
typedef struct vw_view vw_view;
vw_view *vw_of(const vw_view *with, const uint8_t *data, size_t n);   /* `with` may be NULL, and is only looked at */
unsigned vw_sum(const vw_view *view);
void vw_free(vw_view *view);
"""
SOURCE = """\
#include <stdlib.h>
#include "vw.h"
struct vw_view { const uint8_t *data; size_t n; unsigned with; };
static const uint8_t *last;
unsigned vw_sum(const vw_view *view)
{
    unsigned sum = view->with;
    for (size_t i = 0; i < view->n; i++) sum += view->data[i];
    if (VARIANT == 2 && last != NULL) sum += *last;  /* what was given for one that is gone, perhaps */
    return sum;
}
vw_view *vw_of(const vw_view *with, const uint8_t *data, size_t n)
{
    vw_view *view = malloc(sizeof *view);
    if (view == NULL) return NULL;
    *view = (vw_view){data, n, with == NULL ? 0 : vw_sum(with)};
    return view;
}
void vw_free(vw_view *view)
{
    if (VARIANT == 1 && view->n && view->data[0] == 7) view->with = view->data[view->n - 1];  /* for the last time */
    if (view->n) last = view->data;
    free(view);
}
"""
CONTRACT = """\
abidance: 1
boundary: vw
header: vw.h
libraries: {c: {command: [gcc, -O1, -DVARIANT=0, -shared, -fPIC, vw.c, -o, libvw.so], artifact: libvw.so}}
builds: [release]
handles: {vw_view: {create: vw_of, destroy: vw_free, parent: none}}
functions:
  vw_of:
    params:
      with: {handle: vw_view, nullable: true}
      data: {in: bytes, length: n, lifetime: handle(result)}
      n: {range: [0, 9]}
  vw_sum:
  vw_free:
"""


def judged(variant, reported):
    return reported("vw", HEADER, SOURCE, CONTRACT, variant, "--phase", "lifecycle")


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_is_lent_is_there_until_the_result_is_destroyed(variant, reported):
    status, report = judged(variant, reported)

    assert status == 0, report


@pytest.mark.slow
def test_what_is_read_later_is_found(reported):
    status, report = judged(2, reported)

    assert status == 1
    assert "error[ABD373]" in report
    assert main(["replay", re.search(r"abidance replay (\w+)", report)[1]]) == 1


def test_a_result_that_is_no_handle_keeps_nothing(tmp_path):
    (tmp_path / "vw.h").write_text(HEADER)
    text = CONTRACT.replace(
        "  vw_sum:\n", "  vw_len: {params: {data: {in: bytes, length: n, lifetime: handle(result)}}}\n"
    )
    (tmp_path / "vw.h").write_text(HEADER + "unsigned vw_len(const uint8_t *data, size_t n);\n")

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "vw.contract.yaml"))
    (found,) = caught.value.diagnostics
    assert found.message == "`data` is said to be there as long as the result, which is no handle"


def test_a_parameter_that_is_called_result_is_meant_by_its_kind(tmp_path):
    text = CONTRACT.replace(
        "  vw_sum:\n", "  vw_see: {params: {data: {in: bytes, length: n, lifetime: handle(result)}}}\n"
    )
    (tmp_path / "vw.h").write_text(
        HEADER + "unsigned vw_see(vw_view *result, const uint8_t *data, size_t n);\n"
    )

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "vw.contract.yaml"))
    (found,) = caught.value.diagnostics
    assert found.help == "the parameter `result` is meant by its kind: `handle(vw_view)`"
