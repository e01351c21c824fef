extern int twice(int number);
