int a(void);
/* level */
