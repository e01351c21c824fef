int a(void); /* number */
