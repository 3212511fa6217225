package io.vmxlab.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Runs x87 instructions on the processor of this machine, by way of hostx87.c. */
final class X87Host {
  private static final int REQUEST = 672;
  private static final int ANSWER = 664;
  private static final int STATE_AT = 24;
  private static final int MEMORY_AT = STATE_AT + X87State.BYTES;

  private X87Host() {}

  static HostRecords<X87Case, X87Result> build(Path directory)
      throws IOException, InterruptedException, HostUnavailable {
    Path program = HostProgram.build(directory, "hostx87", HostProgram.EXECUTES_CASES);
    return new HostRecords<>(program, REQUEST, ANSWER, X87Host::write, X87Host::result);
  }

  private static void write(ByteBuffer b, X87Case c) {
    b.put(c.state().image()).put(c.memory()).put(c.code());
    b.position(REQUEST - 16);
    b.putLong(c.code().length).putLong(c.flags() | 0x202);
  }

  private static X87Result result(ByteBuffer b) {
    byte[] memory = new byte[X87Case.MEMORY];
    b.get(MEMORY_AT, memory);
    X87State state = X87State.of(b.slice(STATE_AT, X87State.BYTES).order(ByteOrder.LITTLE_ENDIAN));
    return new X87Result(
        (int) b.getLong(0), state, memory, b.getLong(8) & Guest.FLAGS, b.getLong(16));
  }
}
