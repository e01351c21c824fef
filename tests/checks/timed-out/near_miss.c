#include "subject.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counted;

static void begin_anew(void)
{
    pthread_mutex_lock(&lock);
    counted = 0;
    pthread_mutex_unlock(&lock);
}

int count_on(int count)
{
    pthread_mutex_lock(&lock);
    int enough = (counted += count) >= 100;
    pthread_mutex_unlock(&lock);
    if (enough) begin_anew();
    return count;
}
