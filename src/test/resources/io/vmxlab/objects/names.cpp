/* C++ names, constructors, and what can be reached. Compiled by
   g++ -O0 (names-O0.o) or -O2 (names-O2.o) -ffreestanding -mgeneral-regs-only -fno-exceptions -fno-rtti -c
   and with -O2 -m32 (names-32.o). report() is defined nowhere. */
extern "C" int report(const char *, ...);

namespace hv {

struct counter {
    int value;
    explicit counter(int from);
    ~counter();
    virtual int get() const;
};
counter::counter(int from) : value(from * 2) {}
counter::~counter() { value = 0; }
int counter::get() const { return value; }

counter global(21); /* 42 */

int start() { return global.get(); }
int start(int more) { return more + global.value; }
int start(const char *text, unsigned long n) { return report("%s", text) + (int)n; }

namespace {
__attribute__((noinline)) int hidden(int x) { return x + global.value; }
} // namespace

template <class T> T twice(T x) { return x + x; }
template int twice<int>(int);
template long twice<long>(long);

int use() { return hidden(1); }

/* Reaches report() through a static function, to which no relocation leads. */
static __attribute__((noinline)) int quiet(int x) { return x > 5 ? report("many") : x; }
int loud(int x) { return quiet(x) + 1; }

/* Reaches report() through a table of branch targets. */
int choose(int x) {
    switch (x) {
    case 0: return 5;
    case 1: return start(3);
    case 2: return 77;
    case 3: return loud(9);
    case 4: return 1;
    case 5: return 99;
    default: return 3;
    }
}

/* The same without. */
int pick(int x) {
    switch (x) {
    case 0: return 5;
    case 1: return start(3);
    case 2: return 77;
    case 3: return use();
    case 4: return 1;
    case 5: return 99;
    default: return 3;
    }
}

/* Reaches report() through a table of functions. */
int (*const functions[])(int) = {loud, choose};
int by_table(unsigned i) { return functions[i & 1](2); }

} // namespace hv

static int order;
__attribute__((constructor(300))) static void second() { order = order * 10 + 2; }
__attribute__((constructor(200))) static void first() { order = order * 10 + 1; }
__attribute__((constructor)) static void third() { order = order * 10 + 3; }

extern "C" int in_order() { return order; }
extern "C" int main() { return hv::global.value; }
