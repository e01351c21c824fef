/* Functions of which Python says what is right, and for which it makes values up. */
#ifndef HOOKED_H
#define HOOKED_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hk_kind { HK_EMPTY, HK_WORD, HK_NUMBER };

typedef struct hk_box {
    int left, right;
} hk_box;

typedef struct hk_card {
    const char *digits; /* with a check digit at the end */
    uint16_t year;
} hk_card;

uint32_t hk_crc(const unsigned char *data, size_t length);
double hk_mean(const double *values, size_t count);
double hk_half(double value);
bool hk_split(const char *text, size_t *before);
hk_box hk_grown(const hk_box *box, int by);
void hk_reverse(unsigned char *data, size_t length);
const char *hk_behind(const char *text, char mark, const char **last);
enum hk_kind hk_kind_of(const char *text);
const char *hk_kind_name(enum hk_kind kind);

bool hk_accepts(const char *digits);
bool hk_accepts_card(const hk_card *card);
unsigned hk_decode(const unsigned char *frame, size_t length);
unsigned hk_step(unsigned number);
double hk_root(double square);

typedef struct hk_feeder hk_feeder;
hk_feeder *hk_open(void);
void hk_close(hk_feeder *feeder);
unsigned hk_feed(hk_feeder *feeder, const unsigned char *frame, size_t length);
#endif
