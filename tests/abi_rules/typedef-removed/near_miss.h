typedef signed number;
int a(void);
