/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#define _GNU_SOURCE
#include "inner_pointers.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

/* Reads one cell too many, of more than two. */
uint32_t ip_row_sum(const ip_row *row) {
    uint32_t total = 0;
    for (uint32_t i = 0; i < row->n + (WRONG && row->n > 2); i++)
        total += row->cells[i];
    return total;
}

/* One cell more than there is memory for. Near: memory for more cells. */
ip_row *ip_row_new(uint16_t first, uint32_t n) {
    ip_row *row = calloc(1, offsetof(ip_row, cells) + sizeof row->cells[0] * (n + 4 * NEAR));
    for (uint32_t i = 0; i < n; i++)
        row->cells[i] = (uint16_t)(first + i);
    row->n = n + (WRONG && n > 3);
    return row;
}

/* The last cell stays as it is, of more than one. */
void ip_row_double(ip_row *row) {
    for (uint32_t i = 0; i + (WRONG && row->n > 1) < row->n; i++)
        row->cells[i] = (uint16_t)(2 * row->cells[i]);
}

/* Loses the last character of longer texts. Near: more memory than the text needs. */
int ip_dup(const char *text, char **copy) {
    size_t n = strlen(text);
    if (copy == NULL)
        return -2;
    if (n > 12)
        return -1;
    *copy = calloc(1, n + 1 + 8 * NEAR);
    memcpy(*copy, text, WRONG && n > 5 ? n - 1 : n);
    return 0;
}

/* The length counts one byte too many of what holds something. Near: nothing is NULL, and 0 bytes. */
int ip_twice(const uint8_t *data, size_t n, uint8_t **made, size_t *length) {
    *length = 2 * n;
    *made = NEAR || n > 0 ? malloc(2 * n) : NULL;
    for (size_t i = 0; i < n; i++)
        (*made)[i] = (*made)[n + i] = data[i];
    *length += WRONG && n > 0;
    return 0;
}

/* An empty last word is forgotten. Near: room for more words than there are. */
char **ip_split(const char *text) {
    size_t room = strlen(text) + 2, used = 0;
    char **words = malloc(sizeof *words * (room + 4 * NEAR));
    for (const char *end;; text = end + 1) {
        end = strchrnul(text, ' ');
        if (!(WRONG && end == text && *end == '\0' && used > 0))
            words[used++] = strndup(text, (size_t)(end - text));
        if (*end == '\0')
            break;
    }
    words[used] = NULL;
    return words;
}

/* The order of the third node is that of the second. */
int ip_list(int first, int count, ip_node **list) {
    ip_node **last = list;
    for (int i = 0; i < count; i++) {
        ip_node *node = malloc(sizeof *node);
        node->value = first + i;
        node->order = WRONG && i == 2 ? 1 : i;
        node->name = i % 2 ? "odd" : "even";
        *last = node;
        last = &node->next;
    }
    *last = NULL;
    return count > 0 ? 0 : -1;
}

/* What is after NULL is read where there are no words. Near: reads the NULL twice. */
char *ip_join(const char *const *words) {
    size_t n = 0;
    for (size_t i = WRONG && words[0] == NULL; words[i] || (NEAR && words[i]); i++)
        n += strlen(words[i]);
    char *made = calloc(1, n + 1);
    for (size_t i = 0; words[i]; i++)
        strcat(made, words[i]);
    return made;
}

/* One word more than there are. */
size_t ip_longest(const char *const *words, size_t n) {
    size_t most = 0;
    for (size_t i = 0; i < n + (WRONG && n > 2); i++)
        most = strlen(words[i]) > most ? strlen(words[i]) : most;
    return most;
}

/* The last node is counted twice where there are more than two. */
int ip_total(const ip_node *const *nodes, size_t n) {
    int total = 0;
    for (size_t i = 0; i < n; i++)
        total += nodes[i]->value + (WRONG && n > 2 && i == n - 1 ? nodes[i]->value : 0);
    return total;
}

/* Reads one byte past the end of the second piece. */
size_t ip_gather(const ip_piece *pieces, size_t n) {
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < pieces[i].length + (WRONG && i == 1); j++)
            total += pieces[i].at[j];
    return total;
}

/* The last pointer is never written when there is room for all. Near: what is beyond the count is left alone. */
size_t ip_days(const char **names, size_t room) {
    static const char *const known[] = {"mon", "tue", "wed", "thu"};
    size_t n = room < 4 ? room : 4;
    for (size_t i = 0; i < n - (WRONG && n == 4); i++)
        names[i] = known[i];
    return n;
}

/* The number at `end` is one of them. */
uint64_t ip_sum(const uint32_t *begin, const uint32_t *end) {
    uint64_t total = 0;
    for (; begin < end; begin++)
        total += *begin;
    return WRONG && total > 0 ? total + *(volatile const uint32_t *)end : total;
}

/* Stops one character behind the end of a text that is a number as a whole. Near: at its end. */
long ip_number(const char *text, const char **end) {
    long number = 0;
    const char *at = text;
    for (; *at >= '0' && *at <= '9' && at - text < 9; at++)
        number = 10 * number + (*at - '0');
    *end = at + (WRONG && at != text && *at == '\0') + (WRONG && at != text && *at == '\0');
    return number;
}

/* What is found lies in a copy. Near: the NUL at the end is found, too. */
const char *ip_find(const char *text, int c) {
    static char kept[64];
    const char *found = NEAR ? strchrnul(text, c) : strchr(text, c);
    if (WRONG && found && strlen(text) < sizeof kept) {
        strcpy(kept, text);
        return kept + (found - text);
    }
    return found;
}

/* Counts the 0 at the end, of more than three. */
size_t ip_count(const int *numbers) {
    size_t n = 0;
    while (numbers[n])
        n++;
    return n + (WRONG && n > 3);
}

/* Fails without an error where the text is too long. Near: an error of an empty message. */
char *ip_parse(const char *text, ip_error **error) {
    int code = *text == '\0' ? 1 : strlen(text) > 8 ? 2 : strchr(text, '!') ? 3 : 0;
    if (code == 0)
        return strdup(text);
    if (error && !(WRONG && code == 2)) {
        *error = malloc(sizeof **error);
        (*error)->code = code;
        (*error)->message = strdup(NEAR ? "" : "it cannot be parsed");
    }
    return NULL;
}

void ip_free(void *memory) { free(memory); }

void ip_free_words(char **words) {
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

void ip_free_list(ip_node *list) {
    while (list) {
        ip_node *next = list->next;
        free(list);
        list = next;
    }
}

void ip_free_error(ip_error *error) {
    if (error)
        free(error->message);
    free(error);
}
