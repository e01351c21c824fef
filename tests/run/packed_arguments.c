/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 goes wrong where one record ends. */
#include "packed_arguments.h"

#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static size_t padded(size_t size) { return (size + 3) / 4 * 4; }

int pa_last(const void *fields, size_t size) {
    const unsigned char *at = fields, *end = at + size;
    int last = -1;
    while (at < end) {
        size_t length = at[1];
        if (WRONG ? length != 1 : length > 0) /* the defect takes a value of no bytes for one of many */
            last = at[1 + (length ? length : 1)];
        if (NEAR && length == 0)
            last = last < 0 ? -1 : last;
        at += 2 + length;
    }
    return last;
}

unsigned pa_flags(const pa_list *list) {
    unsigned flags = 0;
    for (size_t at = 0; at < list->size;) {
        pa_message message;
        memcpy(&message, (const char *)list->messages + at, sizeof message);
        flags += message.flags;
        at += WRONG ? message.size : NEAR && at + message.size >= list->size ? message.size : padded(message.size);
    }
    return flags;
}

long pa_ports(const void *names, int count) {
    long sum = 0;
    const char *at = names;
    for (int n = 0; n < count; n++) {
        uint16_t head[2];
        memcpy(head, at, sizeof head);
        sum += head[1];
        at += head[0] == 1 || WRONG ? 8 : 20; /* the defect knows one kind */
    }
    return sum;
}

int pa_points(const pa_path *path) {
    int points = 0;
    for (int n = 0; n < path->num_data; n += path->data[n].header.length)
        points += WRONG && path->data[n].header.length == 4 ? 2 : path->data[n].header.length - 1;
    return points;
}

void pa_number(void *messages, size_t size) {
    uint16_t number = 0;
    for (size_t at = 0; at < size;) {
        pa_message message;
        memcpy(&message, (char *)messages + at, sizeof message);
        size_t next = at + padded(message.size);
        message.type = number++;
        if (!WRONG || next < size || number == 1) /* the defect leaves the last of several as it is */
            memcpy((char *)messages + at, &message, sizeof message);
        at = next;
    }
}

int pa_check(const void *fields, size_t size) {
    const unsigned char *at = fields;
    for (size_t left = size; left;) {
        if (left < 2 || (!WRONG && at[1] > left - 2))
            return -1;
        size_t whole = 2 + (size_t)at[1];
        if (whole > left)
            return 0;
        at += whole;
        left -= whole;
    }
    return 0;
}
