/* VARIANT 0 and 1 keep account of who owns what, each in its own way; 2 has one mistake for each kind of handle. */
#include "handle_owners.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct ow_item {
    int weight;
};

struct ow_list {
    int count;
    ow_item *items[2];
};

ow_item *ow_item_new(int weight) {
    ow_item *item = malloc(sizeof *item);
    if (item)
        item->weight = weight & 0xff;
    return item;
}

int ow_item_weight(const ow_item *item) { return item->weight; }

void ow_item_free(ow_item *item) { free(item); }

ow_list *ow_list_new(void) { return calloc(1, sizeof(ow_list)); }

int ow_list_push(ow_list *list, ow_item *item) {
    if (list->count == 2) {
        if (WRONG)
            ow_item_free(item); /* and so does the caller */
        return -1;
    }
    list->items[list->count++] = item;
    return 0;
}

int ow_list_total(const ow_list *list) {
    int total = 0;
    for (int i = 0; i < list->count; i++)
        total += list->items[i]->weight;
    return total;
}

void ow_list_free(ow_list *list) {
    while (list->count)
        ow_item_free(list->items[--list->count]);
    free(list);
}

struct ow_note {
    char *text;
};

struct ow_box {
    int count;
    ow_note *notes[2];
};

static char *copy(const char *text) {
    char *made = malloc(strlen(text) + 1);
    return made ? strcpy(made, text) : NULL;
}

ow_note *ow_note_new(const char *text) {
    ow_note *note = malloc(sizeof *note);
    if (note)
        note->text = copy(text);
    return note;
}

const char *ow_note_text(const ow_note *note) { return note->text; }

int ow_note_set(ow_note *note, const char *text) {
    char *made = copy(text);
    free(note->text);
    note->text = made;
    return 0;
}

int ow_note_length(const ow_note *note) {
    if (WRONG) { /* a new text, where the old one is lent */
        char *other = copy(note->text);
        free(note->text);
        ((ow_note *)note)->text = other;
    }
    return (int)strlen(note->text);
}

void ow_note_free(ow_note *note) {
    free(note->text);
    free(note);
}

ow_box *ow_box_new(void) { return calloc(1, sizeof(ow_box)); }

int ow_box_put(ow_box *box, ow_note *note) {
    if (box->count == 2) {
        if (!WRONG)
            ow_note_free(note); /* else nobody does */
        return -1;
    }
    box->notes[box->count++] = note;
    return 0;
}

ow_note *ow_box_last(const ow_box *box) { return box->count ? box->notes[box->count - 1] : NULL; }

void ow_box_empty(ow_box *box) {
    while (box->count)
        ow_note_free(box->notes[--box->count]);
}

void ow_box_free(ow_box *box) {
    ow_box_empty(box);
    free(box);
}

struct ow_value {
    int users, number, pair;
    ow_value *inside[2];
};

ow_value *ow_value_new(int number) {
    ow_value *value = calloc(1, sizeof *value);
    if (value) {
        value->users = 1;
        value->number = number & 0xff;
    }
    return value;
}

ow_value *ow_value_pair(void) {
    ow_value *value = ow_value_new(0);
    if (value)
        value->pair = 1;
    return value;
}

ow_value *ow_value_ref(ow_value *value) {
    value->users++;
    return value;
}

void ow_value_unref(ow_value *value) {
    if (--value->users)
        return;
    for (int i = 0; i < 2; i++)
        if (value->inside[i])
            ow_value_unref(value->inside[i]);
    free(value);
}

int ow_value_set(ow_value *pair, unsigned at, ow_value *value) {
    if (!pair->pair || at > 1)
        return -1;
    if (!(WRONG && pair->inside[at])) /* replaced without a reference of its own */
        ow_value_ref(value);
    ow_value *old = pair->inside[at];
    pair->inside[at] = value;
    if (old)
        ow_value_unref(old);
    return 0;
}

int ow_value_set_new(ow_value *pair, unsigned at, ow_value *value) {
    if (!NEAR) {
        int done = ow_value_set(pair, at, value);
        ow_value_unref(value);
        return done;
    }
    if (!pair->pair || at > 1) {
        ow_value_unref(value);
        return -1;
    }
    ow_value *old = pair->inside[at];
    pair->inside[at] = value; /* the caller's reference */
    if (old)
        ow_value_unref(old);
    return 0;
}

ow_value *ow_value_at(const ow_value *pair, unsigned at) { return at > 1 ? NULL : pair->inside[at]; }

int ow_value_sum(const ow_value *value) {
    unsigned sum = (unsigned)value->number;
    for (int i = 0; i < 2; i++)
        if (value->inside[i])
            sum += (unsigned)ow_value_sum(value->inside[i]);
    return (int)(sum & 0xffff);
}

struct ow_node {
    int number;
    ow_node *parent, *first, *next;
};

ow_node *ow_node_new(int number) {
    ow_node *node = calloc(1, sizeof *node);
    if (node)
        node->number = number & 0xff;
    return node;
}

int ow_node_append(ow_node *parent, ow_node *child) {
    if (child->parent)
        return -1;
    child->parent = parent;
    child->next = parent->first;
    parent->first = child;
    return 0;
}

ow_node *ow_node_parent(const ow_node *node) { return node->parent; }

ow_node *ow_node_first(const ow_node *node) { return node->first; }

void ow_node_unlink(ow_node *node) {
    if (!node->parent)
        return;
    ow_node **at = &node->parent->first;
    while (*at != node)
        at = &(*at)->next;
    *at = node->next;
    node->next = NULL;
    if (!WRONG) /* else it looks for itself where it is no more, once it is destroyed */
        node->parent = NULL;
}

int ow_node_sum(const ow_node *node) {
    unsigned sum = (unsigned)node->number;
    for (const ow_node *each = node->first; each; each = each->next)
        sum += (unsigned)ow_node_sum(each);
    return (int)(sum & 0xffff);
}

void ow_node_free(ow_node *node) {
    ow_node_unlink(node);
    while (node->first) {
        ow_node *child = node->first;
        node->first = child->next;
        child->parent = NULL;
        child->next = NULL;
        ow_node_free(child);
    }
    free(node);
}

struct ow_port {
    int number;
    ow_bus *bus;
};

struct ow_bus {
    int count;
    ow_port *ports[3];
};

ow_port *ow_port_new(int number) {
    ow_port *port = calloc(1, sizeof *port);
    if (port)
        port->number = number & 0xff;
    return port;
}

void ow_port_free(ow_port *port) { free(port); }

ow_bus *ow_bus_new(void) { return calloc(1, sizeof(ow_bus)); }

int ow_bus_attach(ow_bus *bus, ow_port *port) {
    if (bus->count == 3 || port->bus)
        return -1;
    bus->ports[bus->count++] = port;
    port->bus = bus;
    return 0;
}

int ow_bus_detach(ow_bus *bus, ow_port *port) {
    if (port->bus != bus)
        return -1;
    for (int i = 0; i < bus->count; i++) {
        if (bus->ports[i] == port) {
            memmove(&bus->ports[i], &bus->ports[i + 1], (size_t)(2 - i) * sizeof port);
            bus->count -= !WRONG || i == 0;
            break;
        }
    }
    port->bus = NULL;
    return 0;
}

int ow_bus_poll(ow_bus *bus) {
    unsigned sum = 0;
    for (int i = 0; i < bus->count; i++)
        sum += (unsigned)bus->ports[i]->number;
    return (int)(sum & 0xffff);
}

void ow_bus_free(ow_bus *bus) {
    for (int i = 0; i < bus->count; i++)
        bus->ports[i]->bus = NULL; /* they are there still */
    free(bus);
}
