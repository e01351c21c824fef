/* One source. VARIANT 0 is sound; 1 leaves its fields where they were, and makes them anew; 2 sets the wrong number where
   there was a version before. */
#include "read_only_fields.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))

int ro_open(ro_document *document, int with) {
    document->version = NULL;
    document->title = strdup("none");
    return with ? ro_set(document, 1) : 0;
}

void ro_close(ro_document *document) {
    free(document->version);
    free(document->title);
}

int ro_set(ro_document *document, int major) {
    int again = document->version != NULL;
    if (IS(NEAR))
        free(document->version);
    if (IS(NEAR) || !again)
        document->version = malloc(sizeof *document->version);
    if (!(IS(WRONG) && again))
        *document->version = (ro_version){major, document->level};
    return 0;
}

int ro_drop(ro_document *document) {
    free(document->version);
    document->version = NULL;
    return 0;
}
