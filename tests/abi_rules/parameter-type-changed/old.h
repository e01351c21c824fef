int a(int size);
