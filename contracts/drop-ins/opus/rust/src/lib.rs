//! `opus` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use std::ffi::{CString, c_char, c_float, c_int, c_uchar};
use std::ptr;
use std::sync::OnceLock;

/// What stands between C and Rust.
mod from_c {
    use std::panic::{AssertUnwindSafe, catch_unwind};

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

pub const OPUS_BAD_ARG: c_int = -1;
pub const OPUS_INVALID_PACKET: c_int = -4;
pub const OPUS_OK: c_int = 0;
pub const OPUS_APPLICATION_AUDIO: c_int = 2049;
pub const OPUS_APPLICATION_RESTRICTED_LOWDELAY: c_int = 2051;
pub const OPUS_APPLICATION_VOIP: c_int = 2048;
pub const OPUS_BANDWIDTH_FULLBAND: c_int = 1105;
pub const OPUS_BANDWIDTH_MEDIUMBAND: c_int = 1102;
pub const OPUS_BANDWIDTH_NARROWBAND: c_int = 1101;
pub const OPUS_BANDWIDTH_SUPERWIDEBAND: c_int = 1104;
pub const OPUS_BANDWIDTH_WIDEBAND: c_int = 1103;

pub type opus_int32 = i32;
pub type opus_int16 = i16;

/// Only this crate sees what is in it: fill that in.
pub struct OpusEncoder {
    _draft: (),
}

/// Only this crate sees what is in it: fill that in.
pub struct OpusDecoder {
    _draft: (),
}

/// The texts of the crate, each with a NUL.
static ERRORS: OnceLock<Vec<CString>> = OnceLock::new();

/// `const char *opus_get_version_string(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_get_version_string() -> *const c_char {
    from_c::answer(
        || from_c::no_answer("opus_get_version_string"),
        || {
            c"unsafe-libopus 1.3.1".as_ptr() // the crate has a `str`, which no NUL ends
        },
    )
}

/// `const char *opus_strerror(int error)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_strerror(error: c_int) -> *const c_char {
    from_c::answer(
        || from_c::no_answer("opus_strerror"),
        || {
            let named = unsafe_libopus::opus_strerror(error);
            let texts = ERRORS.get_or_init(|| {
                (-7..=1)
                    .map(|code| {
                        CString::new(unsafe_libopus::opus_strerror(code)).unwrap_or_default()
                    })
                    .collect()
            });
            texts
                .iter()
                .find(|text| text.to_bytes() == named.as_bytes())
                .map_or(ptr::null(), |text| text.as_ptr())
        },
    )
}

/// `int opus_encoder_get_size(int channels)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_encoder_get_size(channels: c_int) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_encoder_get_size"),
        || unsafe { unsafe_libopus::opus_encoder_get_size(channels) },
    )
}

/// `OpusEncoder *opus_encoder_create(opus_int32 Fs, int channels, int application, int *error)`
///
/// # Safety
///
/// - `error` points to one object, written, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_encoder_create(
    Fs: opus_int32,
    channels: c_int,
    application: c_int,
    error: *mut c_int,
) -> *mut OpusEncoder {
    from_c::answer(
        || ptr::null_mut(),
        || unsafe { unsafe_libopus::opus_encoder_create(Fs, channels, application, error).cast() },
    )
}

/// `opus_int32 opus_encode(OpusEncoder *st, const opus_int16 *pcm, int frame_size, unsigned char *data, opus_int32 max_data_bytes)`
///
/// # Safety
///
/// - `st` is a `OpusEncoder`
/// - `pcm` points to elements, `frame_size * 2` of them, read
/// - `data` points to bytes, `max_data_bytes` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_encode(
    st: *mut OpusEncoder,
    pcm: *const opus_int16,
    frame_size: c_int,
    data: *mut c_uchar,
    max_data_bytes: opus_int32,
) -> opus_int32 {
    from_c::answer(
        || from_c::no_answer("opus_encode"),
        || unsafe { unsafe_libopus::opus_encode(st.cast(), pcm, frame_size, data, max_data_bytes) },
    )
}

/// `opus_int32 opus_encode_float(OpusEncoder *st, const float *pcm, int frame_size, unsigned char *data, opus_int32 max_data_bytes)`
///
/// # Safety
///
/// - `st` is a `OpusEncoder`
/// - `pcm` points to elements, `frame_size * 2` of them, read
/// - `data` points to bytes, `max_data_bytes` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_encode_float(
    st: *mut OpusEncoder,
    pcm: *const c_float,
    frame_size: c_int,
    data: *mut c_uchar,
    max_data_bytes: opus_int32,
) -> opus_int32 {
    from_c::answer(
        || from_c::no_answer("opus_encode_float"),
        || unsafe {
            unsafe_libopus::opus_encode_float(st.cast(), pcm, frame_size, data, max_data_bytes)
        },
    )
}

/// `void opus_encoder_destroy(OpusEncoder *st)`
///
/// # Safety
///
/// - `st` is a `OpusEncoder`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_encoder_destroy(st: *mut OpusEncoder) {
    from_c::answer(
        || from_c::no_answer("opus_encoder_destroy"),
        || unsafe { unsafe_libopus::opus_encoder_destroy(st.cast()) },
    )
}

/// `int opus_decoder_get_size(int channels)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decoder_get_size(channels: c_int) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_decoder_get_size"),
        || unsafe { unsafe_libopus::opus_decoder_get_size(channels) },
    )
}

/// `OpusDecoder *opus_decoder_create(opus_int32 Fs, int channels, int *error)`
///
/// # Safety
///
/// - `error` points to one object, written, or NULL
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decoder_create(
    Fs: opus_int32,
    channels: c_int,
    error: *mut c_int,
) -> *mut OpusDecoder {
    from_c::answer(
        || ptr::null_mut(),
        || unsafe { unsafe_libopus::opus_decoder_create(Fs, channels, error).cast() },
    )
}

/// `int opus_decode(OpusDecoder *st, const unsigned char *data, opus_int32 len, opus_int16 *pcm, int frame_size, int decode_fec)`
///
/// # Safety
///
/// - `st` is a `OpusDecoder`
/// - `data` points to bytes, `len` of them, read, or NULL
/// - `pcm` points to elements, `frame_size * 2` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decode(
    st: *mut OpusDecoder,
    data: *const c_uchar,
    len: opus_int32,
    pcm: *mut opus_int16,
    frame_size: c_int,
    decode_fec: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_decode"),
        || unsafe {
            unsafe_libopus::opus_decode(st.cast(), data, len, pcm, frame_size, decode_fec)
        },
    )
}

/// `int opus_decode_float(OpusDecoder *st, const unsigned char *data, opus_int32 len, float *pcm, int frame_size, int decode_fec)`
///
/// # Safety
///
/// - `st` is a `OpusDecoder`
/// - `data` points to bytes, `len` of them, read, or NULL
/// - `pcm` points to elements, `frame_size * 2` of them, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decode_float(
    st: *mut OpusDecoder,
    data: *const c_uchar,
    len: opus_int32,
    pcm: *mut c_float,
    frame_size: c_int,
    decode_fec: c_int,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_decode_float"),
        || unsafe {
            unsafe_libopus::opus_decode_float(st.cast(), data, len, pcm, frame_size, decode_fec)
        },
    )
}

/// `void opus_decoder_destroy(OpusDecoder *st)`
///
/// # Safety
///
/// - `st` is a `OpusDecoder`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decoder_destroy(st: *mut OpusDecoder) {
    from_c::answer(
        || from_c::no_answer("opus_decoder_destroy"),
        || unsafe { unsafe_libopus::opus_decoder_destroy(st.cast()) },
    )
}

/// `int opus_packet_get_bandwidth(const unsigned char *data)`
///
/// # Safety
///
/// - `data` points to bytes, `1` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_get_bandwidth(data: *const c_uchar) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_packet_get_bandwidth"),
        || unsafe { unsafe_libopus::opus_packet_get_bandwidth(data) },
    )
}

/// `int opus_packet_get_samples_per_frame(const unsigned char *data, opus_int32 Fs)`
///
/// # Safety
///
/// - `data` points to bytes, `1` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_get_samples_per_frame(
    data: *const c_uchar,
    Fs: opus_int32,
) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_packet_get_samples_per_frame"),
        || unsafe { unsafe_libopus::opus_packet_get_samples_per_frame(data, Fs) },
    )
}

/// `int opus_packet_get_nb_channels(const unsigned char *data)`
///
/// # Safety
///
/// - `data` points to bytes, `1` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_get_nb_channels(data: *const c_uchar) -> c_int {
    from_c::answer(
        || from_c::no_answer("opus_packet_get_nb_channels"),
        || unsafe { unsafe_libopus::opus_packet_get_nb_channels(data) },
    )
}

/// `int opus_packet_get_nb_frames(const unsigned char *packet, opus_int32 len)`
///
/// # Safety
///
/// - `packet` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_get_nb_frames(
    packet: *const c_uchar,
    len: opus_int32,
) -> c_int {
    from_c::answer(
        || OPUS_BAD_ARG,
        || unsafe { unsafe_libopus::opus_packet_get_nb_frames(packet, len) },
    )
}

/// `int opus_packet_get_nb_samples(const unsigned char *packet, opus_int32 len, opus_int32 Fs)`
///
/// # Safety
///
/// - `packet` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_get_nb_samples(
    packet: *const c_uchar,
    len: opus_int32,
    Fs: opus_int32,
) -> c_int {
    from_c::answer(
        || OPUS_BAD_ARG,
        || unsafe { unsafe_libopus::opus_packet_get_nb_samples(packet, len, Fs) },
    )
}

/// `int opus_decoder_get_nb_samples(const OpusDecoder *dec, const unsigned char *packet, opus_int32 len)`
///
/// # Safety
///
/// - `dec` is a `OpusDecoder`
/// - `packet` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_decoder_get_nb_samples(
    dec: *const OpusDecoder,
    packet: *const c_uchar,
    len: opus_int32,
) -> c_int {
    from_c::answer(
        || OPUS_BAD_ARG,
        || unsafe { unsafe_libopus::opus_decoder_get_nb_samples(dec.cast(), packet, len) },
    )
}

/// `int opus_packet_pad(unsigned char *data, opus_int32 len, opus_int32 new_len)`
///
/// # Safety
///
/// - `data` points to bytes, `new_len` of them, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_pad(
    data: *mut c_uchar,
    len: opus_int32,
    new_len: opus_int32,
) -> c_int {
    from_c::answer(
        || OPUS_BAD_ARG,
        || unsafe { unsafe_libopus::opus_packet_pad(data, len, new_len) },
    )
}

/// `opus_int32 opus_packet_unpad(unsigned char *data, opus_int32 len)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_packet_unpad(data: *mut c_uchar, len: opus_int32) -> opus_int32 {
    from_c::answer(
        || OPUS_BAD_ARG as opus_int32,
        || unsafe { unsafe_libopus::opus_packet_unpad(data, len) },
    )
}

/// `void opus_pcm_soft_clip(float *pcm, int frame_size, int channels, float *softclip_mem)`
///
/// # Safety
///
/// - `pcm` points to elements, `frame_size * channels` of them, read and written
/// - `softclip_mem` points to elements, `channels` of them, read and written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn opus_pcm_soft_clip(
    pcm: *mut c_float,
    frame_size: c_int,
    channels: c_int,
    softclip_mem: *mut c_float,
) {
    from_c::answer(
        || from_c::no_answer("opus_pcm_soft_clip"),
        || unsafe { unsafe_libopus::opus_pcm_soft_clip(pcm, frame_size, channels, softclip_mem) },
    )
}
