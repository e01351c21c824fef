"""Handles in an array of the library's own: new ones, and such as are there as long as the array is."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_text
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct dv_bus dv_bus;
typedef struct dv_device dv_device;
typedef struct dv_open dv_open;
dv_bus *dv_bus_new(int devices);
void dv_bus_free(dv_bus *bus);
/* The list is NULL-ended; with `unref` its devices lose the reference that the list holds. */
int dv_list(dv_bus *bus, dv_device ***list);
void dv_free_list(dv_device **list, int unref);
dv_device *dv_ref(dv_device *device);
void dv_unref(dv_device *device);
int dv_address(const dv_device *device);
dv_open *dv_open_device(dv_device *device);
void dv_close(dv_open *handle);
int dv_read(dv_open *handle);
/* New devices, each the caller's, and the array too. */
dv_device **dv_fakes(int n, size_t *count);
"""
SOURCE = """\
#include <stdlib.h>
#include "dv.h"
enum { SOUND, NEAR, LOST, TWICE, EARLY, NULLS, SEEN };
struct dv_bus { int devices, opened; dv_device *all[6]; };
struct dv_device { int references, address; dv_bus *bus; };
struct dv_open { dv_device *device; };
static dv_device *made(dv_bus *bus, int address)
{
    dv_device *device = calloc(1, sizeof *device);
    device->references = 1;
    device->address = address;
    device->bus = bus;
    return device;
}
dv_device *dv_ref(dv_device *device) { device->references++; return device; }
void dv_unref(dv_device *device) { if (--device->references == 0) free(device); }
dv_bus *dv_bus_new(int devices)
{
    dv_bus *bus = calloc(1, sizeof *bus);
    bus->devices = devices;
    for (int i = 0; i < devices; i++) bus->all[i] = made(bus, i);
    return bus;
}
void dv_bus_free(dv_bus *bus)
{
    for (int i = 0; i < bus->devices; i++) dv_unref(bus->all[i]);
    free(bus);
}
int dv_list(dv_bus *bus, dv_device ***list)
{
    *list = calloc((size_t)bus->devices + 1, sizeof **list);
    for (int i = 0; i < bus->devices; i++) {
        (*list)[i] = bus->all[VARIANT == NEAR && i == 1 ? 0 : i];  /* nobody says that they differ */
        if (VARIANT != EARLY || i != 2) dv_ref((*list)[i]);
    }
    return bus->devices;
}
void dv_free_list(dv_device **list, int unref)
{
    for (int i = 0; unref && list[i]; i++) if (VARIANT != LOST || i != 1) dv_unref(list[i]);
    free(list);
}
int dv_address(const dv_device *device)
{
    return VARIANT == SEEN && device->bus != NULL && device->references > 2 ? 77 : device->address;
}
dv_open *dv_open_device(dv_device *device)
{
    dv_open *handle = calloc(1, sizeof *handle);
    handle->device = dv_ref(device);
    return handle;
}
void dv_close(dv_open *handle) { dv_unref(handle->device); free(handle); }
int dv_read(dv_open *handle) { return handle->device->address; }
dv_device **dv_fakes(int n, size_t *count)
{
    dv_device **all = calloc((size_t)n + 1, sizeof *all);
    for (int i = 0; i < n; i++) all[i] = made(NULL, i);
    if (VARIANT == TWICE && n == 6) { free(all[5]); all[5] = all[0]; }
    if (VARIANT == NULLS && n == 3) { free(all[1]); all[1] = NULL; }
    *count = (size_t)n;
    return all;
}
"""
CONTRACT = """\
abidance: 1
boundary: dv
header: dv.h
libraries: {c: {command: [gcc, -g, -DVARIANT=0, -shared, -fPIC, dv.c, -o, libdv.so], artifact: libdv.so}}
builds: [release]
explore: 0
handles:
  dv_bus: {create: dv_bus_new, destroy: dv_bus_free}
  dv_device: {create: [dv_list, dv_fakes], references: {acquire: dv_ref, release: dv_unref}, parent: none}
  dv_open: {create: dv_open_device, destroy: dv_close, parent: none}
functions:
  dv_bus_new: {params: {devices: {range: [0, 6]}}}
  dv_list:
    params:
      list:
        out:
          to: array
          ended_by: null
          of: {handle: dv_device, owner: callee, lifetime: handle(list)}
          owner: caller
          free: dv_free_list(list, 1)
    returns: {status: {ok: 0..}}
    ensures: [len(list) == result]
  dv_fakes:
    params:
      n: {range: [0, 6]}
      count: {out: size_t}
    returns: {to: array, length: count, of: {handle: dv_device}, owner: caller, free: free}
  dv_address: {returns: {range: [0, 5]}}
  dv_open_device:
  dv_read: {returns: {range: [0, 5]}}
"""


LONGER = ("--max-examples", "30")


def judged(variant, reported, *more, contract=CONTRACT):
    return reported("dv", HEADER, SOURCE, contract, variant, "--max-examples", "12", *more)


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_devices_of_a_list_are_used_until_it_is_freed(variant, reported):
    status, report = judged(variant, reported)

    assert status == 0, report


DEFECTS = {
    2: ("ABD371", "dv_list", "dv_free_list(list, 1);\n         dv_bus_free(bus);"),
    3: ("ABD314", "dv_fakes", "`dv_unref` wrote 4 bytes into a heap block that had been freed"),
    4: ("ABD314", "dv_list", "dv_bus *bus = dv_bus_new(3);"),
    5: ("ABD322", "dv_fakes", "left NULL in `result[1]`"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "variant", DEFECTS, ids=["reference lost", "twice in the array", "no reference", "NULL among them"]
)
def test_what_is_wrong_with_such_an_array_is_found(variant, reported):
    code, function, words = DEFECTS[variant]
    status, report = judged(variant, reported, "--phase", "properties", "--function", function)

    assert status == 1
    assert code in re.findall(r"error\[(ABD\d+)\]", report)
    assert words in report


@pytest.mark.slow
def test_sequences_use_what_is_in_a_list_before_they_free_it(reported, capsys, tmp_path):
    status, report = judged(6, reported, *LONGER, "--phase", "lifecycle", "--function", "dv_bus")

    assert status == 1
    assert re.search(r"dv_device \*device = list\[\d\];", report)
    case = re.search(r"abidance replay ([0-9a-f]+)", report)[1]
    main(["replay", case, "--emit", "c"])
    program = tmp_path / "again.c"
    program.write_text(capsys.readouterr().out)
    build = [
        "gcc",
        "-I",
        tmp_path,
        program,
        tmp_path / "libdv.so",
        f"-Wl,-rpath,{tmp_path}",
        "-o",
        tmp_path / "again",
    ]
    subprocess.run(build, check=True)
    assert subprocess.run([tmp_path / "again"], check=False, capture_output=True).returncode == 1


MISTAKES = {
    ("lifetime: handle(list)", "lifetime: handle(lists)"): "handle `lists`",
    (
        "owner: callee, lifetime: handle(list)",
        "owner: shared",
    ): "what a call leaves is the caller's, or the `callee`'s",
}


@pytest.mark.parametrize("change", MISTAKES)
def test_what_cannot_be_said_of_them_is_a_mistake_of_the_contract(change, written, tmp_path):
    written("dv", HEADER, SOURCE, CONTRACT)
    text = CONTRACT.replace(*change)
    assert text != CONTRACT

    with pytest.raises(UsageError) as caught:
        join(load_text(text, tmp_path / "dv.contract.yaml"))

    assert MISTAKES[change] in " ".join(each.message for each in caught.value.diagnostics)
