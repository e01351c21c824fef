//! What the right side frees is freed, and what the wrong side frees ends the process: each case is a process of its own.

use abidance_tagging_allocator::Tagging;
use std::alloc::{GlobalAlloc, Layout};
use std::ffi::c_void;
use std::process::{Command, Output};

#[global_allocator]
static ALLOCATOR: Tagging = Tagging::new();

extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(block: *mut c_void);
}

const CASE: &str = "WRONG_ALLOCATOR_CASE";

/// Runs a case in a process of its own, which is this program again.
fn in_its_own_process(case: &str) -> Output {
    let program = std::env::current_exe().expect("this program has a path");
    let words = ["--exact", "a_case", "--nocapture"];
    Command::new(program).args(words).env(CASE, case).output().expect("this program can be run")
}

#[test]
fn a_case() {
    match std::env::var(CASE).as_deref() {
        Ok("malloc") => unsafe {
            let block = malloc(8).cast::<u64>();
            block.write(1);
            drop(Box::from_raw(block));
        },
        Ok("free") => unsafe { free(Box::into_raw(Box::new(1u64)).cast()) },
        Ok("size") => unsafe {
            let text = String::from("twelve bytes").into_boxed_str();
            drop(Box::from_raw(Box::into_raw(text).cast::<u64>()));
        },
        Ok("twice") => unsafe {
            let layout = Layout::from_size_align_unchecked(4096, 8);
            let block = ALLOCATOR.alloc(layout);
            ALLOCATOR.dealloc(block, layout);
            ALLOCATOR.dealloc(block, layout);
        },
        _ => {}
    }
}

#[test]
fn what_the_wrong_side_frees_ends_the_process() {
    for (case, words) in [
        ("malloc", "Rust frees a block of 8 bytes that it has not allocated, such as one from `malloc`"),
        ("size", "Rust frees 8 bytes aligned to 8, and the block was allocated with 12 bytes aligned to 1"),
        ("free", ""),
    ] {
        let ended = in_its_own_process(case);
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success(), "{case}");
        assert!(told.contains(words), "{case}: {told}");
    }
    assert!(!in_its_own_process("twice").status.success());
}

#[test]
fn what_the_right_side_frees_is_freed() {
    assert!(in_its_own_process("none").status.success());
    for align in [1, 2, 8, 16, 32, 64, 4096] {
        for size in [1, 7, 64, 5000] {
            let layout = Layout::from_size_align(size, align).expect("a layout");
            unsafe {
                let block = ALLOCATOR.alloc_zeroed(layout);
                assert_eq!(block as usize % align, 0);
                assert!((0..size).all(|at| *block.add(at) == 0));
                block.write_bytes(7, size);
                let grown = ALLOCATOR.realloc(block, layout, 2 * size);
                assert_eq!(grown as usize % align, 0);
                assert!((0..size).all(|at| *grown.add(at) == 7));
                ALLOCATOR.dealloc(grown, Layout::from_size_align(2 * size, align).expect("a layout"));
            }
        }
    }
    let mut words: Vec<String> = (0..100).map(|n| n.to_string()).collect();
    words.sort();
    assert_eq!(words.concat().len(), 190);
}
