"""Memory that a function takes over is the library's to free: once, in the end, and not when the call failed."""

from __future__ import annotations

import re

import pytest
from families import SOUND, found_in, spared_in

from abidance.cli.main import main
from tiers import full

pytestmark = pytest.mark.full

CRASH, ASAN, LEAK, FREED = "ABD301", "ABD303", "ABD371", "ABD372"
DEFECTS = {
    "tk_set_label": (CRASH, ASAN),
    "tk_push": (FREED, FREED),
    "tk_absorb": (LEAK, LEAK),
    "tk_store": (LEAK, LEAK),
    "tk_grow": (CRASH, ASAN),
    "tk_eat": (FREED, ASAN),
    "tk_prefix": (LEAK, LEAK),
    "tk_send": (LEAK, LEAK),
    "tk_words": (CRASH, ASAN),
    "tk_parcels": (CRASH, ASAN),
    "tk_ask": (LEAK, LEAK),
}
SILENT = ("tk_keep", "tk_new", "tk_free", "tk_count", "tk_offer")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_memory_that_is_taken_over_and_not_freed_as_promised_is_found(function, build, code, judge):
    found, reasons = judge("ownership_transfer", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT))
def test_memory_that_is_taken_over_and_freed_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "ownership_transfer", function, build) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("build", ["sound", "near_asan", "sound_tsan"])
def test_memory_goes_with_the_handle_that_took_it(build, judge):
    assert judge("ownership_transfer", "tk_queue", build, seed=3, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
def test_memory_that_is_freed_by_whom_it_was_not_given_to_is_found_from_sequences(judge):
    found, _ = judge("ownership_transfer", "tk_queue", "wrong", seed=1, phases=("lifecycle",))

    assert FREED in [finding.diagnostic.code.id for finding in found]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        full("tk_set_label", "`tk_set_label` reads `label`, which it owns and has freed (SIGSEGV)"),
        full("tk_push", "`tk_push` failed and freed `item`, which then belongs to the caller again"),
        ("tk_store", "`tk_store` took ownership of `data`, and nothing frees it, not even with its handle"),
        full("tk_prefix", "`tk_prefix` took ownership of `prefix`, and nothing frees it"),
        full("tk_eat", "`tk_eat` freed `data`, which is the caller's, but not at its start"),
    ],
)
def test_a_finding_says_what_was_taken_over(function, words, judge):
    found, _ = judge("ownership_transfer", function, "wrong", seed=1)

    assert words in [finding.diagnostic.message for finding in found]


def test_memory_from_a_function_of_the_library_is_shown_with_it(judge):
    found, _ = judge("ownership_transfer", "tk_send", "wrong", seed=1)

    (leak,) = [each for each in found if each.diagnostic.code.id == LEAK]
    asked, filled, sent = leak.call.splitlines()
    assert asked == "void *made = tk_alloc(1);"
    assert re.fullmatch(r'memcpy\(made, ".+", 1\);', filled)
    assert sent == "tk_send(made, 1);        // returned 0"


def test_callbacks_that_free_and_give_are_shown(judge):
    (word, *_), _ = judge("ownership_transfer", "tk_words", "wrong", seed=1)
    (name, *_), _ = judge("ownership_transfer", "tk_ask", "wrong", seed=1)

    assert word.call.startswith("static void word(void *context, char *word) { free(word); }")
    assert "memcpy(malloc(" in name.call


@pytest.mark.full
@pytest.mark.parametrize("function", ["tk_set_label", "tk_grow", "tk_words"])
def test_the_emitted_program_hands_over_memory_from_malloc(
    function, built, tmp_path, monkeypatch, capsys, execute
):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong_asan", "--function", function, "--seed", "1"]
    main(["run", str(built / "ownership_transfer.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert execute("ownership_transfer_wrong_asan", "-fsanitize=address") == 1
    assert execute("ownership_transfer_sound_asan", "-fsanitize=address") == 0


@pytest.mark.full
def test_the_emitted_program_asks_the_library_for_memory(built, tmp_path, monkeypatch, capsys, execute):
    monkeypatch.chdir(tmp_path)
    main(
        [
            "run",
            str(built / "ownership_transfer.contract.yaml"),
            "--library",
            "wrong",
            "--function",
            "tk_send",
            "--seed",
            "1",
        ]
    )
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    main(["replay", case, "--emit", "c", "--output", "case.c"])

    text = (tmp_path / "case.c").read_text()
    assert "= tk_alloc((size_t)0x1);" in text
    assert "if (slot[0] != NULL && ((r1 <= -1) || (r1 >= 1))) tk_release((void *)(slot[0]));" in text
    assert execute("ownership_transfer_sound") == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("owner: callee, free: tk_release", "the allocator of memory that `tk_release` frees is unknown"),
        ("owner: callee, alloc: tk_count, free: tk_release", "`tk_count` is not an allocator"),
        ("owner: callee, alloc: tk_alloc, free: tk_eat", "`tk_eat` cannot be called to free this"),
        (
            "on_failure: taken",
            "`data` is not transferred by a successful call, so it is not by a failed one",
        ),
        ("owner: callee, misaligned: true", "`misaligned` cannot be tested"),
    ],
)
def test_what_cannot_change_hands_is_told(said, words, built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (built / "ownership_transfer.contract.yaml").read_text().replace("header: ", f"header: {built}/")
    contract = tmp_path / "ownership_transfer.contract.yaml"
    contract.write_text(text.replace("owner: callee, free: free}", f"{said}}}"))

    assert main(["check", str(contract)]) == 2
    assert words in capsys.readouterr().out + capsys.readouterr().err


def test_calls_that_take_memory_over_are_not_made_again_and_again(built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (built / "ownership_transfer.contract.yaml").read_text()
    text = re.sub(r"(header|path): ", rf"\1: {built}/", text)
    contract = tmp_path / "ownership_transfer.contract.yaml"
    contract.write_text(text.replace("  tk_eat:\n", "  tk_eat:\n    effects: [thread_safe]\n"))

    main(["run", str(contract), "--library", "sound", "--function", "tk_eat", "--max-examples", "5"])

    assert "`thread_safe` of `tk_eat`, which takes ownership of memory" in capsys.readouterr().out
