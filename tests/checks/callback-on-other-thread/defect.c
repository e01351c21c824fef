#include "subject.h"

#include <pthread.h>

typedef struct job {
    event *done;
    void *context;
} job;

static void *run(void *given)
{
    job *mine = given;
    mine->done(mine->context);
    return NULL;
}

void work(int level, event *done, void *context)
{
    job mine = {done, context};
    pthread_t thread;
    if (level < 3 || pthread_create(&thread, NULL, run, &mine) != 0)
        run(&mine);
    else
        pthread_join(thread, NULL);
}
