/* A parser that is fed in pieces and tells what it meets: `(a` begins an element, `)` ends the last if there is one, letters are text. */
#ifndef ORDERED_CALLBACKS_H
#define ORDERED_CALLBACKS_H

#include <stddef.h>

typedef struct oc_parser oc_parser;
typedef void (*oc_start)(char name);
typedef void (*oc_end)(char name);
typedef void (*oc_text)(const char *letters, size_t count);

oc_parser *oc_new(void);
void oc_free(oc_parser *parser);
void oc_on_element(oc_parser *parser, oc_start start, oc_end end);
void oc_on_start(oc_parser *parser, oc_start handler);                    /* takes the place of the one that is there */
void oc_on_text(oc_parser *parser, oc_text handler);
void oc_on_mark(oc_parser *parser, void (*handler)(void));                /* for each `!`, which comes between elements */
int oc_parse(oc_parser *parser, const char *bytes, size_t n, int last);   /* 0, or -1 where it is no such text */
void oc_reset(oc_parser *parser);
int oc_depth(const oc_parser *parser);

/* Both are told until they are dropped; then `gone` is told, once and last. */
int oc_watch(oc_parser *parser, void (*told)(void *data), void (*gone)(void *data), void *data);  /* its number, or -1 */
int oc_drop(oc_parser *parser, int number);
void oc_tell(oc_parser *parser);

/* A message in pieces, whose callbacks are given with each: `f` is a field, `v` its value, `;` ends the head, `b` is a
   piece of the body, `.` the end. */
typedef struct {
    void (*begin)(void *data);
    void (*field)(void *data);
    void (*value)(void *data);
    void (*head)(void *data);
    void (*body)(void *data);
    void (*complete)(void *data);
} oc_events;
typedef struct oc_message oc_message;
oc_message *oc_message_new(void);
void oc_message_free(oc_message *message);
int oc_message_feed(oc_message *message, const oc_events *events, void *data, const char *bytes, size_t n); /* 0 or -1 */

/* All in one call: `[` opens, `]` closes; the same callbacks for both kinds of bracket. */
int oc_walk(const char *text, void (*open)(int depth), void (*close)(int depth));

/* What is played tells those that the settings had when it was made, and goes on in the next piece. */
typedef struct oc_settings oc_settings;
typedef struct oc_player oc_player;
oc_settings *oc_settings_new(void);
void oc_settings_free(oc_settings *settings);
void oc_on_open(oc_settings *settings, void (*open)(int depth));
void oc_on_close(oc_settings *settings, void (*close)(int depth));
oc_player *oc_player_new(const oc_settings *settings);
void oc_player_free(oc_player *player);
void oc_play(oc_player *player, const char *text, size_t n);

#endif
