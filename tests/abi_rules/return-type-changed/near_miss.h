typedef int number;
number a(void);
