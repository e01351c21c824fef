//! The crate exports nothing: each function of the boundary by its C name.

use std::ffi::c_int;

macro_rules! of_one {
    ($($name:ident)*) => { $(#[no_mangle] pub extern "C" fn $name(x: f64) -> f64 { libm::$name(x) })* };
}

macro_rules! of_two {
    ($($name:ident)*) => { $(#[no_mangle] pub extern "C" fn $name(x: f64, y: f64) -> f64 { libm::$name(x, y) })* };
}

of_one! {
    acos acosh asin asinh atan atanh cbrt ceil cos cosh erf erfc
    exp exp2 expm1 fabs floor lgamma log log10 log1p log2 rint round
    sin sinh sqrt tan tanh tgamma trunc
}

of_two! { copysign fdim fmax fmin fmod hypot nextafter pow remainder }

#[no_mangle]
pub extern "C" fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

#[no_mangle]
pub extern "C" fn fma(x: f64, y: f64, z: f64) -> f64 {
    libm::fma(x, y, z)
}

#[no_mangle]
pub extern "C" fn ldexp(x: f64, n: c_int) -> f64 {
    libm::ldexp(x, n)
}

#[no_mangle]
pub extern "C" fn scalbn(x: f64, n: c_int) -> f64 {
    libm::scalbn(x, n)
}

#[no_mangle]
pub extern "C" fn ilogb(x: f64) -> c_int {
    libm::ilogb(x)
}

/// # Safety
///
/// `exponent` points to a number that may be written.
#[no_mangle]
pub unsafe extern "C" fn frexp(x: f64, exponent: *mut c_int) -> f64 {
    let (fraction, power) = libm::frexp(x);
    *exponent = power;
    fraction
}

/// # Safety
///
/// `whole` points to a number that may be written.
#[no_mangle]
pub unsafe extern "C" fn modf(x: f64, whole: *mut f64) -> f64 {
    let (fraction, part) = libm::modf(x);
    *whole = part;
    fraction
}
