#ifndef INNER_POINTERS_H
#define INNER_POINTERS_H

#include <stddef.h>
#include <stdint.h>

typedef struct ip_node {
    int value;
    int order; /* above that of the node before it */
    const char *name;
    struct ip_node *next;
} ip_node;

typedef struct ip_error {
    int code;
    char *message;
} ip_error;

typedef struct ip_piece {
    const uint8_t *at;
    size_t length;
} ip_piece;

typedef struct ip_row {
    uint32_t n;
    char tag;
    uint16_t cells[];
} ip_row;

uint32_t ip_row_sum(const ip_row *row);
ip_row *ip_row_new(uint16_t first, uint32_t n);
void ip_row_double(ip_row *row);
int ip_dup(const char *text, char **copy);
int ip_twice(const uint8_t *data, size_t n, uint8_t **made, size_t *length);
char **ip_split(const char *text);
int ip_list(int first, int count, ip_node **list);
char *ip_join(const char *const *words);
size_t ip_longest(const char *const *words, size_t n);
int ip_total(const ip_node *const *nodes, size_t n);
size_t ip_gather(const ip_piece *pieces, size_t n);
size_t ip_days(const char **names, size_t room);
uint64_t ip_sum(const uint32_t *begin, const uint32_t *end);
long ip_number(const char *text, const char **end);
const char *ip_find(const char *text, int c);
size_t ip_count(const int *numbers);
char *ip_parse(const char *text, ip_error **error);

void ip_free(void *memory);
void ip_free_words(char **words);
void ip_free_list(ip_node *list);
void ip_free_error(ip_error *error);

#endif
