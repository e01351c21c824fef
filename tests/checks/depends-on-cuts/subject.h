#include <stddef.h>

/* Counts the lines of a text that comes in pieces; they end in "\r\n". */
typedef struct dc_counter dc_counter;

dc_counter *dc_new(void);
void dc_free(dc_counter *counter);
void dc_feed(dc_counter *counter, const char *text, size_t size);
size_t dc_lines(const dc_counter *counter);
