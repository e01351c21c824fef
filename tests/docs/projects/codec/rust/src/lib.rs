/// What stands before a message.
#[repr(C)]
pub struct Frame {
    kind: u32,
    data: *const u8,
    length: usize,
    bits: u8,
    last: i8,
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn codec_decode(
    data: *const u8,
    length: usize,
    out: *mut u8,
    room: usize,
    written: *mut usize,
) -> u32 {
    if length > room {
        return 1;
    }
    for n in 0..length {
        *out.add(n) = (*data.add(n)).wrapping_sub(1);
    }
    *written = length;
    0
}

/// # Safety
/// As the header says.
#[no_mangle]
pub unsafe extern "C" fn codec_send(frame: &Frame, text: *const u8, length: usize) -> usize {
    let mut bytes = if frame.kind == 3 { std::mem::size_of::<Frame>() } else { 4 };
    for n in 0..length {
        bytes += if *text.add(n) == b'%' { 3 } else { 1 };
    }
    bytes
}
