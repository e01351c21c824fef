#include "subject.h"

#include <sys/wait.h>
#include <unistd.h>

int begin(int level)
{
    if (level < 4) return 0;
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child > 0) waitpid(child, NULL, 0);
    return 1;
}
