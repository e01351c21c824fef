int a(int values[static 8]);
