//! `request_guard.h` implemented in Rust. The header documents the functions; comments here say only what a C header
//! does not: what each `unsafe` block relies on.
//!
//! No panic crosses the boundary. Nothing below is written to panic; if something did, `panic = "abort"` in Cargo.toml,
//! and `extern "C"` itself since Rust 1.81, end the process instead of unwinding into the caller.

#![deny(unsafe_op_in_unsafe_fn)]

use std::alloc::{alloc_zeroed, dealloc, Layout};
use std::os::raw::{c_char, c_uint};
use std::{ptr, slice};

const RG_PAYLOAD_LIMIT: u64 = 4096;
const RG_MAX_ROUTES: usize = 16;
const RG_MAX_ROUTE_LEN: usize = 64;

// The header's enums are integers here, not Rust enums. C lets an enum object hold any value of its integer type, and a
// Rust enum with a value it does not list is undefined behaviour before any code can look at it. `c_uint` is what C
// compilers choose for an enum without negative enumerators.
type RgKind = c_uint;
const RG_QUOTE: RgKind = 1;
const RG_BOOK: RgKind = 2;
const RG_RISK_CHECK: RgKind = 3;

type RgReason = c_uint;
const RG_OK: RgReason = 0;
const RG_UNKNOWN_ROUTE: RgReason = 1;
const RG_TOO_LARGE: RgReason = 2;
const RG_BAD_REQUEST: RgReason = 3;

type RgStatus = c_uint;
const RG_STATUS_OK: RgStatus = 0;
const RG_STATUS_INVALID: RgStatus = 1;
const RG_STATUS_FULL: RgStatus = 2;
const RG_STATUS_DUPLICATE: RgStatus = 3;

#[repr(C)]
pub struct RgRequest {
    route: *const c_char,
    route_len: usize,
    payload_bytes: u64,
    kind: RgKind,
}

#[repr(C)]
pub struct RgStats {
    admitted: u64,
    refused: u64,
    routes: u32,
    route_capacity: u32,
}

struct Route {
    length: usize,
    text: [u8; RG_MAX_ROUTE_LEN],
}

/// Opaque to C. All zero bytes are a valid guard, one without routes: `rg_guard_new` relies on it.
pub struct RgGuard {
    routes: [Route; RG_MAX_ROUTES],
    route_count: usize,
    admitted: u64,
    refused: u64,
}

impl Route {
    fn matches(&self, text: &[u8]) -> bool {
        self.text.get(..self.length) == Some(text)
    }
}

impl RgGuard {
    fn has_route(&self, text: &[u8]) -> bool {
        let mut added = self.routes.iter().take(self.route_count);
        added.any(|route| route.matches(text))
    }

    fn add_route(&mut self, text: &[u8]) -> RgStatus {
        if self.has_route(text) {
            return RG_STATUS_DUPLICATE;
        }
        let slot = match self.routes.get_mut(self.route_count) {
            Some(slot) => slot,
            None => return RG_STATUS_FULL,
        };
        let room = match slot.text.get_mut(..text.len()) {
            Some(room) => room,
            None => return RG_STATUS_INVALID,
        };
        room.copy_from_slice(text);
        slot.length = text.len();
        self.route_count += 1;
        RG_STATUS_OK
    }

    /// # Safety
    /// `request.route` is NULL or points at `request.route_len` readable bytes.
    unsafe fn judge(&self, request: &RgRequest) -> RgReason {
        if !matches!(request.kind, RG_QUOTE | RG_BOOK | RG_RISK_CHECK) {
            return RG_BAD_REQUEST;
        }
        if request.route.is_null() && request.route_len > 0 {
            return RG_BAD_REQUEST;
        }
        // SAFETY: the caller of `judge` promises it.
        let route = match unsafe { route_bytes(request.route, request.route_len) } {
            Some(route) => route,
            None => return RG_UNKNOWN_ROUTE,
        };
        if !self.has_route(route) {
            return RG_UNKNOWN_ROUTE;
        }
        if request.payload_bytes >= RG_PAYLOAD_LIMIT {
            return RG_TOO_LARGE;
        }
        RG_OK
    }
}

/// The bytes of a route, or nothing when they cannot be those of a route that was added: NULL, empty or too long.
///
/// # Safety
/// `route` is NULL or points at `length` bytes that stay readable for `'a`.
unsafe fn route_bytes<'a>(route: *const c_char, length: usize) -> Option<&'a [u8]> {
    if route.is_null() || length == 0 || length > RG_MAX_ROUTE_LEN {
        return None;
    }
    // SAFETY: not NULL, `length` bytes long as the caller promises, and far shorter than `isize::MAX`.
    Some(unsafe { slice::from_raw_parts(route.cast::<u8>(), length) })
}

fn reason_text(reason: RgReason) -> Option<&'static str> {
    match reason {
        RG_OK => Some("ok"),
        RG_UNKNOWN_ROUTE => Some("unknown route"),
        RG_TOO_LARGE => Some("too large"),
        RG_BAD_REQUEST => Some("bad request"),
        _ => None,
    }
}

#[no_mangle]
pub extern "C" fn rg_guard_new() -> *mut RgGuard {
    // Not `Box::new`: it aborts when memory is exhausted, and the header promises NULL.
    // SAFETY: the layout is not of size zero.
    unsafe { alloc_zeroed(Layout::new::<RgGuard>()) }.cast()
}

/// # Safety
/// `guard` is NULL or comes from `rg_guard_new`; `route` is NULL or points at `route_len` readable bytes.
#[no_mangle]
pub unsafe extern "C" fn rg_guard_add_route(
    guard: *mut RgGuard,
    route: *const c_char,
    route_len: usize,
) -> RgStatus {
    // SAFETY: NULL, or a guard that only this call uses.
    let guard = match unsafe { guard.as_mut() } {
        Some(guard) => guard,
        None => return RG_STATUS_INVALID,
    };
    // SAFETY: the caller promises it.
    let text = match unsafe { route_bytes(route, route_len) } {
        Some(text) => text,
        None => return RG_STATUS_INVALID,
    };
    guard.add_route(text)
}

/// # Safety
/// `guard` is NULL or comes from `rg_guard_new`; `request` is NULL or points at a request whose route is NULL or
/// `route_len` readable bytes; `reason` is NULL or writable.
#[no_mangle]
pub unsafe extern "C" fn rg_admit(
    guard: *mut RgGuard,
    request: *const RgRequest,
    reason: *mut RgReason,
) -> bool {
    // SAFETY: each is NULL, or valid as the caller promises; every bit pattern is a valid `RgRequest`.
    let arguments = unsafe { (guard.as_mut(), request.as_ref()) };
    let outcome = match arguments {
        (Some(guard), Some(request)) => {
            // SAFETY: the caller promises it.
            let outcome = unsafe { guard.judge(request) };
            let counter = if outcome == RG_OK {
                &mut guard.admitted
            } else {
                &mut guard.refused
            };
            *counter = counter.wrapping_add(1);
            outcome
        }
        _ => RG_BAD_REQUEST,
    };
    if !reason.is_null() {
        // SAFETY: not NULL, and writable as the caller promises.
        unsafe { reason.write(outcome) };
    }
    outcome == RG_OK
}

/// # Safety
/// `guard` is NULL or comes from `rg_guard_new`; `stats` is NULL or writable.
#[no_mangle]
pub unsafe extern "C" fn rg_guard_stats(guard: *const RgGuard, stats: *mut RgStats) -> RgStatus {
    // SAFETY: NULL, or a guard that nothing writes during this call.
    let guard = match unsafe { guard.as_ref() } {
        Some(guard) => guard,
        None => return RG_STATUS_INVALID,
    };
    if stats.is_null() {
        return RG_STATUS_INVALID;
    }
    let counted = RgStats {
        admitted: guard.admitted,
        refused: guard.refused,
        routes: guard.route_count as u32,
        route_capacity: RG_MAX_ROUTES as u32,
    };
    // SAFETY: not NULL, and writable as the caller promises. `write` does not read what was there.
    unsafe { stats.write(counted) };
    RG_STATUS_OK
}

/// # Safety
/// `out` is NULL or has `capacity` writable bytes; `length` is NULL or writable; they do not overlap.
#[no_mangle]
pub unsafe extern "C" fn rg_format_reason(
    reason: RgReason,
    out: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> RgStatus {
    let text = match reason_text(reason) {
        Some(text) => text,
        None => return RG_STATUS_INVALID,
    };
    if out.is_null() || length.is_null() {
        return RG_STATUS_INVALID;
    }
    if text.len() > capacity {
        return RG_STATUS_FULL;
    }
    // SAFETY: `out` has room for `capacity` bytes, and the text is no longer; a constant cannot overlap it.
    unsafe { ptr::copy_nonoverlapping(text.as_ptr(), out.cast::<u8>(), text.len()) };
    // SAFETY: not NULL, and writable as the caller promises.
    unsafe { length.write(text.len()) };
    RG_STATUS_OK
}

/// # Safety
/// `guard` is NULL, or comes from `rg_guard_new` and is used no more.
#[no_mangle]
pub unsafe extern "C" fn rg_guard_free(guard: *mut RgGuard) {
    if !guard.is_null() {
        // SAFETY: `rg_guard_new` allocated it with this layout.
        unsafe { dealloc(guard.cast(), Layout::new::<RgGuard>()) };
    }
}
