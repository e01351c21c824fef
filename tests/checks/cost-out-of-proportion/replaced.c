#include "subject.h"

int admit(int kind)
{
    return kind > 0;
}
