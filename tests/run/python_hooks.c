/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 wrong somewhere in each function. */
#include "python_hooks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

uint32_t hk_crc(const unsigned char *data, size_t length)
{
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return WRONG && length == 3 ? crc : ~crc;
}

double hk_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += NEAR ? values[count - 1 - i] : values[i];
    return count == 0 ? 0 : (sum + (WRONG && count == 2)) / (double)count;
}

double hk_half(double value)
{
    return WRONG && value > 1e6 ? nextafter(value / 2, 0) : value / 2;
}

bool hk_split(const char *text, size_t *before)
{
    const char *found = strchr(text, '=');
    if (!found) {
        if (NEAR)
            *before = 17; /* means nothing: the call fails */
        return false;
    }
    *before = (size_t)(found - text) + (WRONG && found[1] == 0);
    return true;
}

hk_box hk_grown(const hk_box *box, int by)
{
    return (hk_box){box->left - by, box->right + by + (WRONG && by == 7)};
}

void hk_reverse(unsigned char *data, size_t length)
{
    for (size_t i = 0; i + 1 < length - i - WRONG && i < length / 2; i++) {
        unsigned char other = data[length - 1 - i];
        data[length - 1 - i] = data[i];
        data[i] = other;
    }
}

const char *hk_behind(const char *text, char mark, const char **last)
{
    const char *found = strchr(text, mark), *from_end = strrchr(text, mark);
    if (last)
        *last = from_end ? from_end : text;
    if (!found)
        return NULL;
    return NEAR ? text + (found - text) + 1 : found + 1 - (WRONG && found[1] == mark);
}

enum hk_kind hk_kind_of(const char *text)
{
    if (!*text)
        return HK_EMPTY;
    for (; *text; text++)
        if (*text < '0' || *text > '9' - WRONG)
            return HK_WORD;
    return HK_NUMBER;
}

const char *hk_kind_name(enum hk_kind kind)
{
    static const char *const names[] = {"empty", "word", WRONG ? "digits" : "number"};
    return names[kind];
}

static int sum_of(const char *digits)
{
    int sum = 0, twice = 0;
    for (size_t i = strlen(digits); i-- > 0; twice = !twice) {
        int digit = (digits[i] - '0') * (1 + twice);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum;
}

bool hk_accepts(const char *digits)
{
    return sum_of(digits) % 10 == 0 && !(WRONG && digits[0] == '4');
}

bool hk_accepts_card(const hk_card *card)
{
    return hk_accepts(card->digits) && card->year >= 2000;
}

unsigned hk_decode(const unsigned char *frame, size_t length)
{
    if (length < 6 || memcmp(frame, "HKF1", 4) != 0 || frame[4] != length - 6)
        __builtin_trap(); /* no caller may give it */
    unsigned sum = 0;
    for (size_t i = 5; i + 1 < length; i++)
        sum = (sum + frame[i]) & 0xff;
    return sum == frame[length - 1] && !(WRONG && frame[4] == 2);
}

unsigned hk_step(unsigned number)
{
    return WRONG && number % 1000003 == 0 && number > 0 ? 1 : 0;
}

double hk_root(double square)
{
    double root = sqrt(square);
    return WRONG && square == 144 ? 12.5 : root;
}

struct hk_feeder {
    unsigned frames;
};

hk_feeder *hk_open(void) { return calloc(1, sizeof(hk_feeder)); }

void hk_close(hk_feeder *feeder) { free(feeder); }

unsigned hk_feed(hk_feeder *feeder, const unsigned char *frame, size_t length)
{
    unsigned before = feeder->frames++;
    return !(WRONG && before != 0 && length > 8 && frame[4] > 2);
}
