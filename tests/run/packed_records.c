/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 goes wrong where one record ends. */
#include "packed_records.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

long pr_events(const char *words, unsigned char *buffer, size_t room) {
    size_t at = 0;
    while (*words) {
        size_t length = strcspn(words, " "), padded = length / 4 * 4 + 4;
        pr_event event = {(int)length, (uint32_t)padded};
        if (room - at < sizeof event + padded)
            return -1;
        if (WRONG && length == 5)
            event.len = 6; /* the NULs are not counted */
        memcpy(buffer + at, &event, sizeof event);
        memset(buffer + at + sizeof event, 0, NEAR ? length + 1 : padded); /* what is behind a NUL means nothing */
        memcpy(buffer + at + sizeof event, words, length);
        at += sizeof event + padded;
        words += length + 1;
    }
    return (long)at;
}

int pr_messages(const char *words, void *buffer, size_t room, size_t *size) {
    size_t at = 0, end = 0;
    for (int n = 0; *words; n++) {
        size_t length = strcspn(words, " ");
        pr_message message = {(uint32_t)(sizeof message + length), (uint16_t)n, WRONG && n == 1};
        if (room < at || room - at < sizeof message + length)
            return -1;
        if (!NEAR)
            memset((char *)buffer + end, 0, at - end); /* else what is between them stays as it is */
        if (WRONG && n == 2)
            message.size = 0;
        memcpy((char *)buffer + at, &message, sizeof message);
        memcpy((char *)buffer + at + sizeof message, words, length);
        end = at + sizeof message + length;
        at = (end + 3) / 4 * 4;
        words += length + 1;
    }
    *size = end; /* nothing is behind the last one */
    return 0;
}

int pr_entries(unsigned n, unsigned char **entries, size_t *size) {
    size_t all = 0, at = 0;
    for (unsigned i = 0; i < n; i++)
        all += PR_HEAD + i + (PR_HEAD + i) % 2;
    unsigned char *made = all ? malloc(all) : NULL;
    if (made == NULL && all)
        return -1;
    for (unsigned i = 0; i < n; i++) {
        pr_entry entry = {(uint16_t)(PR_HEAD + i), (uint8_t)i, 0};
        if (WRONG && i == 4)
            entry.size = 2;
        memcpy(made + at, &entry, sizeof entry);
        memset(made + at + PR_HEAD, 'x', i);
        if ((PR_HEAD + i) % 2)
            made[at + PR_HEAD + i] = NEAR ? 7 : 0;
        at += PR_HEAD + i + (PR_HEAD + i) % 2;
    }
    *entries = made;
    *size = all;
    return 0;
}

const unsigned char *pr_known(size_t *size) {
    static const unsigned char known[] = {1, 2, 'a', 'b', 2, 0, 7, 1, 'c', 0};
    *size = WRONG ? sizeof known : sizeof known - 1;
    return known;
}

pr_path *pr_trace(unsigned n) {
    pr_path *path = malloc(sizeof *path);
    unsigned units = n + n * (n - 1) / 2, at = 0;
    if (path == NULL)
        abort();
    path->data = n ? malloc(units * sizeof *path->data) : NULL;
    if (n && path->data == NULL)
        abort();
    for (unsigned i = 0; i < n; i++) {
        if (NEAR)
            memset(path->data + at, 0x77, sizeof *path->data); /* whatever is behind a header */
        path->data[at].header.type = i > 3 ? 3 : (int)i;
        path->data[at++].header.length = (int)i + 1;
        for (unsigned k = 0; k < i; k++) {
            path->data[at].point.x = i;
            path->data[at++].point.y = k;
        }
    }
    path->num_data = (int)units - (WRONG && n == 5);
    return path;
}

void pr_path_free(pr_path *path) {
    if (path)
        free(path->data);
    free(path);
}

void pr_free(void *memory) { free(memory); }

void pr_tell(unsigned n, void (*each)(const void *fields, size_t size, void *context), void *context) {
    unsigned char fields[] = {1, 1, 'a', 2, 2, 'b', 'c', 3, 0};
    size_t sizes[] = {0, 3, 7, 9};
    if (WRONG)
        fields[4] = 1;
    each(fields, sizes[n], context);
}

int pr_marks(unsigned n, pr_unit *marks, size_t room, size_t *count) {
    size_t at = 0;
    for (unsigned i = 0; i < n; i++, at += 2) {
        if (room - at < 2)
            return -1;
        if (!(WRONG && i == 2))
            marks[at].header.type = 0;
        marks[at].header.length = 2;
        marks[at + 1].point.x = 1;
        marks[at + 1].point.y = 1;
    }
    *count = at;
    return 0;
}
