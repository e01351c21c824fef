typedef signed int number;
number a(number n);
