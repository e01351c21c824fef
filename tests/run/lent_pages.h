/* Pages that lie in the memory of what gives them: of a stream, or of a file. */
#ifndef LENT_PAGES_H
#define LENT_PAGES_H

#include <stddef.h>
#include <stdint.h>

typedef struct { const uint8_t *head; size_t head_size; const uint8_t *body; size_t body_size; } lp_page;
typedef struct lp_stream lp_stream;
typedef struct lp_file lp_file;

lp_stream *lp_stream_new(uint8_t first);
void lp_stream_free(lp_stream *stream);
int lp_stream_page(lp_stream *stream, lp_page *page);  /* 1; what is in the page is there until the next one */
unsigned lp_stream_pages(const lp_stream *stream);

lp_file *lp_file_new(uint8_t byte);
void lp_file_free(lp_file *file);
lp_page lp_file_page(const lp_file *file, size_t size);  /* what is in the page is there as long as the file is */
unsigned lp_file_uses(lp_file *file);

#endif
