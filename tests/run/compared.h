/* What is sorted and looked up by functions of the caller's, which compare what they are given. */
#ifndef COMPARED_H
#define COMPARED_H

#include <stddef.h>

typedef int (*cm_order)(const char *a, const char *b);
typedef struct cm_tree cm_tree;
cm_tree *cm_tree_new(cm_order order);
void cm_tree_free(cm_tree *tree);
int cm_tree_put(cm_tree *tree, const char *text); /* 0, or -1 where no memory is left */
int cm_tree_has(const cm_tree *tree, const char *text);

typedef struct cm_set cm_set;
cm_set *cm_set_new(unsigned (*hash)(const void *bytes, int n), int (*equal)(const void *a, int n, const void *b, int m));
void cm_set_free(cm_set *set);
int cm_set_put(cm_set *set, const void *bytes, int n);
int cm_set_has(const cm_set *set, const void *bytes, int n);

typedef struct {
    short weight;
    char name[6];
} cm_item;
void cm_sort(cm_item *items, size_t n, int (*order)(const cm_item *a, const cm_item *b));

#endif
