#include "subject.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int open_level(int level)
{
    if (level <= 9) return level;
    pid_t child = fork();
    if (child == 0) _exit(EXIT_FAILURE); /* a process of its own */
    if (child > 0) waitpid(child, NULL, 0);
    return -1;
}
