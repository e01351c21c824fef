/* One source. VARIANT 0 is sound; 1 asks the other way round; 2 asks the other way round, and turns the sign of what it is
   told, and loses what collides. */
#include "compared.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))
enum { SLOTS = 4 };

struct node {
    struct node *less, *more;
    char *text;
};
struct cm_tree {
    struct node *root;
    cm_order order;
};

cm_tree *cm_tree_new(cm_order order) {
    cm_tree *tree = calloc(1, sizeof *tree);
    if (tree != NULL)
        tree->order = order;
    return tree;
}

static void let_go(struct node *node) {
    if (node == NULL)
        return;
    let_go(node->less);
    let_go(node->more);
    free(node->text);
    free(node);
}

void cm_tree_free(cm_tree *tree) {
    if (tree != NULL)
        let_go(tree->root);
    free(tree);
}

static int compare(const cm_tree *tree, const char *a, const char *b) {
    if (IS(SOUND))
        return tree->order(a, b);
    int found = tree->order(b, a);
    return IS(WRONG) ? (int)(0u - (unsigned)found) : (found < 0) - (found > 0);
}

static struct node *const *find(const cm_tree *tree, const char *text) {
    struct node *const *at = &tree->root;
    while (*at != NULL) {
        int order = tree->root == *at ? tree->order(text, (*at)->text) : compare(tree, text, (*at)->text);
        if (order == 0)
            return at;
        at = order < 0 ? &(*at)->less : &(*at)->more;
        if (*at != NULL && IS(WRONG) && order < 0 && compare(tree, text, (*at)->text) < 0 && tree->order(text, (*at)->text) > 0)
            return &tree->root; /* it has turned round */
    }
    return at;
}

int cm_tree_put(cm_tree *tree, const char *text) {
    struct node **at = (struct node **)find(tree, text);
    if (*at != NULL)
        return 0;
    *at = calloc(1, sizeof **at);
    if (*at != NULL)
        (*at)->text = strdup(text);
    return *at != NULL && (*at)->text != NULL ? 0 : -1;
}

int cm_tree_has(const cm_tree *tree, const char *text) {
    struct node *const *at = find(tree, text);
    return *at != NULL && tree->order((*at)->text, text) == 0;
}

struct entry {
    struct entry *next;
    int n;
    char bytes[];
};
struct cm_set {
    unsigned (*hash)(const void *bytes, int n);
    int (*equal)(const void *a, int n, const void *b, int m);
    struct entry *slots[SLOTS];
};

cm_set *cm_set_new(unsigned (*hash)(const void *bytes, int n), int (*equal)(const void *a, int n, const void *b, int m)) {
    cm_set *set = calloc(1, sizeof *set);
    if (set != NULL)
        set->hash = hash, set->equal = equal;
    return set;
}

void cm_set_free(cm_set *set) {
    for (int i = 0; set != NULL && i < SLOTS; i++)
        for (struct entry *each = set->slots[i], *next; each != NULL; each = next) {
            next = each->next;
            free(each);
        }
    free(set);
}

int cm_set_has(const cm_set *set, const void *bytes, int n) {
    const struct entry *each = set->slots[set->hash(bytes, n) % SLOTS];
    while (each != NULL && !set->equal(bytes, n, each->bytes, each->n))
        each = each->next;
    return each != NULL;
}

int cm_set_put(cm_set *set, const void *bytes, int n) {
    unsigned slot = set->hash(bytes, n) % SLOTS;
    if (cm_set_has(set, bytes, n))
        return 0;
    struct entry *made = malloc(sizeof *made + (size_t)n + 1);
    if (made == NULL)
        return -1;
    made->next = set->slots[slot];
    made->n = n;
    memcpy(made->bytes, bytes, (size_t)n);
    if (IS(WRONG) && made->next != NULL) {
        free(made);
        return 0;
    }
    set->slots[slot] = made;
    return 0;
}

void cm_sort(cm_item *items, size_t n, int (*order)(const cm_item *a, const cm_item *b)) {
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && (IS(NEAR) ? order(&items[j], &items[j - 1]) < 0 : order(&items[j - 1], &items[j]) > 0); j--) {
            cm_item moved = items[j];
            items[j] = items[j - 1];
            items[j - 1] = moved;
        }
}
