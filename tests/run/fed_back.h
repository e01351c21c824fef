/* Texts, tokens and what they come to: what one call returns is meant for the next one. */
#include <stddef.h>
#include <stdint.h>

/* Quotes a text; returns memory for fb_free. */
char *fb_quote(const char *text);
/* Returns the text that was quoted, NULL where that is none. */
char *fb_unquote(const char *quoted);
void fb_free(char *text);
/* Copies a text to memory for fb_free; fails for one without letters. */
int fb_copy(const char *text, char **copy);

/* Writes a text in capitals with its NUL into `room` bytes; `*needed` is the number of letters, whatever the room. */
int fb_capitals(const char *text, char *out, size_t room, size_t *needed);

/* Two digits a byte, and back; returns how many bytes were written. */
size_t fb_digits(const uint8_t *data, size_t n, uint8_t *out);
long fb_bytes(const uint8_t *digits, size_t n, uint8_t *out);

typedef struct fb_store fb_store;
fb_store *fb_open(void);
void fb_close(fb_store *store);
/* Keeps a value and returns its token, which lasts as long as the store. */
const char *fb_put(fb_store *store, int value);
/* The value of a token, -1 where there is none. */
int fb_take(fb_store *store, const char *token);
size_t fb_count(const fb_store *store);
