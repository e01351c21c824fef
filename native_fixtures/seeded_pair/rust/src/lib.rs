//! The library of `../bl.c`, rewritten. Without a feature it does the same; each feature is one difference.
#![allow(clippy::missing_safety_doc)]

use std::ffi::{c_char, c_int, c_uint, c_void, CStr, CString};

const OK: c_int = 0;
const NO_ROOM: c_int = -1;
const CORRUPT: c_int = -2;
const INVALID: c_int = -3;
const ENDED: c_int = -4;

const BLOCK: usize = 16;
const MOST: usize = 1000;
const LONGEST: usize = if cfg!(feature = "longest-refused") { 63 } else { 64 };
const DEFAULT: c_int = if cfg!(feature = "other-default") { 5 } else { 6 };
const LEAST_RUN: usize = 3;
const WAITING: usize = 256;
const EINVAL: c_int = 22;
const ERANGE: c_int = 34;

const WORDS: [&[u8; 4]; 16] = [
    b"the ", b"and ", b"ing ", b"tion", b"ment", b"</p>", b"<br>", b"http",
    b"ther", b"with", b"that",
    if cfg!(feature = "table-entry") { b"haue" } else { b"have" },
    b"from", b"ight", b"ould", b"ever",
];

extern "C" {
    fn __errno_location() -> *mut c_int;
    fn aligned_alloc(align: usize, size: usize) -> *mut c_void;
    fn free(memory: *mut c_void);
}

unsafe fn set_errno(value: c_int) {
    *__errno_location() = value;
}

unsafe fn bytes<'a>(data: *const u8, n: usize) -> &'a [u8] {
    if n == 0 {
        &[]
    } else {
        std::slice::from_raw_parts(data, n)
    }
}

fn checksum(seed: u32, data: impl Iterator<Item = u8>) -> u32 {
    let (mut a, mut b) = (seed & 0xffff, seed >> 16);
    for byte in data {
        a = (a + u32::from(byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

#[no_mangle]
pub unsafe extern "C" fn bl_checksum(seed: u32, data: *const u8, n: usize) -> u32 {
    let data = bytes(data, n);
    if cfg!(feature = "allocates") {
        return checksum(seed, data.to_vec().into_iter());
    }
    checksum(seed, data.iter().copied())
}

enum Block<'a> {
    Raw(&'a [u8]),
    Run(u8, usize),
    Word(usize),
}

impl Block<'_> {
    fn kind(&self) -> c_uint {
        match self {
            Block::Raw(_) => 0,
            Block::Run(..) => 1,
            Block::Word(_) => 2,
        }
    }

    fn length(&self) -> usize {
        match self {
            Block::Raw(bytes) => bytes.len(),
            Block::Run(_, length) => *length,
            Block::Word(_) => 4,
        }
    }

    fn unpacked(&self) -> Vec<u8> {
        match self {
            Block::Raw(bytes) => bytes.to_vec(),
            Block::Run(byte, length) => vec![*byte; *length],
            Block::Word(word) => WORDS[*word].to_vec(),
        }
    }
}

fn run_at(rest: &[u8]) -> usize {
    let most = if cfg!(feature = "block-end") { BLOCK - 1 } else { BLOCK };
    rest.iter().take(most).take_while(|byte| **byte == rest[0]).count()
}

fn word_at(rest: &[u8]) -> Option<usize> {
    WORDS.iter().position(|word| rest.starts_with(*word))
}

fn packed(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while !rest.is_empty() {
        let run = run_at(rest);
        let taken = if run >= LEAST_RUN {
            out.extend([1 << 4 | (run - 1) as u8, rest[0]]);
            run
        } else if let Some(word) = word_at(rest) {
            out.push(2 << 4 | word as u8);
            4
        } else {
            let special = |at: &usize| run_at(&rest[*at..]) >= LEAST_RUN || word_at(&rest[*at..]).is_some();
            let most = BLOCK.min(rest.len());
            let length = (1..most).find(special).unwrap_or(most);
            out.push((length - 1) as u8);
            out.extend(&rest[..length]);
            length
        };
        rest = &rest[taken..];
    }
    out
}

fn blocks(mut rest: &[u8]) -> Option<Vec<Block<'_>>> {
    let mut found = Vec::new();
    while let Some((head, behind)) = rest.split_first() {
        let low = usize::from(head & 15);
        let (block, taken) = match head >> 4 {
            0 => (Block::Raw(behind.get(..=low)?), low + 1),
            1 => (Block::Run(*behind.first()?, low + 1), 1),
            2 => (Block::Word(low), 0),
            _ => return None,
        };
        found.push(block);
        rest = &behind[taken..];
    }
    Some(found)
}

fn head(length: usize) -> [u8; 2] {
    if cfg!(feature = "endianness") {
        (length as u16).to_be_bytes()
    } else {
        (length as u16).to_le_bytes()
    }
}

#[no_mangle]
pub unsafe extern "C" fn bl_pack(input: *const u8, n: usize, out: *mut u8, room: *mut usize) -> c_int {
    if n > MOST {
        return INVALID;
    }
    let input = bytes(input, n);
    let mut frame = head(n).to_vec();
    frame.extend(packed(input));
    frame.extend(checksum(1, input.iter().copied()).to_le_bytes());
    if frame.len() > *room {
        if cfg!(feature = "written-on-failure") {
            *room = frame.len();
        }
        return NO_ROOM;
    }
    std::ptr::copy_nonoverlapping(frame.as_ptr(), out, frame.len());
    *room = frame.len();
    OK
}

/// The contents of a frame, or None for what is none.
fn unpacked(frame: &[u8]) -> Option<Vec<u8>> {
    let (inner, sum) = frame.split_at_checked(frame.len().checked_sub(4)?)?;
    let (length, inner) = inner.split_at_checked(2)?;
    let contents: Vec<u8> = blocks(inner)?.iter().flat_map(Block::unpacked).collect();
    let whole = contents.len() <= MOST && head(contents.len()) == length;
    let sound = checksum(1, contents.iter().copied()).to_le_bytes() == sum;
    (whole && sound).then_some(contents)
}

#[no_mangle]
pub unsafe extern "C" fn bl_unpack(input: *const u8, n: usize, out: *mut u8, room: *mut usize) -> c_int {
    let frame = bytes(input, n);
    if cfg!(feature = "status-swapped") && n >= 6 && usize::from(frame[0]) + 256 * usize::from(frame[1]) > *room {
        return NO_ROOM;
    }
    let Some(contents) = unpacked(frame) else {
        return CORRUPT;
    };
    let fits = if cfg!(feature = "exact-room") { contents.len() < *room } else { contents.len() <= *room };
    if !fits {
        return NO_ROOM;
    }
    if !contents.is_empty() {
        std::ptr::copy_nonoverlapping(contents.as_ptr(), out, contents.len());
    }
    *room = contents.len();
    OK
}

type OnBlock = unsafe extern "C" fn(*mut c_void, c_uint, c_uint) -> c_int;

#[no_mangle]
pub unsafe extern "C" fn bl_each(input: *const u8, n: usize, block: OnBlock, user: *mut c_void) -> c_int {
    if n < 6 {
        return CORRUPT;
    }
    let frame = bytes(input, n);
    let Some(found) = blocks(&frame[2..n - 4]) else {
        return CORRUPT;
    };
    let mut calls = 0;
    for each in &found {
        calls += 1;
        if block(user, each.kind(), each.length() as c_uint) != 0 {
            return calls;
        }
    }
    if cfg!(feature = "once-too-often") && found.last().is_some_and(|last| last.length() == BLOCK) {
        block(user, 0, 0);
    }
    calls
}

#[allow(non_camel_case_types)]
pub struct bl_stream {
    level: c_int,
    ended: bool,
    dictionary: Vec<u8>,
    waiting: Vec<u8>,
    total: u64,
}

#[no_mangle]
pub extern "C" fn bl_stream_new(level: c_int) -> *mut bl_stream {
    if !(0..=9).contains(&level) {
        return std::ptr::null_mut();
    }
    Box::into_raw(Box::new(bl_stream {
        level: if level == 0 { DEFAULT } else { level },
        ended: false,
        dictionary: Vec::new(),
        waiting: Vec::new(),
        total: 0,
    }))
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_free(stream: *mut bl_stream) {
    if !stream.is_null() {
        drop(Box::from_raw(stream));
    }
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_level(stream: *const bl_stream) -> c_int {
    (*stream).level
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_dictionary(stream: *mut bl_stream, data: *const u8, n: usize) -> c_int {
    if !(1..=8).contains(&n) {
        return INVALID;
    }
    (*stream).dictionary = bytes(data, n).to_vec();
    OK
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_feed(stream: *mut bl_stream, input: *const u8, n: usize) -> c_int {
    let stream = &mut *stream;
    if stream.ended {
        return ENDED;
    }
    let found = packed(bytes(input, n));
    if stream.waiting.len() + found.len() > WAITING {
        return NO_ROOM;
    }
    stream.waiting.extend(found);
    stream.total += n as u64;
    OK
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_end(stream: *mut bl_stream) -> c_int {
    let stream = &mut *stream;
    if stream.ended {
        return ENDED;
    }
    if stream.waiting.len() == WAITING {
        return NO_ROOM;
    }
    stream.waiting.push(checksum(1, stream.dictionary.iter().copied()) as u8);
    stream.ended = true;
    OK
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_take(stream: *mut bl_stream, out: *mut u8, room: usize) -> usize {
    let waiting = &mut (*stream).waiting;
    let taken = waiting.len().min(room);
    for (at, byte) in waiting.drain(..taken).enumerate() {
        *out.add(at) = byte;
    }
    taken
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_total(stream: *const bl_stream) -> u64 {
    (*stream).total
}

#[no_mangle]
pub unsafe extern "C" fn bl_stream_reset(stream: *mut bl_stream) {
    let stream = &mut *stream;
    stream.ended = false;
    stream.waiting.clear();
    stream.total = 0;
    if cfg!(feature = "dictionary-lost") {
        stream.dictionary.clear();
    }
}

#[no_mangle]
pub extern "C" fn bl_round(x: f64) -> f64 {
    let rounded = x.round();
    if cfg!(feature = "sign-of-zero") && rounded == 0.0 {
        return 0.0;
    }
    rounded
}

#[no_mangle]
pub unsafe extern "C" fn bl_mean(x: *const i32, n: usize) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let x = std::slice::from_raw_parts(x, n);
    x.iter().map(|each| i64::from(*each)).sum::<i64>() as f64 / n as f64
}

#[no_mangle]
pub extern "C" fn bl_add(a: i32, b: i32) -> i32 {
    if cfg!(feature = "wraps") {
        return a.wrapping_add(b);
    }
    a.saturating_add(b)
}

#[no_mangle]
pub extern "C" fn bl_isqrt(n: u64) -> u32 {
    let n = if cfg!(feature = "cut-to-32-bits") { u64::from(n as u32) } else { n };
    let mut root = 0u64;
    for bit in (0..32).rev().map(|shift| 1u64 << shift) {
        if (root | bit) * (root | bit) <= n {
            root |= bit;
        }
    }
    root as u32
}

fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes, 0);
    while tenths >= 1024 * 1024 {
        tenths /= 1024;
        unit += 1;
    }
    tenths = tenths * 10 / 1024;
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit + 1])
}

#[no_mangle]
pub unsafe extern "C" fn bl_format_size(bytes: u64, out: *mut c_char, room: usize) -> c_int {
    let text = size_text(bytes);
    let kept = if cfg!(feature = "unwinds") {
        text.len().min(room.checked_sub(1).expect("there is room for the end"))
    } else {
        text.len().min(room.saturating_sub(1))
    };
    if room > 0 {
        std::ptr::copy_nonoverlapping(text.as_ptr().cast(), out, kept);
        *out.add(kept) = 0;
    }
    text.len() as c_int
}

/// A size, or what is wrong with the text and where.
fn size(text: &[u8]) -> Result<u64, (c_int, usize)> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let too_large = if cfg!(feature = "wrong-errno") { EINVAL } else { ERANGE };
    let mut size = 0u64;
    for (at, digit) in text[..digits].iter().enumerate() {
        let next = size.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(digit - b'0')));
        size = next.ok_or((too_large, at))?;
    }
    let shift = match text.get(digits) {
        Some(b'k') => 10,
        Some(b'M') => 20,
        Some(b'G') => 30,
        _ => 0,
    };
    let end = digits + usize::from(digits > 0 && shift > 0);
    if digits == 0 || end != text.len() {
        return Err((EINVAL, if cfg!(feature = "position-after-error") { digits } else { end }));
    }
    if size > u64::MAX >> shift {
        return Err((too_large, digits));
    }
    Ok(size << shift)
}

#[no_mangle]
pub unsafe extern "C" fn bl_parse_size(text: *const c_char, bytes: *mut u64, at: *mut usize) -> c_int {
    if text.is_null() && !cfg!(feature = "null-crashes") {
        set_errno(EINVAL);
        return INVALID;
    }
    match size(CStr::from_ptr(text).to_bytes()) {
        Ok(found) => {
            *bytes = found;
            OK
        }
        Err((why, place)) => {
            set_errno(why);
            *at = place;
            INVALID
        }
    }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || (byte == 0x0b && !cfg!(feature = "character-class"))
}

#[no_mangle]
pub unsafe extern "C" fn bl_words(text: *const c_char) -> usize {
    let text = CStr::from_ptr(text).to_bytes();
    text.split(|byte| is_blank(*byte)).filter(|word| !word.is_empty()).count()
}

#[no_mangle]
pub unsafe extern "C" fn bl_quote(text: *const c_char) -> *mut c_char {
    let text = CStr::from_ptr(text).to_bytes();
    if text.len() > LONGEST {
        return std::ptr::null_mut();
    }
    let mut quoted = vec![b'"'];
    for byte in text {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    CString::new(quoted).map_or(std::ptr::null_mut(), CString::into_raw)
}

#[no_mangle]
pub unsafe extern "C" fn bl_free(text: *mut c_char) {
    if !text.is_null() {
        drop(CString::from_raw(text));
    }
}

#[no_mangle]
pub unsafe extern "C" fn bl_buffer_new(n: usize) -> *mut u8 {
    let align = if cfg!(feature = "alignment") { 16 } else { 64 };
    let buffer: *mut u8 = aligned_alloc(align, (n + 63) / 64 * 64 + 64).cast();
    if !buffer.is_null() {
        buffer.write_bytes(0, n);
    }
    buffer
}

#[no_mangle]
pub unsafe extern "C" fn bl_buffer_free(buffer: *mut u8) {
    free(buffer.cast());
}
