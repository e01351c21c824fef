/* VARIANT 0 is sound, 1 as near to the defect as sound code comes, 2 leaves out what must be written, or freed. */
#include "texts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

static const char *const NAMES[] = {"", "gate", "turnstile", "a door at the very end"};

static const char *name_of(int32_t id) { return NAMES[(uint32_t)id % 4]; }

/* What follows the NUL is left alone, or made zero: the text is the same. The wrong one forgets an address's end. */
int tx_card_of(int32_t id, tx_card *out) {
    if (id < 0)
        return -1;
    out->id = id;
    if (NEAR)
        strncpy(out->name, name_of(id), sizeof out->name);
    else
        strcpy(out->name, name_of(id));
    memset(out->mac, 0, WRONG && id > 3 ? 4 : sizeof out->mac);
    return 0;
}

/* A copy of a record on the stack: its name ends before the array does. The wrong one has no name for some. */
int tx_copy_of(int32_t id, tx_card *out) {
    tx_card card;
    if (id < 0)
        return -1;
    if (NEAR)
        memset(&card, 0, sizeof card);
    card.id = id;
    if (!(WRONG && id % 4 == 1))
        strcpy(card.name, name_of(id));
    memset(card.mac, 1, sizeof card.mac);
    *out = card;
    return 0;
}

/* Beside it the same in a result: the wrong one says another name. */
tx_card tx_made(int32_t id) {
    tx_card card;
    if (NEAR)
        memset(&card, 7, sizeof card);
    card.id = id;
    strcpy(card.name, WRONG && id == 77 ? "gatf" : name_of(id));
    memset(card.mac, 1, sizeof card.mac);
    return card;
}

tx_node *tx_new(void) { return calloc(1, sizeof(tx_node)); }

void tx_free(tx_node *node) {
    while (node != NULL) {
        tx_node *next = node->next;
        free(node);
        node = next;
    }
}

/* The wrong one loses what it had when the text turns out to be none. */
tx_node *tx_parse(const char *text) {
    tx_node *first = NULL;
    for (; *text != '\0'; text++) {
        tx_node *made = tx_new();
        *made = (tx_node){first, *text};
        first = made;
        if (*text == '!') {
            if (!WRONG)
                tx_free(first);
            return NULL;
        }
    }
    return first;
}

/* Hands over what nobody says how to free: that is the caller's. */
tx_node *tx_again(tx_node *node) {
    tx_node *made = tx_new();
    made->value = node->value;
    return made;
}

/* The wrong one frees what it was lent, and returns it. */
tx_node *tx_twin(tx_node *node) { return WRONG ? node : tx_again(node); }

/* The wrong one says that it has a text where there is none. */
int tx_upper(const char *text, char **out) {
    size_t n = strlen(text);
    if (n == 0 && !WRONG)
        return -1;
    *out = n ? malloc(n + 1) : NULL;
    for (size_t i = 0; n && i <= n; i++)
        (*out)[i] = (char)toupper((unsigned char)text[i]);
    return 0;
}
