int a(long size);
