extern int level;
int a(void);
