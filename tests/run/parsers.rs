//! One is sound, one comes as near to the defects as sound code can (`near`), one has them (`wrong`).

use std::ffi::{c_char, CStr};

/// A word of four bytes, and a length that reaches one too far.
///
/// # Safety
/// `p` points at `n` bytes.
#[no_mangle]
pub unsafe extern "C" fn pr_packet(p: *const u8, n: usize) -> i32 {
    let data = std::slice::from_raw_parts(p, n);
    if n < 5 || !data.starts_with(b"PKT\x01") {
        return -1;
    }
    let len = data[4] as usize;
    let fits = if cfg!(wrong) {
        len <= n - 4
    } else if cfg!(near) {
        len + 5 <= n
    } else {
        len <= n - 5
    };
    if !fits {
        return -1;
    }
    (0..len).map(|i| *data.get_unchecked(5 + i) as i32).sum()
}

/// A number that does not fit what it is put in.
///
/// # Safety
/// `text` is a string.
#[no_mangle]
pub unsafe extern "C" fn pr_level(text: *const c_char) -> i32 {
    let Ok(text) = CStr::from_ptr(text).to_str() else {
        return -1;
    };
    match text.strip_prefix("level=").and_then(|digits| digits.parse::<u32>().ok()) {
        Some(level) if level != 0 && (cfg!(wrong) || level < 256) => level as u8 as i32,
        _ => -1,
    }
}
