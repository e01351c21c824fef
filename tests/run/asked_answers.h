/* Trees whose nodes are passed by value and have names: what one function answers is what another is asked about. */
#ifndef ASKED_ANSWERS_H
#define ASKED_ANSWERS_H

#include <stdbool.h>

typedef struct aa_tree aa_tree;
/* A node of a tree, for as long as that is there; one whose `place` is -1 is none. */
typedef struct aa_node {
    const aa_tree *tree;
    int place;
} aa_node;

/* A tree of so many nodes, 1 to 7: those of node n are 2n + 1 and 2n + 2. */
aa_tree *aa_new(int nodes);
void aa_free(aa_tree *tree);
int aa_size(const aa_tree *tree);
aa_node aa_root(const aa_tree *tree);
/* The first or second node below another, or none. */
aa_node aa_child(aa_node node, int number);
/* The node above another, none above the root. */
aa_node aa_parent(aa_node node);
bool aa_is(aa_node node);
bool aa_same(aa_node node, aa_node other);

/* Names a node; -1 where another one has that name. */
int aa_name(aa_tree *tree, int place, const char *name);
/* What a node is called, NULL where it has no name. */
const char *aa_name_of(const aa_tree *tree, int place);
/* Which node is called so, -1 where none is. */
int aa_find(const aa_tree *tree, const char *name);
/* Takes the name of the root away, of a tree that finds it. */
void aa_unname(aa_tree *tree);

#endif
