#ifndef LENGTHS_IN_RECORDS_H
#define LENGTHS_IN_RECORDS_H

#include <stddef.h>
#include <stdint.h>

typedef struct lr_file lr_file;

typedef struct lr_head {
    uint32_t seconds;
    uint32_t kept;
    uint32_t sent;
} lr_head;

typedef struct lr_size {
    uint16_t rows, columns;
} lr_size;

typedef struct lr_sheet_head {
    int kind;
    lr_size size;
} lr_sheet_head;

typedef struct lr_parcel {
    lr_head head;
    const uint8_t *data;
} lr_parcel;

lr_file *lr_open(unsigned packets);
void lr_close(lr_file *file);

/* The next packet, `head->kept` bytes, up to the next call; NULL at the end. */
const uint8_t *lr_next(lr_file *file, lr_head *head);

/* The same, with a head that stays the library's; 1, or 0 at the end. */
int lr_next_lent(lr_file *file, const lr_head **head, const uint8_t **data);

/* The cells of a sheet with a border of one cell on the right and below; the caller frees them. */
uint16_t *lr_sheet(unsigned rows, unsigned columns, lr_sheet_head *head);

/* `head->kept` words, in the order of the alphabet; the caller frees each of them, and the array. */
int lr_words(unsigned n, lr_head **head, char ***words);

/* The next packet in one record, up to the next call; 1, or 0 at the end. */
int lr_pack(lr_file *file, lr_parcel *parcel);

#endif
