#include "fed_back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is wrong: nothing, nearly something, or one of these. */
enum { SOUND, NEAR, ESCAPES, ROOM, JOINED, TWICE };

char *fb_quote(const char *text)
{
    char *out = malloc(2 * strlen(text) + 3), *at = out;
    *at++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            *at++ = '\\';
        *at++ = *text;
    }
    strcpy(at, "\"");
    return out;
}

char *fb_unquote(const char *quoted)
{
    size_t length = strlen(quoted), at = 0;
    if (length < 2 || quoted[0] != '"' || quoted[length - 1] != '"')
        return NULL;
    char *out = malloc(length);
    for (size_t i = 1; i < length - 1; i++) {
        if (quoted[i] == '\\' && (VARIANT != ESCAPES || quoted[i + 1] == '"') && ++i == length - 1)
            break;
        out[at++] = quoted[i];
    }
    out[at] = 0;
    return out;
}

void fb_free(char *text)
{
    free(text);
}

int fb_copy(const char *text, char **copy)
{
    if (!*text)
        return -1;
    *copy = strdup(text);
    if (VARIANT == ROOM && strlen(text) > 4)
        (*copy)[4] = 0;
    return 0;
}

int fb_capitals(const char *text, char *out, size_t room, size_t *needed)
{
    size_t length = strlen(text);
    *needed = VARIANT == ROOM && length > 4 ? length - 1 : length;
    if (length >= room)
        return -1;
    for (size_t i = 0; i <= length; i++)
        out[i] = text[i] >= 'a' && text[i] <= 'z' ? text[i] - 32 : text[i];
    return 0;
}

size_t fb_digits(const uint8_t *data, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = 'a' + (data[i] >> 4);
        out[2 * i + 1] = 'a' + (data[i] & 15);
    }
    return 2 * n;
}

long fb_bytes(const uint8_t *digits, size_t n, uint8_t *out)
{
    if (n % 2)
        return -1;
    for (size_t i = 0; i < n; i++)
        if (digits[i] < 'a' || digits[i] > 'p')
            return -1;
    for (size_t i = 0; i < n; i += 2)
        out[i / 2] = (digits[i] - 'a') << 4 | (digits[i + 1] - 'a');
    if (VARIANT == JOINED && n > 4 && memcmp(digits, digits + n / 2, n / 2) == 0)
        out[n / 4] ^= 1;
    return (long)(n / 2);
}

struct fb_store {
    size_t count;
    struct entry { int value, taken; char token[12]; } entries[64];
};

fb_store *fb_open(void)
{
    return calloc(1, sizeof(fb_store));
}

void fb_close(fb_store *store)
{
    free(store);
}

const char *fb_put(fb_store *store, int value)
{
    if (store->count == 64)
        return NULL;
    struct entry *entry = &store->entries[store->count];
    entry->value = value < 0 ? 0 : value;
    unsigned mixed = (unsigned)(store->count + 1) * 2654435761u;
    snprintf(entry->token, sizeof entry->token, "t%08x", mixed);
    store->count++;
    return entry->token;
}

int fb_take(fb_store *store, const char *token)
{
    for (size_t i = 0; i < store->count; i++)
        if (strcmp(store->entries[i].token, token) == 0) {
            if (store->entries[i].taken++ && VARIANT == TWICE)
                abort();
            return store->entries[i].taken > 1 && VARIANT != NEAR ? -1 : store->entries[i].value;
        }
    return -1;
}

size_t fb_count(const fb_store *store)
{
    return store->count;
}
