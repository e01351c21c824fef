//! `market_data.h` implemented in Rust. The header documents the functions; comments here say what each `unsafe` block relies on.

#![deny(unsafe_op_in_unsafe_fn)]

use std::os::raw::{c_char, c_int, c_uint, c_void};
use std::{ptr, slice};

const HEADER_SIZE: usize = 7;
const LENGTH_SIZE: usize = 2;
const PRICED_SIZE: usize = 20;
const ORDER_SIZE: usize = 8;
const TEXT_LIMIT: usize = 256;
const FEED_LIMIT: usize = 65536;

// The header's enums are integers here: C may pass any value of them, and a Rust enum may not hold one it does not list.
type Kind = c_uint;
const ADD: Kind = b'A' as Kind;
const TRADE: Kind = b'T' as Kind;
const CANCEL: Kind = b'X' as Kind;
const NEWS: Kind = b'N' as Kind;

type Status = c_uint;
const OK: Status = 0;
const INCOMPLETE: Status = 1;
const BAD_LENGTH: Status = 2;
const BAD_KIND: Status = 3;
const FULL: Status = 4;
const STOPPED: Status = 5;

#[repr(C)]
pub struct Message {
    kind: Kind,
    sequence: u32,
    order: u64,
    price: i64,
    quantity: u32,
    text_length: u32,
    text: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
pub struct Stats {
    messages: u64,
    bytes: u64,
    gaps: u64,
    last_sequence: u32,
}

/// Opaque to C.
pub struct Feed {
    capacity: usize,
    data: Vec<u8>,
    stats: Stats,
}

type Handler = unsafe extern "C" fn(*const Message, *mut c_void) -> c_int;

/// Return how much follows the header; news says it itself.
fn body_size(kind: Kind, text_length: usize) -> Option<usize> {
    match kind {
        ADD | TRADE => Some(PRICED_SIZE),
        CANCEL => Some(ORDER_SIZE),
        NEWS => Some(text_length),
        _ => None,
    }
}

fn number<const N: usize>(data: &[u8], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&data[at..at + N]);
    bytes
}

/// Decode the first message of the data; its text points into the data.
fn decode(data: &[u8]) -> Result<(Message, usize), Status> {
    if data.len() < HEADER_SIZE {
        return Err(INCOMPLETE);
    }
    let size = LENGTH_SIZE + usize::from(u16::from_be_bytes(number(data, 0)));
    let body = size.checked_sub(HEADER_SIZE).ok_or(BAD_LENGTH)?;
    let kind = Kind::from(data[LENGTH_SIZE]);
    let wanted = body_size(kind, body).ok_or(BAD_KIND)?;
    if wanted != body || (kind == NEWS && body > TEXT_LIMIT) {
        return Err(BAD_LENGTH);
    }
    if data.len() < size {
        return Err(INCOMPLETE);
    }
    let mut message = Message {
        kind,
        sequence: u32::from_be_bytes(number(data, LENGTH_SIZE + 1)),
        order: 0,
        price: 0,
        quantity: 0,
        text_length: 0,
        text: ptr::null(),
    };
    let rest = &data[HEADER_SIZE..size];
    if kind == NEWS {
        message.text_length = body as u32;
        if !rest.is_empty() {
            message.text = rest.as_ptr().cast();
        }
    } else {
        message.order = u64::from_be_bytes(number(rest, 0));
        if kind != CANCEL {
            message.price = i64::from_be_bytes(number(rest, 8));
            message.quantity = u32::from_be_bytes(number(rest, 16));
        }
    }
    Ok((message, size))
}

/// Return the caller's bytes; a null pointer with length 0 is an empty slice, which `from_raw_parts` would not take.
///
/// # Safety
/// `data` points at `length` readable bytes that stay as they are for `'a`, or `length` is 0.
unsafe fn bytes<'a>(data: *const u8, length: usize) -> &'a [u8] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(data, length) }
}

/// # Safety
/// As `market_data.h` says: `data` has `length` bytes, `message` and `used` have room for one each.
#[no_mangle]
pub unsafe extern "C" fn md_decode(
    data: *const u8,
    length: usize,
    message: *mut Message,
    used: *mut usize,
) -> Status {
    // SAFETY: `data` has `length` bytes.
    match decode(unsafe { bytes(data, length) }) {
        Ok((decoded, size)) => {
            // SAFETY: both have room for one.
            unsafe {
                message.write(decoded);
                used.write(size);
            }
            OK
        }
        Err(status) => status,
    }
}

/// # Safety
/// As `market_data.h` says: `data` has `length` bytes, `used` has room for one.
#[no_mangle]
pub unsafe extern "C" fn md_scan(
    data: *const u8,
    length: usize,
    handler: Handler,
    context: *mut c_void,
    used: *mut usize,
) -> c_int {
    // SAFETY: `data` has `length` bytes.
    let mut rest = unsafe { bytes(data, length) };
    let mut answer = 0;
    while answer == 0 {
        let (message, size) = match decode(rest) {
            Ok(decoded) => decoded,
            Err(_) => break,
        };
        rest = &rest[size..];
        // SAFETY: the handler is the caller's; the message, and the data that its text points into, outlive the call.
        answer = unsafe { handler(&message, context) };
    }
    // SAFETY: it has room for one.
    unsafe { used.write(length - rest.len()) };
    answer
}

/// # Safety
/// As `market_data.h` says: `message` is valid with its text, `out` has room for `capacity` bytes.
#[no_mangle]
pub unsafe extern "C" fn md_encode(
    message: *const Message,
    out: *mut u8,
    capacity: usize,
) -> usize {
    // SAFETY: `message` is valid.
    let message = unsafe { &*message };
    let body = match body_size(message.kind, message.text_length as usize) {
        Some(body) => body,
        None => return HEADER_SIZE - 1,
    };
    let size = HEADER_SIZE + body;
    if size > capacity {
        return size;
    }
    let mut encoded = Vec::with_capacity(size);
    encoded.extend_from_slice(&((size - LENGTH_SIZE) as u16).to_be_bytes());
    encoded.push(message.kind as u8);
    encoded.extend_from_slice(&message.sequence.to_be_bytes());
    if message.kind == NEWS {
        // SAFETY: the text has as many bytes as the message says.
        encoded
            .extend_from_slice(unsafe { bytes(message.text.cast(), message.text_length as usize) });
    } else {
        encoded.extend_from_slice(&message.order.to_be_bytes());
        if message.kind != CANCEL {
            encoded.extend_from_slice(&message.price.to_be_bytes());
            encoded.extend_from_slice(&message.quantity.to_be_bytes());
        }
    }
    // SAFETY: `out` has room for `capacity` bytes, which is at least `size`.
    unsafe { ptr::copy_nonoverlapping(encoded.as_ptr(), out, size) };
    size
}

#[no_mangle]
pub extern "C" fn md_feed_new(capacity: usize) -> *mut Feed {
    if capacity > FEED_LIMIT {
        return ptr::null_mut();
    }
    let feed = Feed {
        capacity,
        data: Vec::with_capacity(capacity),
        stats: Stats::default(),
    };
    Box::into_raw(Box::new(feed))
}

/// # Safety
/// `feed` is from `md_feed_new` and not used again.
#[no_mangle]
pub unsafe extern "C" fn md_feed_free(feed: *mut Feed) {
    if !feed.is_null() {
        // SAFETY: it came from `Box::into_raw`.
        drop(unsafe { Box::from_raw(feed) });
    }
}

/// # Safety
/// As `market_data.h` says: `feed` is alive, `data` has `length` bytes.
#[no_mangle]
pub unsafe extern "C" fn md_feed_push(feed: *mut Feed, data: *const u8, length: usize) -> Status {
    // SAFETY: it is alive, and no other call on it is going on.
    let feed = unsafe { &mut *feed };
    if length > feed.capacity - feed.data.len() {
        return FULL;
    }
    // SAFETY: `data` has `length` bytes.
    feed.data.extend_from_slice(unsafe { bytes(data, length) });
    feed.stats.bytes += length as u64;
    OK
}

fn count(stats: &mut Stats, sequence: u32) {
    if stats.messages > 0 && sequence > stats.last_sequence {
        stats.gaps += u64::from(sequence - stats.last_sequence - 1);
    }
    stats.messages += 1;
    stats.last_sequence = sequence;
}

/// # Safety
/// As `market_data.h` says: `feed` is alive, `handler` does not call it, `delivered` has room for one.
#[no_mangle]
pub unsafe extern "C" fn md_feed_drain(
    feed: *mut Feed,
    handler: Handler,
    context: *mut c_void,
    delivered: *mut usize,
) -> Status {
    // SAFETY: it is alive, and no other call on it is going on.
    let feed = unsafe { &mut *feed };
    let (mut at, mut told, mut status) = (0, 0, OK);
    while status == OK && at < feed.data.len() {
        match decode(&feed.data[at..]) {
            Ok((message, size)) => {
                at += size;
                told += 1;
                count(&mut feed.stats, message.sequence);
                // SAFETY: the handler is the caller's, and the message lives until it returns.
                if unsafe { handler(&message, context) } != 0 {
                    status = STOPPED;
                }
            }
            Err(INCOMPLETE) => break,
            Err(bad) => status = bad,
        }
    }
    feed.data.drain(..at);
    // SAFETY: it has room for one.
    unsafe { delivered.write(told) };
    status
}

/// # Safety
/// `feed` is alive.
#[no_mangle]
pub unsafe extern "C" fn md_feed_pending(feed: *const Feed) -> usize {
    // SAFETY: it is alive.
    unsafe { (*feed).data.len() }
}

/// # Safety
/// `feed` is alive, `stats` has room for one.
#[no_mangle]
pub unsafe extern "C" fn md_feed_stats(feed: *const Feed, stats: *mut Stats) {
    // SAFETY: both are valid.
    unsafe { stats.write((*feed).stats) };
}
