use string_interner::{Sym, StringInterner, Symbol};

type Interner = StringInterner<Sym>;

fn text<'a>(bytes: *const u8, length: usize) -> &'a str {
    std::str::from_utf8(unsafe { std::slice::from_raw_parts(bytes, length) }).unwrap_or("")
}

#[no_mangle]
pub extern "C" fn interner_new() -> Box<Interner> {
    Box::new(Interner::new())
}

#[no_mangle]
pub extern "C" fn interner_clone(interner: &Interner) -> Box<Interner> {
    Box::new(interner.clone())
}

#[no_mangle]
pub extern "C" fn interner_free(_interner: Box<Interner>) {}

#[no_mangle]
pub extern "C" fn interner_intern(interner: &mut Interner, bytes: *const u8, length: usize) -> usize {
    interner.get_or_intern(text(bytes, length)).to_usize()
}

#[no_mangle]
pub extern "C" fn interner_get(interner: &Interner, bytes: *const u8, length: usize, number: &mut usize) -> bool {
    match interner.get(text(bytes, length)) {
        Some(symbol) => *number = symbol.to_usize(),
        None => return false,
    }
    true
}

#[no_mangle]
pub extern "C" fn interner_len(interner: &Interner) -> usize {
    interner.len()
}
