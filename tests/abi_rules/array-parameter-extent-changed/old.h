int a(int values[static 4]);
