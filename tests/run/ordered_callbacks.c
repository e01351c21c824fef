/* One source. VARIANT 0 is sound; 1 tells text letter by letter, drops watchers late and resets what is called as well; the others each forget one rule:
   2 depth: a reset forgets nothing. 3 name: ends another element than began last. 4 outside: tells text between elements.
   5 open: is done while something is open. 6 again: tells a watcher that was dropped. 7 late: a body before the head is
   complete. 8 twice: begins a message that has begun. 9 value: a value without its field. 10 mark: marks inside of elements.
   11 deep: a bracket that nothing opened is closed. */
#include "ordered_callbacks.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, DEPTH, NAME, OUTSIDE, OPEN, AGAIN, LATE, TWICE, VALUE, MARK, DEEP };
#define IS(variant) (VARIANT == (variant))
enum { DEEPEST = 16, WATCHERS = 3 };

struct watcher {
    void (*told)(void *);
    void (*gone)(void *);
    void *data;
    int there, leaving;
};
struct oc_parser {
    oc_start start;
    oc_end end;
    oc_text text;
    void (*mark)(void);
    char names[DEEPEST];
    int depth, named;
    struct watcher watchers[WATCHERS];
};

oc_parser *oc_new(void) { return calloc(1, sizeof(oc_parser)); }

static void let_go(struct watcher *one) {
    void (*gone)(void *) = one->gone;
    one->gone = NULL;
    one->there = one->leaving = 0;
    if (gone != NULL)
        gone(one->data);
}

void oc_free(oc_parser *parser) {
    for (int i = 0; i < WATCHERS; i++)
        if (parser->watchers[i].there)
            let_go(&parser->watchers[i]);
    free(parser);
}

void oc_on_element(oc_parser *parser, oc_start start, oc_end end) { parser->start = start, parser->end = end; }
void oc_on_start(oc_parser *parser, oc_start handler) { parser->start = handler; }
void oc_on_text(oc_parser *parser, oc_text handler) { parser->text = handler; }
void oc_on_mark(oc_parser *parser, void (*handler)(void)) { parser->mark = handler; }
int oc_depth(const oc_parser *parser) { return parser->depth; }

void oc_reset(oc_parser *parser) {
    if (!IS(DEPTH))
        parser->depth = 0;
    parser->named = 0;
    if (IS(NEAR)) {
        parser->start = NULL;
        parser->end = NULL;
        parser->text = NULL;
        parser->mark = NULL;
    }
}

int oc_parse(oc_parser *parser, const char *bytes, size_t n, int last) {
    for (size_t i = 0; i < n; i++) {
        char c = bytes[i];
        if (parser->named) {
            parser->named = 0;
            if (c < 'a' || c > 'z' || parser->depth == DEEPEST)
                return -1;
            parser->names[parser->depth++] = c;
            if (parser->start != NULL)
                parser->start(c);
        } else if (c == '(') {
            parser->named = 1;
        } else if (c == ')') {
            if (parser->depth > 0 && parser->depth-- && parser->end != NULL)
                parser->end(parser->names[IS(NAME) ? 0 : parser->depth]);
        } else if (c == '!') {
            if (parser->depth == 0 || IS(MARK)) {
                if (parser->mark != NULL)
                    parser->mark();
            }
        } else if (c >= 'a' && c <= 'z') {
            size_t count = 1;
            while (!IS(NEAR) && i + count < n && bytes[i + count] >= 'a' && bytes[i + count] <= 'z')
                count++;
            if (parser->text != NULL && (parser->depth > 0 || IS(OUTSIDE)))
                parser->text(bytes + i, count);
            i += count - 1;
        } else {
            return -1;
        }
    }
    return last && (parser->named || (parser->depth > 0 && !IS(OPEN))) ? -1 : 0;
}

int oc_watch(oc_parser *parser, void (*told)(void *data), void (*gone)(void *data), void *data) {
    for (int i = 0; i < WATCHERS; i++)
        if (!parser->watchers[i].there) {
            parser->watchers[i] = (struct watcher){told, gone, data, 1, 0};
            return i;
        }
    return -1;
}

int oc_drop(oc_parser *parser, int number) {
    if (number < 0 || number >= WATCHERS || !parser->watchers[number].there || parser->watchers[number].leaving)
        return -1;
    if (IS(NEAR)) {
        parser->watchers[number].leaving = 1;
    } else {
        let_go(&parser->watchers[number]);
        parser->watchers[number].there = IS(AGAIN);
    }
    return 0;
}

void oc_tell(oc_parser *parser) {
    for (int i = 0; i < WATCHERS; i++) {
        struct watcher *one = &parser->watchers[i];
        if (one->there && one->told != NULL && !one->leaving)
            one->told(one->data);
        if (one->there && one->leaving)
            let_go(one);
    }
}

struct oc_message {
    int begun, headed, fields;
};
oc_message *oc_message_new(void) { return calloc(1, sizeof(oc_message)); }
void oc_message_free(oc_message *message) { free(message); }

static void tell(void (*callback)(void *), void *data) {
    if (callback != NULL)
        callback(data);
}

int oc_message_feed(oc_message *message, const oc_events *events, void *data, const char *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!message->begun || (IS(TWICE) && i == 0 && message->fields > 1))
            tell(events->begin, data);
        message->begun = 1;
        switch (bytes[i]) {
        case 'f':
            if (message->headed)
                return -1;
            message->fields++;
            tell(events->field, data);
            break;
        case 'v':
            if (message->headed || (message->fields == 0 && !IS(VALUE)))
                return -1;
            tell(events->value, data);
            break;
        case ';':
            if (message->headed)
                return -1;
            message->headed = 1;
            tell(events->head, data);
            break;
        case 'b':
            if (!message->headed && !(IS(LATE) && message->fields > 0))
                return -1;
            tell(events->body, data);
            break;
        case '.':
            if (!message->headed)
                return -1;
            tell(events->complete, data);
            memset(message, 0, sizeof *message);
            break;
        default:
            return -1;
        }
    }
    return 0;
}

int oc_walk(const char *text, void (*open)(int depth), void (*close)(int depth)) {
    int depth = 0;
    for (; *text != 0; text++)
        if (*text == '[') {
            open(++depth);
        } else if (*text == ']') {
            if (depth == 0 && !IS(DEEP))
                return -1;
            close(depth--);
        }
    return depth == 0 ? 0 : -1;
}

struct oc_settings {
    void (*open)(int depth);
    void (*close)(int depth);
};
struct oc_player {
    oc_settings told;
    int depth;
};

oc_settings *oc_settings_new(void) { return calloc(1, sizeof(oc_settings)); }
void oc_settings_free(oc_settings *settings) { free(settings); }
void oc_on_open(oc_settings *settings, void (*open)(int depth)) { settings->open = open; }
void oc_on_close(oc_settings *settings, void (*close)(int depth)) { settings->close = close; }
void oc_player_free(oc_player *player) { free(player); }

oc_player *oc_player_new(const oc_settings *settings) {
    oc_player *player = calloc(1, sizeof *player);
    if (player != NULL)
        player->told = *settings;
    return player;
}

void oc_play(oc_player *player, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '[') {
            player->depth++;
            if (player->told.open != NULL)
                player->told.open(player->depth);
        } else if (text[i] == ']' && (player->depth > 0 || IS(DEEP))) {
            player->depth -= player->depth > 0;
            if (player->told.close != NULL)
                player->told.close(player->depth + 1);
        }
    }
}
