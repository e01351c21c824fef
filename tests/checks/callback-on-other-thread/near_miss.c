#include "subject.h"

#include <pthread.h>

static void *run(void *unused)
{
    return unused;
}

void work(int level, event *done, void *context)
{
    pthread_t thread;
    if (level >= 3 && pthread_create(&thread, NULL, run, NULL) == 0) pthread_join(thread, NULL);
    done(context);
}
