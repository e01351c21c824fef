// What Rust lets out of a function that C calls.
#![crate_type = "cdylib"]
use std::alloc::{dealloc, Layout};
use std::cell::RefCell;
use std::sync::Mutex;

static POISONED: Mutex<i32> = Mutex::new(0);

struct Ends;
impl Drop for Ends {
    fn drop(&mut self) {
        panic!("in a destructor of a thread")
    }
}
thread_local! {
    static KEPT: RefCell<Vec<i32>> = const { RefCell::new(Vec::new()) };
    static ENDS: RefCell<Option<Ends>> = const { RefCell::new(None) };
}

#[no_mangle]
pub extern "C" fn rust_panics(_: i32) -> i32 {
    panic!("no luck")
}
#[no_mangle]
pub extern "C-unwind" fn rust_unwinds(_: i32) -> i32 {
    panic!("no luck")
}
#[no_mangle]
pub extern "C" fn rust_divides(n: i32) -> i32 {
    n / std::hint::black_box(0)
}
#[no_mangle]
pub extern "C" fn rust_indexes(n: i32) -> i32 {
    [1, 2, 3][std::hint::black_box(n as u32 as usize | 4)]
}
#[no_mangle]
pub extern "C" fn rust_poisons(n: i32) -> i32 {
    let _ = std::thread::spawn(|| {
        let _held = POISONED.lock();
        panic!("with the lock")
    })
    .join();
    *POISONED.lock().unwrap() + n
}
#[no_mangle]
pub extern "C" fn rust_frees_what_is_not_its(n: i32) -> i32 {
    let mut local = n;
    unsafe { dealloc(std::hint::black_box((&raw mut local).cast()), Layout::new::<[u64; 8]>()) };
    n
}
#[no_mangle]
pub extern "C" fn rust_frees_twice(n: i32) -> i32 {
    let boxed = Box::into_raw(Box::new(n));
    unsafe {
        drop(Box::from_raw(std::hint::black_box(boxed)));
        drop(Box::from_raw(std::hint::black_box(boxed)));
    }
    n
}
#[no_mangle]
pub extern "C" fn rust_panics_as_its_thread_ends(n: i32) -> i32 {
    let _ = std::thread::spawn(|| ENDS.with(|e| *e.borrow_mut() = Some(Ends))).join();
    n
}
#[no_mangle]
pub extern "C" fn rust_exits(_: i32) -> i32 {
    std::process::exit(0)
}
#[no_mangle]
pub extern "C" fn rust_leaks(n: i32) -> i32 {
    std::mem::forget(std::hint::black_box(Box::new([n; 8])));
    n
}
#[no_mangle]
pub extern "C" fn rust_prints(n: i32) -> i32 {
    println!("{n}");
    n
}
#[no_mangle]
pub extern "C" fn rust_catches(n: i32) -> i32 {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let caught = std::panic::catch_unwind(|| panic!("caught")).is_err();
    std::panic::set_hook(hook);
    n - i32::from(!caught)
}
#[no_mangle]
pub extern "C" fn rust_keeps_for_its_thread(n: i32) -> i32 {
    KEPT.with(|kept| kept.borrow_mut().push(1));
    KEPT.with(|kept| if kept.borrow().len() > 8 { kept.borrow_mut().clear() });
    n
}
#[no_mangle]
pub extern "C" fn good(n: i32) -> i32 {
    n
}
