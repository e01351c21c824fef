#include "page.h"
#include <setjmp.h>

static inline int dj_try(dj_reader *reader, const char *text)
{
    if (setjmp(*dj_place(reader)) != 0)
        return -1;
    dj_read(reader, text);
    return 0;
}
