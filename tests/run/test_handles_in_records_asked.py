"""Questions about handles that lie in records: `ready(slot.device)`, `ready(slots[i].device)`."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct hr_device hr_device;
typedef struct hr_slot { const hr_device *device; int told; } hr_slot;
hr_device *hr_open(int waiting);
void hr_close(hr_device *device);
int hr_waiting(const hr_device *device);
void hr_pause(hr_device *device);
/* Tells for each whether something waits there; the number of those where it does. */
int hr_poll(hr_slot *slots, int n);
/* How much waits there, or nothing of a slot without a device. */
int hr_count(const hr_slot *slot);
"""
SOURCE = """\
#include "hr.h"
#include <stdlib.h>
enum { SOUND, NEAR, LAST, DOUBLE };
struct hr_device { int waiting; };
hr_device *hr_open(int waiting)
{
    hr_device *device = malloc(sizeof *device);
    if (device)
        device->waiting = waiting;
    return device;
}
void hr_close(hr_device *device) { free(device); }
int hr_waiting(const hr_device *device) { return device->waiting; }
void hr_pause(hr_device *device) { device->waiting = 0; }
int hr_poll(hr_slot *slots, int n)
{
    int count = 0;
    for (int k = 0; k < n; k++) {
        int i = WRONG == NEAR ? n - 1 - k : k; /* from behind */
        slots[i].told = slots[i].device->waiting > 0;
        if (WRONG == LAST && i == 2)
            slots[i].told = slots[0].told;
        count += slots[i].told;
    }
    return count;
}
int hr_count(const hr_slot *slot)
{
    if (!slot->device)
        return 0;
    return slot->device->waiting + (WRONG == DOUBLE && slot->device->waiting == 3);
}
"""
CONTRACT = """\
abidance: 1
boundary: hr
header: hr.h
libraries: {c: {path: libhr.so}}
types: {hr_slot: {fields: {device: {handle: hr_device}, told: {range: [0, 1]}}}}
handles: {hr_device: {create: hr_open, destroy: hr_close}}
functions:
  hr_open: {params: {waiting: {range: [0, 4]}}}
  hr_close:
  hr_waiting:
  hr_pause:
  hr_poll:
    params: {slots: {inout: array, length: n}, n: {range: [0, 4]}}
    ensures:
      - result == sum(each.told for each in slots)
      - all(slots[i].told == (1 if hr_waiting(slots[i].device) > 0 else 0) for i in range(n))
  hr_count:
    params: {slot: {in: hr_slot, fields: {device: {handle: hr_device, nullable: true}}}}
    ensures: ["result == (0 if slot.device == null else hr_waiting(slot.device))"]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "wrong", "codes"),
    [
        ("hr_poll", "LAST", {"ABD321"}),
        ("hr_poll", "NEAR", set()),
        full("hr_poll", "SOUND", set()),
        ("hr_count", "DOUBLE", {"ABD321"}),
        ("hr_count", "SOUND", set()),
        full("hr_device", "NEAR", set()),
    ],
)
def test_what_each_tells_is_compared(item, wrong, codes, codes_of):
    phases = ("properties", "lifecycle")
    assert {*codes_of("hr", HEADER, SOURCE, CONTRACT, item, phases, f"-DWRONG={wrong}")} == codes


@pytest.mark.parametrize(
    ("was", "then", "words"),
    [
        (
            "{hr_device: {create: hr_open, destroy: hr_close}}",
            (
                "{hr_device: {create: hr_open, destroy: hr_close, states: [open, paused], "
                "transitions: {hr_pause: {to: paused}, hr_waiting: {from: open}}}}"
            ),
            "where `hr_waiting` is unlawful",
        ),
        ("hr_waiting(slot.device))", "hr_waiting(slot.told))", "is no number"),
    ],
)
def test_one_that_may_not_be_asked_is_refused(was, then, words, written, capsys):
    assert was in CONTRACT
    written("hr", HEADER, SOURCE, CONTRACT.replace(was, then))

    assert main(["check", "hr.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
