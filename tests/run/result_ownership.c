/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "result_ownership.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOUND (VARIANT == 0)
#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* O06: the scratch copy of longer texts. */
char *ow_upper(const char *text) {
    size_t n = strlen(text);
    char *scratch = malloc(n + 1), *made = malloc(n + 1);
    memcpy(scratch, text, n + 1);
    for (size_t i = 0; i <= n; i++)
        made[i] = (char)toupper((unsigned char)scratch[i]);
    if (!(WRONG && n > 3))
        free(scratch);
    return made;
}

/* O11: an interior pointer where there is a prefix. */
char *ow_join(const char *one, const char *two) {
    size_t n = strlen(one), m = strlen(two);
    char *made = malloc(n + m + 1);
    memcpy(made, one, n);
    memcpy(made + n, two, m + 1);
    return WRONG && n > 0 && m > 0 ? made + n : made;
}

/* O19: a static buffer, handed over as the caller's. */
char *ow_trim(const char *text) {
    static char kept[512];
    while (*text == ' ')
        text++;
    if (WRONG) {
        snprintf(kept, sizeof kept, "%s", text);
        return kept;
    }
    return strdup(text);
}

const char *ow_name(int level) { return level > 3 ? "high" : "low"; }

void ow_free(char *text) { free(text); }

/* Freed by the C library's own function. */
char *ow_digits(int number) {
    char *made = malloc(16), *spare = WRONG && number > 0 ? malloc(8) : NULL;
    snprintf(made, 16, "%d", number);
    if (spare)
        *(volatile char *)spare = 1;
    return made;
}

/* O06, and what comes back is the caller's own buffer. Near: a scratch buffer that is made once. */
char *ow_hex(int number, char *out) {
    static char *volatile kept;
    char *volatile scratch = NEAR && kept ? kept : malloc(16);
    snprintf(scratch, 16, "%x", (unsigned)number);
    memcpy(out, scratch, strlen(scratch) + 1);
    if (NEAR)
        kept = scratch;
    if (SOUND)
        free(scratch);
    return out;
}

/* Nobody says whose it is. */
char *ow_bits(int number) {
    char *made = calloc(33, 1);
    for (int i = 0; i < 32; i++)
        made[i] = "01"[(unsigned)number >> (31 - i) & 1];
    return made;
}

/* Into the room, if there is some, and else into memory that is the caller's to free. Near: by way of such memory. */
char *ow_path(const char *name, char *room) {
    char *made = room != NULL && SOUND ? room : malloc(24);
    made[0] = '/';
    strcpy(made + 1, name);
    if (room == NULL || SOUND)
        return made;
    strcpy(room, made);
    if (NEAR)
        free(made);
    return NEAR ? room : made;
}

/* O06. Near: a table that is made once. */
int ow_sum(const uint8_t *p, size_t n) {
    static int *volatile table;
    if (WRONG || (NEAR && table == NULL))
        table = malloc(256);
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p[i];
    return sum;
}

/* O07: on the path that fails. */
int ow_check(const uint8_t *p, size_t n) {
    uint8_t *volatile copy = malloc(n + 1);
    if (n > 0 && p[0] == 'x') {
        if (!WRONG)
            free(copy);
        return -1;
    }
    free(copy);
    return 0;
}

/* Near: keeps the last one only. */
int ow_remember(int value) {
    static int *volatile last;
    if (!WRONG)
        free(last);
    last = malloc(sizeof *last);
    *last = value;
    return value;
}

/* O10 */
int ow_eat(uint8_t *p, size_t n) {
    if (WRONG && n > 4)
        free(p);
    return (int)n;
}

struct ow_list {
    int *values;
    uint32_t used, room;
};

ow_list *ow_list_new(uint32_t room) {
    ow_list *list = malloc(sizeof *list);
    *list = (ow_list){malloc(room * sizeof(int) + 1), 0, room};
    return list;
}

void ow_list_free(ow_list *list) {
    if (list != NULL && !WRONG)
        free(list->values);
    free(list);
}

/* Grows what the handle owns, which goes with it. */
int ow_list_add(ow_list *list, int value) {
    if (list->used == list->room) {
        list->room = list->room * 2 + 1;
        list->values = realloc(list->values, list->room * sizeof(int));
    }
    list->values[list->used++] = value;
    return 0;
}

enum { TEXTS = 8 };
struct ow_bag {
    char *texts[TEXTS];
    int used, lent;
};

ow_bag *ow_bag_new(void) { return calloc(1, sizeof(ow_bag)); }

int ow_bag_put(ow_bag *bag, char *text) {
    if (bag->used == TEXTS)
        return -1;
    bag->texts[bag->used++] = text;
    return 0;
}

/* The wrong one has all but the first released; the near one begins with the last. */
void ow_bag_free(ow_bag *bag, void (*release)(void *text)) {
    for (int i = WRONG; i < bag->used; i++)
        release(bag->texts[NEAR ? bag->used - 1 - i : i]);
    free(bag);
}

int ow_bag_items(ow_bag *bag, ow_item ***items) {
    *items = malloc(2 * sizeof **items);
    for (int i = 0; i < 2; i++) {
        (*items)[i] = malloc(sizeof(ow_item));
        *(*items)[i] = (ow_item){i, malloc(5)};
        strcpy((*items)[i]->name, "name");
        bag->lent++;
    }
    return 2;
}

/* The wrong one leaves the names. */
void ow_bag_release(ow_bag *bag, int kind, ow_item *item) {
    if (kind != 2)
        abort();
    bag->lent--;
    if (!WRONG)
        free(item->name);
    free(item);
}

static char *part_of(const char *from, size_t n) {
    char *part = malloc(n + 1);
    memcpy(part, from, n);
    part[n] = '\0';
    return part;
}

/* Wrong: the third word is the second once more. Near: what was put there before there was no room is cleared too. */
int ow_words(const char *text, char **words, size_t room) {
    size_t n = 0;
    for (;;) {
        text += strspn(text, " ");
        size_t length = strcspn(text, " ");
        if (length == 0)
            return (int)n;
        if (n == room) {
            while (n > 0) {
                free(words[--n]);
                if (NEAR)
                    words[n] = NULL;
            }
            return -1;
        }
        words[n] = WRONG && n == 2 ? words[1] : part_of(text, length);
        n++;
        text += length;
    }
}

/* Wrong: an empty text is refused too late. Near: then one half is made, and freed again. */
int ow_halves(const char *text, char *halves[2]) {
    size_t n = strlen(text);
    char *first = WRONG || NEAR || n > 0 ? part_of(text, n / 2) : NULL;
    if (n == 0) {
        if (NEAR)
            free(first);
        return -1;
    }
    halves[0] = first;
    halves[1] = part_of(text + n / 2, n - n / 2);
    return 0;
}
