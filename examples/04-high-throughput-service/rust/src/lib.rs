//! `flow_control.h` implemented in Rust. The header documents the functions; comments here say what each `unsafe` block relies on.

#![deny(unsafe_op_in_unsafe_fn)]

use std::cell::UnsafeCell;
use std::os::raw::c_uint;
use std::ptr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const RATE_LIMIT: u64 = 1_000_000_000;
const BURST_LIMIT: u64 = 1 << 20;
const CAPACITY_LIMIT: usize = 1 << 16;
const PAYLOAD: usize = 48;
const NEVER: u64 = u64::MAX;
const NANOSECONDS: u64 = 1_000_000_000;

type Status = c_uint;
const OK: Status = 0;
const FULL: Status = 1;
const EMPTY: Status = 2;

/// On a cache line of its own: threads that write to neighbours do not slow each other down.
#[repr(align(64))]
struct Alone<T>(T);

/// Opaque to C. The generic cell rate algorithm: all that a bucket remembers is when it will be full again.
pub struct Bucket {
    interval: u64, // nanoseconds for one token
    burst: u64,
    full_at: Alone<AtomicU64>,
}

impl Bucket {
    /// Take all of the tokens, or return in how many nanoseconds there would be enough.
    fn take(&self, now: u64, tokens: u64) -> Result<(), u64> {
        if tokens > self.burst {
            return Err(NEVER);
        }
        let latest = now + self.burst * self.interval;
        let mut full_at = self.full_at.0.load(Ordering::Relaxed);
        loop {
            let next = full_at.max(now) + tokens * self.interval;
            if next > latest {
                return Err(next - latest);
            }
            match self.full_at.0.compare_exchange_weak(
                full_at,
                next,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(()),
                Err(other) => full_at = other,
            }
        }
    }
}

#[no_mangle]
pub extern "C" fn fc_bucket_new(per_second: u64, burst: u64) -> *mut Bucket {
    if !(1..=RATE_LIMIT).contains(&per_second) || !(1..=BURST_LIMIT).contains(&burst) {
        return ptr::null_mut();
    }
    Box::into_raw(Box::new(Bucket {
        interval: NANOSECONDS / per_second,
        burst,
        full_at: Alone(AtomicU64::new(0)),
    }))
}

/// # Safety
/// `bucket` is from `fc_bucket_new` and not used again.
#[no_mangle]
pub unsafe extern "C" fn fc_bucket_free(bucket: *mut Bucket) {
    if !bucket.is_null() {
        // SAFETY: it came from `Box::into_raw`.
        drop(unsafe { Box::from_raw(bucket) });
    }
}

/// # Safety
/// `bucket` is alive, `wait` has room for one.
#[no_mangle]
pub unsafe extern "C" fn fc_bucket_take(
    bucket: *const Bucket,
    now: u64,
    tokens: u64,
    wait: *mut u64,
) -> bool {
    // SAFETY: it is alive, and shared: nothing in it changes but what is atomic.
    let taken = unsafe { (*bucket).take(now, tokens) };
    // SAFETY: it has room for one.
    unsafe { wait.write(taken.err().unwrap_or(0)) };
    taken.is_ok()
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Job {
    id: u64,
    kind: u32,
    length: u32, // of what is in the payload
    payload: [u8; PAYLOAD],
}

const NO_JOB: Job = Job {
    id: 0,
    kind: 0,
    length: 0,
    payload: [0; PAYLOAD],
};

/// `turn` is the ticket of the push that may fill the cell, one more once it is filled, and the ticket of the push a lap
/// later once it is empty again.
#[repr(align(64))]
struct Cell {
    turn: AtomicUsize,
    job: UnsafeCell<Job>,
}

/// Opaque to C.
pub struct Ring {
    cells: Box<[Cell]>,
    pushed: Alone<AtomicUsize>, // tickets that were given out
    popped: Alone<AtomicUsize>,
}

// SAFETY: whoever holds a cell's ticket is the only one to touch its job, until the store of `turn` that passes it on.
unsafe impl Sync for Ring {}

impl Ring {
    /// Return the cell whose turn it is, with its ticket; None when it is still filled, or not filled yet.
    fn claim(&self, tickets: &AtomicUsize, filled: usize) -> Option<(&Cell, usize)> {
        let mut at = tickets.load(Ordering::Relaxed);
        loop {
            let cell = &self.cells[at & (self.cells.len() - 1)];
            let ahead = cell
                .turn
                .load(Ordering::Acquire)
                .wrapping_sub(at.wrapping_add(filled));
            if ahead == 0 {
                match tickets.compare_exchange_weak(
                    at,
                    at.wrapping_add(1),
                    Ordering::Relaxed,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => return Some((cell, at)),
                    Err(other) => at = other,
                }
            } else if (ahead as isize) < 0 {
                return None;
            } else {
                at = tickets.load(Ordering::Relaxed);
            }
        }
    }

    fn push(&self, job: Job) -> Option<()> {
        let (cell, ticket) = self.claim(&self.pushed.0, 0)?;
        // SAFETY: the ticket is ours, so the cell is.
        unsafe { cell.job.get().write(job) };
        cell.turn.store(ticket.wrapping_add(1), Ordering::Release);
        Some(())
    }

    fn pop(&self) -> Option<Job> {
        let (cell, ticket) = self.claim(&self.popped.0, 1)?;
        // SAFETY: the ticket is ours, so the cell is, and it was filled before its turn came.
        let job = unsafe { cell.job.get().read() };
        cell.turn
            .store(ticket.wrapping_add(self.cells.len()), Ordering::Release);
        Some(job)
    }
}

#[no_mangle]
pub extern "C" fn fc_ring_new(capacity: usize) -> *mut Ring {
    if !(2..=CAPACITY_LIMIT).contains(&capacity) || !capacity.is_power_of_two() {
        return ptr::null_mut();
    }
    let cells = (0..capacity).map(|turn| Cell {
        turn: AtomicUsize::new(turn),
        job: UnsafeCell::new(NO_JOB),
    });
    Box::into_raw(Box::new(Ring {
        cells: cells.collect(),
        pushed: Alone(AtomicUsize::new(0)),
        popped: Alone(AtomicUsize::new(0)),
    }))
}

/// # Safety
/// `ring` is from `fc_ring_new` and not used again.
#[no_mangle]
pub unsafe extern "C" fn fc_ring_free(ring: *mut Ring) {
    if !ring.is_null() {
        // SAFETY: it came from `Box::into_raw`.
        drop(unsafe { Box::from_raw(ring) });
    }
}

/// # Safety
/// `ring` is alive, `job` is valid.
#[no_mangle]
pub unsafe extern "C" fn fc_ring_push(ring: *const Ring, job: *const Job) -> Status {
    // SAFETY: both are valid, and the ring may be shared.
    match unsafe { (*ring).push(*job) } {
        Some(()) => OK,
        None => FULL,
    }
}

/// # Safety
/// `ring` is alive, `job` has room for one.
#[no_mangle]
pub unsafe extern "C" fn fc_ring_pop(ring: *const Ring, job: *mut Job) -> Status {
    // SAFETY: it is alive, and may be shared.
    match unsafe { (*ring).pop() } {
        Some(popped) => {
            // SAFETY: it has room for one.
            unsafe { job.write(popped) };
            OK
        }
        None => EMPTY,
    }
}

/// # Safety
/// `ring` is alive.
#[no_mangle]
pub unsafe extern "C" fn fc_ring_length(ring: *const Ring) -> usize {
    // SAFETY: it is alive, and may be shared.
    let ring = unsafe { &*ring };
    let popped = ring.popped.0.load(Ordering::Acquire);
    let pushed = ring.pushed.0.load(Ordering::Acquire);
    pushed.wrapping_sub(popped).min(ring.cells.len())
}
