#include "subject.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counted;

static void begin_anew(void)
{
    pthread_mutex_lock(&lock); /* which the caller has locked */
    counted = 0;
    pthread_mutex_unlock(&lock);
}

int count_on(int count)
{
    pthread_mutex_lock(&lock);
    counted += count;
    if (counted >= 100) begin_anew();
    pthread_mutex_unlock(&lock);
    return count;
}
