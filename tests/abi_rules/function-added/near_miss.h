/* a */ extern int a(void);
