//! `zstd` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::ffi::{c_int, c_ulonglong, c_void};
use std::mem::MaybeUninit;

/// `(size_t)-ZSTD_error_GENERIC`, `_dstSize_tooSmall`, as zstd_errors.h numbers them
const GENERIC: usize = 0usize.wrapping_sub(1);
const DST_SIZE_TOO_SMALL: usize = 0usize.wrapping_sub(70);
/// `ZSTD_CONTENTSIZE_ERROR`
const NO_FRAME: c_ulonglong = c_ulonglong::MAX - 1;

/// Writes what was made where there is room for it.
fn fitting(room: &mut [MaybeUninit<u8>], made: &[u8]) -> usize {
    if made.len() > room.len() {
        return DST_SIZE_TOO_SMALL;
    }
    for (to, from) in room.iter_mut().zip(made) {
        to.write(*from);
    }
    made.len()
}

/// Decompresses frames by one decoder.
fn decompressed(decoder: &mut FrameDecoder, room: &mut [MaybeUninit<u8>], frames: &[u8]) -> usize {
    let mut made = vec![0; room.len()];
    match decoder.decode_all(frames, &mut made) {
        Ok(size) => fitting(room, &made[..size]),
        Err(FrameDecoderError::TargetTooSmall) => DST_SIZE_TOO_SMALL,
        Err(_) => GENERIC,
    }
}

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
        eprintln!("{function}: it has panicked, or is a draft that nobody has filled in");
        std::process::abort()
    }
}

/// Only this crate sees what is in it: fill that in.
pub struct ZSTD_DCtx {
    decoder: FrameDecoder,
}

/// `size_t ZSTD_compress(void *dst, size_t dstCapacity, const void *src, size_t srcSize, int compressionLevel)`
///
/// # Safety
///
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compress(
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
    compressionLevel: c_int,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let level = if compressionLevel <= 0 {
                CompressionLevel::Uncompressed
            } else {
                CompressionLevel::Fastest
            };
            fitting(dst, &compress_to_vec(src, level))
        },
    )
}

/// `size_t ZSTD_decompress(void *dst, size_t dstCapacity, const void *src, size_t compressedSize)`
///
/// # Safety
///
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `compressedSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_decompress(
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    compressedSize: usize,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(compressedSize)) };
            decompressed(&mut FrameDecoder::new(), dst, src)
        },
    )
}

/// `unsigned long long ZSTD_getFrameContentSize(const void *src, size_t srcSize)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getFrameContentSize(
    src: *const c_void,
    srcSize: usize,
) -> c_ulonglong {
    from_c::answer(
        || NO_FRAME,
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let mut decoder = FrameDecoder::new();
            match decoder.init(src) {
                Ok(()) => decoder.content_size(),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    ..
                })) => 0,
                Err(_) => NO_FRAME,
            }
        },
    )
}

/// `ZSTD_DCtx *ZSTD_createDCtx(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_createDCtx() -> *mut ZSTD_DCtx {
    from_c::answer(
        || from_c::no_answer("ZSTD_createDCtx"),
        || {
            Box::into_raw(Box::new(ZSTD_DCtx {
                decoder: FrameDecoder::new(),
            }))
        },
    )
}

/// `size_t ZSTD_freeDCtx(ZSTD_DCtx *dctx)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DCtx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_freeDCtx(dctx: *mut ZSTD_DCtx) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_freeDCtx"),
        || {
            if !dctx.is_null() {
                drop(unsafe { Box::from_raw(dctx) });
            }
            0
        },
    )
}

/// `size_t ZSTD_decompressDCtx(ZSTD_DCtx *dctx, void *dst, size_t dstCapacity, const void *src, size_t srcSize)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DCtx`
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_decompressDCtx(
    dctx: *mut ZSTD_DCtx,
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let dctx = unsafe { dctx.as_mut() };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            dctx.map_or(GENERIC, |dctx| decompressed(&mut dctx.decoder, dst, src))
        },
    )
}
