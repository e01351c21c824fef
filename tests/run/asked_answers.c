/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has one in each function. */
#include "asked_answers.h"

#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, WRONG };
#define IS(variant) (VARIANT == (variant))
enum { MOST = 7, LONGEST = 7 };

struct aa_tree {
    int size;
    bool named[MOST];
    char names[MOST][LONGEST + 1], index[MOST][LONGEST + 1];
    char last[LONGEST + 1];
};

aa_tree *aa_new(int nodes) {
    aa_tree *tree = calloc(1, sizeof *tree);
    if (tree != NULL)
        tree->size = nodes;
    return tree;
}

void aa_free(aa_tree *tree) { free(tree); }
int aa_size(const aa_tree *tree) { return tree->size; }
static aa_node at(const aa_tree *tree, int place) { return (aa_node){tree, place < tree->size ? place : -1}; }
aa_node aa_root(const aa_tree *tree) { return at(tree, 0); }

aa_node aa_child(aa_node node, int number) {
    if (node.place < 0)
        return node;
    return at(node.tree, 2 * node.place + number);
}

aa_node aa_parent(aa_node node) {
    if (node.place <= 0)
        return (aa_node){node.tree, -1};
    return (aa_node){node.tree, (IS(WRONG) ? node.place : node.place - 1) / 2}; /* that of the second is another one */
}

bool aa_is(aa_node node) { return node.place >= 0; }
bool aa_same(aa_node node, aa_node other) { return node.tree == other.tree && node.place == other.place; }

int aa_find(const aa_tree *tree, const char *name) {
    for (int i = 0; i < tree->size; i++)
        if (tree->named[i] && strcmp(tree->index[i], name) == 0)
            return i;
    return -1;
}

int aa_name(aa_tree *tree, int place, const char *name) {
    int found = aa_find(tree, name);
    if (found >= 0)
        return found == place ? 0 : -1;
    strcpy(tree->names[place], name);
    if (!IS(WRONG) || !tree->named[place]) /* is not found by its new name */
        strcpy(tree->index[place], name);
    tree->named[place] = true;
    return 0;
}

const char *aa_name_of(const aa_tree *tree, int place) {
    if (!tree->named[place])
        return NULL;
    if (IS(NEAR)) { /* what it answers is there until it is asked again */
        char *last = (char *)tree->last;
        return strcpy(last, tree->names[place]);
    }
    return tree->names[place];
}

void aa_unname(aa_tree *tree) {
    if (!tree->named[0] || aa_find(tree, tree->names[0]) != 0)
        abort();
    tree->named[0] = false;
}
