#include "subject.h"

#include <stdlib.h>

struct box {
    event *opened;
    void *context;
};

box *box_new(void)
{
    return calloc(1, sizeof(box));
}

void box_free(box *box)
{
    if (box && box->opened) box->opened(box->context);
    free(box);
}

void box_open(box *box, event *opened, void *context)
{
    box->opened = opened;
    box->context = context;
    opened(context);
}
