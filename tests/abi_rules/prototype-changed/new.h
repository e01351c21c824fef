int a(float f);
