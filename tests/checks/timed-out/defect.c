#include "subject.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int level;

static void empty(void)
{
    pthread_mutex_lock(&lock); /* which the caller has locked */
    level = 0;
    pthread_mutex_unlock(&lock);
}

int fill(int percent)
{
    pthread_mutex_lock(&lock);
    level = percent;
    if (level == 100) empty();
    pthread_mutex_unlock(&lock);
    return level;
}
