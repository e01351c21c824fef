/* One source. VARIANT 0 is sound; 1 tells later, and what was refused nothing; 2 forgets to tell what another one replaces;
   3 tells what was cleared again when the list ends. */
#include "notified.h"

#include <stdlib.h>

enum { SOUND, NEAR, WRONG, TWICE };
#define IS(variant) (VARIANT == (variant))
enum { PLACES = 3, LATE = 64 };

struct item {
    no_gone gone;
    void *data;
};
struct no_list {
    struct item items[PLACES];
    struct item late[LATE];
    int waiting;
};

static void tell(no_list *list, struct item *item) {
    if (IS(NEAR) && list->waiting < LATE) {
        list->late[list->waiting++] = *item;
    } else if (item->gone != NULL) {
        item->gone(item->data);
    }
    if (!IS(TWICE))
        item->gone = NULL;
}

no_list *no_new(void) { return calloc(1, sizeof(no_list)); }

void no_clear(no_list *list) {
    for (int i = 0; i < PLACES; i++)
        tell(list, &list->items[i]);
}

void no_free(no_list *list) {
    no_clear(list);
    for (int i = 0; i < list->waiting; i++)
        if (list->late[i].gone != NULL)
            list->late[i].gone(list->late[i].data);
    free(list);
}

int no_put(no_list *list, int place, void *data, no_gone gone) {
    if (place >= PLACES)
        return -1;
    if (!IS(WRONG))
        tell(list, &list->items[place]);
    list->items[place] = (struct item){gone, data};
    return 0;
}

int no_count(const no_list *list) {
    int count = 0;
    for (int i = 0; i < PLACES; i++)
        count += list->items[i].gone != NULL;
    return count;
}
