package io.vmxlab.jmh;

import io.vmxlab.arch.CodeMode;
import io.vmxlab.engine.Engine;
import io.vmxlab.isa.Decoded;
import io.vmxlab.isa.Decoder;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Decoding an instruction, of a mixture as compilers make it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeBenchmark {
  private static final int INSTRUCTIONS = 12;

  // spotless:off
  private static final List<String> CODE = List.of(
      "55",                   // push rbp
      "4889E5",               // mov rbp, rsp
      "8B45FC",               // mov eax, [rbp - 4]
      "488D04C500000000",     // lea rax, [rax * 8]
      "0FB60C07",             // movzx ecx, byte [rdi + rax]
      "83F910",               // cmp ecx, 16
      "7505",                 // jne
      "E800000000",           // call
      "F30F1045F0",           // movss xmm0, [rbp - 16]
      "C5F877",               // vzeroupper
      "48B88877665544332211", // mov rax, imm64
      "C3");                  // ret
  // spotless:on

  private final byte[] code = HexFormat.of().parseHex(String.join("", CODE));
  private final Decoder decoder = Engine.decoder(Loop.machine().cpu());

  /** Twelve instructions behind one another. */
  @Benchmark
  @OperationsPerInvocation(INSTRUCTIONS)
  public void mixture(Blackhole hole) {
    int at = 0;
    for (int i = 0; i < INSTRUCTIONS; i++) {
      Decoded decoded = decoder.decode(code, at, code.length, CodeMode.BITS64);
      hole.consume(decoded);
      at += CODE.get(i).length() / 2;
    }
  }
}
