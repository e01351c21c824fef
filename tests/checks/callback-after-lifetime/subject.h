#include <stddef.h>

typedef struct box box;

box *box_new(void);
void box_free(box *box);

typedef void event(void *context);

/* Opens the box, and tells of it once: the caller takes `opened` away after that. */
void box_open(box *box, event *opened, void *context);
