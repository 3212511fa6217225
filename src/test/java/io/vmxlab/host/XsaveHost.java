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

/** Runs cases on the processor of this machine, by way of hostxsave.c. */
final class XsaveHost {
  private static final int REQUEST = 1752;
  private static final int ANSWER = 1624;
  private static final int CODE_BYTES = 16;
  private static final int STATE_AT = 24;
  private static final int STATE_BYTES = 512;

  private final Path program;

  private XsaveHost(Path program) {
    this.program = program;
  }

  static XsaveHost build(Path directory) throws IOException, InterruptedException, HostUnavailable {
    return new XsaveHost(
        HostProgram.build(
            directory, "hostxsave", "-fPIE", "-pie", "-fcf-protection=none", "-mno-red-zone"));
  }

  List<XsaveResult> run(List<XsaveCase> cases)
      throws IOException, InterruptedException, HostUnavailable {
    Process process = new ProcessBuilder(program.toString()).start();
    Thread feeder = new Thread(() -> feed(process.getOutputStream(), cases));
    feeder.start();
    List<XsaveResult> results = new ArrayList<>(cases.size());
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16))) {
      for (int i = 0; i < cases.size(); i++) {
        byte[] answer = new byte[ANSWER];
        in.readFully(answer);
        results.add(result(ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN)));
      }
    } catch (IOException died) {
      throw new HostUnavailable("the host program ended with status " + process.waitFor());
    } finally {
      process.destroyForcibly();
      process.waitFor();
      feeder.join();
    }
    return results;
  }

  private static void feed(OutputStream to, List<XsaveCase> cases) {
    try (OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      for (XsaveCase c : cases) {
        ByteBuffer b = ByteBuffer.allocate(REQUEST).order(ByteOrder.LITTLE_ENDIAN);
        b.put(c.state()).put(c.area()).put(c.code());
        b.position(XsaveCase.STATE + XsaveCase.AREA + CODE_BYTES);
        b.putLong(c.code().length).putLong(c.place());
        b.putLong(c.eax()).putLong(c.edx()).putLong(c.ecx());
        out.write(b.array());
      }
    } catch (IOException ended) {
      // The program reads no further; whoever reads its answers notices.
    }
  }

  private static XsaveResult result(ByteBuffer b) {
    byte[] state = new byte[STATE_BYTES];
    byte[] area = new byte[XsaveCase.AREA];
    b.get(STATE_AT, state);
    b.get(STATE_AT + STATE_BYTES, area);
    return new XsaveResult((int) b.getLong(0), b.getLong(8), b.getLong(16), state, area);
  }
}
