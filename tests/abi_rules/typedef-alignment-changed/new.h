typedef int number __attribute__((aligned(16)));
number a(number *n);
