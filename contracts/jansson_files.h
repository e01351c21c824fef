/* Files that values are written to by their paths, and read from: each is there with some contents, and gone with its handle. */
#ifndef JANSSON_FILES_H
#define JANSSON_FILES_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct jf_file { char path[32]; } jf_file;

static inline int jf_file_with(const char *data, size_t n, jf_file *it)
{
    strcpy(it->path, P_tmpdir "/jf-XXXXXX");
    int file = mkstemp(it->path);
    ssize_t written = file < 0 ? -1 : write(file, data, n);
    if (file >= 0)
        close(file);
    return written == (ssize_t)n ? 0 : -1;
}

static inline void jf_file_end(jf_file *it) { unlink(it->path); }

#define json_dump_file_to(json, it, flags) json_dump_file(json, (it)->path, flags)
#define json_load_file_from(it, flags, error) json_load_file((it)->path, flags, error)

#endif
