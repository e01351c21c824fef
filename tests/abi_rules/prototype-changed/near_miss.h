extern int a();
