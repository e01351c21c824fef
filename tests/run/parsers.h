/* Short parsers, of text and of bytes. */
#ifndef PARSERS_H
#define PARSERS_H
#include <stddef.h>
#include <stdint.h>

int pa_chunk(const uint8_t *p, size_t n);
int pa_picture(const uint8_t *p, size_t n);
int pa_keyed(const uint8_t *p, size_t n);
int pa_boot(const uint8_t *p, size_t n);
int pa_frame(const uint8_t *p, size_t n);
int pa_block(const uint8_t *p, size_t n);
int pa_nested(const uint8_t *p, size_t n);
int pa_units(const uint8_t *p, size_t n);
int pa_lines(const uint8_t *p, size_t n);
int pa_pairs(const char *text);
int pa_port(const char *text);
int pa_depth(const char *path);
int pa_part(const uint8_t *p, size_t n);
int pa_word(const uint8_t *p, size_t n);

typedef struct pa_input { uint32_t kind; const uint8_t *data; size_t len; } pa_input;
typedef struct pa_reader pa_reader;
pa_reader *pa_open(uint8_t version);
void pa_close(pa_reader *reader);
int pa_read(pa_reader *reader, const pa_input *input);

#endif
