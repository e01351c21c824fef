//! `snappy` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use std::ffi::c_char;

/// What stands between C and Rust.
mod from_c {
    use std::mem::MaybeUninit;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::slice;

    /// Returns where one object is to be written; None for NULL.
    pub unsafe fn place<'a, T>(at: *mut T) -> Option<&'a mut MaybeUninit<T>> {
        unsafe { at.cast::<MaybeUninit<T>>().as_mut() }
    }

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

    /// Returns a number of elements that stands in memory; none where it is below 0, or for NULL.
    pub unsafe fn count_at<N: TryInto<usize> + Copy>(at: *const N) -> usize {
        unsafe { at.as_ref() }.map_or(0, |number| count(*number))
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

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type snappy_status = u32;
pub const SNAPPY_OK: snappy_status = 0;
pub const SNAPPY_INVALID_INPUT: snappy_status = 1;
pub const SNAPPY_BUFFER_TOO_SMALL: snappy_status = 2;

/// `size_t snappy_max_compressed_length(size_t source_length)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snappy_max_compressed_length(source_length: usize) -> usize {
    from_c::answer(
        || from_c::no_answer("snappy_max_compressed_length"),
        || snap::raw::max_compress_len(source_length),
    )
}

/// `snappy_status snappy_compress(const char *input, size_t input_length, char *compressed, size_t *compressed_length)`
///
/// # Safety
///
/// - `input` points to bytes, `input_length` of them, read
/// - `compressed` points to bytes, `compressed_length` of them, written
/// - `compressed_length` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snappy_compress(
    input: *const c_char,
    input_length: usize,
    compressed: *mut c_char,
    compressed_length: *mut usize,
) -> snappy_status {
    from_c::answer(
        || SNAPPY_BUFFER_TOO_SMALL,
        || {
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(input_length)) };
            let compressed = unsafe {
                from_c::room(compressed.cast::<u8>(), from_c::count_at(compressed_length))
            };
            let compressed_length = unsafe { compressed_length.as_mut() };
            let Some(length) = compressed_length else {
                return SNAPPY_BUFFER_TOO_SMALL;
            };
            let mut made = vec![0; snap::raw::max_compress_len(input.len())];
            if compressed.len() < made.len() {
                return SNAPPY_BUFFER_TOO_SMALL;
            }
            let Ok(size) = snap::raw::Encoder::new().compress(input, &mut made) else {
                return SNAPPY_BUFFER_TOO_SMALL;
            };
            from_c::written(compressed, &made[..size]);
            *length = size;
            SNAPPY_OK
        },
    )
}

/// `snappy_status snappy_uncompress(const char *compressed, size_t compressed_length, char *uncompressed, size_t *uncompressed_length)`
///
/// # Safety
///
/// - `compressed` points to bytes, `compressed_length` of them, read
/// - `uncompressed` points to bytes, `uncompressed_length` of them, written
/// - `uncompressed_length` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snappy_uncompress(
    compressed: *const c_char,
    compressed_length: usize,
    uncompressed: *mut c_char,
    uncompressed_length: *mut usize,
) -> snappy_status {
    from_c::answer(
        || SNAPPY_INVALID_INPUT,
        || {
            let compressed =
                unsafe { from_c::slice(compressed.cast::<u8>(), from_c::count(compressed_length)) };
            let uncompressed = unsafe {
                from_c::room(
                    uncompressed.cast::<u8>(),
                    from_c::count_at(uncompressed_length),
                )
            };
            let uncompressed_length = unsafe { uncompressed_length.as_mut() };
            let Some(length) = uncompressed_length else {
                return SNAPPY_INVALID_INPUT;
            };
            let size = match snap::raw::decompress_len(compressed) {
                Ok(size) if size <= uncompressed.len() => size,
                Ok(_) => return SNAPPY_BUFFER_TOO_SMALL,
                Err(_) => return SNAPPY_INVALID_INPUT,
            };
            let mut made = vec![0; size];
            let Ok(size) = snap::raw::Decoder::new().decompress(compressed, &mut made) else {
                return SNAPPY_INVALID_INPUT;
            };
            from_c::written(uncompressed, &made[..size]);
            *length = size;
            SNAPPY_OK
        },
    )
}

/// `snappy_status snappy_uncompressed_length(const char *compressed, size_t compressed_length, size_t *result)`
///
/// # Safety
///
/// - `compressed` points to bytes, `compressed_length` of them, read
/// - `result` points to one object, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snappy_uncompressed_length(
    compressed: *const c_char,
    compressed_length: usize,
    result: *mut usize,
) -> snappy_status {
    from_c::answer(
        || SNAPPY_INVALID_INPUT,
        || {
            let compressed =
                unsafe { from_c::slice(compressed.cast::<u8>(), from_c::count(compressed_length)) };
            let result = unsafe { from_c::place(result) };
            match (result, snap::raw::decompress_len(compressed)) {
                (Some(place), Ok(size)) => {
                    place.write(size);
                    SNAPPY_OK
                }
                _ => SNAPPY_INVALID_INPUT,
            }
        },
    )
}

/// `snappy_status snappy_validate_compressed_buffer(const char *compressed, size_t compressed_length)`
///
/// # Safety
///
/// - `compressed` points to bytes, `compressed_length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snappy_validate_compressed_buffer(
    compressed: *const c_char,
    compressed_length: usize,
) -> snappy_status {
    from_c::answer(
        || SNAPPY_INVALID_INPUT,
        || {
            let compressed =
                unsafe { from_c::slice(compressed.cast::<u8>(), from_c::count(compressed_length)) };
            match snap::raw::Decoder::new().decompress_vec(compressed) {
                Ok(_) => SNAPPY_OK,
                Err(_) => SNAPPY_INVALID_INPUT,
            }
        },
    )
}
