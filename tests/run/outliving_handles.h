/* Handles that may outlive the one they were made with: see outliving_handles.c. */
#ifndef KIN_H
#define KIN_H

#include <stddef.h>

typedef struct kn_book kn_book;
typedef struct kn_page kn_page;
kn_book *kn_book_new(const char *title);
void kn_book_free(kn_book *book);
int kn_book_add(kn_book *book, int number);
int kn_book_count(const kn_book *book);
int kn_book_sum(const kn_book *book);
void kn_book_clear(kn_book *book);
kn_page *kn_page_new(kn_book *book, int at);
void kn_page_free(kn_page *page);
int kn_page_at(const kn_page *page);
int kn_page_turn(kn_page *page, int by);
int kn_page_number(const kn_page *page);
void kn_page_mark(kn_page *page, int mark);
int kn_page_marked(const kn_page *page);

#endif
