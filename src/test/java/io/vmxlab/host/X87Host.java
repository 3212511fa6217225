package io.vmxlab.host;

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

/** Runs x87 instructions on the processor of this machine, by way of hostx87.c. */
final class X87Host {
  private static final int REQUEST = 672;
  private static final int ANSWER = 664;
  private static final int STATE_AT = 24;
  private static final int MEMORY_AT = STATE_AT + X87State.BYTES;

  private final Path program;

  private X87Host(Path program) {
    this.program = program;
  }

  static X87Host build(Path directory) throws IOException, InterruptedException, HostUnavailable {
    return new X87Host(
        HostProgram.build(
            directory, "hostx87", "-fPIE", "-pie", "-fcf-protection=none", "-mno-red-zone"));
  }

  List<X87Result> run(List<X87Case> cases)
      throws IOException, InterruptedException, HostUnavailable {
    Process process = new ProcessBuilder(program.toString()).start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    List<X87Result> results = new ArrayList<>(cases.size());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      for (int i = 0; i < cases.size(); i++) {
        byte[] answer = new byte[ANSWER];
        in.readFully(answer);
        results.add(result(ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN)));
      }
    } catch (IOException died) {
      String text = "the host program ended with status " + process.waitFor();
      throw new HostUnavailable(text + " at " + cases.get(results.size()));
    } finally {
      process.destroyForcibly();
      process.waitFor();
      feeder.join();
    }
    return results;
  }

  private static void feed(OutputStream to, List<X87Case> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (X87Case c : cases) {
        ByteBuffer b = ByteBuffer.allocate(REQUEST).order(ByteOrder.LITTLE_ENDIAN);
        b.put(c.state().image()).put(c.memory()).put(c.code());
        b.position(REQUEST - 16);
        b.putLong(c.code().length).putLong(c.flags() | 0x202);
        out.write(b.array());
      }
    } catch (IOException ended) {
      // The program reads no further; whoever reads its answers notices.
    }
  }

  private static X87Result result(ByteBuffer b) {
    byte[] memory = new byte[X87Case.MEMORY];
    b.get(MEMORY_AT, memory);
    X87State state = X87State.of(b.slice(STATE_AT, X87State.BYTES).order(ByteOrder.LITTLE_ENDIAN));
    return new X87Result(
        (int) b.getLong(0), state, memory, b.getLong(8) & Guest.FLAGS, b.getLong(16));
  }
}
