int a(int y);
