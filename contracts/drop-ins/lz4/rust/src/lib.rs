//! `lz4` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use lz4_flex::block;
use std::ffi::{c_char, c_int};

/// What stands between C and Rust.
mod from_c {
    use std::mem::MaybeUninit;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::slice;

    /// Returns memory that is read; nothing for NULL.
    pub unsafe fn slice<'a, T>(at: *const T, count: usize) -> &'a [T] {
        if at.is_null() {
            &[]
        } else {
            unsafe { slice::from_raw_parts(at, count) }
        }
    }

    /// Returns memory that is only written, in which nothing is yet; nothing for NULL.
    pub unsafe fn room<'a, T>(at: *mut T, count: usize) -> &'a mut [MaybeUninit<T>] {
        if at.is_null() {
            &mut []
        } else {
            unsafe { slice::from_raw_parts_mut(at.cast(), count) }
        }
    }

    /// Writes the beginning of memory that was only to be written.
    pub fn written(room: &mut [MaybeUninit<u8>], made: &[u8]) {
        for (to, from) in room.iter_mut().zip(made) {
            to.write(*from);
        }
    }

    /// Returns a number of elements; none where it is below 0.
    pub fn count<N: TryInto<usize>>(number: N) -> usize {
        number.try_into().unwrap_or(0)
    }

    /// Returns what the body does, or `failed` where it panics: no panic may leave a function of C.
    pub fn answer<T>(failed: impl FnOnce() -> T, body: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| failed())
    }

    /// Ends the process where nothing that could be returned is a failure.
    pub fn no_answer(function: &str) -> ! {
        eprintln!("{function}: it has panicked");
        std::process::abort()
    }
}

pub const LZ4_MAX_INPUT_SIZE: c_int = 2113929216;

/// `int LZ4_versionNumber(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_versionNumber() -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_versionNumber"),
        || {
            1_09_04 // whose interface this is
        },
    )
}

/// `int LZ4_compressBound(int inputSize)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_compressBound(inputSize: c_int) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_compressBound"),
        || {
            if (-2147483648..=-1).contains(&inputSize) {
                return 0;
            }
            if (2113929217..=2147483647).contains(&inputSize) {
                return 0;
            }
            c_int::try_from(block::get_maximum_output_size(inputSize as usize)).unwrap_or(0)
        },
    )
}

/// `int LZ4_compress_default(const char *src, char *dst, int srcSize, int dstCapacity)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_compress_default(
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
) -> c_int {
    from_c::answer(
        || 0,
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let mut made = vec![0; dst.len()];
            match block::compress_into(src, &mut made) {
                Ok(size) => {
                    from_c::written(dst, &made[..size]);
                    size as c_int
                }
                Err(_) => 0,
            }
        },
    )
}

/// `int LZ4_compress_fast(const char *src, char *dst, int srcSize, int dstCapacity, int acceleration)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_compress_fast(
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
    _acceleration: c_int,
) -> c_int {
    from_c::answer(
        || 0,
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            // The crate has one level of effort.
            let mut made = vec![0; dst.len()];
            match block::compress_into(src, &mut made) {
                Ok(size) => {
                    from_c::written(dst, &made[..size]);
                    size as c_int
                }
                Err(_) => 0,
            }
        },
    )
}

/// `int LZ4_decompress_safe(const char *src, char *dst, int compressedSize, int dstCapacity)`
///
/// # Safety
///
/// - `src` points to bytes, `compressedSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_decompress_safe(
    src: *const c_char,
    dst: *mut c_char,
    compressedSize: c_int,
    dstCapacity: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_decompress_safe"),
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(compressedSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let mut made = vec![0; dst.len()];
            match block::decompress_into(src, &mut made) {
                Ok(size) => {
                    from_c::written(dst, &made[..size]);
                    size as c_int
                }
                Err(_) => -1,
            }
        },
    )
}

/// `int LZ4_decompress_safe_usingDict(const char *src, char *dst, int srcSize, int dstCapacity, const char *dictStart, int dictSize)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `dictStart` points to bytes, `dictSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_decompress_safe_usingDict(
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
    dictStart: *const c_char,
    dictSize: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_decompress_safe_usingDict"),
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let dictStart =
                unsafe { from_c::slice(dictStart.cast::<u8>(), from_c::count(dictSize)) };
            let mut made = vec![0; dst.len()];
            match block::decompress_into_with_dict(src, &mut made, dictStart) {
                Ok(size) => {
                    from_c::written(dst, &made[..size]);
                    size as c_int
                }
                Err(_) => -1,
            }
        },
    )
}
