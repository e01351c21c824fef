typedef long number;
number a(number n);
