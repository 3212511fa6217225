package io.vmxlab.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Itanium C++ ABI "External Names (a.k.a. Mangling)". */
class CppNameTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "_Z3foov                                   | foo()",
        "_ZL3fooi                                  | foo(int)",
        "_ZN2hv5startEv                            | hv::start()",
        "_ZN2hv5startEiPKcm                        | hv::start(int, char const*, unsigned long)",
        "_ZN2hvL5quietERjOy                        | hv::quiet(unsigned int&, unsigned long long&&)",
        "_ZN2hv4vcpuC1Ev                           | hv::vcpu::vcpu()",
        "_ZN2hv4vcpuC2ERKS0_                       | hv::vcpu::vcpu(hv::vcpu const&)",
        "_ZN2hv4vcpuD0Ev                           | hv::vcpu::~vcpu()",
        "_ZNK2hv4vcpu3getEv                        | hv::vcpu::get() const",
        "_ZN2hv6globalE                            | hv::global",
        "_ZN12_GLOBAL__N_16hiddenEi                | (anonymous namespace)::hidden(int)",
        "_Z5twiceIiET_S0_                          | twice<int>(int)",
        "_ZN1a5twiceIlEET_S1_                      | a::twice<long>(long)",
        "_ZN1a3boxIiE3putEi                        | a::box<int>::put(int)",
        "_ZN1a3boxIiEC2Ei                          | a::box<int>::box(int)",
        "_Z1fPFivE                                 | f(int (*)())",
        "_Z1fPPFivE                                | f(int (**)())",
        "_Z1fRA4_i                                 | f(int (&) [4])",
        "_Z1fPA_Kc                                 | f(char const (*) [])",
        "_Z1fiz                                    | f(int, ...)",
        "_ZplRK1aS1_                               | operator+(a const&, a const&)",
        "_ZN1acviEv                                | a::operator int()",
        "_ZdlPvm                                   | operator delete(void*, unsigned long)",
        "_Znwm                                     | operator new(unsigned long)",
        "_ZNSt6vectorIiSaIiEE4pushEi               | std::vector<int, std::allocator<int>>::push(int)",
        "_Z1fSt6vectorIiSaIiEE                     | f(std::vector<int, std::allocator<int>>)",
        "_Z1fN1a1bES0_                             | f(a::b, a::b)",
        "_Z1fILi3EEvv                              | f<3>()",
        "_Z1fILb1ELj5EEvv                          | f<true, (unsigned int)5>()",
        "_Z1fIJicEEvDpT_                           | f<int, char>(int, char)",
        "_ZZ4mainvE5local                          | main()::local",
        "_ZN2hv5startEv.cold                       | hv::start()",
        "_ZN2hv5startEv.constprop.0                | hv::start()",
        "_ZN4demo5enter17h0123456789abcdefE        | demo::enter",
        "_Z1fDn                                    | f(decltype(nullptr))",
      })
  void shown(String symbol, String source) {
    assertEquals(source, CppName.shown(symbol));
  }

  /** Whatever is no mangled name, or goes beyond the grammar, stays as it is. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "main",
        "_start",
        "_Z",
        "_ZN",
        "_ZNE",
        "_Z3fo",
        "_Z99999999999foov",
        "_ZTV1a",
        "_ZGVZ1fvE1x",
        "_ZN2hv5startE_",
        "_Z1fS9_",
        "_Z1fT_",
        "_Z1fDTclE",
        "_ZSt",
        "_Z1fM1aFivE",
        "_RNvC1a1b"
      })
  void whatIsNoneOfThem(String symbol) {
    assertEquals(symbol, CppName.shown(symbol));
  }

  @Test
  void aWrittenNameMeans() {
    List<String> symbols =
        List.of(
            "main",
            "_ZN2hv5startEv",
            "_ZN2hv5startEiPKc",
            "_ZN2hv5startEv.cold",
            "_ZN12_GLOBAL__N_16hiddenEi",
            "_ZN2hv5twiceIiEET_S1_",
            "_ZN2hv5twiceIlEET_S1_");
    assertEquals(List.of("main"), CppName.matching("main", symbols));
    assertEquals(
        List.of("_ZN2hv5startEv", "_ZN2hv5startEiPKc"), CppName.matching("hv::start", symbols));
    assertEquals(List.of("_ZN2hv5startEv"), CppName.matching("hv::start()", symbols));
    assertEquals(
        List.of("_ZN2hv5startEiPKc"), CppName.matching(" hv::start( int,char const * )", symbols));
    assertEquals(List.of("_ZN2hv5startEiPKc"), CppName.matching("_ZN2hv5startEiPKc", symbols));
    assertEquals(List.of("_ZN12_GLOBAL__N_16hiddenEi"), CppName.matching("hidden", symbols));
    assertEquals(
        List.of("_ZN12_GLOBAL__N_16hiddenEi"),
        CppName.matching("(anonymous namespace)::hidden(int)", symbols));
    assertEquals(2, CppName.matching("hv::twice", symbols).size());
    assertEquals(1, CppName.matching("hv::twice<long>", symbols).size());
    assertEquals(List.of(), CppName.matching("start", symbols));
  }

  /** Substitutions that double the name, nesting, and random names: an answer, soon. */
  @Test
  void namesMadeToHurt() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          CppName.shown("_Z1f" + "P".repeat(4000) + "i");
          CppName.shown("_Z1f" + "N".repeat(4000));
          CppName.shown("_Z1f" + "1aI".repeat(1300));
          StringBuilder doubling = new StringBuilder("_Z1f1a");
          for (int i = 0; i < 30; i++) {
            doubling
                .append("1bIS")
                .append(
                    i == 0 ? "" : Integer.toString(i - 1, 36).toUpperCase(java.util.Locale.ROOT));
            doubling.append("_S_E");
          }
          CppName.shown(doubling.toString());
          Random random = new Random(7);
          String alphabet = "NSTIELPRKZFAU_0123vijcabt1a2bc.";
          for (int i = 0; i < 200_000; i++) {
            StringBuilder name = new StringBuilder("_Z");
            for (int j = random.nextInt(24); j >= 0; j--) {
              name.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            CppName.shown(name.toString());
          }
        });
  }
}
