/* A parser in the caller's memory, which its callbacks are given, as `http_parser` is. */
#ifndef HANDED_HANDLES_H
#define HANDED_HANDLES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct hh_parser {
    unsigned words;
    bool paused;
    void *data; /* the caller's */
} hh_parser;

typedef struct hh_settings {
    void (*on_word)(hh_parser *parser, const char *at, size_t length);
    void (*on_end)(hh_parser *parser); /* at each dot */
} hh_settings;

void hh_init(hh_parser *parser);
int hh_run(hh_parser *parser, const hh_settings *settings, const char *text, size_t n); /* 1 if a callback paused it */
void hh_pause(hh_parser *parser); /* from callbacks */
void hh_go_on(hh_parser *parser);
bool hh_is_paused(const hh_parser *parser);

#endif
