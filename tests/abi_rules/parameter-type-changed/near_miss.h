typedef int size_type;
int a(const size_type size);
