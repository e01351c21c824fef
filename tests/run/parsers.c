/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 goes wrong on inputs that are nearly valid. */
#include "parsers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if VARIANT == 2
#define PICK(sound, near, wrong) wrong
#elif VARIANT == 1
#define PICK(sound, near, wrong) near
#else
#define PICK(sound, near, wrong) sound
#endif

static int sum_of(const uint8_t *p, size_t n) {
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((const volatile uint8_t *)p)[i];
    return sum;
}

/* A word of four letters, and a length that reaches one too far. No example has either. */
int pa_chunk(const uint8_t *p, size_t n) {
    if (n < 5 || memcmp(p, "LIST", 4) != 0)
        return -1;
    size_t len = p[4];
    return PICK(len > n - 5, len + 5 > n, len > n - 4) ? -1 : sum_of(p + 5, len);
}

/* Eight bytes that are no text. What follows them need not be there. */
int pa_picture(const uint8_t *p, size_t n) {
    if (PICK(n < 12, n <= 11, n < 8) || memcmp(p, "\x89PIC\r\n\x1a\n", 8) != 0)
        return -1;
    return sum_of(p + 8, 4);
}

/* Sixteen letters, which are compared as one vector or two halves. */
int pa_keyed(const uint8_t *p, size_t n) {
    if (n < 16 || memcmp(p, "session-key-v02:", 16) != 0)
        return -1;
    return PICK(n < 18, n - 16 < 2, false) ? -2 : sum_of(p + 16, 2);
}

/* A number, the big end first, and flags of which one asks for more. */
int pa_boot(const uint8_t *p, size_t n) {
    if (n < 5 || ((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]) != 0x1BADB002)
        return -1;
    if (p[4] & 0x80)
        return PICK(n < 7, n <= 6, n < 6) ? -1 : sum_of(p + 5, 2);
    return 0;
}

/* A length of two bytes, the big end first: one too far. */
int pa_frame(const uint8_t *p, size_t n) {
    if (n < 3 || p[0] != 7)
        return -1;
    size_t len = (size_t)p[1] << 8 | p[2];
    return PICK(len > n - 3, 3 + len > n, 3 + len > n + 1) ? -1 : sum_of(p + 3, len);
}

/* A length of four bytes, the little end first: the sum wraps. */
int pa_block(const uint8_t *p, size_t n) {
    if (n < 8 || p[0] != 'B')
        return -1;
    uint32_t len = (uint32_t)p[4] | (uint32_t)p[5] << 8 | (uint32_t)p[6] << 16 | (uint32_t)p[7] << 24;
    if (PICK(len > n - 8, len + (uint64_t)8 > n, (uint32_t)(len + 8) > n))
        return -1;
    return sum_of(p + 8, len);
}

/* A part within a part, which may end behind it. */
int pa_nested(const uint8_t *p, size_t n) {
    int sum = 0;
    if (n < 2 || p[0] != 0x30 || p[1] > n - 2)
        return -1;
    for (size_t at = 2, end = 2 + (size_t)p[1]; end - at >= 2;) {
        size_t len = p[at + 1];
        if (PICK(len > end - at - 2, at + 2 + len > end, at + len > end))
            return -1;
        sum += sum_of(p + at + 2, len);
        if (PICK(false, false, at + 2 + len >= end))
            break;
        at += 2 + len;
    }
    return sum;
}

/* The second half of a character that has only its first. */
int pa_units(const uint8_t *p, size_t n) {
    int count = 0;
    for (size_t i = 0; i + 2 <= n; i += 2, count++) {
        unsigned unit = p[i] | (unsigned)p[i + 1] << 8;
        if (unit >= 0xD800 && unit < 0xDC00) {
            if (PICK(n - i < 4, i + 4 > n, false))
                return -1;
            unsigned low = ((const volatile uint8_t *)p)[i + 2] | (unsigned)((const volatile uint8_t *)p)[i + 3] << 8;
            if (low < 0xDC00 || low >= 0xE000)
                return -1;
            i += 2;
        }
    }
    return count;
}

/* A line that ends in the middle of its end. */
int pa_lines(const uint8_t *p, size_t n) {
    int lines = 0;
    if (n < 4 || memcmp(p, "GET ", 4) != 0)
        return -1;
    for (size_t i = 4; i < n; i++) {
        if (p[i] != '\r')
            continue;
        if (PICK(i + 1 == n, n - i < 2, false) || ((const volatile uint8_t *)p)[i + 1] != '\n')
            return -1;
        lines++;
    }
    return lines;
}

/* A name that is there twice: its first value is freed, and again at the end. */
int pa_pairs(const char *text) {
    char *values[16] = {0};
    const char *names[16];
    size_t lengths[16];
    int count = 0;
    while (*text && count < 16) {
        size_t name = strcspn(text, "=;"), len = 0;
        if (text[name] == '=')
            len = strcspn(text + name + 1, ";");
        int at = 0;
        while (at < count && (lengths[at] != name || memcmp(names[at], text, name) != 0))
            at++;
        char *value = malloc(len + 1);
        memcpy(value, text + name + (text[name] == '='), len);
        value[len] = 0;
        if (at < count && name > 1) {
            free(values[at]);
            if (PICK(true, at >= 0, len == 0))
                values[at] = value;
            else
                free(value);
        } else if (at < count) {
            free(value);
        } else {
            names[count] = text, lengths[count] = name, values[count++] = value;
        }
        text += name + (text[name] == '=' ? len + 1 : 0);
        text += *text == ';';
    }
    for (int i = 0; i < count; i++)
        free(values[i]);
    return count;
}

/* A number that does not fit what it is put in. */
int pa_port(const char *text) {
    if (strncmp(text, "port=", 5) != 0)
        return -1;
    unsigned long port = strtoul(text + 5, NULL, 10);
    if (port == 0 || PICK(port > 65535, port >> 16 != 0, false))
        return -1;
    return (uint16_t)port;
}

/* One step up from where there is none: what is put down next lies before the beginning. */
int pa_depth(const char *path) {
    const char **starts = malloc((strlen(path) / 2 + 1) * sizeof *starts);
    size_t depth = 0;
    while (*path) {
        size_t n = strcspn(path, "/");
        if (n == 2 && memcmp(path, "..", 2) == 0)
            depth -= PICK(depth > 0, depth >= 1, 1);
        else if (n && !(n == 1 && *path == '.'))
            starts[depth++] = path;
        path += n + (path[n] == '/');
    }
    int known = depth != 0 && *starts[0] == 'a';
    free(starts);
    return (int)depth + known;
}

/* A size in digits of base 16 that is negative. */
int pa_part(const uint8_t *p, size_t n) {
    int32_t size = 0;
    size_t i = 0;
    for (; i < n && i < 8; i++) {
        int digit = p[i] >= '0' && p[i] <= '9' ? p[i] - '0' : p[i] >= 'a' && p[i] <= 'f' ? p[i] - 'a' + 10 : -1;
        if (digit < 0)
            break;
        size = (int32_t)((uint32_t)size << 4 | (uint32_t)digit);
    }
    if (i == 0 || i + 2 > n || p[i] != '\r' || p[i + 1] != '\n')
        return -1;
    if (PICK(size < 0, (uint32_t)size >> 31, false) || (int64_t)size > (int64_t)(n - i - 2))
        return -1;
    return size ? ((const volatile uint8_t *)p)[i + 2 + (size_t)size - 1] : 0;
}

/* Twenty-two to twenty-four bytes are taken for twenty-five. */
int pa_word(const uint8_t *p, size_t n) {
    size_t whole = PICK(n, n, n > 21 && n < 25 ? 25 : n);
    return sum_of(p, whole) & 0xff;
}

struct pa_reader { uint8_t version; int seen; };

pa_reader *pa_open(uint8_t version) {
    pa_reader *reader = calloc(1, sizeof *reader);
    reader->version = version;
    return reader;
}

void pa_close(pa_reader *reader) { free(reader); }

/* A record's bytes, read by a handle: of the length that stands in them, one less is asked for. */
int pa_read(pa_reader *reader, const pa_input *input) {
    if (input->kind != 3 || input->len < 4 || memcmp(input->data, "MSG", 3) != 0)
        return -1;
    size_t len = input->data[3];
    if (PICK(len > input->len - 4, len + 4 > input->len, len > input->len - 3))
        return -1;
    reader->seen++;
    return sum_of(input->data + 4, len);
}
