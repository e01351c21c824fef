int a(int x, int flags);
