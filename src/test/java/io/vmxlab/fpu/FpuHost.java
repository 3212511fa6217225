package io.vmxlab.fpu;

import io.vmxlab.host.HostProgram;
import io.vmxlab.host.HostRecords;
import io.vmxlab.host.HostUnavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Executes single floating-point operations on the processor of this machine, see hostfpu.c. */
final class FpuHost {
  private static final int REQUEST = 32;
  private static final int ANSWER = 56;

  private FpuHost() {}

  static HostRecords<FpuCase, FpuOutcome> build(Path directory)
      throws IOException, InterruptedException, HostUnavailable {
    Path program = HostProgram.build(directory, "hostfpu");
    return new HostRecords<>(program, REQUEST, ANSWER, FpuHost::write, FpuHost::outcome);
  }

  private static void write(ByteBuffer b, FpuCase c) {
    b.put((byte) c.operation().number).put((byte) 0);
    b.putShort((short) c.control()).putInt(c.mxcsr());
    b.putLong(c.a()).putShort((short) c.topA());
    b.putLong(c.b()).putShort((short) c.topB());
  }

  private static FpuOutcome outcome(ByteBuffer b) {
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
