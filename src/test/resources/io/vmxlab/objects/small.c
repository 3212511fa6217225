int twice(int x) { return 2 * x; }
int sum(int a, int b, char *buffer) { buffer[0] = (char)a; return twice(a) + b; }
static int k; int *const pk = &k; const char *s = "x";int get(int i){ *pk = i; return k + *s; }
