#include <stddef.h>

typedef struct box box;

box *box_new(void);
void box_free(box *box);

/* Gives the box a label, of which it needs a copy. */
void box_label(box *box, const char *label);
size_t box_label_length(const box *box);
