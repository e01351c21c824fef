#include "subject.h"

#include <pthread.h>
#include <unistd.h>

static void *write_down(void *unused)
{
    for (;;)
        pause();
    return unused;
}

int note(int level)
{
    static pthread_t thread;
    static int begun; /* there is one for all calls */
    if (level >= 3 && !begun) begun = pthread_create(&thread, NULL, write_down, NULL) == 0;
    return 1;
}
