typedef struct span {
    unsigned first, last;
} span;

/* Moves a span as far as there is room for it. */
void move(span *span, unsigned by);
