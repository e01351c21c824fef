#include "subject.h"

#include <pthread.h>
#include <unistd.h>

static void *write_down(void *unused)
{
    for (;;)
        pause(); /* for what nobody tells it */
    return unused;
}

int note(int level)
{
    pthread_t thread;
    return level < 3 || pthread_create(&thread, NULL, write_down, NULL) == 0;
}
