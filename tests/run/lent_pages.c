/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "lent_pages.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct lp_stream {
    uint8_t memory[2][8];
    uint8_t next;
    unsigned pages;
};

lp_stream *lp_stream_new(uint8_t first) {
    lp_stream *stream = calloc(1, sizeof *stream);
    if (stream)
        stream->next = first;
    return stream;
}

void lp_stream_free(lp_stream *stream) { free(stream); }

/* Near: writes each page over the one before. */
int lp_stream_page(lp_stream *stream, lp_page *page) {
    uint8_t *memory = stream->memory[NEAR ? 0 : stream->pages++ % 2];
    memset(memory, stream->next++, 8);
    *page = (lp_page){memory, 2, memory + 2, 6};
    return 1;
}

/* Has something else in the page from the second time on. */
unsigned lp_stream_pages(const lp_stream *stream) {
    if (WRONG && stream->pages > 1)
        ((lp_stream *)stream)->memory[(stream->pages - 1) % 2][3] ^= 1;
    return stream->pages;
}

struct lp_file {
    uint8_t memory[16];
    uint8_t *copy;
    unsigned uses;
};

lp_file *lp_file_new(uint8_t byte) {
    lp_file *file = calloc(1, sizeof *file);
    if (file)
        memset(file->memory, byte, 16);
    return file;
}

void lp_file_free(lp_file *file) {
    free(file->copy);
    free(file);
}

lp_page lp_file_page(const lp_file *file, size_t size) {
    return (lp_page){file->memory, size, file->memory + size, 16 - size};
}

/* Has used the end of the memory for itself the third time. Near: writes there what is there. */
unsigned lp_file_uses(lp_file *file) {
    if (NEAR)
        file->memory[15] += 0;
    if (++file->uses > 2 && WRONG)
        file->memory[15]++;
    return file->uses;
}
