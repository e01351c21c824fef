//! Contracts as tests of `cargo test`, one for each function.
//!
//! In `Cargo.toml`, with the folder that `abidance --cargo-dir` prints:
//!
//! ```toml
//! [dev-dependencies]
//! abidance-contracts = { path = "..." }
//!
//! [[test]]
//! name = "contracts"
//! harness = false
//! ```
//!
//! and in `tests/contracts.rs`:
//!
//! ```no_run
//! fn main() {
//!     abidance_contracts::run(&["contracts"])
//! }
//! ```
//!
//! The libraries are those that the contracts name, such as `{cargo: ..}`. The program is `abidance` in the PATH, or
//! what the environment variable `ABIDANCE` names.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Arguments, Failed, Trial};

const SUFFIX: &str = ".contract.yaml";

/// Runs the functions of contracts as the options of `cargo test` say, and ends the process.
///
/// `contracts` are files, or folders that have some, relative to the package. What cannot be listed is a failing test
/// with the reason: a missing program or a contract with errors never passes for "no tests".
pub fn run(contracts: &[&str]) -> ! {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for path in contracts.iter().flat_map(|name| files(Path::new(name))) {
        trials.extend(tests_of(&path));
    }
    if trials.is_empty() {
        let message = format!("there is no *{SUFFIX} in {}", contracts.join(", "));
        trials.push(Trial::test("contracts", move || Err(Failed::from(message))));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// Returns a contract, or all below a folder, sorted.
fn files(path: &Path) -> Vec<PathBuf> {
    if !path.is_dir() {
        return vec![path.to_path_buf()];
    }
    let mut inside: Vec<PathBuf> =
        path.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    inside.sort();
    let chosen = |each: &PathBuf| each.is_dir() || each.to_string_lossy().ends_with(SUFFIX);
    inside.iter().filter(|each| chosen(each)).flat_map(|each| files(each)).collect()
}

fn tests_of(path: &Path) -> Vec<Trial> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().replace(SUFFIX, "");
    let listed = abidance(&["run".into(), "--list".into(), path.into()]);
    let names = match listed {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        other => {
            let why = words_of(other);
            return vec![Trial::test(name, move || Err(Failed::from(why)))];
        }
    };
    let test = |function: &str| {
        let words: Vec<OsString> = vec!["run".into(), path.into(), "--function".into(), function.into()];
        Trial::test(format!("{name}::{function}"), move || match abidance(&words) {
            Ok(output) if output.status.success() => Ok(()),
            other => Err(Failed::from(words_of(other))),
        })
    };
    names.lines().map(test).collect()
}

fn abidance(words: &[OsString]) -> std::io::Result<Output> {
    let program = std::env::var_os("ABIDANCE").unwrap_or_else(|| "abidance".into());
    Command::new(program).args(words).output()
}

fn words_of(ended: std::io::Result<Output>) -> String {
    match ended {
        Ok(output) => {
            let both = [output.stdout, output.stderr].concat();
            String::from_utf8_lossy(&both).into_owned()
        }
        Err(error) => format!("abidance could not be started: {error}; is it in the PATH? `ABIDANCE` names another"),
    }
}
