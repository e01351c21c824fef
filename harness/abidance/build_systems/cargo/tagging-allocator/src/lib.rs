//! A global allocator that tags its blocks, so that memory which crosses between C and Rust and is freed by the wrong
//! side is seen: see README.md.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::Write;

/// What lies before a block that was allocated. The address is part of the tag: a copy of a block has none of its own.
#[repr(C)]
struct Header {
    size: usize,
    align: usize,
    tag: u64,
    check: u64,
}

const HEADER: usize = std::mem::size_of::<Header>();
const LIVE: u64 = 0x5275_7374_4c69_7665;
const FREED: u64 = 0x5275_7374_476f_6e65;

/// The system's allocator, or another one, with a tag before each block.
pub struct Tagging<A = System> {
    inner: A,
}

impl Tagging<System> {
    /// The system's allocator with tags.
    pub const fn new() -> Self {
        Self { inner: System }
    }
}

impl Default for Tagging<System> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A> Tagging<A> {
    /// Another allocator with tags.
    pub const fn around(inner: A) -> Self {
        Self { inner }
    }
}

/// How far a block begins after what the inner allocator gave: a multiple of its alignment, with room for the header.
fn offset(align: usize) -> usize {
    if align > HEADER {
        align
    } else {
        HEADER
    }
}

fn whole(layout: Layout) -> Option<Layout> {
    let align = layout.align().max(std::mem::align_of::<Header>());
    let size = layout.size().checked_add(offset(layout.align()))?;
    Layout::from_size_align(size, align).ok()
}

fn check(block: *mut u8, size: usize, align: usize, tag: u64) -> u64 {
    (block as u64 ^ tag.rotate_left(32))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(size as u64 ^ (align as u64).rotate_left(48))
}

unsafe fn header(block: *mut u8) -> *mut Header {
    unsafe { block.sub(HEADER) }.cast()
}

/// Notes a block, which begins some way into what the inner allocator gave.
unsafe fn tagged(given: *mut u8, layout: Layout) -> *mut u8 {
    if given.is_null() {
        return given;
    }
    unsafe {
        let block = given.add(offset(layout.align()));
        let (size, align) = (layout.size(), layout.align());
        header(block).write_unaligned(Header { size, align, tag: LIVE, check: check(block, size, align, LIVE) });
        block
    }
}

/// Ends the process unless a block is one that was given out with this layout and not freed since.
unsafe fn demand(block: *mut u8, layout: Layout, what: &str) {
    let found = unsafe { header(block).read_unaligned() };
    let genuine = found.check == check(block, found.size, found.align, found.tag);
    if genuine && found.tag == LIVE && found.size == layout.size() && found.align == layout.align() {
        return;
    }
    let mut words = std::io::stderr();
    let _ = if genuine && found.tag == LIVE {
        writeln!(
            words,
            "tagging allocator: Rust {what} {} bytes aligned to {}, and the block was allocated with {} bytes aligned to {}",
            layout.size(), layout.align(), found.size, found.align
        )
    } else if genuine && found.tag == FREED {
        writeln!(words, "tagging allocator: Rust {what} a block of {} bytes that it has freed before", layout.size())
    } else {
        writeln!(
            words,
            "tagging allocator: Rust {what} a block of {} bytes that it has not allocated, such as one from `malloc`",
            layout.size()
        )
    };
    std::process::abort();
}

// SAFETY: each block lies whole in one of the inner allocator's, behind a multiple of its alignment, and goes back with
// the layout that it was asked for with.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Tagging<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match whole(layout) {
            Some(whole) => unsafe { tagged(self.inner.alloc(whole), layout) },
            None => std::ptr::null_mut(),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match whole(layout) {
            Some(whole) => unsafe { tagged(self.inner.alloc_zeroed(whole), layout) },
            None => std::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        unsafe {
            demand(block, layout, "frees");
            let (size, align) = (layout.size(), layout.align());
            header(block).write_unaligned(Header { size, align, tag: FREED, check: check(block, size, align, FREED) });
            // A layout that was allocated with has a whole one.
            if let Some(whole) = whole(layout) {
                self.inner.dealloc(block.sub(offset(align)), whole);
            }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        unsafe {
            demand(block, layout, "resizes");
            let Ok(wanted) = Layout::from_size_align(size, layout.align()) else {
                return std::ptr::null_mut();
            };
            // To another place every time: pointers to the old one are no good, whether or not the system moves it.
            let moved = self.alloc(wanted);
            if !moved.is_null() {
                std::ptr::copy_nonoverlapping(block, moved, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}
