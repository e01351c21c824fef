#include "subject.h"

#include <stdlib.h>
#include <string.h>

struct box {
    const char *label; /* is never looked through */
    size_t length;
};

box *box_new(void)
{
    return calloc(1, sizeof(box));
}

void box_free(box *box)
{
    free(box);
}

void box_label(box *box, const char *label)
{
    box->label = label;
    box->length = strlen(label);
}

size_t box_label_length(const box *box)
{
    return box->label ? box->length : 0;
}
