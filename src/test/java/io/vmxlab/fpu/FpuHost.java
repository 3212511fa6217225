package io.vmxlab.fpu;

import io.vmxlab.host.HostProgram;
import io.vmxlab.host.HostUnavailable;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Executes single floating-point operations on the processor of this machine, see hostfpu.c. */
final class FpuHost {
  private static final int REQUEST = 32;
  private static final int ANSWER = 56;

  private final Path program;

  private FpuHost(Path program) {
    this.program = program;
  }

  static FpuHost build(Path directory) throws IOException, InterruptedException, HostUnavailable {
    return new FpuHost(HostProgram.build(directory, "hostfpu"));
  }

  /** Does the cases in order. */
  List<FpuOutcome> run(List<FpuCase> cases)
      throws IOException, InterruptedException, HostUnavailable {
    Process process = new ProcessBuilder(program.toString()).start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    List<FpuOutcome> outcomes = new ArrayList<>(cases.size());
    byte[] answer = new byte[ANSWER];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      for (int i = 0; i < cases.size(); i++) {
        in.readFully(answer);
        outcomes.add(outcome(answer));
      }
    } catch (IOException died) {
      throw new HostUnavailable(
          "the host program ended with status "
              + process.waitFor()
              + " at "
              + cases.get(outcomes.size()));
    } finally {
      process.destroyForcibly();
      process.waitFor();
      feeder.join();
    }
    return outcomes;
  }

  private static void feed(OutputStream to, List<FpuCase> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (FpuCase c : cases) {
        ByteBuffer b = ByteBuffer.allocate(REQUEST).order(ByteOrder.LITTLE_ENDIAN);
        b.put((byte) c.operation().number).put((byte) 0);
        b.putShort((short) c.control()).putInt(c.mxcsr());
        b.putLong(c.a()).putShort((short) c.topA());
        b.putLong(c.b()).putShort((short) c.topB());
        out.write(b.array());
      }
    } catch (IOException ended) {
      // The program reads no further; whoever reads its answers notices.
    }
  }

  private static FpuOutcome outcome(byte[] answer) {
    ByteBuffer b = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN);
    FpuOutcome o = new FpuOutcome();
    o.st0 = b.getLong();
    o.top0 = b.getShort() & 0xFFFF;
    o.st1 = b.getLong();
    o.top1 = b.getShort() & 0xFFFF;
    o.status = b.getShort() & FpuOutcome.COMPARED;
    b.getShort();
    o.mxcsr = b.getInt() & 0x3F;
    o.memory = b.getLong();
    o.memoryTop = b.getShort() & 0xFFFF;
    return o;
  }
}
