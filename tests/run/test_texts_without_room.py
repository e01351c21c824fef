"""Where a text is given no room at all, there is none for its NUL: as of `snprintf(text, 0, ...)`, none is missed."""

from __future__ import annotations

import pytest

HEADER = "#include <stddef.h>\nint rt_number(int number, char *text, size_t room);\n"
# Writes a number as `snprintf` does, and returns how many letters it has, whatever the room.
SOURCE = """
#include "rt.h"
#include <string.h>

int rt_number(int number, char *text, size_t room)
{
    char digits[4];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    for (int i = 0; i < count; i++)
        if (room > 0 && (size_t)i < room - 1)
            text[i] = digits[count - 1 - i];
    if (room > LEAST)
        text[(size_t)count < room ? (size_t)count : room - 1] = 0;
    return count;
}
"""
CONTRACT = """
abidance: 1
boundary: rt
header: rt.h
libraries: {c: {path: librt.so}}
functions:
  rt_number:
    params:
      number: {range: [0, 999]}
      text: {out: string, capacity: room}
      room: {range: [0, 6]}
    ensures: ["implies(room > 0, len(text) == min(result, room - 1))"]
"""


@pytest.mark.parametrize(
    ("least", "codes"),
    [
        (0, set()),  # writes the NUL wherever there is room
        (1, {"ABD322"}),  # leaves it out where there is room for nothing else
    ],
)
@pytest.mark.parametrize("phase", ["properties", "explore"])
def test_a_nul_is_missed_only_where_there_is_room_for_it(phase, least, codes, judged_of, monkeypatch):
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.2")
    (judged,) = judged_of("rt", HEADER, SOURCE, CONTRACT, "rt_number", (phase,), f"-DLEAST={least}")

    assert judged.calls or judged.explored
    assert {each.diagnostic.code.id for each in judged.findings} == codes
    assert judged.reasons == ()
