int a(int x, int unused);
