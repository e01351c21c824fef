/* Records one behind the other that a caller lays out: a function reads, counts and changes them. */
#ifndef PACKED_ARGUMENTS_H
#define PACKED_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct pa_field { /* a type, a length, and so many bytes */
    uint8_t type, len;
    uint8_t value[];
} pa_field;

typedef struct pa_message { /* as of netlink: `size` is that of all of it, and the next one begins at a multiple of 4 */
    uint32_t size;
    uint16_t type, flags;
} pa_message;

typedef struct pa_list {
    const void *messages;
    uint32_t size;
} pa_list;

typedef struct pa_name { /* as of a socket: what kind it is says how long it is */
    uint16_t kind, port;
    uint32_t number;
} pa_name;

typedef union pa_unit { /* as of cairo: a header, and `length - 1` points behind it */
    struct {
        int type, length;
    } header;
    struct {
        double x, y;
    } point;
} pa_unit;

typedef struct pa_step { /* the same as a record */
    int type, length;
    uint64_t : 64;
    struct pa_point {
        double x, y;
    } points[];
} pa_step;

typedef struct pa_path {
    const pa_unit *data;
    int num_data;
} pa_path;

int pa_last(const void *fields, size_t size);              /* the last byte of the last value that has any, or -1 */
unsigned pa_flags(const pa_list *list);                    /* the sum of the flags of all messages */
long pa_ports(const void *names, int count);               /* the sum of all ports */
int pa_points(const pa_path *path);                        /* how many there are */
void pa_number(void *messages, size_t size);               /* gives each message its number for a type */
int pa_check(const void *fields, size_t size);             /* 0, or -1: a field leads out of the memory, or is cut off */

#endif
