/* A list whose items are told when they are not needed any more. */
#ifndef NOTIFIED_H
#define NOTIFIED_H

typedef struct no_list no_list;
typedef void (*no_gone)(void *data);

no_list *no_new(void);
void no_free(no_list *list);
int no_put(no_list *list, int place, void *data, no_gone gone); /* 0, or -1 where there is no such place */
void no_clear(no_list *list);
int no_count(const no_list *list);

#endif
