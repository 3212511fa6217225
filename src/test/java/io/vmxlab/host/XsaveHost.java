package io.vmxlab.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Runs cases on the processor of this machine, by way of hostxsave.c. */
final class XsaveHost {
  private static final int REQUEST = 1752;
  private static final int ANSWER = 1624;
  private static final int CODE_BYTES = 16;
  private static final int STATE_AT = 24;
  private static final int STATE_BYTES = 512;

  private XsaveHost() {}

  static HostRecords<XsaveCase, XsaveResult> build(Path directory)
      throws IOException, InterruptedException, HostUnavailable {
    Path program = HostProgram.build(directory, "hostxsave", HostProgram.EXECUTES_CASES);
    return new HostRecords<>(program, REQUEST, ANSWER, XsaveHost::write, XsaveHost::result);
  }

  private static void write(ByteBuffer b, XsaveCase c) {
    b.put(c.state()).put(c.area()).put(c.code());
    b.position(XsaveCase.STATE + XsaveCase.AREA + CODE_BYTES);
    b.putLong(c.code().length).putLong(c.place());
    b.putLong(c.eax()).putLong(c.edx()).putLong(c.ecx());
  }

  private static XsaveResult result(ByteBuffer b) {
    byte[] state = new byte[STATE_BYTES];
    byte[] area = new byte[XsaveCase.AREA];
    b.get(STATE_AT, state);
    b.get(STATE_AT + STATE_BYTES, area);
    return new XsaveResult((int) b.getLong(0), b.getLong(8), b.getLong(16), state, area);
  }
}
