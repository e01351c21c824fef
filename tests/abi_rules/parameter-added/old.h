int a(int x);
