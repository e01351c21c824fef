/* Callbacks that are kept as long as what keeps them is there, however that ends. */
#ifndef KEPT_CALLBACKS_H
#define KEPT_CALLBACKS_H

#include <stddef.h>

typedef struct kc_base kc_base;
typedef struct kc_reader kc_reader;
typedef struct kc_shared kc_shared;
typedef struct kc_list kc_list;
typedef struct kc_rope kc_rope;
typedef void (*kc_told)(void *mine);

kc_base *kc_base_new(void);
int kc_base_close(kc_base *base); /* 0, or -2 while readers are open: then it is there still */
void kc_base_on(kc_base *base, kc_told told, void *mine);
int kc_base_poke(kc_base *base); /* how many were told */
int kc_reader_open(kc_base *base, const char *name, kc_reader **reader); /* 0, and none where the name is empty; or -1 */
void kc_reader_free(kc_reader *reader);

kc_shared *kc_shared_new(void);
kc_shared *kc_shared_ref(kc_shared *shared);
void kc_shared_unref(kc_shared *shared);
void kc_shared_on(kc_shared *shared, kc_told told, void *mine);
int kc_shared_poke(kc_shared *shared);
int kc_shared_at_end(kc_shared *shared, kc_told gone, void *mine); /* 0, or -1 where too many are to be told */

kc_list *kc_list_new(void);
void kc_list_free(kc_list *list);
int kc_list_put(kc_list *list, kc_shared *shared); /* 0, or -1 where it is full; keeps a reference of its own */
int kc_list_drop(kc_list *list, int place);        /* 0, or -1 where nothing is there */
int kc_list_poke(kc_list *list);

kc_rope *kc_rope_new(void);
void kc_rope_free(kc_rope *rope);
/* Appends bytes that stay the caller's, who is told when nothing refers to them any more. 0, or -1 where it is full. */
int kc_rope_lend(kc_rope *rope, const char *bytes, size_t n, kc_told gone, void *mine);
int kc_rope_refer(kc_rope *to, kc_rope *from); /* what `from` has now, and will have, is in both. 0, or -1 where it is full */
unsigned kc_rope_sum(const kc_rope *rope);

#endif
