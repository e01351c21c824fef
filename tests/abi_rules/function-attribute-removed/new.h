char *a(void);
