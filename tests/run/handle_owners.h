/* Handles that hold each other: taken over, shared, borrowed, lent, given back. */
#ifndef HANDLE_OWNERS_H
#define HANDLE_OWNERS_H

/* Items that a list takes over, as long as it has room for them; it destroys those that it has. */
typedef struct ow_list ow_list;
typedef struct ow_item ow_item;
ow_item *ow_item_new(int weight);
int ow_item_weight(const ow_item *item);
void ow_item_free(ow_item *item);
ow_list *ow_list_new(void);
int ow_list_push(ow_list *list, ow_item *item); /* 0, or -1 where there is no room: then it is the caller's still */
int ow_list_total(const ow_list *list);
void ow_list_free(ow_list *list);

/* Notes that a box takes over whatever it answers. */
typedef struct ow_box ow_box;
typedef struct ow_note ow_note;
ow_note *ow_note_new(const char *text);
const char *ow_note_text(const ow_note *note); /* there until `ow_note_set` */
int ow_note_set(ow_note *note, const char *text);
int ow_note_length(const ow_note *note);
void ow_note_free(ow_note *note);
ow_box *ow_box_new(void);
int ow_box_put(ow_box *box, ow_note *note);
ow_note *ow_box_last(const ow_box *box); /* there until the box is emptied */
void ow_box_empty(ow_box *box);
void ow_box_free(ow_box *box);

/* Values that count their references, and pairs of them. */
typedef struct ow_value ow_value;
ow_value *ow_value_new(int number);
ow_value *ow_value_pair(void);
ow_value *ow_value_ref(ow_value *value);
void ow_value_unref(ow_value *value);
int ow_value_set(ow_value *pair, unsigned at, ow_value *value);      /* takes a reference of its own */
int ow_value_set_new(ow_value *pair, unsigned at, ow_value *value);  /* takes the caller's */
ow_value *ow_value_at(const ow_value *pair, unsigned at);            /* borrowed */
int ow_value_sum(const ow_value *value);                             /* goes down into pairs */

/* A tree. What is appended is its parent's, until it is taken out. */
typedef struct ow_node ow_node;
ow_node *ow_node_new(int number);
int ow_node_append(ow_node *parent, ow_node *child); /* 0, or -1: it has a parent already */
ow_node *ow_node_parent(const ow_node *node);
ow_node *ow_node_first(const ow_node *node);
void ow_node_unlink(ow_node *node);
int ow_node_sum(const ow_node *node);
void ow_node_free(ow_node *node);

/* A bus that ports are attached to, which are there as long as it is, or until they are detached. */
typedef struct ow_bus ow_bus;
typedef struct ow_port ow_port;
ow_port *ow_port_new(int number);
void ow_port_free(ow_port *port);
ow_bus *ow_bus_new(void);
int ow_bus_attach(ow_bus *bus, ow_port *port); /* 0, or -1 where there is no room */
int ow_bus_detach(ow_bus *bus, ow_port *port); /* 0, or -1 where it is not attached */
int ow_bus_poll(ow_bus *bus);
void ow_bus_free(ow_bus *bus);

#endif
