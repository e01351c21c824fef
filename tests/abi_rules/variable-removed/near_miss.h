int a(void);
extern int level;
