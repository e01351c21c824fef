/* Records that memory is full of, one behind the other, each of which says how far it goes. */
#ifndef ABIDANCE_RECORDS_H
#define ABIDANCE_RECORDS_H

/* How many of the bytes that are left a record has, which begins there; -1 where it does not end where one can. */
typedef int64_t (*abidance_record_end)(const unsigned char *at, size_t left);

static size_t abidance_next_record(int64_t size, size_t align) { return ((size_t)size + align - 1) / align * align; }

/* How many there are; -1 where one of them is none. */
static __attribute__((unused)) ptrdiff_t abidance_record_count(const unsigned char *at, size_t size, abidance_record_end end,
                                                               size_t align)
{
    ptrdiff_t count = 0;
    for (size_t here = 0; here < size; count++) {
        int64_t own = end(at + here, size - here);
        if (own < 0)
            return -1;
        here += abidance_next_record(own, align);
    }
    return count;
}

/* Where one of them begins. Who looks at one after the other goes on where the last one was. */
static __attribute__((unused)) const unsigned char *abidance_record_at(
    const unsigned char *at, size_t size, abidance_record_end end, size_t align, size_t index)
{
    static struct { const unsigned char *at; size_t size, index, here; abidance_record_end end; unsigned long run; unsigned step, turn; } last;
    size_t number = 0, here = 0;
    if (index && last.at == at && last.size == size && last.end == end && last.index <= index && last.run == abidance_runs &&
        last.step == abidance_step && last.turn == abidance_turn)
        number = last.index, here = last.here;
    for (; number < index && here < size; number++) {
        int64_t own = end(at + here, size - here);
        if (own < 0)
            break;
        here += abidance_next_record(own, align);
    }
    last.at = at, last.size = size, last.index = number, last.here = here, last.end = end;
    last.run = abidance_runs, last.step = abidance_step, last.turn = abidance_turn;
    return at + here;
}

#endif
