/* Functions that are given secrets: see secrets.c. */
#ifndef SECRETS_H
#define SECRETS_H

#include <stddef.h>
#include <stdint.h>

typedef struct se_ctx se_ctx;

uint32_t se_mac(const uint8_t key[32], const uint8_t *data, size_t n);
uint32_t se_deep(const uint8_t key[32]);
uint32_t se_login(const char *password);
uint32_t se_collect(const uint8_t *secret, size_t n);
void se_make(uint64_t seed, uint8_t key[32]);
void se_scramble(uint8_t *text, size_t n);
se_ctx *se_ctx_new(const uint8_t key[32]);
uint32_t se_ctx_sum(const se_ctx *ctx);
void se_ctx_rekey(se_ctx *ctx, const uint8_t key[32]);
void se_ctx_free(se_ctx *ctx);

uint32_t se_public(const uint8_t key[32]);
void se_export(const uint8_t key[32], uint8_t out[32]);
uint32_t se_pin(const char pin[8]);
uint32_t se_half(const uint8_t key[64]);

typedef struct { uint8_t key[32]; unsigned uses; } se_box; /* in the caller's memory */
void se_box_init(se_box *box, const uint8_t key[32]);
void se_box_roll(se_box *box, uint64_t seed); /* makes another key of its own */
uint32_t se_box_use(se_box *box);
void se_box_clear(se_box *box);
char *se_token(uint64_t seed); /* goes back to se_token_free */
void se_token_free(char *token);
int se_issue(uint64_t seed, char **token, size_t *size); /* 0, or -1; goes back to se_token_free */
uint32_t se_given(const char *const *password);
#endif
