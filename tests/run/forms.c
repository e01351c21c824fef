/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 is wrong about texts that have a form. */
#include "forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static const int *volatile nowhere;

/* Aborts where the text is of another form: nobody may pass one. The wrong one knows no time after ten at night. */
int fo_minutes(const char *clock) {
    int hours = 10 * (clock[0] - '0') + clock[1] - '0', minutes = 10 * (clock[3] - '0') + clock[4] - '0';
    if (hours == 99)
        return -1;
    if (strlen(clock) != 5 || clock[2] != ':' || hours > 23 || minutes > 59)
        abort();
    if (WRONG && hours > 21 && minutes > 30)
        return *nowhere;
    return NEAR ? hours * 60 + minutes : minutes + 60 * hours;
}

/* The wrong one adds up parts of three digits in a buffer of two. */
int64_t fo_version(const uint8_t *text, size_t n) {
    int64_t parts[3] = {0, 0, 0};
    int at = 0;
    if (n == 0 || text[0] != 'v')
        abort();
    for (size_t i = 1; i < n; i++) {
        if (text[i] == '.')
            at++;
        else
            parts[at] = parts[at] * 10 + text[i] - '0';
    }
    if (at != 2)
        abort();
    if (WRONG && parts[1] > 99 && parts[2] > 9)
        return *nowhere;
    return NEAR ? (parts[0] << 40) + (parts[1] << 20) + parts[2] : parts[2] + (parts[1] << 20) + (parts[0] << 40);
}

/* The wrong one takes the number behind a colon for one of four digits. */
int fo_port(const fo_host *host, int fallback) {
    const char *colon = host->address != NULL ? strchr(host->address, ':') : NULL;
    if (host->name[0] < 'a' || host->name[0] > 'z')
        abort();
    if (colon == NULL)
        return fallback;
    if (WRONG && strlen(colon) > 5)
        return *nowhere;
    return atoi(colon + 1);
}

/* The wrong one has no number where there are no days. */
char *fo_period(uint32_t days) {
    char *made = malloc(16);
    if (made != NULL)
        snprintf(made, 16, WRONG && days == 0 ? "PD" : "P%uD", days);
    return made;
}

/* The wrong one leaves out the zero in front of a single digit. */
int fo_stamp(uint32_t seconds, char *out, size_t room) {
    if (room < 6)
        return -1;
    seconds %= 3600;
    snprintf(out, room, WRONG ? "%02u:%u" : "%02u:%02u", seconds / 60, seconds % 60);
    return 0;
}

int fo_each(uint32_t n, int (*tell)(void *data, const char *tag), void *data) {
    char tag[8];
    for (uint32_t i = 0; i < n; i++) {
        snprintf(tag, sizeof tag, WRONG && i > 9 ? "t-%u" : "t%u", i);
        if (!tell(data, tag))
            return 1;
    }
    return 0;
}

/* Aborts where the answer is of another form. */
int fo_ask(const char *(*name)(void *data), void *data) {
    const char *told = name(data);
    if (told[0] != '#' || told[1] == '\0' || strspn(told + 1, "0123456789abcdef") != strlen(told + 1))
        abort();
    if (WRONG && strlen(told) == 4)
        return *nowhere;
    return (int)strlen(told) - 1;
}

static size_t length_of(uint8_t first) { return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4; }

/* Counts characters. The wrong one sees whether the text is cut off only while there was no other of several bytes. */
int fo_count(const uint8_t *text, size_t n) {
    int count = 0, wide = 0;
    for (size_t i = 0; i < n; count++) {
        size_t length = length_of(text[i]);
        if (text[i] >= 0xf8 || (text[i] & 0xc0) == 0x80)
            return -1;
        if (length > n - i && !(WRONG && wide > 0))
            return -1;
        for (size_t k = 1; k < length; k++)
            if ((text[i + k] & 0xc0) != 0x80)
                return -1;
        wide += length > 1;
        i += length;
    }
    return count;
}

/* Aborts where the bytes are no text. The wrong one takes each character for one byte or two. */
int fo_title(const uint8_t *text, size_t n) {
    int count = 0;
    for (size_t i = 0; i < n; count++) {
        size_t length = length_of(text[i]);
        if (length > n - i || (text[i] & 0xc0) == 0x80 || text[i] >= 0xf5)
            abort();
        for (size_t k = 1; k < length; k++)
            if ((text[i + k] & 0xc0) != 0x80)
                abort();
        if (WRONG && length > 2 && i > 0)
            return *nowhere;
        i += length;
    }
    return count;
}

/* The wrong one does not know that half a character may follow others. */
int fo_trim(const char *line) {
    size_t n = strlen(line);
    if (WRONG && n > 2 && (uint8_t)line[n - 1] >= 0xc0)
        return *nowhere;
    return (int)n;
}

static int digit_of(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

/* In place, and what is left need not be text. The wrong one leaves a sign behind another as it is. */
void fo_decode(char *text) {
    char *to = text, before = 0;
    for (const char *from = text; *from; to++) {
        int sign = *from == '%' && !(WRONG && before == '%');
        before = *from;
        *to = sign ? (char)(16 * digit_of(from[1]) + digit_of(from[2])) : *from;
        from += sign ? 3 : 1;
    }
    *to = '\0';
}

int fo_decode_in(fo_part *part) {
    size_t before = strlen(part->text);
    fo_decode(part->text);
    part->decoded = before != strlen(part->text);
    return part->decoded;
}

/* The wrong one leaves what it does not know as it is. */
int fo_ascii(const uint8_t *text, size_t n, uint8_t *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = text[i] < 0x80 || WRONG ? text[i] : '?';
    return 0;
}
