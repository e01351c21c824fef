//! `zstd` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, DEFAULT_MAX_WINDOW_SIZE, Dictionary, FrameDecoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};
use std::io::Read;
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

pub const ZSTD_VERSION_NUMBER: c_int = 10504;

pub type ZSTD_CStream = ZSTD_CCtx;
pub type ZSTD_DStream = ZSTD_DCtx;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type ZSTD_ErrorCode = u32;
pub const ZSTD_error_no_error: ZSTD_ErrorCode = 0;
pub const ZSTD_error_GENERIC: ZSTD_ErrorCode = 1;
pub const ZSTD_error_prefix_unknown: ZSTD_ErrorCode = 10;
pub const ZSTD_error_version_unsupported: ZSTD_ErrorCode = 12;
pub const ZSTD_error_frameParameter_unsupported: ZSTD_ErrorCode = 14;
pub const ZSTD_error_frameParameter_windowTooLarge: ZSTD_ErrorCode = 16;
pub const ZSTD_error_corruption_detected: ZSTD_ErrorCode = 20;
pub const ZSTD_error_checksum_wrong: ZSTD_ErrorCode = 22;
pub const ZSTD_error_literals_headerWrong: ZSTD_ErrorCode = 24;
pub const ZSTD_error_dictionary_corrupted: ZSTD_ErrorCode = 30;
pub const ZSTD_error_dictionary_wrong: ZSTD_ErrorCode = 32;
pub const ZSTD_error_dictionaryCreation_failed: ZSTD_ErrorCode = 34;
pub const ZSTD_error_parameter_unsupported: ZSTD_ErrorCode = 40;
pub const ZSTD_error_parameter_combination_unsupported: ZSTD_ErrorCode = 41;
pub const ZSTD_error_parameter_outOfBound: ZSTD_ErrorCode = 42;
pub const ZSTD_error_tableLog_tooLarge: ZSTD_ErrorCode = 44;
pub const ZSTD_error_maxSymbolValue_tooLarge: ZSTD_ErrorCode = 46;
pub const ZSTD_error_maxSymbolValue_tooSmall: ZSTD_ErrorCode = 48;
pub const ZSTD_error_stabilityCondition_notRespected: ZSTD_ErrorCode = 50;
pub const ZSTD_error_stage_wrong: ZSTD_ErrorCode = 60;
pub const ZSTD_error_init_missing: ZSTD_ErrorCode = 62;
pub const ZSTD_error_memory_allocation: ZSTD_ErrorCode = 64;
pub const ZSTD_error_workSpace_tooSmall: ZSTD_ErrorCode = 66;
pub const ZSTD_error_dstSize_tooSmall: ZSTD_ErrorCode = 70;
pub const ZSTD_error_srcSize_wrong: ZSTD_ErrorCode = 72;
pub const ZSTD_error_dstBuffer_null: ZSTD_ErrorCode = 74;
pub const ZSTD_error_noForwardProgress_destFull: ZSTD_ErrorCode = 80;
pub const ZSTD_error_noForwardProgress_inputEmpty: ZSTD_ErrorCode = 82;
pub const ZSTD_error_frameIndex_tooLarge: ZSTD_ErrorCode = 100;
pub const ZSTD_error_seekableIO: ZSTD_ErrorCode = 102;
pub const ZSTD_error_dstBuffer_wrong: ZSTD_ErrorCode = 104;
pub const ZSTD_error_srcBuffer_wrong: ZSTD_ErrorCode = 105;
pub const ZSTD_error_sequenceProducer_failed: ZSTD_ErrorCode = 106;
pub const ZSTD_error_externalSequences_invalid: ZSTD_ErrorCode = 107;
pub const ZSTD_error_maxCode: ZSTD_ErrorCode = 120;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type ZSTD_cParameter = u32;
pub const ZSTD_c_compressionLevel: ZSTD_cParameter = 100;
pub const ZSTD_c_windowLog: ZSTD_cParameter = 101;
pub const ZSTD_c_hashLog: ZSTD_cParameter = 102;
pub const ZSTD_c_chainLog: ZSTD_cParameter = 103;
pub const ZSTD_c_searchLog: ZSTD_cParameter = 104;
pub const ZSTD_c_minMatch: ZSTD_cParameter = 105;
pub const ZSTD_c_targetLength: ZSTD_cParameter = 106;
pub const ZSTD_c_strategy: ZSTD_cParameter = 107;
pub const ZSTD_c_enableLongDistanceMatching: ZSTD_cParameter = 160;
pub const ZSTD_c_ldmHashLog: ZSTD_cParameter = 161;
pub const ZSTD_c_ldmMinMatch: ZSTD_cParameter = 162;
pub const ZSTD_c_ldmBucketSizeLog: ZSTD_cParameter = 163;
pub const ZSTD_c_ldmHashRateLog: ZSTD_cParameter = 164;
pub const ZSTD_c_contentSizeFlag: ZSTD_cParameter = 200;
pub const ZSTD_c_checksumFlag: ZSTD_cParameter = 201;
pub const ZSTD_c_dictIDFlag: ZSTD_cParameter = 202;
pub const ZSTD_c_nbWorkers: ZSTD_cParameter = 400;
pub const ZSTD_c_jobSize: ZSTD_cParameter = 401;
pub const ZSTD_c_overlapLog: ZSTD_cParameter = 402;
pub const ZSTD_c_experimentalParam1: ZSTD_cParameter = 500;
pub const ZSTD_c_experimentalParam2: ZSTD_cParameter = 10;
pub const ZSTD_c_experimentalParam3: ZSTD_cParameter = 1000;
pub const ZSTD_c_experimentalParam4: ZSTD_cParameter = 1001;
pub const ZSTD_c_experimentalParam5: ZSTD_cParameter = 1002;
pub const ZSTD_c_experimentalParam6: ZSTD_cParameter = 1003;
pub const ZSTD_c_experimentalParam7: ZSTD_cParameter = 1004;
pub const ZSTD_c_experimentalParam8: ZSTD_cParameter = 1005;
pub const ZSTD_c_experimentalParam9: ZSTD_cParameter = 1006;
pub const ZSTD_c_experimentalParam10: ZSTD_cParameter = 1007;
pub const ZSTD_c_experimentalParam11: ZSTD_cParameter = 1008;
pub const ZSTD_c_experimentalParam12: ZSTD_cParameter = 1009;
pub const ZSTD_c_experimentalParam13: ZSTD_cParameter = 1010;
pub const ZSTD_c_experimentalParam14: ZSTD_cParameter = 1011;
pub const ZSTD_c_experimentalParam15: ZSTD_cParameter = 1012;
pub const ZSTD_c_experimentalParam16: ZSTD_cParameter = 1013;
pub const ZSTD_c_experimentalParam17: ZSTD_cParameter = 1014;
pub const ZSTD_c_experimentalParam18: ZSTD_cParameter = 1015;
pub const ZSTD_c_experimentalParam19: ZSTD_cParameter = 1016;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type ZSTD_ResetDirective = u32;
pub const ZSTD_reset_session_only: ZSTD_ResetDirective = 1;
pub const ZSTD_reset_parameters: ZSTD_ResetDirective = 2;
pub const ZSTD_reset_session_and_parameters: ZSTD_ResetDirective = 3;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type ZSTD_EndDirective = u32;
pub const ZSTD_e_continue: ZSTD_EndDirective = 0;
pub const ZSTD_e_flush: ZSTD_EndDirective = 1;
pub const ZSTD_e_end: ZSTD_EndDirective = 2;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type ZSTD_dParameter = u32;
pub const ZSTD_d_windowLogMax: ZSTD_dParameter = 100;
pub const ZSTD_d_experimentalParam1: ZSTD_dParameter = 1000;
pub const ZSTD_d_experimentalParam2: ZSTD_dParameter = 1001;
pub const ZSTD_d_experimentalParam3: ZSTD_dParameter = 1002;
pub const ZSTD_d_experimentalParam4: ZSTD_dParameter = 1003;
pub const ZSTD_d_experimentalParam5: ZSTD_dParameter = 1004;

/// What is to be compressed: the crate's compressor asks for its input, to the end of it.
pub struct ZSTD_CCtx {
    level: c_int,
    text: Vec<u8>,
    /// What is left of a frame that ends.
    frame: Option<Vec<u8>>,
}

/// A decoder, and a frame that is being read.
///
/// `decode_from_to` wants whole blocks: what there is of one is kept until all of it is there.
pub struct ZSTD_DCtx {
    decoder: FrameDecoder,
    held: Vec<u8>,
    reads: bool,
    /// How much is left of a frame that is skipped.
    skips: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ZSTD_outBuffer {
    pub dst: *mut c_void,
    pub size: usize,
    pub pos: usize,
}
const _: () = {
    assert!(size_of::<ZSTD_outBuffer>() == 24);
    assert!(align_of::<ZSTD_outBuffer>() == 8);
    assert!(offset_of!(ZSTD_outBuffer, dst) == 0);
    assert!(offset_of!(ZSTD_outBuffer, size) == 8);
    assert!(offset_of!(ZSTD_outBuffer, pos) == 16);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ZSTD_inBuffer {
    pub src: *const c_void,
    pub size: usize,
    pub pos: usize,
}
const _: () = {
    assert!(size_of::<ZSTD_inBuffer>() == 24);
    assert!(align_of::<ZSTD_inBuffer>() == 8);
    assert!(offset_of!(ZSTD_inBuffer, src) == 0);
    assert!(offset_of!(ZSTD_inBuffer, size) == 8);
    assert!(offset_of!(ZSTD_inBuffer, pos) == 16);
};

/// A dictionary, as it is: the crate's are moved into the decoder that uses them.
pub struct ZSTD_DDict {
    content: Vec<u8>,
}

/// Returns a number of zstd_errors.h as functions tell it.
const fn failed(error: ZSTD_ErrorCode) -> usize {
    0usize.wrapping_sub(error as usize)
}

/// `ZSTD_CONTENTSIZE_ERROR`
const NO_FRAME: c_ulonglong = c_ulonglong::MAX - 1;
/// What the crate's decoder wants to be sure of a whole block: a header of a frame, and of a block, and its content.
const WHOLE_BLOCK: usize = 18 + 3 + 128 * 1024;

/// Returns the number that tells of an error of the crate's.
fn code(error: &FrameDecoderError) -> usize {
    failed(match error {
        FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_)) => {
            ZSTD_error_prefix_unknown
        }
        FrameDecoderError::ReadFrameHeaderError(_) | FrameDecoderError::FailedToSkipFrame => {
            ZSTD_error_srcSize_wrong
        }
        FrameDecoderError::WindowSizeTooBig { .. } => ZSTD_error_frameParameter_windowTooLarge,
        FrameDecoderError::DictNotProvided { .. } => ZSTD_error_dictionary_wrong,
        FrameDecoderError::TargetTooSmall => ZSTD_error_dstSize_tooSmall,
        _ => ZSTD_error_corruption_detected,
    })
}

/// Writes what was made where there is room for it.
fn fitting(room: &mut [MaybeUninit<u8>], made: &[u8]) -> usize {
    if made.len() > room.len() {
        return failed(ZSTD_error_dstSize_tooSmall);
    }
    from_c::written(room, made);
    made.len()
}

/// Compresses at one of the two levels that the crate has.
fn compressed(text: &[u8], level: c_int) -> Vec<u8> {
    let level = if level < 0 {
        CompressionLevel::Uncompressed
    } else {
        CompressionLevel::Fastest
    };
    compress_to_vec(text, level)
}

/// Holds a frame that was read to its checksum, which the crate works out and leaves to its callers.
fn checked(decoder: &FrameDecoder) -> Result<(), usize> {
    match decoder.get_checksum_from_data() {
        Some(told) if decoder.get_calculated_checksum() != Some(told) => {
            Err(failed(ZSTD_error_checksum_wrong))
        }
        _ => Ok(()),
    }
}

/// Decompresses frames, with a dictionary if there is one, which the decoder has.
fn decoded(
    decoder: &mut FrameDecoder,
    mut frames: &[u8],
    most: usize,
    dictionary: Option<u32>,
) -> Result<Vec<u8>, usize> {
    let mut made = vec![0; most];
    let mut size = 0;
    while !frames.is_empty() {
        match decoder.init(&mut frames) {
            Ok(()) => {}
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                length,
                ..
            })) => {
                frames = frames
                    .get(length as usize..)
                    .ok_or(failed(ZSTD_error_srcSize_wrong))?;
                continue;
            }
            Err(error) => return Err(code(&error)),
        }
        if let Some(id) = dictionary {
            decoder.force_dict(id).map_err(|error| code(&error))?;
        }
        while !decoder.is_finished() || decoder.can_collect() > 0 {
            if !decoder.is_finished() {
                decoder
                    .decode_blocks(&mut frames, BlockDecodingStrategy::UptoBytes(1 << 20))
                    .map_err(|e| code(&e))?;
            }
            size += decoder
                .read(&mut made[size..])
                .map_err(|_| failed(ZSTD_error_GENERIC))?;
            if decoder.can_collect() > 0 {
                return Err(failed(ZSTD_error_dstSize_tooSmall));
            }
        }
        checked(decoder)?;
    }
    made.truncate(size);
    Ok(made)
}

fn decompressed(decoder: &mut FrameDecoder, room: &mut [MaybeUninit<u8>], frames: &[u8]) -> usize {
    match decoded(decoder, frames, room.len(), None) {
        Ok(made) => fitting(room, &made),
        Err(error) => error,
    }
}

/// Decompresses frames with a dictionary; one of less than eight bytes is none.
fn decompressed_with(dictionary: &[u8], room: &mut [MaybeUninit<u8>], frames: &[u8]) -> usize {
    let mut decoder = FrameDecoder::new();
    if dictionary.len() < 8 {
        return decompressed(&mut decoder, room, frames);
    }
    let Ok(dictionary) = Dictionary::decode_dict(dictionary) else {
        return failed(ZSTD_error_dictionary_corrupted);
    };
    let id = dictionary.id;
    if decoder.add_dict(dictionary).is_err() {
        return failed(ZSTD_error_dictionary_wrong);
    }
    match decoded(&mut decoder, frames, room.len(), Some(id)) {
        Ok(made) => fitting(room, &made),
        Err(error) => error,
    }
}

/// Returns how much of its input a frame is.
fn length(src: &[u8]) -> Result<usize, usize> {
    let mut decoder = FrameDecoder::new();
    let mut rest = src;
    match decoder.init(&mut rest) {
        Ok(()) => {}
        Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
            length,
            ..
        })) => {
            let end = 8 + length as usize;
            return if end <= src.len() {
                Ok(end)
            } else {
                Err(failed(ZSTD_error_srcSize_wrong))
            };
        }
        Err(error) => return Err(code(&error)),
    }
    decoder
        .decode_blocks(&mut rest, BlockDecodingStrategy::All)
        .map_err(|error| code(&error))?;
    Ok(decoder.bytes_read_from_source() as usize)
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

impl ZSTD_CCtx {
    fn new() -> Self {
        Self {
            level: 3,
            text: Vec::new(),
            frame: None,
        }
    }

    /// Takes text in; the crate compresses a whole frame, so nothing comes out before its end.
    fn take(&mut self, input: &mut ZSTD_inBuffer) {
        let all = unsafe { from_c::slice(input.src.cast::<u8>(), input.size) };
        self.text
            .extend_from_slice(all.get(input.pos..).unwrap_or_default());
        input.pos = input.size;
    }

    /// Gives out what fits of the frame that ends; returns how much is left.
    fn end(&mut self, output: &mut ZSTD_outBuffer) -> usize {
        let text = std::mem::take(&mut self.text);
        let level = self.level;
        let frame = self.frame.get_or_insert_with(|| compressed(&text, level));
        let room = unsafe { from_c::room(output.dst.cast::<u8>(), output.size) };
        let room = room.get_mut(output.pos..).unwrap_or_default();
        let size = frame.len().min(room.len());
        from_c::written(room, &frame[..size]);
        frame.drain(..size);
        output.pos += size;
        let left = frame.len();
        if left == 0 {
            self.frame = None;
        }
        left
    }
}

impl ZSTD_DCtx {
    fn new() -> Self {
        Self {
            decoder: FrameDecoder::new(),
            held: Vec::new(),
            reads: false,
            skips: 0,
        }
    }

    fn reset(&mut self) {
        self.held.clear();
        self.reads = false;
        self.skips = 0;
    }

    /// Goes on with a frame: returns 0 at its end, and 1 where it wants more, or more room; the crate gives no hint.
    fn read(
        &mut self,
        output: &mut ZSTD_outBuffer,
        input: &mut ZSTD_inBuffer,
    ) -> Result<usize, usize> {
        let all = unsafe { from_c::slice(input.src.cast::<u8>(), input.size) };
        self.held
            .extend_from_slice(all.get(input.pos..).unwrap_or_default());
        input.pos = input.size;
        if !self.reads && self.skips == 0 {
            let mut source = Watched {
                rest: &self.held,
                hungry: false,
            };
            let begun = self.decoder.init(&mut source);
            let (left, hungry) = (source.rest.len(), source.hungry);
            match begun {
                Ok(()) => self.reads = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    self.skips = length as usize + 8;
                }
                Err(_) if hungry => return Ok(1),
                Err(error) => return Err(code(&error)),
            }
            if self.reads {
                self.held.drain(..self.held.len() - left);
            }
        }
        if self.skips > 0 {
            let size = self.skips.min(self.held.len());
            self.held.drain(..size);
            self.skips -= size;
            if self.skips > 0 {
                return Ok(1);
            }
            return Ok(self.ended(input));
        }
        loop {
            let room = unsafe { from_c::room(output.dst.cast::<u8>(), output.size) };
            let room = room.get_mut(output.pos..).unwrap_or_default();
            let mut made = vec![0; room.len()];
            let (read, written) = self
                .decoder
                .decode_from_to(&self.held, &mut made)
                .map_err(|e| code(&e))?;
            if read > self.held.len() {
                // The crate says that it has read the four bytes of a checksum, of which there are less.
                return Err(failed(ZSTD_error_corruption_detected));
            }
            from_c::written(room, &made[..written]);
            output.pos += written;
            self.held.drain(..read);
            if self.decoder.is_finished() {
                let left = self.ended(input);
                if self.decoder.can_collect() > 0 {
                    self.reads = true;
                    return Ok(1);
                }
                checked(&self.decoder)?;
                return Ok(left);
            }
            if read == 0 && written == 0 {
                return Ok(1);
            }
        }
    }

    /// Leaves to the caller what follows a frame.
    fn ended(&mut self, input: &mut ZSTD_inBuffer) -> usize {
        input.pos -= self.held.len();
        self.reset();
        0
    }
}

/// Returns what an error is called.
fn named(error: ZSTD_ErrorCode) -> &'static CStr {
    match error {
        ZSTD_error_no_error => c"No error",
        ZSTD_error_prefix_unknown => c"Unknown frame descriptor",
        ZSTD_error_frameParameter_windowTooLarge => c"Frame asks for too much memory",
        ZSTD_error_corruption_detected => c"Corrupted block",
        ZSTD_error_checksum_wrong => c"Checksum does not match",
        ZSTD_error_dictionary_corrupted => c"Dictionary is corrupted",
        ZSTD_error_dictionary_wrong => c"Dictionary mismatch",
        ZSTD_error_parameter_unsupported => c"Unsupported parameter",
        ZSTD_error_parameter_outOfBound => c"Parameter is out of bound",
        ZSTD_error_dstSize_tooSmall => c"Destination buffer is too small",
        ZSTD_error_srcSize_wrong => c"Src size is incorrect",
        ZSTD_error_GENERIC => c"Error (generic)",
        _ => c"Unspecified error code",
    }
}

/// `unsigned int ZSTD_versionNumber(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_versionNumber() -> c_uint {
    from_c::answer(
        || from_c::no_answer("ZSTD_versionNumber"),
        || {
            ZSTD_VERSION_NUMBER as c_uint // whose interface this is
        },
    )
}

/// `const char *ZSTD_versionString(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_versionString() -> *const c_char {
    from_c::answer(
        || from_c::no_answer("ZSTD_versionString"),
        || {
            c"1.5.4".as_ptr() // whose interface this is
        },
    )
}

/// `unsigned int ZSTD_isError(size_t code)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_isError(code: usize) -> c_uint {
    from_c::answer(
        || from_c::no_answer("ZSTD_isError"),
        || c_uint::from(code > failed(ZSTD_error_maxCode)),
    )
}

/// `ZSTD_ErrorCode ZSTD_getErrorCode(size_t functionResult)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getErrorCode(functionResult: usize) -> ZSTD_ErrorCode {
    from_c::answer(
        || from_c::no_answer("ZSTD_getErrorCode"),
        || {
            if functionResult > failed(ZSTD_error_maxCode) {
                0usize.wrapping_sub(functionResult) as ZSTD_ErrorCode
            } else {
                ZSTD_error_no_error
            }
        },
    )
}

/// `const char *ZSTD_getErrorName(size_t code)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getErrorName(code: usize) -> *const c_char {
    from_c::answer(
        || from_c::no_answer("ZSTD_getErrorName"),
        || {
            if code > failed(ZSTD_error_maxCode) {
                return named(0usize.wrapping_sub(code) as ZSTD_ErrorCode).as_ptr();
            }
            named(ZSTD_error_no_error).as_ptr()
        },
    )
}

/// `const char *ZSTD_getErrorString(ZSTD_ErrorCode code)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getErrorString(code: ZSTD_ErrorCode) -> *const c_char {
    from_c::answer(
        || from_c::no_answer("ZSTD_getErrorString"),
        || named(code).as_ptr(),
    )
}

/// `size_t ZSTD_compressBound(size_t srcSize)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compressBound(srcSize: usize) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_compressBound"),
        || {
            // The crate tells none: this is ZSTD_COMPRESSBOUND, which programs are compiled with.
            if srcSize >= 0xFF00FF00FF00FF00 {
                return failed(ZSTD_error_srcSize_wrong);
            }
            srcSize
                + (srcSize >> 8)
                + if srcSize < 128 << 10 {
                    ((128 << 10) - srcSize) >> 11
                } else {
                    0
                }
        },
    )
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
        || failed(ZSTD_error_GENERIC),
        || {
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            fitting(dst, &compressed(src, compressionLevel))
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
        || failed(ZSTD_error_GENERIC),
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

/// `size_t ZSTD_findFrameCompressedSize(const void *src, size_t srcSize)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_findFrameCompressedSize(src: *const c_void, srcSize: usize) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            // The crate tells of what it has decoded how much that was.
            length(src).unwrap_or_else(|error| error)
        },
    )
}

/// `ZSTD_CCtx *ZSTD_createCCtx(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_createCCtx() -> *mut ZSTD_CCtx {
    from_c::answer(
        || from_c::no_answer("ZSTD_createCCtx"),
        || Box::into_raw(Box::new(ZSTD_CCtx::new())),
    )
}

/// `size_t ZSTD_freeCCtx(ZSTD_CCtx *cctx)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CCtx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_freeCCtx(cctx: *mut ZSTD_CCtx) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_freeCCtx"),
        || {
            if !cctx.is_null() {
                drop(unsafe { Box::from_raw(cctx) });
            }
            0
        },
    )
}

/// `size_t ZSTD_compressCCtx(ZSTD_CCtx *cctx, void *dst, size_t dstCapacity, const void *src, size_t srcSize, int compressionLevel)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CCtx`
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compressCCtx(
    cctx: *mut ZSTD_CCtx,
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
    compressionLevel: c_int,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let Some(cctx) = cctx else {
                return failed(ZSTD_error_GENERIC);
            };
            *cctx = ZSTD_CCtx::new();
            fitting(dst, &compressed(src, compressionLevel))
        },
    )
}

/// `size_t ZSTD_CCtx_setParameter(ZSTD_CCtx *cctx, ZSTD_cParameter param, int value)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CCtx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_CCtx_setParameter(
    cctx: *mut ZSTD_CCtx,
    param: ZSTD_cParameter,
    value: c_int,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let cctx = unsafe { cctx.as_mut() };
            let Some(cctx) = cctx else {
                return failed(ZSTD_error_GENERIC);
            };
            if param != ZSTD_c_compressionLevel {
                return failed(ZSTD_error_parameter_unsupported);
            }
            cctx.level = value;
            0
        },
    )
}

/// `size_t ZSTD_CCtx_reset(ZSTD_CCtx *cctx, ZSTD_ResetDirective reset)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CCtx`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_CCtx_reset(
    cctx: *mut ZSTD_CCtx,
    reset: ZSTD_ResetDirective,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let cctx = unsafe { cctx.as_mut() };
            let Some(cctx) = cctx else {
                return failed(ZSTD_error_GENERIC);
            };
            let level = if reset == ZSTD_reset_session_only {
                cctx.level
            } else {
                ZSTD_CCtx::new().level
            };
            *cctx = ZSTD_CCtx {
                level,
                ..ZSTD_CCtx::new()
            };
            0
        },
    )
}

/// `size_t ZSTD_compress2(ZSTD_CCtx *cctx, void *dst, size_t dstCapacity, const void *src, size_t srcSize)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CCtx`
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compress2(
    cctx: *mut ZSTD_CCtx,
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let cctx = unsafe { cctx.as_mut() };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let Some(cctx) = cctx else {
                return failed(ZSTD_error_GENERIC);
            };
            *cctx = ZSTD_CCtx {
                level: cctx.level,
                ..ZSTD_CCtx::new()
            };
            fitting(dst, &compressed(src, cctx.level))
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
        || Box::into_raw(Box::new(ZSTD_DCtx::new())),
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
        || failed(ZSTD_error_GENERIC),
        || {
            let dctx = unsafe { dctx.as_mut() };
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            dctx.map_or(failed(ZSTD_error_GENERIC), |dctx| {
                decompressed(&mut dctx.decoder, dst, src)
            })
        },
    )
}

/// `ZSTD_CStream *ZSTD_createCStream(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_createCStream() -> *mut ZSTD_CStream {
    from_c::answer(
        || from_c::no_answer("ZSTD_createCStream"),
        || Box::into_raw(Box::new(ZSTD_CCtx::new())),
    )
}

/// `size_t ZSTD_freeCStream(ZSTD_CStream *zcs)`
///
/// # Safety
///
/// - `zcs` is a `ZSTD_CStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_freeCStream(zcs: *mut ZSTD_CStream) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_freeCStream"),
        || {
            if !zcs.is_null() {
                drop(unsafe { Box::from_raw(zcs) });
            }
            0
        },
    )
}

/// `size_t ZSTD_CStreamInSize(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_CStreamInSize() -> usize {
    from_c::answer(|| from_c::no_answer("ZSTD_CStreamInSize"), || 128 * 1024)
}

/// `size_t ZSTD_CStreamOutSize(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_CStreamOutSize() -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_CStreamOutSize"),
        || WHOLE_BLOCK + 4,
    )
}

/// `size_t ZSTD_initCStream(ZSTD_CStream *zcs, int compressionLevel)`
///
/// # Safety
///
/// - `zcs` is a `ZSTD_CStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_initCStream(
    zcs: *mut ZSTD_CStream,
    compressionLevel: c_int,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let zcs = unsafe { zcs.as_mut() };
            let Some(zcs) = zcs else {
                return failed(ZSTD_error_GENERIC);
            };
            *zcs = ZSTD_CCtx {
                level: compressionLevel,
                ..ZSTD_CCtx::new()
            };
            0
        },
    )
}

/// `size_t ZSTD_compressStream2(ZSTD_CCtx *cctx, ZSTD_outBuffer *output, ZSTD_inBuffer *input, ZSTD_EndDirective endOp)`
///
/// # Safety
///
/// - `cctx` is a `ZSTD_CStream`
/// - `output` points to one object, read and written
/// - `input` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compressStream2(
    cctx: *mut ZSTD_CCtx,
    output: *mut ZSTD_outBuffer,
    input: *mut ZSTD_inBuffer,
    endOp: ZSTD_EndDirective,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let cctx = unsafe { cctx.as_mut() };
            let output = unsafe { output.as_mut() };
            let input = unsafe { input.as_mut() };
            let (Some(cctx), Some(output), Some(input)) = (cctx, output, input) else {
                return failed(ZSTD_error_GENERIC);
            };
            match endOp {
                ZSTD_e_continue => {
                    cctx.take(input);
                    0
                }
                ZSTD_e_end => {
                    cctx.take(input);
                    cctx.end(output)
                }
                _ => failed(ZSTD_error_parameter_unsupported), // the crate cannot flush
            }
        },
    )
}

/// `size_t ZSTD_compressStream(ZSTD_CStream *zcs, ZSTD_outBuffer *output, ZSTD_inBuffer *input)`
///
/// # Safety
///
/// - `zcs` is a `ZSTD_CStream`
/// - `output` points to one object, read and written
/// - `input` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_compressStream(
    zcs: *mut ZSTD_CStream,
    _output: *mut ZSTD_outBuffer,
    input: *mut ZSTD_inBuffer,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let zcs = unsafe { zcs.as_mut() };
            let input = unsafe { input.as_mut() };
            let (Some(zcs), Some(input)) = (zcs, input) else {
                return failed(ZSTD_error_GENERIC);
            };
            zcs.take(input);
            128 * 1024
        },
    )
}

/// `size_t ZSTD_endStream(ZSTD_CStream *zcs, ZSTD_outBuffer *output)`
///
/// # Safety
///
/// - `zcs` is a `ZSTD_CStream`
/// - `output` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_endStream(
    zcs: *mut ZSTD_CStream,
    output: *mut ZSTD_outBuffer,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let zcs = unsafe { zcs.as_mut() };
            let output = unsafe { output.as_mut() };
            let (Some(zcs), Some(output)) = (zcs, output) else {
                return failed(ZSTD_error_GENERIC);
            };
            zcs.end(output)
        },
    )
}

/// `ZSTD_DStream *ZSTD_createDStream(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_createDStream() -> *mut ZSTD_DStream {
    from_c::answer(
        || from_c::no_answer("ZSTD_createDStream"),
        || Box::into_raw(Box::new(ZSTD_DCtx::new())),
    )
}

/// `size_t ZSTD_freeDStream(ZSTD_DStream *zds)`
///
/// # Safety
///
/// - `zds` is a `ZSTD_DStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_freeDStream(zds: *mut ZSTD_DStream) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_freeDStream"),
        || {
            if !zds.is_null() {
                drop(unsafe { Box::from_raw(zds) });
            }
            0
        },
    )
}

/// `size_t ZSTD_DStreamInSize(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_DStreamInSize() -> usize {
    from_c::answer(|| from_c::no_answer("ZSTD_DStreamInSize"), || WHOLE_BLOCK)
}

/// `size_t ZSTD_DStreamOutSize(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_DStreamOutSize() -> usize {
    from_c::answer(|| from_c::no_answer("ZSTD_DStreamOutSize"), || 128 * 1024)
}

/// `size_t ZSTD_initDStream(ZSTD_DStream *zds)`
///
/// # Safety
///
/// - `zds` is a `ZSTD_DStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_initDStream(zds: *mut ZSTD_DStream) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let zds = unsafe { zds.as_mut() };
            let Some(zds) = zds else {
                return failed(ZSTD_error_GENERIC);
            };
            zds.reset();
            WHOLE_BLOCK
        },
    )
}

/// `size_t ZSTD_DCtx_reset(ZSTD_DCtx *dctx, ZSTD_ResetDirective reset)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_DCtx_reset(
    dctx: *mut ZSTD_DCtx,
    reset: ZSTD_ResetDirective,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let dctx = unsafe { dctx.as_mut() };
            let Some(dctx) = dctx else {
                return failed(ZSTD_error_GENERIC);
            };
            if reset != ZSTD_reset_parameters {
                dctx.reset();
            }
            if reset != ZSTD_reset_session_only {
                dctx.decoder.set_max_window_size(DEFAULT_MAX_WINDOW_SIZE);
            }
            0
        },
    )
}

/// `size_t ZSTD_DCtx_setParameter(ZSTD_DCtx *dctx, ZSTD_dParameter param, int value)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DStream`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_DCtx_setParameter(
    dctx: *mut ZSTD_DCtx,
    param: ZSTD_dParameter,
    value: c_int,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let dctx = unsafe { dctx.as_mut() };
            let Some(dctx) = dctx else {
                return failed(ZSTD_error_GENERIC);
            };
            match (param, value) {
                (ZSTD_d_windowLogMax, 0) => {
                    dctx.decoder.set_max_window_size(DEFAULT_MAX_WINDOW_SIZE)
                }
                (ZSTD_d_windowLogMax, 10..=31) => dctx.decoder.set_max_window_size(1 << value),
                (ZSTD_d_windowLogMax, _) => return failed(ZSTD_error_parameter_outOfBound),
                _ => return failed(ZSTD_error_parameter_unsupported),
            }
            0
        },
    )
}

/// `size_t ZSTD_decompressStream(ZSTD_DStream *zds, ZSTD_outBuffer *output, ZSTD_inBuffer *input)`
///
/// # Safety
///
/// - `zds` is a `ZSTD_DStream`
/// - `output` points to one object, read and written
/// - `input` points to one object, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_decompressStream(
    zds: *mut ZSTD_DStream,
    output: *mut ZSTD_outBuffer,
    input: *mut ZSTD_inBuffer,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let zds = unsafe { zds.as_mut() };
            let output = unsafe { output.as_mut() };
            let input = unsafe { input.as_mut() };
            let (Some(zds), Some(output), Some(input)) = (zds, output, input) else {
                return failed(ZSTD_error_GENERIC);
            };
            zds.read(output, input).unwrap_or_else(|error| error)
        },
    )
}

/// `size_t ZSTD_decompress_usingDict(ZSTD_DCtx *dctx, void *dst, size_t dstCapacity, const void *src, size_t srcSize, const void *dict, size_t dictSize)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DCtx`
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
/// - `dict` points to bytes, `dictSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_decompress_usingDict(
    _dctx: *mut ZSTD_DCtx,
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
    dict: *const c_void,
    dictSize: usize,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let dict = unsafe { from_c::slice(dict.cast::<u8>(), from_c::count(dictSize)) };
            decompressed_with(dict, dst, src)
        },
    )
}

/// `ZSTD_DDict *ZSTD_createDDict(const void *dictBuffer, size_t dictSize)`
///
/// # Safety
///
/// - `dictBuffer` points to bytes, `dictSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_createDDict(
    dictBuffer: *const c_void,
    dictSize: usize,
) -> *mut ZSTD_DDict {
    from_c::answer(
        || ptr::null_mut(),
        || {
            let dictBuffer =
                unsafe { from_c::slice(dictBuffer.cast::<u8>(), from_c::count(dictSize)) };
            if dictBuffer.len() >= 8 && Dictionary::decode_dict(dictBuffer).is_err() {
                return std::ptr::null_mut();
            }
            Box::into_raw(Box::new(ZSTD_DDict {
                content: dictBuffer.to_vec(),
            }))
        },
    )
}

/// `size_t ZSTD_freeDDict(ZSTD_DDict *ddict)`
///
/// # Safety
///
/// - `ddict` is a `ZSTD_DDict`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_freeDDict(ddict: *mut ZSTD_DDict) -> usize {
    from_c::answer(
        || from_c::no_answer("ZSTD_freeDDict"),
        || {
            if !ddict.is_null() {
                drop(unsafe { Box::from_raw(ddict) });
            }
            0
        },
    )
}

/// `size_t ZSTD_decompress_usingDDict(ZSTD_DCtx *dctx, void *dst, size_t dstCapacity, const void *src, size_t srcSize, const ZSTD_DDict *ddict)`
///
/// # Safety
///
/// - `dctx` is a `ZSTD_DCtx`
/// - `dst` points to bytes, `dstCapacity` of them, written
/// - `src` points to bytes, `srcSize` of them, read
/// - `ddict` is a `ZSTD_DDict`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_decompress_usingDDict(
    _dctx: *mut ZSTD_DCtx,
    dst: *mut c_void,
    dstCapacity: usize,
    src: *const c_void,
    srcSize: usize,
    ddict: *const ZSTD_DDict,
) -> usize {
    from_c::answer(
        || failed(ZSTD_error_GENERIC),
        || {
            let dst = unsafe { from_c::room(dst.cast::<u8>(), from_c::count(dstCapacity)) };
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            let ddict = unsafe { ddict.as_ref() };
            let Some(ddict) = ddict else {
                return failed(ZSTD_error_GENERIC);
            };
            decompressed_with(&ddict.content, dst, src)
        },
    )
}

/// `unsigned int ZSTD_getDictID_fromDict(const void *dict, size_t dictSize)`
///
/// # Safety
///
/// - `dict` points to bytes, `dictSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getDictID_fromDict(dict: *const c_void, dictSize: usize) -> c_uint {
    from_c::answer(
        || from_c::no_answer("ZSTD_getDictID_fromDict"),
        || {
            let dict = unsafe { from_c::slice(dict.cast::<u8>(), from_c::count(dictSize)) };
            Dictionary::decode_dict(dict).map_or(0, |dictionary| dictionary.id)
        },
    )
}

/// `unsigned int ZSTD_getDictID_fromDDict(const ZSTD_DDict *ddict)`
///
/// # Safety
///
/// - `ddict` is a `ZSTD_DDict`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getDictID_fromDDict(ddict: *const ZSTD_DDict) -> c_uint {
    from_c::answer(
        || from_c::no_answer("ZSTD_getDictID_fromDDict"),
        || {
            let ddict = unsafe { ddict.as_ref() };
            ddict.map_or(0, |ddict| {
                Dictionary::decode_dict(&ddict.content).map_or(0, |each| each.id)
            })
        },
    )
}

/// `unsigned int ZSTD_getDictID_fromFrame(const void *src, size_t srcSize)`
///
/// # Safety
///
/// - `src` points to bytes, `srcSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ZSTD_getDictID_fromFrame(src: *const c_void, srcSize: usize) -> c_uint {
    from_c::answer(
        || from_c::no_answer("ZSTD_getDictID_fromFrame"),
        || {
            let src = unsafe { from_c::slice(src.cast::<u8>(), from_c::count(srcSize)) };
            match FrameDecoder::new().init(src) {
                Err(FrameDecoderError::DictNotProvided { dict_id }) => dict_id,
                _ => 0,
            }
        },
    )
}
