typedef int number;
number a(number *m);
