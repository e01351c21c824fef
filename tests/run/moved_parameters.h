#include <stddef.h>
#include <stdint.h>

/* A filter: takes the backslash before a byte away, and sets the highest bit of that. */
typedef struct mp_filter mp_filter;
mp_filter *mp_filter_new(void);
void mp_filter_free(mp_filter *filter);

/* As zlib's streams, but the windows are parameters: returns whether there is input left. */
int mp_filter_run(mp_filter *filter, int last, size_t *avail_in, const uint8_t **next_in, size_t *avail_out,
                  uint8_t **next_out, size_t *total);

/* Adds up what it is given. */
typedef struct mp_sum mp_sum;
mp_sum *mp_sum_new(void);
void mp_sum_free(mp_sum *sum);
unsigned mp_sum_add(mp_sum *sum, const uint8_t **next_in, uint32_t *avail_in);

/* As iconv: copies as much as there is room for, and returns -1 where there is more. */
int mp_copy(char **in, size_t *left, char **out, size_t *room);

/* As strsep: returns the length of the first word; `*text` is moved behind it, and NULL after the last one. */
size_t mp_word(const char **text);

/* As decoders of UTF-8: the next character of one byte or two, or -1 at the end. */
int mp_next(const uint8_t **at, const uint8_t *end);

/* As Zstandard's buffers: `pos` says how far the call has come. */
typedef struct mp_input {
    const void *src;
    size_t size;
    size_t pos;
} mp_input;
typedef struct mp_output {
    void *dst;
    size_t size;
    size_t pos;
} mp_output;
typedef struct mp_press mp_press;
mp_press *mp_press_new(void);
void mp_press_free(mp_press *press);
int mp_press_run(mp_press *press, mp_output *output, mp_input *input);

/* As LZ4's frames: both sizes say afterwards how much was written and read. */
int mp_sizes(void *dst, size_t *dst_size, const void *src, size_t *src_size);

/* As liblzma's buffers. */
int mp_places(const uint8_t *in, size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size);
