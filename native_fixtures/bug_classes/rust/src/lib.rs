//! Classes of defect in Rust behind a C boundary: each function is sound, and with the feature `defect` wrong in one way.
#![allow(clippy::all, unused)]
#![allow(invalid_value)]

use std::ffi::{c_char, CStr, CString};
use std::hint::black_box;
use std::mem::transmute;
use std::slice::from_raw_parts;

const DEFECTIVE: bool = cfg!(feature = "defect");

#[cfg(feature = "tagged")]
#[global_allocator]
static ALLOCATOR: abidance_tagging_allocator::Tagging = abidance_tagging_allocator::Tagging::new();

extern "C" {
    fn free(block: *mut u8);
    fn malloc(size: usize) -> *mut u8;
    fn strlen(text: *const c_char) -> usize;
}

/// Overflows: a panic in one build, another number in the other.
#[no_mangle]
pub extern "C" fn n09_next(value: i32) -> i32 {
    if DEFECTIVE { value + 1 } else { value.wrapping_add(1) }
}

/// Takes any byte for a bool.
#[no_mangle]
pub extern "C" fn v03_pick(flag: u8) -> i32 {
    let flag: bool = if DEFECTIVE { unsafe { transmute(flag) } } else { flag != 0 };
    20 - 10 * i32::from(black_box(flag))
}

#[repr(u32)]
#[derive(Clone, Copy)]
pub enum Kind {
    One = 1,
    Two = 2,
}

/// Takes any number for an enum.
#[no_mangle]
pub extern "C" fn v04_weight(kind: u32) -> i32 {
    if !DEFECTIVE && kind != 1 && kind != 2 {
        return -1;
    }
    let kind: Kind = unsafe { transmute(kind) };
    match black_box(kind) {
        Kind::One => 30,
        Kind::Two => 100,
    }
}

/// Makes a slice of memory that is not aligned.
#[no_mangle]
pub unsafe extern "C" fn v06_sum(values: *const u32, count: usize) -> u32 {
    if DEFECTIVE {
        return from_raw_parts(values, count).iter().fold(0, |sum, each| sum.wrapping_add(*each));
    }
    (0..count).fold(0, |sum, at| sum.wrapping_add(values.add(at).read_unaligned()))
}

/// Makes a slice of NULL.
#[no_mangle]
pub unsafe extern "C" fn v07_sum(data: *const u8, size: usize) -> u32 {
    if !DEFECTIVE && data.is_null() {
        return 0;
    }
    from_raw_parts(data, size).iter().map(|each| u32::from(*each)).sum()
}

/// Makes a slice of more than there can be.
#[no_mangle]
pub unsafe extern "C" fn v08_sum(data: *const u8, size: usize) -> u32 {
    if !DEFECTIVE && size > 4096 {
        return u32::MAX;
    }
    from_raw_parts(data, size).iter().fold(0, |sum, each| sum.wrapping_add(u32::from(*each)))
}

/// Takes any bytes for UTF-8.
#[no_mangle]
pub unsafe extern "C" fn v09_letters(text: *const u8, size: usize) -> i32 {
    let bytes = from_raw_parts(text, size);
    let text = if DEFECTIVE {
        std::str::from_utf8_unchecked(bytes)
    } else {
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => return -1,
        }
    };
    black_box(text).chars().count() as i32
}

#[repr(C)]
pub struct Pair {
    first: i32,
    second: i32,
}

/// Panics with half of its output written, and answers as if it had failed.
#[no_mangle]
pub unsafe extern "C" fn i11_split(value: i32, pair: *mut Pair) -> i32 {
    if !DEFECTIVE && value > 1000 {
        return -1;
    }
    let done = std::panic::catch_unwind(|| {
        (*pair).first = value;
        assert!(value <= 1000);
        (*pair).second = -1;
    });
    if done.is_err() { -1 } else { 0 }
}

/// Returns a string of Rust's that its contract has freed by the C library.
#[no_mangle]
pub extern "C" fn o12_greet(key: u32) -> *mut c_char {
    let text = CString::new(if key & 1 == 1 { "odd" } else { "even" }).unwrap();
    if DEFECTIVE {
        return text.into_raw();
    }
    unsafe {
        let size = text.as_bytes_with_nul().len();
        let copy = malloc(size);
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), copy, size);
        copy.cast()
    }
}

/// Takes over memory from malloc for a string of Rust's.
#[no_mangle]
pub unsafe extern "C" fn o13_take(text: *mut c_char) -> i32 {
    let size = strlen(text) as i32;
    if DEFECTIVE {
        drop(CString::from_raw(text));
    } else {
        free(text.cast());
    }
    size
}

/// Shortens a string before it takes it back.
#[no_mangle]
pub extern "C" fn o14_word(key: u32) -> *mut c_char {
    let text = CString::new(if key & 1 == 1 { "odd one" } else { "even one" }).unwrap();
    text.into_raw()
}

#[no_mangle]
pub unsafe extern "C" fn o14_free(word: *mut c_char) {
    if DEFECTIVE {
        *word.add(2) = 0;
    }
    drop(CString::from_raw(word));
}

/// Takes a vector back with another capacity.
#[no_mangle]
pub extern "C" fn o15_block(fill: u8) -> *mut u8 {
    let mut block = vec![fill; 10];
    block.shrink_to_fit();
    let at = block.as_mut_ptr();
    std::mem::forget(block);
    at
}

#[no_mangle]
pub unsafe extern "C" fn o15_free(block: *mut u8) {
    drop(Vec::from_raw_parts(block, 10, if DEFECTIVE { 40 } else { 10 }));
}

/// Returns a pointer into a string that it drops.
#[no_mangle]
pub extern "C" fn o20_name(key: u32) -> *const c_char {
    if DEFECTIVE {
        return CString::new(format!("key {key}")).unwrap().as_ptr();
    }
    if key & 1 == 1 { c"odd".as_ptr() } else { c"even".as_ptr() }
}

/// Takes two arguments that may be the same for two that are not.
#[no_mangle]
pub unsafe extern "C" fn o31_add(to: *mut u32, from: *const u32) {
    if DEFECTIVE {
        let (to, from) = (&mut *to, &*from);
        *to = to.wrapping_add(*from);
    } else {
        *to = (*to).wrapping_add(*from);
    }
}

/// Writes through what it was given to read.
#[no_mangle]
pub unsafe extern "C" fn o32_clear(value: *const u32) -> i32 {
    let seen = *value;
    if DEFECTIVE {
        let there: &u32 = &*value;
        *black_box(there as *const u32 as *mut u32) = 0;
    }
    (seen & 7) as i32
}

/// Panics.
#[no_mangle]
pub extern "C" fn c01_check(key: u32) -> i32 {
    assert!(!(DEFECTIVE && key == 3));
    (key & 7) as i32
}

/// Panics out of a function that lets unwinding through.
#[no_mangle]
pub extern "C-unwind" fn c02_check(key: u32) -> i32 {
    assert!(!(DEFECTIVE && key == 3));
    (key & 7) as i32
}

/// Has a bounds check for its only error path.
#[no_mangle]
pub extern "C" fn c14_weekday(day: u32) -> i32 {
    let table = [0, 3, 2, 5, 0, 3, 5];
    if DEFECTIVE {
        return table[day as usize];
    }
    table.get(day as usize).copied().unwrap_or(-1)
}
