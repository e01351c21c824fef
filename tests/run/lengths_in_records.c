/* One source, three libraries: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them. */
#include "lengths_in_records.h"

#include <stdlib.h>
#include <string.h>

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)

struct lr_file {
    unsigned left;
    lr_head head;
    uint8_t *packet;
};

lr_file *lr_open(unsigned packets) {
    lr_file *file = calloc(1, sizeof *file);
    if (file)
        file->left = packets;
    return file;
}

void lr_close(lr_file *file) {
    if (file)
        free(file->packet);
    free(file);
}

/* Near: has more memory than it says. */
static int step(lr_file *file, unsigned too_many) {
    if (!file->left)
        return 0;
    unsigned size = 3 * file->left--;
    free(file->packet);
    file->packet = malloc(size + NEAR);
    if (!file->packet)
        return 0;
    memset(file->packet, (int)size, size + NEAR);
    file->head = (lr_head){.seconds = file->left, .kept = size + too_many, .sent = size + 5};
    return 1;
}

/* Tells of one byte more than there is in the last packet. Near: leaves the head alone at the end. */
const uint8_t *lr_next(lr_file *file, lr_head *head) {
    int there = step(file, WRONG && file->left == 1);
    if (there || !NEAR)
        *head = file->head;
    return there ? file->packet : NULL;
}

/* Leaves what was sent for what is kept, of the first packet of several. Near: another head each time. */
int lr_next_lent(lr_file *file, const lr_head **head, const uint8_t **data) {
    static lr_head heads[2];
    if (!step(file, 0))
        return 0;
    if (WRONG && file->left == 2)
        file->head.kept = file->head.sent;
    heads[file->left % 2] = file->head;
    *head = NEAR ? &heads[file->left % 2] : &file->head;
    *data = file->packet;
    return 1;
}

/* Has no border below. Near: has one more cell. */
uint16_t *lr_sheet(unsigned rows, unsigned columns, lr_sheet_head *head) {
    size_t cells = (size_t)(rows + !WRONG) * (columns + 1);
    uint16_t *found = calloc(cells + NEAR, sizeof *found);
    *head = (lr_sheet_head){.kind = NEAR, .size = {(uint16_t)rows, (uint16_t)columns}};
    return found;
}

/* Keeps the last one of four to itself, and nobody frees it. Near: has room for more. */
int lr_words(unsigned n, lr_head **head, char ***words) {
    static lr_head told;
    char **found = malloc((n + 1 + NEAR) * sizeof *found);
    if (!found)
        return -1;
    for (unsigned i = 0; i < n; i++) {
        found[i] = strdup("aword");
        if (found[i])
            found[i][0] = (char)('a' + i % 26);
    }
    told.kept = n - (WRONG && n == 4);
    *head = &told;
    *words = found;
    return 0;
}

/* Tells of two bytes too many of the last packet. Near: tells of more that were sent. */
int lr_pack(lr_file *file, lr_parcel *parcel) {
    if (!step(file, 2 * (WRONG && file->left == 1)))
        return 0;
    file->head.sent += 9 * NEAR;
    *parcel = (lr_parcel){.head = file->head, .data = file->packet};
    return 1;
}
