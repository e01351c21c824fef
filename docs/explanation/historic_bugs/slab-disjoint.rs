use slab::Slab;

#[no_mangle]
pub extern "C" fn slab_new(capacity: usize) -> Box<Slab<u64>> {
    Box::new(Slab::with_capacity(capacity))
}

#[no_mangle]
pub extern "C" fn slab_free(_slab: Box<Slab<u64>>) {}

#[no_mangle]
pub extern "C" fn slab_insert(slab: &mut Slab<u64>, value: u64) -> usize {
    slab.insert(value)
}

#[no_mangle]
pub extern "C" fn slab_remove(slab: &mut Slab<u64>, key: usize, removed: &mut u64) -> bool {
    match slab.try_remove(key) {
        Some(value) => *removed = value,
        None => return false,
    }
    true
}

#[no_mangle]
pub extern "C" fn slab_swap(slab: &mut Slab<u64>, one: usize, other: usize) -> bool {
    match slab.get_disjoint_mut([one, other]) {
        Ok([a, b]) => std::mem::swap(a, b),
        Err(_) => return false,
    }
    true
}

#[no_mangle]
pub extern "C" fn slab_get(slab: &Slab<u64>, key: usize, value: &mut u64) -> bool {
    match slab.get(key) {
        Some(found) => *value = *found,
        None => return false,
    }
    true
}
