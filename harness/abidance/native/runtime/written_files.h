/* Files that callbacks write, and read again. */
#ifndef ABIDANCE_WRITTEN_FILES_H
#define ABIDANCE_WRITTEN_FILES_H

enum { ABIDANCE_LONGEST_FILE = 1 << 24 }; /* what is written behind that fails */

/* Makes room for so many bytes; those that nobody has written are 0. */
static __attribute__((unused)) int abidance_file_room(abidance_cursor *file, size_t size)
{
    long asked = abidance_asked;
    unsigned char *bytes = size <= file->room ? file->bytes : realloc(file->bytes, 2 * size);
    abidance_asked = asked;
    if (!bytes)
        return 0;
    if (size > file->room) {
        memset(bytes + file->room, 0, 2 * size - file->room);
        file->bytes = bytes, file->room = 2 * size;
    }
    file->used = size > file->used ? size : file->used;
    return 1;
}

/* Begins a file with so many bytes, of elements of a size. */
static __attribute__((unused)) void abidance_file_begins(abidance_cursor *file, const abidance_piece *whole, size_t unit)
{
    if (file->used)
        memset(file->bytes, 0, file->used);
    file->used = 0, file->at = file->size = 0;
    file->lost = !abidance_file_room(file, whole ? whole->size : 1);
    if (!file->lost && whole && whole->size)
        memcpy(file->bytes, whole->at, whole->size);
    file->size = whole ? (int64_t)(whole->size / unit) : 0;
}

/* Writes so many elements, at a place that is `placed`, or where the position is; whether there is room. What cannot be
 * read is found where arguments are looked at, and nothing is known of the file then. */
static __attribute__((unused)) int abidance_store(abidance_cursor *file, const unsigned char *from, abidance_int wanted,
                                                  abidance_int begin, size_t unit, int placed)
{
    if (wanted == 0)
        return 1;
    if (wanted > ABIDANCE_LONGEST_FILE || begin > ABIDANCE_LONGEST_FILE ||
        (size_t)(wanted + begin) * unit > ABIDANCE_LONGEST_FILE)
        return 0;
    size_t at = (size_t)begin * unit, size = (size_t)wanted * unit;
    if (!from || !abidance_readable(from, size) || !abidance_file_room(file, at + size)) {
        file->lost = 1;
        return 0;
    }
    memcpy(file->bytes + at, from, size);
    file->size = (int64_t)(begin + wanted) > file->size ? (int64_t)(begin + wanted) : file->size;
    if (!placed)
        file->at = (int64_t)(begin + wanted);
    return 1;
}

/* What there is to read from element `begin` on, and in which turn: up to its end, and behind all turns to that of the
 * file. A turn that fails has no memory, and does so where it would have begun. */
static __attribute__((unused)) abidance_piece abidance_stored(const abidance_cursor *file, const abidance_piece *turns,
                                                             unsigned count, abidance_int begin, size_t unit, int whole,
                                                             unsigned *turn)
{
    size_t at = 0, there = begin < file->size ? (size_t)(file->size - begin) * unit : 0;
    size_t from = there ? (size_t)begin * unit : 0;
    unsigned some = count;
    *turn = count - 1;
    for (unsigned i = 0; i < count && whole; i++)
        if (turns[i].at) {
            *turn = i;
            break;
        }
    for (unsigned i = 0; i < count && !whole; i++) {
        size_t size = turns[i].at ? turns[i].size : 0, place = abidance_room(begin, unit);
        if (turns[i].at ? place >= at && place - at < size : place == at) {
            *turn = i;
            size = size - (place - at) < there ? size - (place - at) : there;
            return (abidance_piece){file->bytes + from, turns[i].at ? size : 0};
        }
        some = some == count && size ? i : some;
        at += size;
    }
    if (!whole && there && some < count)
        *turn = some;
    return (abidance_piece){file->bytes + from, there};
}

#endif
