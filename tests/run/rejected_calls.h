/* Functions that refuse invalid calls, with an answer that is promised. */
#ifndef REFUSES_H
#define REFUSES_H

#include <stddef.h>
#include <stdint.h>

typedef enum { RF_RED, RF_GREEN, RF_BLUE } rf_colour;
typedef struct { uint32_t used, limit; } rf_meter;
enum { RF_OK = 0, RF_BAD = -1, RF_SHORT = -2 };

int rf_null(const uint8_t *p, size_t n, uint32_t *sum);
int rf_short(const char *text, char *out, size_t cap);
int rf_room(char *out, int room, int n);
int rf_range(int level, int *out);
int rf_colour_of(rf_colour colour, uint32_t *code);
int rf_text(const char *text, uint32_t *length);
int rf_empty(const uint8_t *p, size_t n, uint32_t *sum);
int rf_huge(const uint8_t *p, size_t n, uint32_t *sum);
int rf_keep(int level);
int rf_spend(rf_meter *meter, uint32_t amount);
int rf_tell(int level, int *why);

#endif
