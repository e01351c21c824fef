"""Contracts as Bazel tests.

abidance_contract_test is one test for a contract: each function is a case of its XML, `--test_filter=NAME` runs one
function, and `shard_count` splits them. abidance_contract_tests has a test for each function by itself, and one that
fails where the contract has other functions than are listed: Bazel runs no program while it reads BUILD files, so the
names stand there.

The program is the label `abidance`, else what the variable ABIDANCE names (`--test_env=ABIDANCE=/path/to/abidance`),
else `abidance` in the PATH of tests (`--test_env=PATH`).
"""

_LOADABLE = [".so", ".a", ".pic.a", ".lo"]

_SCRIPT = """#!/bin/bash
set -u
root="$TEST_SRCDIR/$TEST_WORKSPACE"
program={program}
if [ -n "$program" ]; then program="$root/$program"; else program="${{ABIDANCE:-abidance}}"; fi
contract="$root"/{contract}
words=({words})
library={library}
[ -z "$library" ] || words+=(--library {name}="$root/$library")
export ABIDANCE_CACHE_DIR="${{ABIDANCE_CACHE_DIR:-$TEST_TMPDIR/abidance}}" HOME="${{HOME:-$TEST_TMPDIR}}"
expected={expected}
if [ -n "$expected" ]; then
    listed=$("$program" run --list "$contract" "${{words[@]}}") || exit
    diff <(printf '%s\\n' $expected | sort) <(printf '%s\\n' $listed | sort) && exit
    echo "the functions of $contract (>) are not those of the BUILD file (<)"
    exit 1
fi
[ -z "${{XML_OUTPUT_FILE:-}}" ] || words+=(--format terminal --format "junit=$XML_OUTPUT_FILE")
[ -z "${{TESTBRIDGE_TEST_ONLY:-}}" ] || words+=(--function "$TESTBRIDGE_TEST_ONLY")
if [ -n "${{TEST_TOTAL_SHARDS:-}}" ]; then
    [ -z "${{TEST_SHARD_STATUS_FILE:-}}" ] || touch "$TEST_SHARD_STATUS_FILE"
    words+=(--partition "$((TEST_SHARD_INDEX + 1))/$TEST_TOTAL_SHARDS")
fi
# Failing calls are kept where Bazel collects what tests leave.
cd "${{TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}}"
exec "$program" run "$contract" "${{words[@]}}"
"""

def _quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"

def _loadable(ctx):
    """Return the file of the library under test; a shared one rather than a static one."""
    if not ctx.attr.library:
        return None
    files = ctx.attr.library[DefaultInfo].files.to_list()
    for ending in [".so"] + _LOADABLE:
        for file in files:
            if file.basename.endswith(ending):
                return file
    for file in files:
        if ".so." in file.basename:
            return file
    fail("%s makes no library that can be loaded or linked" % ctx.attr.library.label)

def _test_impl(ctx):
    library = _loadable(ctx)
    words = list(ctx.attr.arguments)
    for function in ctx.attr.functions:
        words += ["--function", function]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, _SCRIPT.format(
        program = _quoted(ctx.executable.abidance.short_path if ctx.executable.abidance else ""),
        contract = _quoted(ctx.file.contract.short_path),
        library = _quoted(library.short_path if library else ""),
        name = _quoted(ctx.attr.library.label.name if library else ""),
        words = " ".join([_quoted(word) for word in words]),
        expected = _quoted(" ".join(ctx.attr.expected)),
    ), is_executable = True)
    files = [ctx.file.contract] + ctx.files.hdrs + ctx.files.data + ([library] if library else [])
    runfiles = ctx.runfiles(files = files)
    for each in [ctx.attr.library, ctx.attr.abidance]:
        if each:
            runfiles = runfiles.merge(each[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = script, runfiles = runfiles)]

abidance_contract_test = rule(
    implementation = _test_impl,
    test = True,
    doc = "Holds a library to a contract.",
    attrs = {
        "contract": attr.label(allow_single_file = [".yaml"], mandatory = True, doc = "The *.contract.yaml."),
        "library": attr.label(doc = "What is tested: a cc_binary with linkshared, cc_shared_library or cc_library. " +
                                    "Without it, the libraries that the contract names."),
        "hdrs": attr.label_list(allow_files = True, doc = "The header of the contract, and what it includes."),
        "data": attr.label_list(allow_files = True, doc = "What else a test reads, such as hooks in Python."),
        "functions": attr.string_list(doc = "Only these functions."),
        "arguments": attr.string_list(doc = "More words for `abidance run`."),
        "expected": attr.string_list(doc = "Rather than calling anything, compare the contract's functions with these."),
        "abidance": attr.label(executable = True, cfg = "target", doc = "The program."),
    },
)

def abidance_contract_tests(name, functions, **kwargs):
    """A test for each function, called NAME.FUNCTION, one for the list itself, and a test_suite of them all."""
    tests = []
    for function in functions:
        tests.append("%s.%s" % (name, function))
        abidance_contract_test(name = tests[-1], functions = [function], **kwargs)
    tests.append(name + ".functions")
    abidance_contract_test(name = tests[-1], expected = functions, **kwargs)
    native.test_suite(name = name, tests = [":" + test for test in tests])
