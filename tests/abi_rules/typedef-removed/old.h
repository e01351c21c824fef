typedef int number;
int a(void);
