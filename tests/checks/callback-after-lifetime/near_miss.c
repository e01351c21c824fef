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
    free(box);
}

void box_open(box *box, event *opened, void *context)
{
    box->opened = opened; /* is kept, and called while this runs */
    box->context = context;
    box->opened(box->context);
}
