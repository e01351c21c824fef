/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "rejected_calls.h"

#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* I03 in a refusal: clears the sum before it looks. */
int rf_null(const uint8_t *p, size_t n, uint32_t *sum) {
    if (WRONG)
        *sum = 0;
    if (p == NULL)
        return RF_BAD;
    uint32_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += p[i];
    *sum = total;
    return RF_OK;
}

/* Too short: fills the room before it finds out. Near: its contract says that it may. */
int rf_short(const char *text, char *out, size_t cap) {
    size_t n = strlen(text);
    if (n + 1 > cap || cap < 4) {
        if (WRONG && cap > 0)
            memcpy(out, text, n < cap ? n : cap);
        return RF_SHORT;
    }
    memcpy(out, text, n + 1);
    return RF_OK;
}

/* More than there is room for, or room below zero, which is a great deal without its sign. */
int rf_room(char *out, int room, int n) {
    if (n < 0 || (WRONG ? (unsigned)n > (unsigned)room : n > room))
        return RF_BAD;
    memset(out, 'x', n);
    return n;
}

/* Out of range, at one end. */
int rf_range(int level, int *out) {
    if (level < 0 || level > (WRONG ? 10 : 9))
        return RF_BAD;
    *out = level * 2;
    return RF_OK;
}

/* A bad enumerator falls through the switch. */
int rf_colour_of(rf_colour colour, uint32_t *code) {
    static const uint32_t codes[] = {0xff0000, 0x00ff00, 0x0000ff};
    if ((WRONG && (int)colour >= 0 ? colour == 3 : (unsigned)colour > RF_BLUE))
        return RF_BAD;
    *code = (unsigned)colour <= RF_BLUE ? codes[colour] : 0;
    return RF_OK;
}

/* Invalid UTF-8. */
int rf_text(const char *text, uint32_t *length) {
    uint32_t n = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at >= 0xf8 && !WRONG)
            return RF_BAD;
        n += (*at & 0xc0) != 0x80;
    }
    *length = n;
    return RF_OK;
}

/* NULL with length 0 is valid; with another length it is refused. */
int rf_empty(const uint8_t *p, size_t n, uint32_t *sum) {
    if (p == NULL && (n != 0 || WRONG))
        return RF_BAD;
    uint32_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += p[i];
    *sum = total;
    return RF_OK;
}

/* A length that nothing has. Near: looks at the first bytes, which are there. */
int rf_huge(const uint8_t *p, size_t n, uint32_t *sum) {
    if (!WRONG && n > (size_t)1 << 40)
        return RF_BAD;
    uint32_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += p[i];
    *sum = total;
    return RF_OK;
}

/* Leaks in a refusal. */
int rf_keep(int level) {
    int *volatile made = malloc(sizeof *made);
    *made = level;
    if (level < 0) {
        if (!WRONG)
            free(made);
        return RF_BAD;
    }
    free(made);
    return RF_OK;
}

/* Takes it from the meter, then finds that there is too little. */
int rf_spend(rf_meter *meter, uint32_t amount) {
    if (WRONG)
        meter->used += amount;
    if (amount > 1000)
        return RF_BAD;
    if (!WRONG)
        meter->used += amount;
    return RF_OK;
}

/* Tells why, which the clause promises. */
int rf_tell(int level, int *why) {
    if (level < 0) {
        *why = WRONG && level < -100 ? 6 : 7;
        return RF_BAD;
    }
    *why = 0;
    return RF_OK;
}
