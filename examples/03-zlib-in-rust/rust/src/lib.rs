//! zlib-rs behind the C header of zlib: the crate exports every function under its C name.

pub use libz_rs_sys::*;
