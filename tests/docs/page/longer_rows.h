#ifndef LONGER_ROWS_H
#define LONGER_ROWS_H
#include "page.h"

static inline int gr_put_longer(gr_row **row, int number)    /* gr_row *gr_longer(gr_row *row, int number); NULL where it is full */
{
    gr_row *there = gr_longer(*row, number);
    if (there == NULL)
        return -1;
    *row = there;
    return 0;
}
#endif
