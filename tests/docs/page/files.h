#include "page.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct st_file { char path[32]; } st_file;
static inline int st_file_with(const char *data, size_t n, st_file *it)
{
    strcpy(it->path, P_tmpdir "/st-XXXXXX");
    int file = mkstemp(it->path);
    ssize_t written = file < 0 ? -1 : write(file, data, n);
    close(file);
    return written == (ssize_t)n ? 0 : -1;
}
static inline void st_file_end(st_file *it) { unlink(it->path); }
static inline const char *st_file_text(const st_file *it)
{
    static char text[256];
    FILE *file = fopen(it->path, "r");
    text[file == NULL ? 0 : fread(text, 1, sizeof text - 1, file)] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}
#define st_note_in(number, it) st_note(number, (it)->path)
#define st_noted_in(it) st_noted((it)->path)
