/* What the contract of GLib's lists needs besides glib.h: lists in a place of the caller's, and what is read of a string. */
#include <glib.h>
#include <string.h>

typedef struct lists_of { GSList *first; } lists_of;
#define lists_begin(list) ((void)((list)->first = NULL))
#define lists_append(list, text) ((void)((list)->first = g_slist_append((list)->first, text)))
#define lists_prepend(list, text) ((void)((list)->first = g_slist_prepend((list)->first, text)))
#define lists_insert(list, text, place) ((void)((list)->first = g_slist_insert((list)->first, text, place)))
#define lists_reverse(list) ((void)((list)->first = g_slist_reverse((list)->first)))
#define lists_sort(list, compare) ((void)((list)->first = g_slist_sort((list)->first, compare)))
#define lists_length(list) g_slist_length((list)->first)
#define lists_nth(list, n) ((const char *)g_slist_nth_data((list)->first, n))
#define lists_foreach(list, each, data) g_slist_foreach((list)->first, each, data)
#define lists_free_full(list, release) g_slist_free_full((list)->first, release)

#define string_text(string) ((const char *)(string)->str)
#define string_length(string) ((string)->len)
#define string_room(string) ((string)->allocated_len)

#define array_length(array) ((array)->len)
#define array_at(array, n) ((const char *)g_ptr_array_index(array, n))
#define remove_index(array, n) ((void)g_ptr_array_remove_index(array, n))
#define remove_range(array, n, length) ((void)g_ptr_array_remove_range(array, n, length))

#define table_has(table, key) ((int)g_hash_table_contains(table, key))
#define table_at(table, key) ((const char *)g_hash_table_lookup(table, key))
#define table_put(table, key, value) ((int)g_hash_table_insert(table, strdup(key), strdup(value)))
#define table_take(table, key) ((int)g_hash_table_remove(table, key))
