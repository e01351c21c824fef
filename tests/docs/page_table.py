"""The how-to and tutorial pages: what each needs in order to be followed, or why it cannot be followed here.

`projects/` has the folders that pages begin in which tell no reader to write one. A page that is not in the table
fails a test, and so does a command that the table leaves out and no page has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

INSTALLS = "what is tested is installed already"
OF_ANOTHER_MACHINE = "compilers and headers for other machines are rarely installed"
_GIT = (
    "git init -q -b main && git add -A && git commit -q -m first",
    "git init -q --bare ../origin.git && git remote add origin ../origin.git && git push -q -u origin main",
)


@dataclass(frozen=True)
class Followed:
    """How a page is followed.

    A reader begins in a copy of `project`, or in an empty folder; with `here`, in a copy of this repository. Before,
    the files of the pages `behind` are made and the commands `before` typed, and `between` in front of each command.
    `left_out` are commands that are not typed, each with the reason, by some of their words; `instead` are words of
    commands that are typed as others. `needs` are programs and modules without which it is skipped.
    """

    project: str = ""
    here: bool = False
    behind: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    between: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    home: bool = False
    """Whether the reader's home is an empty folder: the page writes there."""
    often: bool = False
    """Whether `make test` follows it as well as `make test-full`: it is cheap, or nothing else does the like."""


@dataclass(frozen=True)
class NotFollowed:
    """Why a page is not followed."""

    why: str


NOTHING_TYPED = NotFollowed("it has no commands")

PAGES: dict[str, Followed | NotFollowed] = {
    "how-to/add-a-check.md": Followed(here=True, behind=("how-to/add-a-clause.md",)),
    "how-to/add-a-clause.md": Followed(here=True),
    "how-to/add-a-kind-of-type.md": NOTHING_TYPED,
    "how-to/add-a-reporter.md": Followed(here=True),
    "how-to/add-an-abi-rule.md": Followed(here=True),
    "how-to/call-a-library-from-python.md": Followed(
        "codec", before=("make -s libcodec.so",), needs=("make",)
    ),
    "how-to/call-from-add-test.md": Followed(),
    "how-to/check-a-generated-header.md": Followed(needs=("cargo", "cbindgen")),
    "how-to/check-a-layout.md": Followed(
        "codec",
        before=("mkdir tests",),
        left_out={"--target aarch64-linux-gnu": OF_ANOTHER_MACHINE, "mingw32": OF_ANOTHER_MACHINE},
        needs=("clang",),
        often=True,
    ),
    "how-to/compare-revisions.md": Followed(
        "codec",
        before=(
            _GIT[0],
            "abidance run contracts/codec.contract.yaml --build release --explore 0",
            "echo '/* later */' >> src/codec.c",
            "abidance run contracts/codec.contract.yaml --build release --explore 0",
            "git checkout -q -b faster && sed -i 's/i < length; i++)/i <= length; i++)/' src/codec.c",
            "git commit -q -a -m faster",
            "! abidance run contracts/codec.contract.yaml --build release --explore 0",
        ),
        needs=("git",),
    ),
    "how-to/complete-command-lines.md": Followed(
        home=True, left_out={"man ": "a checkout has no manual pages"}
    ),
    "how-to/decide-what-to-move.md": Followed(
        "codec",
        before=(
            _GIT[0],
            "sed -i '0,/i < length; i++)/s//i <= length; i++)/' src/codec.c && abidance abi accept contracts",
            "git add -A && git commit -q -m faster && abidance abi check contracts",
        ),
        needs=("git",),
    ),
    "how-to/draft-a-contract.md": Followed(
        "codec",
        before=("make -s libcodec.so", "mkdir build", "cp libcodec.so build"),
        between="rm -f codec.contract.yaml zlib.contract.yaml",
        needs=("make", "cargo"),
    ),
    "how-to/explore-for-longer.md": Followed("codec", instead={"1h": "2s", "10m": "2s"}),
    "how-to/gate-a-merge.md": Followed(
        "codec",
        before=(
            *_GIT,
            "mkdir old new && cp include/codec.h old && cp include/codec.h new",
            "make -s libcodec.so && cp libcodec.so old && cp libcodec.so new",
        ),
        needs=("git", "make"),
    ),
    "how-to/hold-a-prebuilt-library.md": Followed(
        "codec", before=("make -s libcodec.so", "mkdir build", "cp libcodec.so build"), needs=("make",)
    ),
    "how-to/index.md": NOTHING_TYPED,
    "how-to/limit-and-share-a-run.md": Followed("codec"),
    "how-to/observe-a-library.md": Followed(
        "codec", before=("make -s libcodec.so", "mkdir build", "cp libcodec.so build"), needs=("make",)
    ),
    "how-to/profile-a-function.md": Followed(
        "codec", instead={" --seconds 3": " --seconds 0.3"}, needs=("valgrind",)
    ),
    "how-to/replace-a-library.md": Followed(needs=("make", "cargo")),
    "how-to/report-what-is-known.md": Followed("codec", before=(_GIT[0],), needs=("git",)),
    "how-to/reproduce-a-failure.md": Followed(
        "codec", before=("sed -i 's/i < length; i++)/i <= length; i++)/' src/codec.c",)
    ),
    "how-to/say-what-the-documentation-says.md": NOTHING_TYPED,
    "how-to/see-what-was-reached.md": Followed(
        "codec",
        before=("sed -i 's/room: {range: .0, 64.}/room: {range: [64, 64]}/' contracts/codec.contract.yaml",),
    ),
    "how-to/set-a-budget.md": Followed("gateway", before=("git init -q",), needs=("git",)),
    "how-to/set-up-a-project.md": Followed(),
    "how-to/show-findings-in-a-pull-request.md": Followed(
        "codec", left_out={"gh run": "GitHub has the cases", "7f3a9c": "a case that is downloaded"}
    ),
    "how-to/test-from-bazel.md": NotFollowed("Bazel is not installed"),
    "how-to/test-from-cargo.md": Followed(needs=("cargo",)),
    "how-to/test-from-cmake.md": Followed(often=True),
    "how-to/test-from-make.md": Followed(needs=("make",)),
    "how-to/test-from-meson.md": Followed(needs=("mesonbuild",)),
    "how-to/trace-a-program.md": Followed("codec", before=("make -s libcodec.so",), needs=("make",)),
    "how-to/write-contracts-in-an-editor.md": NotFollowed(
        "an editor does it; `tests/editor` does so with Neovim's"
    ),
    "tutorial/1-add-the-plugin.md": Followed(left_out={"pip install": INSTALLS}),
    "tutorial/2-write-a-contract.md": Followed(),
    "tutorial/3-gate-a-merge.md": Followed(behind=("tutorial/2-write-a-contract.md",), needs=("cargo 1.78",)),
    "tutorial/4-decide-what-to-move.md": Followed(
        "../../../examples/01-request-guard",
        left_out={"cp -r path/to": "a reader begins in the copy"},
        instead={
            "--library c": "--library c --max-examples 20",
            "run parser/quote.contract.yaml": "run parser/quote.contract.yaml --max-examples 20",
        },
    ),
}
