//! `xxhash` by the crate that `Cargo.toml` names; drafted by `abidance drop-in --shim`, and filled in.

#![allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals
)]

use std::ffi::{c_int, c_uchar, c_uint, c_void};
use std::mem::{align_of, offset_of, size_of};
use xxhash_rust::{xxh3, xxh32, xxh64};

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

pub type XXH32_hash_t = u32;
pub type XXH64_hash_t = u64;

/// A caller may pass any number: an enum of Rust would be undefined then.
pub type XXH_errorcode = u32;
pub const XXH_OK: XXH_errorcode = 0;
pub const XXH_ERROR: XXH_errorcode = 1;

pub struct XXH32_state_t {
    hash: xxh32::Xxh32,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct XXH32_canonical_t {
    pub digest: [c_uchar; 4],
}
const _: () = {
    assert!(size_of::<XXH32_canonical_t>() == 4);
    assert!(align_of::<XXH32_canonical_t>() == 1);
    assert!(offset_of!(XXH32_canonical_t, digest) == 0);
};

pub struct XXH64_state_t {
    hash: xxh64::Xxh64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct XXH64_canonical_t {
    pub digest: [c_uchar; 8],
}
const _: () = {
    assert!(size_of::<XXH64_canonical_t>() == 8);
    assert!(align_of::<XXH64_canonical_t>() == 1);
    assert!(offset_of!(XXH64_canonical_t, digest) == 0);
};

pub struct XXH3_state_t {
    hash: xxh3::Xxh3,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct XXH128_hash_t {
    pub low64: XXH64_hash_t,
    pub high64: XXH64_hash_t,
}
const _: () = {
    assert!(size_of::<XXH128_hash_t>() == 16);
    assert!(align_of::<XXH128_hash_t>() == 8);
    assert!(offset_of!(XXH128_hash_t, low64) == 0);
    assert!(offset_of!(XXH128_hash_t, high64) == 8);
};

#[repr(C)]
#[derive(Clone, Copy)]
pub struct XXH128_canonical_t {
    pub digest: [c_uchar; 16],
}
const _: () = {
    assert!(size_of::<XXH128_canonical_t>() == 16);
    assert!(align_of::<XXH128_canonical_t>() == 1);
    assert!(offset_of!(XXH128_canonical_t, digest) == 0);
};

fn halves(number: u128) -> XXH128_hash_t {
    XXH128_hash_t {
        low64: number as u64,
        high64: (number >> 64) as u64,
    }
}

fn whole(hash: &XXH128_hash_t) -> u128 {
    u128::from(hash.high64) << 64 | u128::from(hash.low64)
}

/// `unsigned int XXH_versionNumber(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH_versionNumber() -> c_uint {
    from_c::answer(
        || from_c::no_answer("XXH_versionNumber"),
        || {
            801 // whose interface this is
        },
    )
}

/// `XXH32_hash_t XXH32(const void *input, size_t length, XXH32_hash_t seed)`
///
/// # Safety
///
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32(
    input: *const c_void,
    length: usize,
    seed: XXH32_hash_t,
) -> XXH32_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH32"),
        || {
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            xxh32::xxh32(input, seed)
        },
    )
}

/// `XXH32_state_t *XXH32_createState(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_createState() -> *mut XXH32_state_t {
    from_c::answer(
        || from_c::no_answer("XXH32_createState"),
        || {
            Box::into_raw(Box::new(XXH32_state_t {
                hash: xxh32::Xxh32::new(0),
            }))
        },
    )
}

/// `XXH_errorcode XXH32_freeState(XXH32_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH32_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_freeState(statePtr: *mut XXH32_state_t) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            if !statePtr.is_null() {
                drop(unsafe { Box::from_raw(statePtr) });
            }
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH32_reset(XXH32_state_t *statePtr, XXH32_hash_t seed)`
///
/// # Safety
///
/// - `statePtr` is a `XXH32_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_reset(
    statePtr: *mut XXH32_state_t,
    seed: XXH32_hash_t,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.reset(seed);
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH32_update(XXH32_state_t *statePtr, const void *input, size_t length)`
///
/// # Safety
///
/// - `statePtr` is a `XXH32_state_t`
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_update(
    statePtr: *mut XXH32_state_t,
    input: *const c_void,
    length: usize,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.update(input);
            XXH_OK
        },
    )
}

/// `XXH32_hash_t XXH32_digest(const XXH32_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH32_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_digest(statePtr: *const XXH32_state_t) -> XXH32_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH32_digest"),
        || {
            let statePtr = unsafe { statePtr.as_ref() };
            statePtr.map_or(0, |state| state.hash.digest())
        },
    )
}

/// `void XXH32_canonicalFromHash(XXH32_canonical_t *dst, XXH32_hash_t hash)`
///
/// # Safety
///
/// - `dst` points to one object, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_canonicalFromHash(dst: *mut XXH32_canonical_t, hash: XXH32_hash_t) {
    from_c::answer(
        || from_c::no_answer("XXH32_canonicalFromHash"),
        || {
            let dst = unsafe { from_c::place(dst) };
            if let Some(dst) = dst {
                dst.write(XXH32_canonical_t {
                    digest: hash.to_be_bytes(),
                });
            }
        },
    )
}

/// `XXH32_hash_t XXH32_hashFromCanonical(const XXH32_canonical_t *src)`
///
/// # Safety
///
/// - `src` points to one object, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_hashFromCanonical(src: *const XXH32_canonical_t) -> XXH32_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH32_hashFromCanonical"),
        || {
            let src = unsafe { src.as_ref() };
            src.map_or(0, |src| u32::from_be_bytes(src.digest))
        },
    )
}

/// `XXH64_hash_t XXH64(const void *input, size_t length, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64(
    input: *const c_void,
    length: usize,
    seed: XXH64_hash_t,
) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH64"),
        || {
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            xxh64::xxh64(input, seed)
        },
    )
}

/// `XXH64_state_t *XXH64_createState(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_createState() -> *mut XXH64_state_t {
    from_c::answer(
        || from_c::no_answer("XXH64_createState"),
        || {
            Box::into_raw(Box::new(XXH64_state_t {
                hash: xxh64::Xxh64::new(0),
            }))
        },
    )
}

/// `XXH_errorcode XXH64_freeState(XXH64_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH64_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_freeState(statePtr: *mut XXH64_state_t) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            if !statePtr.is_null() {
                drop(unsafe { Box::from_raw(statePtr) });
            }
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH64_reset(XXH64_state_t *statePtr, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `statePtr` is a `XXH64_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_reset(
    statePtr: *mut XXH64_state_t,
    seed: XXH64_hash_t,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.reset(seed);
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH64_update(XXH64_state_t *statePtr, const void *input, size_t length)`
///
/// # Safety
///
/// - `statePtr` is a `XXH64_state_t`
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_update(
    statePtr: *mut XXH64_state_t,
    input: *const c_void,
    length: usize,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.update(input);
            XXH_OK
        },
    )
}

/// `XXH64_hash_t XXH64_digest(const XXH64_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH64_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_digest(statePtr: *const XXH64_state_t) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH64_digest"),
        || {
            let statePtr = unsafe { statePtr.as_ref() };
            statePtr.map_or(0, |state| state.hash.digest())
        },
    )
}

/// `void XXH64_canonicalFromHash(XXH64_canonical_t *dst, XXH64_hash_t hash)`
///
/// # Safety
///
/// - `dst` points to one object, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_canonicalFromHash(dst: *mut XXH64_canonical_t, hash: XXH64_hash_t) {
    from_c::answer(
        || from_c::no_answer("XXH64_canonicalFromHash"),
        || {
            let dst = unsafe { from_c::place(dst) };
            if let Some(dst) = dst {
                dst.write(XXH64_canonical_t {
                    digest: hash.to_be_bytes(),
                });
            }
        },
    )
}

/// `XXH64_hash_t XXH64_hashFromCanonical(const XXH64_canonical_t *src)`
///
/// # Safety
///
/// - `src` points to one object, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_hashFromCanonical(src: *const XXH64_canonical_t) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH64_hashFromCanonical"),
        || {
            let src = unsafe { src.as_ref() };
            src.map_or(0, |src| u64::from_be_bytes(src.digest))
        },
    )
}

/// `XXH64_hash_t XXH3_64bits(const void *data, size_t len)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits(data: *const c_void, len: usize) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_64bits"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            xxh3::xxh3_64(data)
        },
    )
}

/// `XXH64_hash_t XXH3_64bits_withSeed(const void *data, size_t len, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_withSeed(
    data: *const c_void,
    len: usize,
    seed: XXH64_hash_t,
) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_64bits_withSeed"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            xxh3::xxh3_64_with_seed(data, seed)
        },
    )
}

/// `XXH64_hash_t XXH3_64bits_withSecret(const void *data, size_t len, const void *secret, size_t secretSize)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
/// - `secret` points to bytes, `secretSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_withSecret(
    data: *const c_void,
    len: usize,
    secret: *const c_void,
    secretSize: usize,
) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_64bits_withSecret"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            let secret = unsafe { from_c::slice(secret.cast::<u8>(), from_c::count(secretSize)) };
            xxh3::xxh3_64_with_secret(data, secret)
        },
    )
}

/// `XXH3_state_t *XXH3_createState(void)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_createState() -> *mut XXH3_state_t {
    from_c::answer(
        || from_c::no_answer("XXH3_createState"),
        || {
            Box::into_raw(Box::new(XXH3_state_t {
                hash: xxh3::Xxh3::new(),
            }))
        },
    )
}

/// `XXH_errorcode XXH3_freeState(XXH3_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_freeState(statePtr: *mut XXH3_state_t) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            if !statePtr.is_null() {
                drop(unsafe { Box::from_raw(statePtr) });
            }
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH3_64bits_reset(XXH3_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_reset(statePtr: *mut XXH3_state_t) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash = xxh3::Xxh3::new();
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH3_64bits_reset_withSeed(XXH3_state_t *statePtr, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_reset_withSeed(
    statePtr: *mut XXH3_state_t,
    seed: XXH64_hash_t,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash = xxh3::Xxh3::with_seed(seed);
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH3_64bits_update(XXH3_state_t *statePtr, const void *input, size_t length)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_update(
    statePtr: *mut XXH3_state_t,
    input: *const c_void,
    length: usize,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.update(input);
            XXH_OK
        },
    )
}

/// `XXH64_hash_t XXH3_64bits_digest(const XXH3_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_digest(statePtr: *const XXH3_state_t) -> XXH64_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_64bits_digest"),
        || {
            let statePtr = unsafe { statePtr.as_ref() };
            statePtr.map_or(0, |state| state.hash.digest())
        },
    )
}

/// `XXH128_hash_t XXH3_128bits(const void *data, size_t len)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits(data: *const c_void, len: usize) -> XXH128_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_128bits"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            halves(xxh3::xxh3_128(data))
        },
    )
}

/// `XXH128_hash_t XXH3_128bits_withSeed(const void *data, size_t len, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_withSeed(
    data: *const c_void,
    len: usize,
    seed: XXH64_hash_t,
) -> XXH128_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_128bits_withSeed"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            halves(xxh3::xxh3_128_with_seed(data, seed))
        },
    )
}

/// `XXH128_hash_t XXH3_128bits_withSecret(const void *data, size_t len, const void *secret, size_t secretSize)`
///
/// # Safety
///
/// - `data` points to bytes, `len` of them, read
/// - `secret` points to bytes, `secretSize` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_withSecret(
    data: *const c_void,
    len: usize,
    secret: *const c_void,
    secretSize: usize,
) -> XXH128_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_128bits_withSecret"),
        || {
            let data = unsafe { from_c::slice(data.cast::<u8>(), from_c::count(len)) };
            let secret = unsafe { from_c::slice(secret.cast::<u8>(), from_c::count(secretSize)) };
            halves(xxh3::xxh3_128_with_secret(data, secret))
        },
    )
}

/// `XXH_errorcode XXH3_128bits_reset(XXH3_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_reset(statePtr: *mut XXH3_state_t) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash = xxh3::Xxh3::new();
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH3_128bits_reset_withSeed(XXH3_state_t *statePtr, XXH64_hash_t seed)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_reset_withSeed(
    statePtr: *mut XXH3_state_t,
    seed: XXH64_hash_t,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash = xxh3::Xxh3::with_seed(seed);
            XXH_OK
        },
    )
}

/// `XXH_errorcode XXH3_128bits_update(XXH3_state_t *statePtr, const void *input, size_t length)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
/// - `input` points to bytes, `length` of them, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_update(
    statePtr: *mut XXH3_state_t,
    input: *const c_void,
    length: usize,
) -> XXH_errorcode {
    from_c::answer(
        || XXH_ERROR,
        || {
            let statePtr = unsafe { statePtr.as_mut() };
            let input = unsafe { from_c::slice(input.cast::<u8>(), from_c::count(length)) };
            let Some(state) = statePtr else {
                return XXH_ERROR;
            };
            state.hash.update(input);
            XXH_OK
        },
    )
}

/// `XXH128_hash_t XXH3_128bits_digest(const XXH3_state_t *statePtr)`
///
/// # Safety
///
/// - `statePtr` is a `XXH3_state_t`
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_digest(statePtr: *const XXH3_state_t) -> XXH128_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH3_128bits_digest"),
        || {
            let statePtr = unsafe { statePtr.as_ref() };
            statePtr.map_or(halves(0), |state| halves(state.hash.digest128()))
        },
    )
}

/// `int XXH128_isEqual(XXH128_hash_t h1, XXH128_hash_t h2)`
///
/// # Safety
///
/// Nothing is asked of a caller.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH128_isEqual(h1: XXH128_hash_t, h2: XXH128_hash_t) -> c_int {
    from_c::answer(
        || from_c::no_answer("XXH128_isEqual"),
        || (h1.low64 == h2.low64 && h1.high64 == h2.high64) as c_int,
    )
}

/// `int XXH128_cmp(const void *h128_1, const void *h128_2)`
///
/// # Safety
///
/// - `h128_1` points to one object, read
/// - `h128_2` points to one object, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH128_cmp(h128_1: *const c_void, h128_2: *const c_void) -> c_int {
    from_c::answer(
        || from_c::no_answer("XXH128_cmp"),
        || {
            let h128_1 = unsafe { h128_1.cast::<XXH128_hash_t>().as_ref() };
            let h128_2 = unsafe { h128_2.cast::<XXH128_hash_t>().as_ref() };
            let (Some(one), Some(other)) = (h128_1, h128_2) else {
                return 0;
            };
            whole(one).cmp(&whole(other)) as c_int
        },
    )
}

/// `void XXH128_canonicalFromHash(XXH128_canonical_t *dst, XXH128_hash_t hash)`
///
/// # Safety
///
/// - `dst` points to one object, written
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH128_canonicalFromHash(
    dst: *mut XXH128_canonical_t,
    hash: XXH128_hash_t,
) {
    from_c::answer(
        || from_c::no_answer("XXH128_canonicalFromHash"),
        || {
            let dst = unsafe { from_c::place(dst) };
            if let Some(dst) = dst {
                dst.write(XXH128_canonical_t {
                    digest: whole(&hash).to_be_bytes(),
                });
            }
        },
    )
}

/// `XXH128_hash_t XXH128_hashFromCanonical(const XXH128_canonical_t *src)`
///
/// # Safety
///
/// - `src` points to one object, read
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH128_hashFromCanonical(src: *const XXH128_canonical_t) -> XXH128_hash_t {
    from_c::answer(
        || from_c::no_answer("XXH128_hashFromCanonical"),
        || {
            let src = unsafe { src.as_ref() };
            src.map_or(halves(0), |src| halves(u128::from_be_bytes(src.digest)))
        },
    )
}

/// `void XXH32_copyState(XXH32_state_t *dst_state, const XXH32_state_t *src_state)`
///
/// # Safety
///
/// The contract says nothing of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH32_copyState(
    dst_state: *mut XXH32_state_t,
    src_state: *const XXH32_state_t,
) {
    from_c::answer(
        || from_c::no_answer("XXH32_copyState"),
        || {
            if let (Some(to), Some(from)) =
                (unsafe { dst_state.as_mut() }, unsafe { src_state.as_ref() })
            {
                to.hash = from.hash.clone();
            }
        },
    )
}

/// `void XXH64_copyState(XXH64_state_t *dst_state, const XXH64_state_t *src_state)`
///
/// # Safety
///
/// The contract says nothing of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH64_copyState(
    dst_state: *mut XXH64_state_t,
    src_state: *const XXH64_state_t,
) {
    from_c::answer(
        || from_c::no_answer("XXH64_copyState"),
        || {
            if let (Some(to), Some(from)) =
                (unsafe { dst_state.as_mut() }, unsafe { src_state.as_ref() })
            {
                to.hash = from.hash.clone();
            }
        },
    )
}

/// `void XXH3_copyState(XXH3_state_t *dst_state, const XXH3_state_t *src_state)`
///
/// # Safety
///
/// The contract says nothing of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_copyState(
    dst_state: *mut XXH3_state_t,
    src_state: *const XXH3_state_t,
) {
    from_c::answer(
        || from_c::no_answer("XXH3_copyState"),
        || {
            if let (Some(to), Some(from)) =
                (unsafe { dst_state.as_mut() }, unsafe { src_state.as_ref() })
            {
                to.hash = from.hash.clone();
            }
        },
    )
}

/// `XXH_errorcode XXH3_64bits_reset_withSecret(XXH3_state_t *statePtr, const void *secret, size_t secretSize)`
///
/// # Safety
///
/// The contract says nothing of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_64bits_reset_withSecret(
    statePtr: *mut XXH3_state_t,
    secret: *const c_void,
    secretSize: usize,
) -> XXH_errorcode {
    from_c::answer(
        || from_c::no_answer("XXH3_64bits_reset_withSecret"),
        || {
            // The crate takes secrets of one length only.
            let secret = unsafe { from_c::slice(secret.cast::<u8>(), secretSize) };
            match (unsafe { statePtr.as_mut() }, secret.try_into()) {
                (Some(state), Ok(secret)) => {
                    state.hash = xxh3::Xxh3::with_secret(secret);
                    XXH_OK
                }
                _ => XXH_ERROR,
            }
        },
    )
}

/// `XXH_errorcode XXH3_128bits_reset_withSecret(XXH3_state_t *statePtr, const void *secret, size_t secretSize)`
///
/// # Safety
///
/// The contract says nothing of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn XXH3_128bits_reset_withSecret(
    statePtr: *mut XXH3_state_t,
    secret: *const c_void,
    secretSize: usize,
) -> XXH_errorcode {
    from_c::answer(
        || from_c::no_answer("XXH3_128bits_reset_withSecret"),
        || {
            // The crate takes secrets of one length only.
            let secret = unsafe { from_c::slice(secret.cast::<u8>(), secretSize) };
            match (unsafe { statePtr.as_mut() }, secret.try_into()) {
                (Some(state), Ok(secret)) => {
                    state.hash = xxh3::Xxh3::with_secret(secret);
                    XXH_OK
                }
                _ => XXH_ERROR,
            }
        },
    )
}
