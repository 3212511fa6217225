static int answer(int x) { return x + 2; }
int counter = 40;
int zero[1000];
void _start(void) {
    zero[999] = answer(counter);
    __asm__ volatile("out %0, $0xf4" : : "a"(zero[999] == 42 ? 0 : 1));
    for (;;) {}
}
