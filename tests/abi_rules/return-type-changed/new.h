long a(void);
