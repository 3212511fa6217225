package io.vmxlab.asm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.arch.Dialect;
import io.vmxlab.isa.InstructionTable;
import io.vmxlab.isa.TableTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** EVEX encodings are refused with the way out; {@code {vex}} and names of predicates are taken. */
@DisplayName("Encodings that are chosen by name")
class EncodingChoiceTest {
  private static final InstructionTable TABLE = InstructionTable.of(TableTest.rows());

  /** A statement for each family of instructions that only AVX-512 has, without its registers. */
  private static final String EVEX_ONLY =
      """
      vmovdqu64 xmm1, [rax]
      vmovdqu8 xmm1, [rax]
      vmovdqa32 xmm1, xmm2
      vpandd xmm1, xmm2, xmm3
      vpandnq xmm1, xmm2, xmm3
      vporq ymm1, ymm2, ymm3
      vpxord xmm1, xmm2, xmm3
      vpternlogd xmm1, xmm2, xmm3, 5
      vpermb ymm1, ymm2, ymm3
      vpermi2d xmm1, xmm2, xmm3
      vpermt2ps xmm1, xmm2, xmm3
      vpcompressd xmm1, xmm2
      vexpandpd xmm1, xmm2
      vpblendmb xmm1, xmm2, xmm3
      vblendmps xmm1, xmm2, xmm3
      vpcmpub k1, xmm2, xmm3, 2
      vpcmpltd k1, xmm2, xmm3
      vptestmd k1, xmm2, xmm3
      vptestnmq k1, xmm2, xmm3
      vpmovm2b xmm1, k1
      vpmovq2m k1, xmm1
      vpmovdb xmm1, xmm2
      vpmovusqw xmm1, xmm2
      vpsllvw xmm1, xmm2, xmm3
      vpsravq xmm1, xmm2, xmm3
      vpsraq xmm1, xmm2, 5
      vprold xmm1, xmm2, 5
      vprorvq xmm1, xmm2, xmm3
      vpshldd xmm1, xmm2, xmm3, 5
      vpshrdvw xmm1, xmm2, xmm3
      vpmullq xmm1, xmm2, xmm3
      vpabsq xmm1, xmm2
      vpmaxsq xmm1, xmm2, xmm3
      vpminuq xmm1, xmm2, xmm3
      vpconflictd xmm1, xmm2
      vplzcntq xmm1, xmm2
      vpopcntw xmm1, xmm2
      vgetexpps xmm1, xmm2
      vgetmantsd xmm1, xmm2, xmm3, 1
      vrangepd xmm1, xmm2, xmm3, 1
      vreducess xmm1, xmm2, xmm3, 1
      vrndscalepd xmm1, xmm2, 1
      vscalefps xmm1, xmm2, xmm3
      vfixupimmpd xmm1, xmm2, xmm3, 1
      vfpclassps k1, xmm1, 1
      vrcp14ps xmm1, xmm2
      vrsqrt14sd xmm1, xmm2, xmm3
      vbroadcasti32x2 xmm1, xmm2
      vextractf32x4 xmm1, ymm2, 1
      vinserti64x2 ymm1, ymm2, xmm3, 1
      vshuff64x2 ymm1, ymm2, ymm3, 1
      vpbroadcastmb2q xmm1, k1
      valignd xmm1, xmm2, xmm3, 1
      vdbpsadbw xmm1, xmm2, xmm3, 1
      vpshufbitqmb k1, xmm2, xmm3
      vpmultishiftqb xmm1, xmm2, xmm3
      vdpbf16ps xmm1, xmm2, xmm3
      vcvtne2ps2bf16 xmm1, xmm2, xmm3
      vcvttpd2qq xmm1, xmm2
      vcvtps2udq xmm1, xmm2
      vcvtusi2sd xmm1, xmm2, eax
      vcvtss2usi eax, xmm1
      vcvtph2dq xmm1, xmm2
      vcvtuw2ph xmm1, xmm2
      vaddph xmm1, xmm2, xmm3
      vmulsh xmm1, xmm2, xmm3
      vcmpph k1, xmm2, xmm3, 1
      vfmadd132ph xmm1, xmm2, xmm3
      vfcmaddcph xmm1, xmm2, xmm3
      vucomish xmm1, xmm2
      vcmpps k1, xmm2, xmm3, 2
      vpcmpeqd k1, xmm2, xmm3
      vaddps zmm1, zmm2, zmm3
      vaddps xmm1, xmm2, xmm17
      vaddps xmm1{k1}, xmm2, xmm3
      vaddps xmm1{k1}{z}, xmm2, xmm3
      vaddpd ymm1, ymm2, [rax]{1to4}
      vaddss xmm1, xmm2, xmm3, {rn-sae}
      vcmpss k1, xmm2, xmm3, {sae}, 5
      {evex} vaddps xmm1, xmm2, xmm3
      vpdpbusd xmm1, xmm2, xmm3
      vpmadd52luq xmm1, xmm2, xmm3
      vcvtneps2bf16 xmm1, xmm2
      """;

  private static String hex(String text) {
    return HexFormat.of()
        .formatHex(
            new Assembler(TABLE, "x.asm", CodeMode.BITS64, 0, Map.of()).assemble(text).bytes());
  }

  private static String refusal(Dialect dialect, String text) {
    Assembler a = new Assembler(TABLE, "x.asm", CodeMode.BITS64, 0, Map.of(), dialect);
    return assertThrows(AssemblyException.class, () -> a.assemble(text))
        .mistakes()
        .get(0)
        .toString();
  }

  @Test
  void everyFamilyOfAvx512IsRefusedAsSuch() {
    for (String statement : EVEX_ONLY.split("\n")) {
      String said = refusal(Dialect.BY_TEXT, statement + "\n");
      assertTrue(said.contains("AVX-512"), statement + ": " + said);
      assertTrue(
          said.endsWith(
                  "assembled: run the file that nasm -f bin writes, or write the bytes with db")
              || said.endsWith(
                  "for the other, or run the file that nasm -f bin writes, or write the bytes with db"),
          statement + ": " + said);
      assertEquals(1, said.lines().count());
    }
  }

  @Test
  void nasmGivesThemEvexEncodings() throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    List<String> statements = Arrays.asList(EVEX_ONLY.split("\n"));
    byte[][] theirs = Nasm.ask(statements, CodeMode.BITS64);
    for (int i = 0; i < theirs.length; i++) {
      assertEquals(0x62, theirs[i] == null ? 0 : theirs[i][0], statements.get(i));
    }
  }

  /** No name of the table is taken for one of AVX-512 alone where it stands without a mask. */
  @Test
  void namesOfTheTableAreAssembled() {
    assertEquals("c5f058c2", hex("vaddps xmm0, xmm1, xmm2"));
    assertEquals("c5f176c2", hex("vpcmpeqd xmm0, xmm1, xmm2"));
    assertEquals("c5f892c8", hex("kmovw k1, eax"));
    assertEquals("c4e2e9b4cb", hex("{vex} vpmadd52luq xmm1, xmm2, xmm3"));
    assertEquals("c4e26950cb", hex("{vex} vpdpbusd xmm1, xmm2, xmm3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "GAS ! vmovdqu64 zmm0, [rax] ! x.asm:1:1: 'vmovdqu64' is an instruction of AVX-512, which has EVEX encodings and is not assembled: run the object file of gcc -c, with --call NAME, or write the bytes with db",
        "MASM ! vmovdqu64 zmm0, [rax] ! x.asm:1:1: 'vmovdqu64' is an instruction of AVX-512, which has EVEX encodings and is not assembled: run the object file of uasm -elf64, with --call NAME, or write the bytes with db",
        "NASM ! vaddps zmm0, zmm1, zmm2 ! x.asm:1:8: 'zmm0' is a register of AVX-512, which has EVEX encodings and is not assembled: run the file that nasm -f bin writes, or write the bytes with db",
        "NASM ! {evex} vaddps xmm0, xmm1, xmm2 ! x.asm:1:1: '{evex}' asks for an EVEX encoding (AVX-512), which is not assembled: run the file that nasm -f bin writes, or write the bytes with db",
        "NASM ! vaddps xmm0, xmm1, [rax]{1to4} ! x.asm:1:25: '{1to4}' is a decorator of EVEX encodings (AVX-512), which are not assembled: run the file that nasm -f bin writes, or write the bytes with db",
        "NASM ! {vex3} vaddps xmm0, xmm1, xmm2 ! x.asm:1:1: '{vex3}' chooses one of several encodings, and the shortest is what is assembled: leave it out, or run the file that nasm -f bin writes, or write the bytes with db",
        "GAS ! {load} mov eax, ebx ! x.asm:1:1: '{load}' chooses one of several encodings, and the shortest is what is assembled: leave it out, or run the object file of gcc -c, with --call NAME, or write the bytes with db",
        "NASM ! {vex} mov eax, ebx ! x.asm:1:7: MOV has no VEX encoding: leave {vex} out",
        "NASM ! {vex} vmovdqu64 xmm0, [rax] ! x.asm:1:7: 'vmovdqu64' is an instruction of AVX-512, which has EVEX encodings and is not assembled: run the file that nasm -f bin writes, or write the bytes with db",
        "NASM ! {vex} ! x.asm:1:6: expected an instruction, found the end of the line",
        "NASM ! {vex ! x.asm:1:5: expected an instruction, found the end of the line",
        "NASM ! nop {vex} ! x.asm:1:5: '{vex}' stands before an instruction",
        "NASM ! vmovdqux xmm0, [rax] ! x.asm:1:1: 'vmovdqux' is no instruction; did you mean vmovdqu?",
      })
  void oneLineSaysWhatAndTheWayOut(String dialect, String text, String message) {
    assertEquals(message, refusal(Dialect.valueOf(dialect), text));
  }

  /** {@code {vex}} before and behind prefixes, and every name of a predicate. */
  private static List<String> chosen() {
    List<String> all =
        new ArrayList<>(
            List.of(
                "{vex} vaddps xmm1, xmm2, xmm3",
                "{VEX} fs vaddps xmm1, xmm2, [rax]",
                "fs {vex} vaddps xmm1, xmm2, [rax]",
                "times 2 {vex} vpxor xmm1, xmm2, xmm3",
                "{vex} vpmadd52huq ymm1, ymm2, [rax]",
                "{vex} vcvtneps2bf16 xmm1, xmm2",
                "{vex} vpdpbssd xmm1, xmm2, xmm3",
                "pclmullqlqdq xmm1, xmm2",
                "pclmulhqlqdq xmm1, [rax]",
                "pclmullqhqdq xmm1, xmm2",
                "pclmulhqhqdq xmm1, xmm2",
                "vpclmulhqhqdq xmm1, xmm2, xmm3"));
    String names =
        "eq lt le unord neq nlt nle ord eq_uq nge ngt false neq_oq ge gt true eq_os lt_oq le_oq"
            + " unord_s neq_us nlt_uq nle_uq ord_s eq_us nge_uq ngt_uq false_os neq_os ge_oq gt_oq"
            + " true_us lt_os le_os unord_q neq_uq nlt_us nle_us ord_q nge_us ngt_us false_oq"
            + " ge_os gt_os true_uq";
    int n = 0;
    for (String name : names.split(" ")) {
      for (String type : List.of("ps", "pd", "ss", "sd")) {
        all.add("vcmp" + name + type + " xmm1, xmm2, xmm3");
        if (n < 32) {
          all.add("cmp" + name + type + " xmm1, xmm2");
        }
        n++;
      }
    }
    return all;
  }

  @Test
  void theBytesOfWhatIsChosenAreNasms() throws IOException {
    assumeTrue(Nasm.installed(), "nasm is not installed");
    List<String> statements = chosen();
    byte[][] theirs = Nasm.ask(statements, CodeMode.BITS64);
    for (int i = 0; i < theirs.length; i++) {
      String ours = hex(statements.get(i));
      String filled = ours + "90".repeat(Nasm.SLOT - ours.length() / 2);
      assertEquals(HexFormat.of().formatHex(theirs[i]), filled, statements.get(i));
    }
  }

  @Test
  void predicatesOfAvxAreNotThoseOfSse() {
    assertFalse(refusal(Dialect.NASM, "cmpgeps xmm1, xmm2").isEmpty());
    assertEquals("0fc2ca00", hex("cmpeqps xmm1, xmm2"));
    assertEquals("c5e8c2cb00", hex("vcmpeq_oqps xmm1, xmm2, xmm3"));
    assertEquals("c5e8c2cb1d", hex("vcmpge_oqps xmm1, xmm2, xmm3"));
    assertEquals("660f3a44ca11", hex("pclmulhqhqdq xmm1, xmm2"));
  }
}
