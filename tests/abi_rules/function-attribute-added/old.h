int a(char *p);
