#include "subject.h"

int reserve(int count)
{
    int missing = count - 100;
    return missing > 0 ? missing : DONE;
}
