/* Values of several kinds: in each record a tag says which member of a union lives. */
#ifndef VARIANTS_H
#define VARIANTS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum vt_kind { VT_NONE, VT_NUMBER, VT_FLAG, VT_TEXT, VT_PAIR } vt_kind;

typedef struct vt_value {
    vt_kind kind;
    union {
        long number; /* of VT_NUMBER and VT_FLAG */
        struct {
            const char *start;
            size_t length;
        } text;
        struct {
            int first, second;
        } pair;
        unsigned char room[32]; /* of no kind */
    } data;
} vt_value;

/* The low bits of `head` are 1 for a circle, 2 for a rectangle. */
typedef struct vt_figure {
    unsigned char head;
    union {
        double radius;
        struct {
            float width, height;
        };
    };
} vt_figure;

/* Each member begins with the type. */
typedef union vt_event {
    int type; /* 1 is a key, 2 to 4 are moves, anything else has no more to it */
    struct {
        int type;
        int code;
    } key;
    struct {
        int type;
        float x, y;
    } move;
} vt_event;

/* The value that a text stands for: "", "12", "yes", "1:2" or any other. A text is the caller's own. */
int vt_parse(const char *text, vt_value *value);

/* A value of one kind, numbered from 0. */
int vt_simplest(int kind, vt_value *value);

/* The value of a text, which is the library's. */
int vt_name(int number, vt_value *value);

/* Turns numbers and pairs into their opposites. */
void vt_negate(vt_value *value);

/* How many characters it takes to print a value. */
size_t vt_size(const vt_value *value);

/* The same of several. */
size_t vt_sizes(const vt_value *values, size_t count);

/* The value with a larger number, or a larger first one of a pair; of other values, the first. */
vt_value vt_larger(vt_value one, vt_value other);

/* Calls `each` with every number from 0, and with the text of the last one. */
void vt_each(int count, void (*each)(void *context, const vt_value *value), void *context);

double vt_area(const vt_figure *figure);

/* A figure with twice the sides. */
vt_figure vt_doubled(const vt_figure *figure);

/* The areas of so many figures, which `make` returns, added up. */
double vt_total(int count, vt_figure (*make)(void *context, int number), void *context);

/* The event of a key, or of a move. */
int vt_event_of(int number, vt_event *event);

int vt_code(const vt_event *event);

/* An option, as `what` tells: setting and getting it, and how much of it is printed. */
enum { VT_LEVEL, VT_RATE, VT_LABEL, VT_RESET };
typedef union vt_option {
    int level;
    double rate;
    const char *label;
    unsigned char room[16]; /* of no kind */
} vt_option;
int vt_set(int what, const vt_option *option);
int vt_get(int what, vt_option *option);
size_t vt_width(int what, vt_option option);
#endif
