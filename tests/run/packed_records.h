/* Memory that is full of records, one behind the other: each says how far it goes. */
#ifndef PACKED_RECORDS_H
#define PACKED_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#define PR_HEAD 4

typedef struct pr_event { /* as of inotify: the name has `len` bytes, with NULs behind it up to a multiple of 4 */
    int kind;
    uint32_t len;
    char name[];
} pr_event;

typedef struct pr_message { /* as of netlink: `size` is that of all of it, and the next one begins at a multiple of 4 */
    uint32_t size;
    uint16_t type, flags;
} pr_message;

typedef struct pr_entry { /* as of a directory: `size` is that of all of it */
    uint16_t size;
    uint8_t kind, spare;
    uint8_t text[]; /* size - PR_HEAD of them */
} pr_entry;

typedef struct pr_field { /* a type, a length, and so many bytes */
    uint8_t type, len;
    uint8_t value[];
} pr_field;

typedef union pr_unit { /* as of cairo: a header, and `length - 1` points behind it */
    struct {
        int type, length;
    } header;
    struct {
        double x, y;
    } point;
} pr_unit;

typedef struct pr_step { /* the same as a record */
    int type, length;
    uint64_t : 64;
    struct pr_point {
        double x, y;
    } points[];
} pr_step;

typedef struct pr_path {
    pr_unit *data;
    int num_data;
} pr_path;

long pr_events(const char *words, unsigned char *buffer, size_t room); /* bytes written, or -1: there is no room */
int pr_messages(const char *words, void *buffer, size_t room, size_t *size);
int pr_entries(unsigned n, unsigned char **entries, size_t *size); /* `pr_free` frees them */
const unsigned char *pr_known(size_t *size);
pr_path *pr_trace(unsigned n);
void pr_path_free(pr_path *path);
void pr_free(void *memory);
void pr_tell(unsigned n, void (*each)(const void *fields, size_t size, void *context), void *context);
int pr_marks(unsigned n, pr_unit *marks, size_t room, size_t *count); /* -1: there is no room */

#endif
