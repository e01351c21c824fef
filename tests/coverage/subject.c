#include <stddef.h>
#define LIMIT(x) ((x) > 30 ? 30 : (x))
static int other = 5;

static int weigh(int x)
{
    return x > 3 ? x : -x;
}

static int alone(int x)
{
    return x + other;
}

static int walk(const unsigned char *d, size_t n)
{
    int r = 0;
    for (size_t i = 0; i < n; i++) {
        if (d[i] == 'L')
            continue;
        if (d[i] == '!')
            break;
        r += d[i];
    }
    do {
        r--;
    } while (r > 1000);
    return r;
}

int subject(const unsigned char *d, size_t n)
{
    int r = 0;
    if (n == 0) {
        goto out;
    }
    if (n > 1 && d[0] == 'A' && d[1] == 'B') {
        if (n > 100) {
            r = 7;
        }
    } else {
        r = weigh((int)n);
        other++;
    }
    switch (d[0]) {
    case 1:
        r += 1;
        break;
    case 5:
        r += 2;
        /* falls through */
    case 7:
        r += 3;
        break;
    case 9:
        r += alone(r);
        break;
    default:
        break;
    }
    if (d[0] == 'q' || n == 1000) {
        r = 1;
    } else {
        r = LIMIT(r);
    }
    r += walk(d, n);
out:
    return r;
}
