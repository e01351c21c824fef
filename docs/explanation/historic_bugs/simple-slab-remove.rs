use simple_slab::Slab;

#[no_mangle]
pub extern "C" fn slab_new(capacity: usize) -> Box<Slab<u32>> {
    Box::new(Slab::with_capacity(capacity))
}

#[no_mangle]
pub extern "C" fn slab_free(_slab: Box<Slab<u32>>) {}

#[no_mangle]
pub extern "C" fn slab_insert(slab: &mut Slab<u32>, value: u32) -> usize {
    slab.insert(value);
    slab.len()
}

#[no_mangle]
pub extern "C" fn slab_remove(slab: &mut Slab<u32>, offset: usize, removed: &mut u32) -> bool {
    if offset >= slab.len() {
        return false;
    }
    *removed = slab.remove(offset);
    true
}

#[no_mangle]
pub extern "C" fn slab_get(slab: &Slab<u32>, offset: usize, value: &mut u32) -> bool {
    match slab.iter().nth(offset) {
        Some(found) => *value = *found,
        None => return false,
    }
    true
}

#[no_mangle]
pub extern "C" fn slab_len(slab: &Slab<u32>) -> usize {
    slab.len()
}
