/* Text in arrays of a fixed size, and memory that comes out through a pointer: see texts.c. */
#ifndef TEXTS_H
#define TEXTS_H

#include <stddef.h>
#include <stdint.h>

typedef struct tx_card {
    int32_t id;
    char name[24];
    uint8_t mac[6];
} tx_card;
int tx_card_of(int32_t id, tx_card *out);
int tx_copy_of(int32_t id, tx_card *out);
tx_card tx_made(int32_t id);

typedef struct tx_node { struct tx_node *next; int32_t value; } tx_node;
tx_node *tx_new(void);
void tx_free(tx_node *node);
tx_node *tx_parse(const char *text);
tx_node *tx_again(tx_node *node);
tx_node *tx_twin(tx_node *node);

int tx_upper(const char *text, char **out);

#endif
