/* Shelves with books on them, which are handed out through pointers and stay the shelf's. */
#ifndef BORROWED_HANDLES_H
#define BORROWED_HANDLES_H

typedef struct bo_shelf bo_shelf;
typedef struct bo_book bo_book;

bo_shelf *bo_shelf_new(void);
void bo_shelf_free(bo_shelf *shelf);
int bo_put(bo_shelf *shelf, int number); /* a new book, in front: the others stay where they are */
int bo_sort(bo_shelf *shelf);            /* all of them are other ones then */
int bo_turn(bo_book *book);              /* so are all that are on its shelf */
int bo_first(bo_shelf *shelf, bo_book **book);
int bo_next(bo_shelf *shelf, bo_book *book, bo_book **next);
int bo_number(const bo_book *book);

/* A place on a shelf, in the caller's memory; no place any more once the shelf is sorted. */
typedef struct bo_place { const bo_book *at; } bo_place;

int bo_place_first(bo_place *place, bo_shelf *shelf);
int bo_place_on(bo_place *place); /* to the next book */
int bo_place_number(const bo_place *place);

#endif
