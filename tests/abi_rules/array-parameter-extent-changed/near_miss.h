int a(int numbers[static 4]);
