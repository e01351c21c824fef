use smallvec::SmallVec;

type Numbers = SmallVec<[u64; 4]>;

#[no_mangle]
pub extern "C" fn small_new() -> Box<Numbers> {
    Box::new(SmallVec::new())
}

#[no_mangle]
pub extern "C" fn small_free(_numbers: Box<Numbers>) {}

#[no_mangle]
pub extern "C" fn small_push(numbers: &mut Numbers, value: u64) {
    numbers.push(value);
}

#[no_mangle]
pub extern "C" fn small_pop(numbers: &mut Numbers, value: &mut u64) -> bool {
    match numbers.pop() {
        Some(last) => *value = last,
        None => return false,
    }
    true
}

#[no_mangle]
pub extern "C" fn small_grow(numbers: &mut Numbers, capacity: usize) -> bool {
    if capacity < numbers.len() {
        return false; // documented to panic
    }
    numbers.grow(capacity);
    true
}

#[no_mangle]
pub extern "C" fn small_len(numbers: &Numbers) -> usize {
    numbers.len()
}

#[no_mangle]
pub extern "C" fn small_capacity(numbers: &Numbers) -> usize {
    numbers.capacity()
}

#[no_mangle]
pub extern "C" fn small_get(numbers: &Numbers, index: usize, value: &mut u64) -> bool {
    match numbers.get(index) {
        Some(found) => *value = *found,
        None => return false,
    }
    true
}
