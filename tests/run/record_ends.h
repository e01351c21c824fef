/* Arrays of records that end with a record of which one field has a value. */
#ifndef RECORD_ENDS_H
#define RECORD_ENDS_H

#include <stddef.h>
#include <stdint.h>

#define RE_UNKNOWN UINT64_MAX

typedef struct re_filter { /* the last has the id RE_UNKNOWN */
    int level;
    uint64_t id;
} re_filter;

typedef struct re_option { /* the last has no name */
    const char *name;
    int takes, value;
} re_option;

typedef struct re_command {
    int kind;
    const re_option *options;
} re_command;

size_t re_count(const re_filter *filters);
long re_levels(const re_filter *filters);
int re_find(const re_option *options, const char *name); /* the value of the first of this name, or -1 */
size_t re_options(const re_command *command);
int re_copy(const re_filter *filters, re_filter *to, size_t room); /* -1: no room for all and for the last */
void re_raise(re_filter *filters);                                 /* adds one to each level */
const re_option *re_known(void);
int re_make(uint64_t id, unsigned n, re_filter **made); /* the ids `id` and above; `re_free` frees it */
void re_free(void *memory);
void re_show(unsigned n, void (*each)(const re_filter *filters, void *context), void *context);

#endif
