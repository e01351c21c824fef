/* VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 trusts what it finds in memory where its own
   mark is: only an object that was there before has left that. */
#include "renewed_handles.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))
#define MARK 0x5ca1ab1e

int re_text_init(re_text *text, size_t room) {
    if (IS(WRONG) && text->mark == MARK)
        free(text->data); /* of who has not destroyed it, but then it did */
    *text = (re_text){.data = malloc(room + 1), .room = room, .mark = MARK};
    return 0;
}

void re_text_destroy(re_text *text) {
    free(text->data);
    if (IS(NEAR))
        memset(text, 0x5a, sizeof *text); /* what is there is nobody's now */
}

int re_push(re_text *text, int c) {
    if (text->size == text->room)
        return -1;
    text->data[text->size++] = (char)c;
    return 0;
}

size_t re_size(const re_text *text) { return text->size; }

int re_begin(re_sum *sum) {
    if (!IS(WRONG) || sum->mark != MARK)
        sum->total = 0;
    sum->mark = MARK;
    return 0;
}

int re_add(re_sum *sum, int n) {
    sum->total += (long)n * sum->level;
    return 0;
}

long re_end(re_sum *sum) { return sum->total; }
