typedef int number;
int a(number n);
