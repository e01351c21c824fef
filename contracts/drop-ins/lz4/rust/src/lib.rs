//! `lz4` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.
//!
//! Blocks are the crate's, and so are frames. What its encoder writes for a stream is handed over at once.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use lz4_flex::block;
use lz4_flex::frame::{self, BlockMode, BlockSize, FrameDecoder, FrameEncoder, FrameInfo};
use std::ffi::{c_char, c_int, c_uint, c_ulonglong, c_void};
use std::io::{Read, Write};
use std::mem::{MaybeUninit, align_of, offset_of, size_of};
use std::ptr;

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

pub const LZ4F_HEADER_SIZE_MAX: c_int = 19;
pub const LZ4F_HEADER_SIZE_MIN: c_int = 7;
pub const LZ4F_VERSION: c_int = 100;
pub const LZ4_MAX_INPUT_SIZE: c_int = 2113929216;
pub const LZ4_STREAM_MINSIZE: c_int = 16416;
pub const LZ4_VERSION_NUMBER: c_int = 10904;

pub type LZ4F_errorCode_t = usize;
pub type LZ4_u32 = u32;
pub type LZ4_byte = u8;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type LZ4F_blockSizeID_t = u32;
pub const LZ4F_default: LZ4F_blockSizeID_t = 0;
pub const LZ4F_max64KB: LZ4F_blockSizeID_t = 4;
pub const LZ4F_max256KB: LZ4F_blockSizeID_t = 5;
pub const LZ4F_max1MB: LZ4F_blockSizeID_t = 6;
pub const LZ4F_max4MB: LZ4F_blockSizeID_t = 7;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type LZ4F_blockMode_t = u32;
pub const LZ4F_blockLinked: LZ4F_blockMode_t = 0;
pub const LZ4F_blockIndependent: LZ4F_blockMode_t = 1;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type LZ4F_contentChecksum_t = u32;
pub const LZ4F_noContentChecksum: LZ4F_contentChecksum_t = 0;
pub const LZ4F_contentChecksumEnabled: LZ4F_contentChecksum_t = 1;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type LZ4F_frameType_t = u32;
pub const LZ4F_frame: LZ4F_frameType_t = 0;
pub const LZ4F_skippableFrame: LZ4F_frameType_t = 1;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type LZ4F_blockChecksum_t = u32;
pub const LZ4F_noBlockChecksum: LZ4F_blockChecksum_t = 0;
pub const LZ4F_blockChecksumEnabled: LZ4F_blockChecksum_t = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub union LZ4_stream_t {
    pub minStateSize: [c_char; 16416],
    pub internal_donotuse: LZ4_stream_t_internal,
}
const _: () = {
    assert!(size_of::<LZ4_stream_t>() == 16416);
    assert!(align_of::<LZ4_stream_t>() == 8);
    assert!(offset_of!(LZ4_stream_t, minStateSize) == 0);
    assert!(offset_of!(LZ4_stream_t, internal_donotuse) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub union LZ4_streamDecode_t {
    pub minStateSize: [c_char; 32],
    pub internal_donotuse: LZ4_streamDecode_t_internal,
}
const _: () = {
    assert!(size_of::<LZ4_streamDecode_t>() == 32);
    assert!(align_of::<LZ4_streamDecode_t>() == 8);
    assert!(offset_of!(LZ4_streamDecode_t, minStateSize) == 0);
    assert!(offset_of!(LZ4_streamDecode_t, internal_donotuse) == 0);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4F_preferences_t {
    pub frameInfo: LZ4F_frameInfo_t,
    pub compressionLevel: c_int,
    pub autoFlush: c_uint,
    pub favorDecSpeed: c_uint,
    pub reserved: [c_uint; 3],
}
const _: () = {
    assert!(size_of::<LZ4F_preferences_t>() == 56);
    assert!(align_of::<LZ4F_preferences_t>() == 8);
    assert!(offset_of!(LZ4F_preferences_t, frameInfo) == 0);
    assert!(offset_of!(LZ4F_preferences_t, compressionLevel) == 32);
    assert!(offset_of!(LZ4F_preferences_t, autoFlush) == 36);
    assert!(offset_of!(LZ4F_preferences_t, favorDecSpeed) == 40);
    assert!(offset_of!(LZ4F_preferences_t, reserved) == 44);
};

/// A frame that is being written, once it is begun.
pub struct LZ4F_cctx {
    encoder: Option<FrameEncoder<Vec<u8>>>,
    flushes: bool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4F_compressOptions_t {
    pub stableSrc: c_uint,
    pub reserved: [c_uint; 3],
}
const _: () = {
    assert!(size_of::<LZ4F_compressOptions_t>() == 16);
    assert!(align_of::<LZ4F_compressOptions_t>() == 4);
    assert!(offset_of!(LZ4F_compressOptions_t, stableSrc) == 0);
    assert!(offset_of!(LZ4F_compressOptions_t, reserved) == 4);
};

/// A frame that is being read.
///
/// The crate's decoder asks a reader for its input, and cannot go on once that had none. So what there is of a frame is
/// kept, and decoded anew with each call; blocks are given out as soon as they are whole.
#[derive(Default)]
pub struct LZ4F_dctx {
    held: Vec<u8>,
    /// How much of the text was given out.
    given: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4F_decompressOptions_t {
    pub stableDst: c_uint,
    pub skipChecksums: c_uint,
    pub reserved1: c_uint,
    pub reserved0: c_uint,
}
const _: () = {
    assert!(size_of::<LZ4F_decompressOptions_t>() == 16);
    assert!(align_of::<LZ4F_decompressOptions_t>() == 4);
    assert!(offset_of!(LZ4F_decompressOptions_t, stableDst) == 0);
    assert!(offset_of!(LZ4F_decompressOptions_t, skipChecksums) == 4);
    assert!(offset_of!(LZ4F_decompressOptions_t, reserved1) == 8);
    assert!(offset_of!(LZ4F_decompressOptions_t, reserved0) == 12);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4F_frameInfo_t {
    pub blockSizeID: LZ4F_blockSizeID_t,
    pub blockMode: LZ4F_blockMode_t,
    pub contentChecksumFlag: LZ4F_contentChecksum_t,
    pub frameType: LZ4F_frameType_t,
    pub contentSize: c_ulonglong,
    pub dictID: c_uint,
    pub blockChecksumFlag: LZ4F_blockChecksum_t,
}
const _: () = {
    assert!(size_of::<LZ4F_frameInfo_t>() == 32);
    assert!(align_of::<LZ4F_frameInfo_t>() == 8);
    assert!(offset_of!(LZ4F_frameInfo_t, blockSizeID) == 0);
    assert!(offset_of!(LZ4F_frameInfo_t, blockMode) == 4);
    assert!(offset_of!(LZ4F_frameInfo_t, contentChecksumFlag) == 8);
    assert!(offset_of!(LZ4F_frameInfo_t, frameType) == 12);
    assert!(offset_of!(LZ4F_frameInfo_t, contentSize) == 16);
    assert!(offset_of!(LZ4F_frameInfo_t, dictID) == 24);
    assert!(offset_of!(LZ4F_frameInfo_t, blockChecksumFlag) == 28);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4_stream_t_internal {
    pub hashTable: [LZ4_u32; 4096],
    pub dictionary: *const LZ4_byte,
    pub dictCtx: *const LZ4_stream_t_internal,
    pub currentOffset: LZ4_u32,
    pub tableType: LZ4_u32,
    pub dictSize: LZ4_u32,
}
const _: () = {
    assert!(size_of::<LZ4_stream_t_internal>() == 16416);
    assert!(align_of::<LZ4_stream_t_internal>() == 8);
    assert!(offset_of!(LZ4_stream_t_internal, hashTable) == 0);
    assert!(offset_of!(LZ4_stream_t_internal, dictionary) == 16384);
    assert!(offset_of!(LZ4_stream_t_internal, dictCtx) == 16392);
    assert!(offset_of!(LZ4_stream_t_internal, currentOffset) == 16400);
    assert!(offset_of!(LZ4_stream_t_internal, tableType) == 16404);
    assert!(offset_of!(LZ4_stream_t_internal, dictSize) == 16408);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct LZ4_streamDecode_t_internal {
    pub externalDict: *const LZ4_byte,
    pub prefixEnd: *const LZ4_byte,
    pub extDictSize: usize,
    pub prefixSize: usize,
}
const _: () = {
    assert!(size_of::<LZ4_streamDecode_t_internal>() == 32);
    assert!(align_of::<LZ4_streamDecode_t_internal>() == 8);
    assert!(offset_of!(LZ4_streamDecode_t_internal, externalDict) == 0);
    assert!(offset_of!(LZ4_streamDecode_t_internal, prefixEnd) == 8);
    assert!(offset_of!(LZ4_streamDecode_t_internal, extDictSize) == 16);
    assert!(offset_of!(LZ4_streamDecode_t_internal, prefixSize) == 24);
};

/// `(size_t)-LZ4F_ERROR_GENERIC` and others, in the order of lz4frame.h
const GENERIC: usize = 0usize.wrapping_sub(1);
const DST_TOO_SMALL: usize = 0usize.wrapping_sub(11);
const FRAME_TYPE_UNKNOWN: usize = 0usize.wrapping_sub(13);
const FRAME_SIZE_WRONG: usize = 0usize.wrapping_sub(14);
const DECOMPRESSION_FAILED: usize = 0usize.wrapping_sub(16);
const HEADER_CHECKSUM_INVALID: usize = 0usize.wrapping_sub(17);
const CONTENT_CHECKSUM_INVALID: usize = 0usize.wrapping_sub(18);
const NOT_BEGUN: usize = 0usize.wrapping_sub(20);
const LAST_CODE: usize = 0usize.wrapping_sub(22);

/// How far back a match may lie.
const WINDOW: usize = 64 * 1024;

/// Returns the number with which LZ4F_ functions tell of an error of the crate's.
fn code(error: &frame::Error) -> usize {
    match error {
        frame::Error::WrongMagicNumber => FRAME_TYPE_UNKNOWN,
        frame::Error::ContentLengthError { .. } => FRAME_SIZE_WRONG,
        frame::Error::HeaderChecksumError => HEADER_CHECKSUM_INVALID,
        frame::Error::ContentChecksumError => CONTENT_CHECKSUM_INVALID,
        frame::Error::DecompressionError(_) => DECOMPRESSION_FAILED,
        _ => GENERIC,
    }
}

/// Compresses a block, behind other text if it may refer to such; 0 where it does not fit.
fn compressed(src: &[u8], dst: &mut [MaybeUninit<u8>], before: Option<&[u8]>) -> c_int {
    let mut made = vec![0; dst.len()];
    let done = match before {
        Some(before) => block::compress_into_with_dict(src, &mut made, before),
        None => block::compress_into(src, &mut made),
    };
    match done {
        Ok(size) => {
            from_c::written(dst, &made[..size]);
            size as c_int
        }
        Err(_) => 0,
    }
}

/// Decompresses a block, behind other text if it may refer to such.
fn decompressed(src: &[u8], dst: &mut [MaybeUninit<u8>], before: Option<&[u8]>) -> c_int {
    let mut made = vec![0; dst.len()];
    let done = match before {
        Some(before) => block::decompress_into_with_dict(src, &mut made, before),
        None => block::decompress_into(src, &mut made),
    };
    match done {
        Ok(size) => {
            from_c::written(dst, &made[..size]);
            size as c_int
        }
        Err(_) => -1,
    }
}

/// Returns where the text begins that the next block may refer to, at `at`: all that lies before it without a gap,
/// or else the text of the block before, as far as the new one does not lie in it. `end` and `size` are those of that.
fn before(at: *const u8, size: usize, end: *const u8, known: usize) -> (*const u8, usize) {
    let (begin, last) = (
        (end as usize).wrapping_sub(known),
        (at as usize).wrapping_add(size),
    );
    let left = if at != end && begin < last && (at as usize) < end as usize {
        (end as usize).saturating_sub(last)
    } else {
        known
    };
    (end.wrapping_sub(left), left)
}

/// Returns how much of the text that ends with a new one may be referred to.
fn behind(at: *const u8, size: usize, end: *const u8, known: usize) -> usize {
    if at == end {
        WINDOW.min(known + size)
    } else {
        WINDOW.min(size)
    }
}

/// Returns the most that one call can write of a frame, `kept` bytes of which came with calls before: a block is stored
/// where it does not become smaller.
fn bound(size: usize, kept: usize) -> usize {
    let blocks = (size + kept) / (64 * 1024) + 2;
    LZ4F_HEADER_SIZE_MAX as usize + size + kept + blocks * 8 + 8
}

fn block_size(preferences: Option<&LZ4F_preferences_t>) -> usize {
    match preferences.map_or(LZ4F_default, |each| each.frameInfo.blockSizeID) {
        LZ4F_max256KB => 256 * 1024,
        LZ4F_max1MB => 1024 * 1024,
        LZ4F_max4MB => 4 * 1024 * 1024,
        _ => 64 * 1024,
    }
}

/// Returns what the crate knows of the preferences: it has one level, and no dictionaries.
fn frame_info(preferences: Option<&LZ4F_preferences_t>) -> FrameInfo {
    let info = FrameInfo::new().block_size(match block_size(preferences) {
        0x40000 => BlockSize::Max256KB,
        0x100000 => BlockSize::Max1MB,
        0x400000 => BlockSize::Max4MB,
        _ => BlockSize::Max64KB,
    });
    let Some(LZ4F_preferences_t {
        frameInfo: said, ..
    }) = preferences
    else {
        return info.block_mode(BlockMode::Linked);
    };
    let linked = said.blockMode == LZ4F_blockLinked;
    info.block_mode(if linked {
        BlockMode::Linked
    } else {
        BlockMode::Independent
    })
    .content_checksum(said.contentChecksumFlag == LZ4F_contentChecksumEnabled)
    .block_checksums(said.blockChecksumFlag == LZ4F_blockChecksumEnabled)
    .content_size((said.contentSize != 0).then_some(said.contentSize))
}

/// Hands over what an encoder has written.
fn drained(encoder: &mut FrameEncoder<Vec<u8>>, dst: &mut [MaybeUninit<u8>]) -> usize {
    let made = std::mem::take(encoder.get_mut());
    if made.len() > dst.len() {
        return DST_TOO_SMALL;
    }
    from_c::written(dst, &made);
    made.len()
}

/// Reads what there is, and tells whether more was wanted.
struct Watched<'a> {
    rest: &'a [u8],
    hungry: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let size = self.rest.read(room)?;
        self.hungry |= size < room.len();
        Ok(size)
    }
}

/// What the crate makes of the beginning of a frame.
struct Decoded {
    made: Vec<u8>,
    /// How long the frame is, once it is there.
    end: Option<usize>,
    failed: Option<frame::Error>,
}

fn decoded(frame: &[u8]) -> Decoded {
    let mut source = Watched {
        rest: frame,
        hungry: false,
    };
    let mut made = Vec::new();
    let outcome = FrameDecoder::new(&mut source).read_to_end(&mut made);
    let used = frame.len() - source.rest.len();
    let (end, failed) = match outcome.map_err(frame::Error::from) {
        Ok(_) => ((!source.hungry).then_some(used), None),
        Err(frame::Error::SkippableFrame(size)) => (
            Some(used + size as usize).filter(|end| *end <= frame.len()),
            None,
        ),
        Err(_) if source.hungry => (None, None),
        Err(error) => (None, Some(error)),
    };
    Decoded { made, end, failed }
}

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
            LZ4_VERSION_NUMBER // whose interface this is
        },
    )
}

/// `const char *LZ4_versionString(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_versionString() -> *const c_char {
    from_c::answer(
        || from_c::no_answer("LZ4_versionString"),
        || {
            c"1.9.4".as_ptr() // whose interface this is
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
            compressed(src, dst, None)
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
            compressed(src, dst, None) // the crate has one level of effort
        },
    )
}

/// `int LZ4_sizeofState(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_sizeofState() -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_sizeofState"),
        || {
            size_of::<LZ4_stream_t>() as c_int // nothing of the crate's is in it
        },
    )
}

/// `int LZ4_compress_fast_extState(void *state, const char *src, char *dst, int srcSize, int dstCapacity, int acceleration)`
///
/// # Safety
///
/// - `state` points to bytes, `LZ4_sizeofState()` of them, written
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_compress_fast_extState(
    _state: *mut c_void,
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
    _acceleration: c_int,
) -> c_int {
    from_c::answer(
        || 0,
        || {
            // `state` stays a pointer: its length is `LZ4_sizeofState()`
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            compressed(src, dst, None)
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
        || -1,
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(compressedSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            decompressed(src, dst, None)
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
        || -1,
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let dictStart =
                unsafe { from_c::slice(dictStart.cast::<u8>(), from_c::count(dictSize)) };
            decompressed(src, dst, Some(dictStart))
        },
    )
}

/// `LZ4_stream_t *LZ4_createStream(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_createStream() -> *mut LZ4_stream_t {
    from_c::answer(
        || from_c::no_answer("LZ4_createStream"),
        || {
            Box::into_raw(Box::new(LZ4_stream_t {
                minStateSize: [0; 16416],
            }))
        },
    )
}

/// `int LZ4_freeStream(LZ4_stream_t *streamPtr)`
///
/// # Safety
///
/// - `streamPtr` is a `LZ4_stream_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_freeStream(streamPtr: *mut LZ4_stream_t) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_freeStream"),
        || {
            if !streamPtr.is_null() {
                drop(unsafe { Box::from_raw(streamPtr) });
            }
            0
        },
    )
}

/// `void LZ4_resetStream_fast(LZ4_stream_t *streamPtr)`
///
/// # Safety
///
/// - `streamPtr` is a `LZ4_stream_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_resetStream_fast(streamPtr: *mut LZ4_stream_t) {
    from_c::answer(
        || from_c::no_answer("LZ4_resetStream_fast"),
        || {
            let streamPtr = unsafe { streamPtr.as_mut() };
            if let Some(stream) = streamPtr {
                stream.minStateSize = [0; 16416];
            }
        },
    )
}

/// `int LZ4_loadDict(LZ4_stream_t *streamPtr, const char *dictionary, int dictSize)`
///
/// # Safety
///
/// - `streamPtr` is a `LZ4_stream_t`
/// - `dictionary` points to bytes, `dictSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_loadDict(
    streamPtr: *mut LZ4_stream_t,
    dictionary: *const c_char,
    dictSize: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_loadDict"),
        || {
            let streamPtr = unsafe { streamPtr.as_mut() };
            let dictionary =
                unsafe { from_c::slice(dictionary.cast::<u8>(), from_c::count(dictSize)) };
            let Some(stream) = streamPtr else { return 0 };
            let size = dictionary.len().min(WINDOW);
            let state = unsafe { &mut stream.internal_donotuse };
            state.dictionary = dictionary.as_ptr_range().end.wrapping_sub(size);
            state.dictSize = size as u32;
            size as c_int
        },
    )
}

/// `int LZ4_compress_fast_continue(LZ4_stream_t *streamPtr, const char *src, char *dst, int srcSize, int dstCapacity, int acceleration)`
///
/// # Safety
///
/// - `streamPtr` is a `LZ4_stream_t`
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_compress_fast_continue(
    streamPtr: *mut LZ4_stream_t,
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
    _acceleration: c_int,
) -> c_int {
    from_c::answer(
        || 0,
        || {
            let streamPtr = unsafe { streamPtr.as_mut() };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let Some(stream) = streamPtr else { return 0 };
            let state = unsafe { &mut stream.internal_donotuse };
            let known = state.dictSize as usize;
            let end = state.dictionary.wrapping_add(known);
            let (begin, size) = before(src.as_ptr(), src.len(), end, known);
            let made = compressed(src, dst, Some(unsafe { from_c::slice(begin, size) }));
            let size = behind(src.as_ptr(), src.len(), end, known);
            state.dictionary = src.as_ptr_range().end.wrapping_sub(size);
            state.dictSize = size as u32;
            made
        },
    )
}

/// `int LZ4_saveDict(LZ4_stream_t *streamPtr, char *safeBuffer, int maxDictSize)`
///
/// # Safety
///
/// - `streamPtr` is a `LZ4_stream_t`
/// - `safeBuffer` points to bytes, `maxDictSize` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_saveDict(
    streamPtr: *mut LZ4_stream_t,
    safeBuffer: *mut c_char,
    maxDictSize: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_saveDict"),
        || {
            let streamPtr = unsafe { streamPtr.as_mut() };
            let safeBuffer =
                unsafe { from_c::room(safeBuffer.cast::<u8>(), from_c::count(maxDictSize)) };
            let Some(stream) = streamPtr else { return 0 };
            let state = unsafe { &mut stream.internal_donotuse };
            let known = unsafe { from_c::slice(state.dictionary, state.dictSize as usize) };
            let last = &known[known.len() - known.len().min(safeBuffer.len())..];
            from_c::written(safeBuffer, last);
            state.dictionary = safeBuffer.as_ptr().cast();
            state.dictSize = last.len() as u32;
            last.len() as c_int
        },
    )
}

/// `LZ4_streamDecode_t *LZ4_createStreamDecode(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_createStreamDecode() -> *mut LZ4_streamDecode_t {
    from_c::answer(
        || from_c::no_answer("LZ4_createStreamDecode"),
        || {
            Box::into_raw(Box::new(LZ4_streamDecode_t {
                minStateSize: [0; 32],
            }))
        },
    )
}

/// `int LZ4_freeStreamDecode(LZ4_streamDecode_t *LZ4_stream)`
///
/// # Safety
///
/// - `LZ4_stream` is a `LZ4_streamDecode_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_freeStreamDecode(LZ4_stream: *mut LZ4_streamDecode_t) -> c_int {
    from_c::answer(
        || from_c::no_answer("LZ4_freeStreamDecode"),
        || {
            if !LZ4_stream.is_null() {
                drop(unsafe { Box::from_raw(LZ4_stream) });
            }
            0
        },
    )
}

/// `int LZ4_setStreamDecode(LZ4_streamDecode_t *LZ4_streamDecode, const char *dictionary, int dictSize)`
///
/// # Safety
///
/// - `LZ4_streamDecode` is a `LZ4_streamDecode_t`
/// - `dictionary` points to bytes, `dictSize` of them, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_setStreamDecode(
    LZ4_streamDecode: *mut LZ4_streamDecode_t,
    dictionary: *const c_char,
    dictSize: c_int,
) -> c_int {
    from_c::answer(
        || 0,
        || {
            let LZ4_streamDecode = unsafe { LZ4_streamDecode.as_mut() };
            let dictionary =
                unsafe { from_c::slice(dictionary.cast::<u8>(), from_c::count(dictSize)) };
            let Some(stream) = LZ4_streamDecode else {
                return 0;
            };
            let state = unsafe { &mut stream.internal_donotuse };
            state.prefixEnd = dictionary.as_ptr_range().end;
            state.prefixSize = dictionary.len();
            1
        },
    )
}

/// `int LZ4_decompress_safe_continue(LZ4_streamDecode_t *LZ4_streamDecode, const char *src, char *dst, int srcSize, int dstCapacity)`
///
/// # Safety
///
/// - `LZ4_streamDecode` is a `LZ4_streamDecode_t`
/// - `src` points to bytes, `srcSize` of them, read
/// - `dst` points to bytes, `dstCapacity` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_decompress_safe_continue(
    LZ4_streamDecode: *mut LZ4_streamDecode_t,
    src: *const c_char,
    dst: *mut c_char,
    srcSize: c_int,
    dstCapacity: c_int,
) -> c_int {
    from_c::answer(
        || -1,
        || {
            let LZ4_streamDecode = unsafe { LZ4_streamDecode.as_mut() };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let Some(stream) = LZ4_streamDecode else {
                return -1;
            };
            let state = unsafe { &mut stream.internal_donotuse };
            let (begin, size) = before(
                dst.as_ptr().cast(),
                dst.len(),
                state.prefixEnd,
                state.prefixSize,
            );
            let made = decompressed(src, dst, Some(unsafe { from_c::slice(begin, size) }));
            if made > 0 {
                let (at, size) = (dst.as_ptr().cast::<u8>(), made as usize);
                state.prefixSize = behind(at, size, state.prefixEnd, state.prefixSize);
                state.prefixEnd = at.wrapping_add(size);
            }
            made
        },
    )
}

/// `unsigned int LZ4F_isError(LZ4F_errorCode_t code)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_isError(code: LZ4F_errorCode_t) -> c_uint {
    from_c::answer(
        || from_c::no_answer("LZ4F_isError"),
        || c_uint::from(code > LAST_CODE),
    )
}

/// `const char *LZ4F_getErrorName(LZ4F_errorCode_t code)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_getErrorName(code: LZ4F_errorCode_t) -> *const c_char {
    from_c::answer(
        || from_c::no_answer("LZ4F_getErrorName"),
        || {
            let name = match code {
                DST_TOO_SMALL => c"ERROR_dstMaxSize_tooSmall",
                FRAME_TYPE_UNKNOWN => c"ERROR_frameType_unknown",
                FRAME_SIZE_WRONG => c"ERROR_frameSize_wrong",
                DECOMPRESSION_FAILED => c"ERROR_decompressionFailed",
                HEADER_CHECKSUM_INVALID => c"ERROR_headerChecksum_invalid",
                CONTENT_CHECKSUM_INVALID => c"ERROR_contentChecksum_invalid",
                NOT_BEGUN => c"ERROR_compressionState_uninitialized",
                _ if code > LAST_CODE => c"ERROR_GENERIC",
                _ => c"Unspecified error code",
            };
            name.as_ptr()
        },
    )
}

/// `unsigned int LZ4F_getVersion(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_getVersion() -> c_uint {
    from_c::answer(
        || from_c::no_answer("LZ4F_getVersion"),
        || LZ4F_VERSION as c_uint,
    )
}

/// `size_t LZ4F_compressFrameBound(size_t srcSize, const LZ4F_preferences_t *preferencesPtr)`
///
/// # Safety
///
/// - `preferencesPtr` points to one object, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressFrameBound(
    srcSize: usize,
    _preferencesPtr: *const LZ4F_preferences_t,
) -> usize {
    from_c::answer(
        || from_c::no_answer("LZ4F_compressFrameBound"),
        || bound(srcSize, 0),
    )
}

/// `size_t LZ4F_compressFrame(void *dstBuffer, size_t dstCapacity, const void *srcBuffer, size_t srcSize, const LZ4F_preferences_t *preferencesPtr)`
///
/// # Safety
///
/// - `dstBuffer` points to bytes, `dstCapacity` of them, written
/// - `srcBuffer` points to bytes, `srcSize` of them, read
/// - `preferencesPtr` points to one object, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressFrame(
    dstBuffer: *mut c_void,
    dstCapacity: usize,
    srcBuffer: *const c_void,
    srcSize: usize,
    preferencesPtr: *const LZ4F_preferences_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count(dstCapacity)) };
            let srcBuffer =
                unsafe { from_c::slice(srcBuffer.cast::<u8>(), from_c::count(srcSize)) };
            let preferencesPtr = unsafe { preferencesPtr.as_ref() };
            let mut info = frame_info(preferencesPtr);
            info.content_size = info.content_size.map(|_| srcBuffer.len() as u64);
            let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
            match encoder
                .write_all(srcBuffer)
                .map_err(frame::Error::from)
                .and_then(|()| encoder.try_finish())
            {
                Ok(()) => drained(&mut encoder, dstBuffer),
                Err(error) => code(&error),
            }
        },
    )
}

/// `LZ4F_errorCode_t LZ4F_createCompressionContext(LZ4F_cctx **cctxPtr, unsigned int version)`
///
/// # Safety
///
/// - `cctxPtr` is where a `LZ4F_cctx` comes into being
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_createCompressionContext(
    cctxPtr: *mut *mut LZ4F_cctx,
    _version: c_uint,
) -> LZ4F_errorCode_t {
    from_c::answer(
        || GENERIC,
        || {
            let Some(room) = (unsafe { cctxPtr.as_mut() }) else {
                return GENERIC;
            };
            *room = Box::into_raw(Box::new(LZ4F_cctx {
                encoder: None,
                flushes: false,
            }));
            0
        },
    )
}

/// `LZ4F_errorCode_t LZ4F_freeCompressionContext(LZ4F_cctx *cctx)`
///
/// # Safety
///
/// - `cctx` is a `LZ4F_cctx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_freeCompressionContext(cctx: *mut LZ4F_cctx) -> LZ4F_errorCode_t {
    from_c::answer(
        || from_c::no_answer("LZ4F_freeCompressionContext"),
        || {
            if !cctx.is_null() {
                drop(unsafe { Box::from_raw(cctx) });
            }
            0
        },
    )
}

/// `size_t LZ4F_compressBegin(LZ4F_cctx *cctx, void *dstBuffer, size_t dstCapacity, const LZ4F_preferences_t *prefsPtr)`
///
/// # Safety
///
/// - `cctx` is a `LZ4F_cctx`
/// - `dstBuffer` points to bytes, `dstCapacity` of them, written
/// - `prefsPtr` points to one object, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressBegin(
    cctx: *mut LZ4F_cctx,
    dstBuffer: *mut c_void,
    dstCapacity: usize,
    prefsPtr: *const LZ4F_preferences_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count(dstCapacity)) };
            let prefsPtr = unsafe { prefsPtr.as_ref() };
            let Some(cctx) = cctx else { return GENERIC };
            if dstBuffer.len() < LZ4F_HEADER_SIZE_MAX as usize {
                return DST_TOO_SMALL;
            }
            // The crate writes the header together with the first text, or at the end.
            let encoder = FrameEncoder::with_frame_info(frame_info(prefsPtr), Vec::new());
            cctx.flushes = prefsPtr.is_some_and(|each| each.autoFlush != 0);
            drained(cctx.encoder.insert(encoder), dstBuffer)
        },
    )
}

/// `size_t LZ4F_compressBound(size_t srcSize, const LZ4F_preferences_t *prefsPtr)`
///
/// # Safety
///
/// - `prefsPtr` points to one object, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressBound(
    srcSize: usize,
    prefsPtr: *const LZ4F_preferences_t,
) -> usize {
    from_c::answer(
        || from_c::no_answer("LZ4F_compressBound"),
        || {
            let prefsPtr = unsafe { prefsPtr.as_ref() };
            let flushes = prefsPtr.is_some_and(|each| each.autoFlush != 0);
            bound(srcSize, if flushes { 0 } else { block_size(prefsPtr) - 1 })
        },
    )
}

/// `size_t LZ4F_compressUpdate(LZ4F_cctx *cctx, void *dstBuffer, size_t dstCapacity, const void *srcBuffer, size_t srcSize, const LZ4F_compressOptions_t *cOptPtr)`
///
/// # Safety
///
/// - `cctx` is a `LZ4F_cctx`
/// - `dstBuffer` points to bytes, `dstCapacity` of them, written
/// - `srcBuffer` points to bytes, `srcSize` of them, read
/// - `cOptPtr` is as the header has it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressUpdate(
    cctx: *mut LZ4F_cctx,
    dstBuffer: *mut c_void,
    dstCapacity: usize,
    srcBuffer: *const c_void,
    srcSize: usize,
    _cOptPtr: *const LZ4F_compressOptions_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count(dstCapacity)) };
            let srcBuffer =
                unsafe { from_c::slice(srcBuffer.cast::<u8>(), from_c::count(srcSize)) };
            let Some(cctx) = cctx else { return GENERIC };
            let Some(encoder) = &mut cctx.encoder else {
                return NOT_BEGUN;
            };
            let mut done = encoder.write_all(srcBuffer);
            if cctx.flushes {
                done = done.and_then(|()| encoder.flush());
            }
            match done {
                Ok(()) => drained(encoder, dstBuffer),
                Err(error) => code(&error.into()),
            }
        },
    )
}

/// `size_t LZ4F_flush(LZ4F_cctx *cctx, void *dstBuffer, size_t dstCapacity, const LZ4F_compressOptions_t *cOptPtr)`
///
/// # Safety
///
/// - `cctx` is a `LZ4F_cctx`
/// - `dstBuffer` points to bytes, `dstCapacity` of them, written
/// - `cOptPtr` is as the header has it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_flush(
    cctx: *mut LZ4F_cctx,
    dstBuffer: *mut c_void,
    dstCapacity: usize,
    _cOptPtr: *const LZ4F_compressOptions_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count(dstCapacity)) };
            let Some(cctx) = cctx else { return GENERIC };
            let Some(encoder) = &mut cctx.encoder else {
                return NOT_BEGUN;
            };
            match encoder.flush() {
                Ok(()) => drained(encoder, dstBuffer),
                Err(error) => code(&error.into()),
            }
        },
    )
}

/// `size_t LZ4F_compressEnd(LZ4F_cctx *cctx, void *dstBuffer, size_t dstCapacity, const LZ4F_compressOptions_t *cOptPtr)`
///
/// # Safety
///
/// - `cctx` is a `LZ4F_cctx`
/// - `dstBuffer` points to bytes, `dstCapacity` of them, written
/// - `cOptPtr` is as the header has it
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_compressEnd(
    cctx: *mut LZ4F_cctx,
    dstBuffer: *mut c_void,
    dstCapacity: usize,
    _cOptPtr: *const LZ4F_compressOptions_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count(dstCapacity)) };
            let Some(cctx) = cctx else { return GENERIC };
            let Some(mut encoder) = cctx.encoder.take() else {
                return NOT_BEGUN;
            };
            match encoder.try_finish() {
                Ok(()) => drained(&mut encoder, dstBuffer),
                Err(error) => code(&error),
            }
        },
    )
}

/// `LZ4F_errorCode_t LZ4F_createDecompressionContext(LZ4F_dctx **dctxPtr, unsigned int version)`
///
/// # Safety
///
/// - `dctxPtr` is where a `LZ4F_dctx` comes into being
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_createDecompressionContext(
    dctxPtr: *mut *mut LZ4F_dctx,
    _version: c_uint,
) -> LZ4F_errorCode_t {
    from_c::answer(
        || GENERIC,
        || {
            let Some(room) = (unsafe { dctxPtr.as_mut() }) else {
                return GENERIC;
            };
            *room = Box::into_raw(Box::default());
            0
        },
    )
}

/// `LZ4F_errorCode_t LZ4F_freeDecompressionContext(LZ4F_dctx *dctx)`
///
/// # Safety
///
/// - `dctx` is a `LZ4F_dctx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_freeDecompressionContext(dctx: *mut LZ4F_dctx) -> LZ4F_errorCode_t {
    from_c::answer(
        || from_c::no_answer("LZ4F_freeDecompressionContext"),
        || {
            if dctx.is_null() {
                return 0;
            }
            usize::from(!unsafe { Box::from_raw(dctx) }.held.is_empty())
        },
    )
}

/// `void LZ4F_resetDecompressionContext(LZ4F_dctx *dctx)`
///
/// # Safety
///
/// - `dctx` is a `LZ4F_dctx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_resetDecompressionContext(dctx: *mut LZ4F_dctx) {
    from_c::answer(
        || from_c::no_answer("LZ4F_resetDecompressionContext"),
        || {
            let dctx = unsafe { dctx.as_mut() };
            if let Some(dctx) = dctx {
                *dctx = LZ4F_dctx::default();
            }
        },
    )
}

/// `size_t LZ4F_decompress(LZ4F_dctx *dctx, void *dstBuffer, size_t *dstSizePtr, const void *srcBuffer, size_t *srcSizePtr, const LZ4F_decompressOptions_t *dOptPtr)`
///
/// # Safety
///
/// - `dctx` is a `LZ4F_dctx`
/// - `dstBuffer` points to bytes, `dstSizePtr` of them, written
/// - `dstSizePtr` points to one object, read and written
/// - `srcBuffer` points to bytes, `srcSizePtr` of them, read
/// - `srcSizePtr` points to one object, read and written
/// - `dOptPtr` points to one object, read, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4F_decompress(
    dctx: *mut LZ4F_dctx,
    dstBuffer: *mut c_void,
    dstSizePtr: *mut usize,
    srcBuffer: *const c_void,
    srcSizePtr: *mut usize,
    _dOptPtr: *const LZ4F_decompressOptions_t,
) -> usize {
    from_c::answer(
        || GENERIC,
        || {
            let dctx = unsafe { dctx.as_mut() };
            let dstBuffer =
                unsafe { from_c::room(dstBuffer.cast::<u8>(), from_c::count_at(dstSizePtr)) };
            let dstSizePtr = unsafe { dstSizePtr.as_mut() };
            let srcBuffer =
                unsafe { from_c::slice(srcBuffer.cast::<u8>(), from_c::count_at(srcSizePtr)) };
            let srcSizePtr = unsafe { srcSizePtr.as_mut() };
            let (Some(dctx), Some(written), Some(read)) = (dctx, dstSizePtr, srcSizePtr) else {
                return GENERIC;
            };
            // The crate always holds a frame to its checksums.
            dctx.held.extend_from_slice(srcBuffer);
            let Decoded { made, end, failed } = decoded(&dctx.held);
            let left = &made[dctx.given..];
            if let Some(error) = failed.filter(|_| left.len() <= dstBuffer.len()) {
                (*written, *read) = (0, 0);
                return code(&error);
            }
            let size = left.len().min(dstBuffer.len());
            from_c::written(dstBuffer, &left[..size]);
            dctx.given += size;
            *written = size;
            let behind = end.map_or(0, |end| dctx.held.len() - end);
            *read = srcBuffer.len() - behind;
            dctx.held.truncate(dctx.held.len() - behind);
            if end.is_none() || dctx.given < made.len() {
                return 1; // the crate does not tell how much it would read next
            }
            *dctx = LZ4F_dctx::default();
            0
        },
    )
}

/// `LZ4_stream_t *LZ4_initStream(void *buffer, size_t size)`
///
/// # Safety
///
/// - `buffer` points to bytes, `size` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn LZ4_initStream(buffer: *mut c_void, size: usize) -> *mut LZ4_stream_t {
    from_c::answer(
        || ptr::null_mut(),
        || {
            let buffer = unsafe { from_c::room(buffer.cast::<u8>(), from_c::count(size)) };
            let fits = size >= size_of::<LZ4_stream_t>();
            let stream = buffer.as_mut_ptr().cast::<LZ4_stream_t>();
            if !fits || !stream.is_aligned() {
                return std::ptr::null_mut();
            }
            unsafe {
                stream.write(LZ4_stream_t {
                    minStateSize: [0; 16416],
                })
            };
            stream
        },
    )
}
