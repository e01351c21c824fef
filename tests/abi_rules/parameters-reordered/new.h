int area(int height, int width);
