"""A number that a contract lists by a constant of the header is shown as that constant."""

from __future__ import annotations

import pytest

from abidance.boundary.print_c.literals import in_words, scalar_text

HEADER = """\
#define N_READ 16
#define N_WAV 65536
#define N_PCM 2
enum e { E_A, E_B };
int f(int mode);
int g(enum e e);
"""


@pytest.fixture
def mode(joined):
    def shape(listed, function="f", parameter="mode"):
        contract = f"functions: {{{function}: {{params: {{{parameter}: {{one_of: [{listed}]}}}}}}}}"
        return joined(HEADER, contract).functions[function].members[0].shape

    return shape


@pytest.mark.parametrize(
    ("listed", "number", "shown"),
    [
        ("N_READ, 3", 16, "N_READ"),
        ("N_READ, 3", 3, "3"),
        ("N_READ, 3", 4, "4"),
        ("N_WAV | N_PCM", 65538, "N_WAV | N_PCM"),
        ("-N_PCM, N_PCM", -2, "-N_PCM"),
        ("1 << 4, N_PCM", 16, "16"),
        ("N_READ * 2", 32, "32"),
        ("sizeof(int)", 4, "4"),
    ],
)
def test_a_constant_is_shown_by_its_name(listed, number, shown, mode):
    shape = mode(listed)

    assert scalar_text(shape, number) == in_words(shape, number) == shown


def test_enumerators_keep_theirs(mode):
    assert scalar_text(mode("0", "g", "e"), 0) == "E_A"
