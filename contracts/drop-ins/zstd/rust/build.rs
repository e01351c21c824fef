//! Gives the library the name that programs ask for which were linked with the one in C.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libzstd.so.1");
}
