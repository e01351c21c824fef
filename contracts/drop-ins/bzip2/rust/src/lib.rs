//! The crate exports the C names itself; this makes a library of them.

pub use libbz2_rs_sys::*;
