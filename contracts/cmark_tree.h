/* cmark, and a node that is given to the parent that it has: it is moved there, and stays in the tree. */
#ifndef CMARK_TREE_H
#define CMARK_TREE_H

#include <cmark.h>

#define cmark_node_move_last(node, child) cmark_node_append_child(node, child)
#define cmark_node_move_first(node, child) cmark_node_prepend_child(node, child)

#endif
