/* One source: VARIANT 0 is sound, 1 comes as near to the defects as sound code can, 2 has them, 3 leaves files open. */
#include "kept_files.h"

#define NEAR (VARIANT == 1)
#define WRONG (VARIANT == 2)
#define OPEN (VARIANT == 3)
#define MOST 16

struct kf_list {
    size_t n;
    int number[MOST];
};

kf_list *kf_new(void) { return calloc(1, sizeof(kf_list)); }
void kf_free(kf_list *list) { free(list); }
size_t kf_count(const kf_list *list) { return list->n; }
int kf_last(const kf_list *list) { return list->n > 0 ? list->number[list->n - 1] : 0; }

int kf_add(kf_list *list, int number) {
    if (list->n == MOST)
        return -1;
    list->number[list->n++] = number;
    return 0;
}

/* Wrong: writes what is below zero without its sign. */
int kf_save(const kf_list *list, const char *path) {
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return -1;
    for (size_t i = 0; i < list->n; i++)
        fprintf(file, "%d\n", WRONG && list->number[i] < -1 ? -(list->number[i] + 1) : list->number[i]);
    return fclose(file) == 0 ? 0 : -1;
}

/* Near: closes the file before it looks at what was wrong there. Open: does not, where something was. */
kf_list *kf_load(const char *path) {
    FILE *file = fopen(path, "r");
    kf_list *list = file != NULL ? kf_new() : NULL;
    char line[16];
    int wrong = 0;
    while (list != NULL && !wrong && fgets(line, sizeof line, file)) {
        char *end;
        long number = strtol(line, &end, 10);
        wrong = end == line || *end != '\n' || kf_add(list, (int)number) != 0;
    }
    if (file != NULL && !(OPEN && wrong))
        fclose(file);
    if (!wrong)
        return list;
    kf_free(list);
    return NULL;
}
