/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 leaves copies of its secrets. */
#define _DEFAULT_SOURCE
#include "secrets.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* The near one wipes as many do that have no `explicit_bzero`; the wrong one's `memset` is of what nobody reads. */
__attribute__((always_inline)) static inline void wipe(void *at, size_t n) {
    if (WRONG) {
        memset(at, 0, n);
    } else if (NEAR) {
        for (volatile uint8_t *byte = at; n-- != 0; byte++)
            *byte = 0;
    } else {
        explicit_bzero(at, n);
    }
}

__attribute__((noinline)) static uint32_t sum(const uint8_t *bytes, size_t n) {
    uint32_t all = 5381;
    for (size_t i = 0; i < n; i++)
        all = all * 33 + bytes[i];
    return all;
}

uint32_t se_mac(const uint8_t key[32], const uint8_t *data, size_t n) {
    uint8_t block[64] = {0};
    memcpy(block, key, 32);
    for (size_t i = 0; i < n; i++)
        block[32 + i % 32] ^= data[i];
    uint32_t made = sum(block, sizeof block);
    wipe(block, sizeof block);
    return made;
}

/* Some kilobytes further down. */
__attribute__((noinline)) static uint32_t further_down(const uint8_t key[32], int calls) {
    volatile uint8_t room[1024];
    uint8_t copy[32];
    room[calls] = 1;
    uint32_t made;
    if (calls > 0) {
        made = further_down(key, calls - 1);
    } else {
        memcpy(copy, key, sizeof copy);
        made = sum(copy, sizeof copy);
        wipe(copy, sizeof copy);
    }
    return made + room[calls];
}

uint32_t se_deep(const uint8_t key[32]) { return further_down(key, 8); }

uint32_t se_login(const char *password) {
    size_t n = strlen(password);
    uint8_t *copy = malloc(n + 1);
    if (copy == NULL)
        return 0;
    memcpy(copy, password, n + 1);
    uint32_t made = sum(copy, n);
    wipe(copy, n);
    free(copy);
    return made;
}

/* A buffer that grows: the wrong one leaves it to `realloc`, which frees the old one as it is. */
uint32_t se_collect(const uint8_t *secret, size_t n) {
    size_t have = 0, room = 24;
    uint8_t *all = malloc(room);
    for (size_t i = 0; all != NULL && i < n; i++) {
        if (have == room) {
            uint8_t *more = WRONG ? realloc(all, 2 * room) : malloc(2 * room);
            if (!WRONG && more != NULL)
                memcpy(more, all, have);
            if (!WRONG) {
                wipe(all, have);
                free(all);
            }
            all = more;
            room *= 2;
        }
        if (all != NULL)
            all[have++] = secret[i];
    }
    if (all == NULL)
        return 0;
    uint32_t made = sum(all, have);
    for (volatile uint8_t *byte = all; byte < all + have; byte++)
        *byte = 0;
    free(all);
    return made;
}

void se_make(uint64_t seed, uint8_t key[32]) {
    uint8_t made[32];
    for (size_t i = 0; i < sizeof made; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        made[i] = (uint8_t)(seed >> 56);
    }
    sum(made, sizeof made);
    memcpy(key, made, sizeof made);
    wipe(made, sizeof made);
}

void se_scramble(uint8_t *text, size_t n) {
    uint8_t *plain = malloc(n + 1);
    if (plain == NULL)
        return;
    memcpy(plain, text, n);
    for (size_t i = 0; i < n; i++)
        text[i] = (uint8_t)(plain[n - 1 - i] ^ 0x5A);
    wipe(plain, n);
    free(plain);
}

struct se_ctx {
    uint32_t calls;
    uint8_t key[32];
};

se_ctx *se_ctx_new(const uint8_t key[32]) {
    se_ctx *made = malloc(sizeof *made);
    if (made != NULL) {
        made->calls = 0;
        memcpy(made->key, key, sizeof made->key);
    }
    return made;
}

uint32_t se_ctx_sum(const se_ctx *ctx) { return sum(ctx->key, sizeof ctx->key); }

void se_ctx_rekey(se_ctx *ctx, const uint8_t key[32]) { memcpy(ctx->key, key, sizeof ctx->key); }

void se_ctx_free(se_ctx *ctx) {
    if (ctx != NULL)
        wipe(ctx, sizeof *ctx);
    free(ctx);
}

/* Nobody says that this one is a secret. */
uint32_t se_public(const uint8_t key[32]) {
    uint8_t copy[32];
    memcpy(copy, key, sizeof copy);
    return sum(copy, sizeof copy);
}

/* Its caller is given it back. */
void se_export(const uint8_t key[32], uint8_t out[32]) {
    uint8_t *copy = malloc(32);
    if (copy == NULL)
        return;
    memcpy(copy, key, 32);
    sum(copy, 32);
    memcpy(out, copy, 32);
    free(copy);
}

/* So few bytes are in a register that is saved as well. */
uint32_t se_pin(const char pin[8]) {
    uint8_t copy[8];
    memcpy(copy, pin, sizeof copy);
    return sum(copy, sizeof copy);
}

/* A part that vector registers hold. */
uint32_t se_half(const uint8_t key[64]) {
    uint8_t copy[32];
    memcpy(copy, key + 8, sizeof copy);
    return sum(copy, sizeof copy);
}

/* The wrong one counts no more, and leaves the key there. */
void se_box_init(se_box *box, const uint8_t key[32]) {
    memcpy(box->key, key, 32);
    box->uses = 0;
}
void se_box_roll(se_box *box, uint64_t seed) {
    for (int i = 0; i < 32; i++)
        box->key[i] = (uint8_t)((seed += 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u >> 56);
}
uint32_t se_box_use(se_box *box) { return sum(box->key, 32) + ++box->uses; }
void se_box_clear(se_box *box) {
    if (!WRONG)
        wipe(box->key, sizeof box->key);
    box->uses = 0;
}

/* The wrong one frees what is still there. */
char *se_token(uint64_t seed) {
    char *token = malloc(33);
    for (int i = 0; token != NULL && i < 32; i++)
        token[i] = "abcdefghijklmnopqrstuvwxyz012345"[(seed += 0x9e3779b97f4a7c15u) * 0xbf58476d1ce4e5b9u >> 59];
    if (token != NULL)
        token[32] = 0;
    return token;
}
void se_token_free(char *token) {
    if (token != NULL && !WRONG)
        wipe(token, strlen(token));
    free(token);
}

/* The wrong one makes it in a buffer of its own, and leaves it there. */
int se_issue(uint64_t seed, char **token, size_t *size) {
    char *draft = se_token(seed), *issued = draft == NULL ? NULL : malloc(33);
    if (issued != NULL) {
        memcpy(issued, draft, 33);
        *token = issued;
        *size = 32;
    }
    if (draft != NULL && !WRONG)
        wipe(draft, 33);
    free(draft);
    return issued == NULL ? -1 : 0;
}

uint32_t se_given(const char *const *password) {
    size_t n = strlen(*password);
    char *copy = malloc(n + 1);
    if (copy == NULL)
        return 0;
    memcpy(copy, *password, n + 1);
    uint32_t found = sum((const uint8_t *)copy, n);
    if (!WRONG)
        wipe(copy, n);
    free(copy);
    return found;
}
