#include "page.h"
#include <setjmp.h>

static inline int dj_try(dj_reader *reader, const char *text)
{
    if (setjmp(*dj_place(reader)) != 0)
        return -1;
    dj_read(reader, text);
    return 0;
}

static inline int dj_try_load(dj_reader *reader, dj_fill fill) /* void (*dj_fill)(dj_reader *reader, void *to, size_t n) */
{
    if (setjmp(*dj_place(reader)) != 0)
        return -1;
    dj_load(reader, fill);
    return 0;
}
