/* Text of a given form, and bytes that are text, or mostly: see forms.c. */
#ifndef FORMS_H
#define FORMS_H

#include <stddef.h>
#include <stdint.h>

int fo_minutes(const char *clock);
int64_t fo_version(const uint8_t *text, size_t n);
typedef struct fo_host { const char *name; const char *address; } fo_host;
int fo_port(const fo_host *host, int fallback);
typedef struct fo_part { char *text; int decoded; } fo_part;
char *fo_period(uint32_t days);
int fo_stamp(uint32_t seconds, char *out, size_t room);
int fo_each(uint32_t n, int (*tell)(void *data, const char *tag), void *data);
int fo_ask(const char *(*name)(void *data), void *data);
int fo_count(const uint8_t *text, size_t n);
int fo_title(const uint8_t *text, size_t n);
int fo_trim(const char *line);
void fo_decode(char *text);
int fo_decode_in(fo_part *part);
int fo_ascii(const uint8_t *text, size_t n, uint8_t *out);

#endif
