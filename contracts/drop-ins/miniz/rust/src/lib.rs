//! The crate exports the C names itself; this makes a library of them.

pub use miniz_oxide_c_api::*;
