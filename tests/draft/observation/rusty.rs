//! What `rusty.h` declares.
use std::ffi::{c_char, CStr, CString};

#[no_mangle]
pub unsafe extern "C" fn r_mix(a: *const u8, b: usize) -> u64 {
    if a.is_null() {
        return 0;
    }
    std::slice::from_raw_parts(a, b).iter().fold(14695981039346656037, |h, &x| (h ^ u64::from(x)).wrapping_mul(1099511628211))
}

#[no_mangle]
pub unsafe extern "C" fn r_fill(a: *mut u32, b: usize, c: u32) -> i32 {
    if a.is_null() {
        return -1;
    }
    std::slice::from_raw_parts_mut(a, b).fill(c);
    b as i32
}

#[no_mangle]
pub unsafe extern "C" fn r_scale(a: *mut f64, b: usize, c: f64) -> i32 {
    if a.is_null() {
        return -1;
    }
    for x in std::slice::from_raw_parts_mut(a, b) {
        *x = *x * (c + 2.0) + 1.0;
    }
    0
}

#[no_mangle]
pub unsafe extern "C" fn r_count(a: *const c_char) -> usize {
    if a.is_null() {
        return usize::MAX;
    }
    CStr::from_ptr(a).to_bytes().len()
}

#[no_mangle]
pub unsafe extern "C" fn r_encode(a: *const u8, b: usize, c: *mut u8, d: usize, e: *mut usize) -> i32 {
    if a.is_null() || c.is_null() || e.is_null() {
        return -1;
    }
    let need = 2 * b;
    if d < need {
        *e = 0;
        return -2;
    }
    let from = std::slice::from_raw_parts(a, b);
    let to = std::slice::from_raw_parts_mut(c, need);
    for (i, x) in from.iter().enumerate() {
        to[2 * i] = b'a' + (x >> 4);
        to[2 * i + 1] = b'a' + (x & 15);
    }
    *e = need;
    0
}

#[no_mangle]
pub unsafe extern "C" fn r_same(a: *const u8, b: *const u8, c: usize) -> bool {
    if a.is_null() || b.is_null() {
        return false;
    }
    (0..c).fold(true, |same, i| std::ptr::read_volatile(a.add(i)) == std::ptr::read_volatile(b.add(i)) && same)
}

#[no_mangle]
pub unsafe extern "C" fn r_upper(a: *const c_char) -> *mut c_char {
    if a.is_null() {
        return std::ptr::null_mut();
    }
    let text = CStr::from_ptr(a).to_bytes().to_ascii_uppercase();
    CString::new(text).unwrap().into_raw()
}

#[no_mangle]
pub unsafe extern "C" fn r_drop(a: *mut c_char) {
    if !a.is_null() {
        drop(CString::from_raw(a));
    }
}

pub struct Boxed(i64, Vec<u32>);

#[no_mangle]
pub extern "C" fn r_box_a(a: u32) -> *mut Boxed {
    Box::into_raw(Box::new(Boxed(i64::from(a), vec![a; 5])))
}

#[no_mangle]
pub unsafe extern "C" fn r_box_b(a: *mut Boxed) {
    if !a.is_null() {
        drop(Box::from_raw(a));
    }
}

#[no_mangle]
pub unsafe extern "C" fn r_box_c(a: *const Boxed, b: *mut i64) -> i64 {
    if a.is_null() {
        return -1;
    }
    if !b.is_null() {
        *b = (*a).1.len() as i64;
    }
    (*a).0
}

#[no_mangle]
pub extern "C" fn r_label(a: i32) -> *const c_char {
    if a < 3 { c"few".as_ptr() } else { c"many".as_ptr() }
}
