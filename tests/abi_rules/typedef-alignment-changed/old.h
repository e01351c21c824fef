typedef int number;
number a(number *n);
