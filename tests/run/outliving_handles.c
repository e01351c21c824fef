/* VARIANT 0 and 1 count who needs a book, 2 forgets a page that was turned or marked. */
#include "outliving_handles.h"

#include <stdlib.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct shelf {
    int count, *numbers;
};

struct kn_book {
    int users;
    struct shelf *shelf;
};

struct kn_page {
    kn_book *book;
    int at, mark;
};

static void drop(kn_book *book) {
    if (--book->users > 0)
        return;
    free(book->shelf->numbers);
    free(book->shelf);
    free(book);
}

kn_book *kn_book_new(const char *title) {
    kn_book *made = calloc(1, sizeof *made);
    made->users = 1;
    made->shelf = calloc(1, sizeof *made->shelf);
    made->shelf->numbers = calloc(8, sizeof(int));
    (void)title;
    return made;
}

void kn_book_free(kn_book *book) { drop(book); }

int kn_book_add(kn_book *book, int number) {
    if (book->shelf->count == 8)
        return -1;
    book->shelf->numbers[book->shelf->count++] = number;
    return 0;
}

int kn_book_count(const kn_book *book) { return book->shelf->count; }

int kn_book_sum(const kn_book *book) {
    int sum = 0;
    for (int i = 0; i < book->shelf->count; i++)
        sum += book->shelf->numbers[i] & 15;
    return sum;
}

void kn_book_clear(kn_book *book) { book->shelf->count = 0; }

kn_page *kn_page_new(kn_book *book, int at) {
    kn_page *made = calloc(1, sizeof *made);
    made->book = book;
    made->at = at;
    if (!WRONG)
        book->users++;
    return made;
}

void kn_page_free(kn_page *page) {
    if (!WRONG)
        drop(page->book);
    free(page);
}

int kn_page_at(const kn_page *page) { return page->at; }

int kn_page_turn(kn_page *page, int by) {
    int at = page->at + by;
    page->at = at < 0 ? 0 : at > 7 ? 7 : at;
    return page->at;
}

int kn_page_number(const kn_page *page) {
    const struct shelf *shelf = page->book->shelf;
    return page->at < shelf->count ? shelf->numbers[page->at] : -1;
}

void kn_page_mark(kn_page *page, int mark) { page->mark = mark; }

int kn_page_marked(const kn_page *page) { return page->mark; }
