//! The registry has the source of miniz in this crate; nothing of it is used but `miniz.c` and `miniz.h`.
