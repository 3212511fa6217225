package io.vmxlab.machine;

import io.vmxlab.arch.ApicOffset;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.arch.VmxItem;
import io.vmxlab.cpu.Cpu;
import io.vmxlab.cpu.Event;
import io.vmxlab.cpu.X87;
import io.vmxlab.machine.Difference.Item;
import io.vmxlab.machine.Paced.Executing;
import io.vmxlab.memory.PhysicalMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Compares two runs of the same program at one moment: everything that the architecture can show of
 * the processors, what they have executed, what came out of them, and memory.
 */
final class Comparison {
  private static final int WORD = Long.BYTES;
  private static final byte[] ZEROS = new byte[PhysicalMemory.CHUNK];

  /** Of a processor. */
  private record Shown(String name, int bits, ToLongFunction<Executing> value) {}

  /** By processor. */
  private final List<List<Shown>> shown = new ArrayList<>();

  private final Paced<?> first;
  private final Paced<?> second;
  private final List<Executing> firsts;
  private final List<Executing> seconds;
  private final List<EventTrace> firstTraces;
  private final List<EventTrace> secondTraces;
  private final List<Item> items = new ArrayList<>();
  private long more;
  private int outputCompared;

  /** Of two runs that have not begun; from now on it notes what happens to their processors. */
  Comparison(Paced<?> first, Paced<?> second) {
    this.first = first;
    this.second = second;
    firsts = first.processors();
    seconds = second.processors();
    firstTraces = traces(firsts);
    secondTraces = traces(seconds);
    firsts.forEach(e -> shown.add(all(e.cpu())));
  }

  private static List<EventTrace> traces(List<Executing> of) {
    List<EventTrace> traces = new ArrayList<>();
    for (Executing e : of) {
      EventTrace trace = new EventTrace(e.cpu().observer);
      e.cpu().observer = trace;
      traces.add(trace);
    }
    return traces;
  }

  /**
   * What differs now.
   *
   * @param withMemory memory is compared too, which takes longest
   */
  List<Item> differences(boolean withMemory) {
    items.clear();
    more = 0;
    for (int i = 0; i < firsts.size(); i++) {
      processors(i);
    }
    compare("spent", 0, first.spent(), second.spent());
    compare("ended", 0, first.ending().isEmpty() ? 0 : 1, second.ending().isEmpty() ? 0 : 1);
    compare("hash of how it ended", 32, first.ending().hashCode(), second.ending().hashCode());
    output();
    if (withMemory) {
      memory();
    }
    return List.copyOf(items);
  }

  /** Differences that {@link #differences} has found beyond those that it gave. */
  long more() {
    return more;
  }

  /** Bytes of memory that are compared. */
  long memorySize() {
    PhysicalMemory memory = firsts.get(0).cpu().memory;
    long size = 0;
    for (long at = 0; at < memory.size(); at += PhysicalMemory.CHUNK) {
      size += memory.written(at) == null ? 0 : PhysicalMemory.CHUNK;
    }
    return size;
  }

  private void compare(String name, int bits, long one, long other) {
    if (one == other) {
      return;
    }
    if (items.size() < Difference.MOST_ITEMS) {
      items.add(new Item(name, bits, one, other));
    } else {
      more++;
    }
  }

  private void processors(int number) {
    Executing one = firsts.get(number);
    Executing other = seconds.get(number);
    String of = firsts.size() > 1 ? "cpu " + number + " " : "";
    for (Shown s : shown.get(number)) {
      long value = s.value.applyAsLong(one);
      long same = s.value.applyAsLong(other);
      if (value != same) {
        compare(of + s.name, s.bits, value, same);
      }
    }
    compare(
        of + "hash of its events",
        Long.SIZE,
        firstTraces.get(number).hash(),
        secondTraces.get(number).hash());
    if (one.cpu().vmxOperation != Cpu.OUTSIDE_VMX
        && other.cpu().vmxOperation != Cpu.OUTSIDE_VMX
        && one.cpu().get(VmxItem.CURRENT_VMCS) != VmxItem.NO_VMCS) {
      compare(
          of + "launch state",
          0,
          one.cpu().get(VmxItem.LAUNCH_STATE),
          other.cpu().get(VmxItem.LAUNCH_STATE));
      for (VmcsField f : VmcsField.values()) {
        long value = one.cpu().get(f);
        long same = other.cpu().get(f);
        if (value != same) {
          compare(of + f.itemName(), f.width().bits, value, same);
        }
      }
    }
  }

  private static List<Shown> all(Cpu cpu) {
    List<Shown> all = new ArrayList<>();
    for (State item : Arrays.copyOf(State.values(), State.SOURCE.ordinal())) {
      all.add(new Shown(item.itemName(), item.layout().width(), e -> e.cpu().get(item)));
    }
    for (Msr msr : cpu.msrs.present()) {
      all.add(new Shown(msr.itemName(), Long.SIZE, e -> e.cpu().get(msr)));
    }
    for (VmxItem item : List.of(VmxItem.CURRENT_VMCS, VmxItem.VMXON_POINTER)) {
      all.add(new Shown(item.itemName(), Long.SIZE, e -> e.cpu().get(item)));
    }
    fpu(all);
    for (Event event : Event.values()) {
      all.add(new Shown("pending " + event, 0, e -> e.cpu().events.pending(event) ? 1 : 0));
    }
    for (int at = ApicOffset.TASK_PRIORITY; at <= ApicOffset.DIVIDE; at += 0x10) {
      int offset = at;
      String name = String.format("APIC register %03XH", at);
      all.add(new Shown(name, Integer.SIZE, e -> e.cpu().apic.register(offset)));
    }
    all.add(new Shown("debug traps due", Long.SIZE, e -> e.cpu().stepping.traps()));
    all.add(new Shown("time", 0, e -> e.cpu().time.now()));
    all.add(new Shown("instructions retired", 0, e -> e.cpu().retired));
    all.add(new Shown("iterations", 0, e -> e.cpu().iterations));
    return all;
  }

  private static void fpu(List<Shown> all) {
    for (int i = 0; i < X87.REGISTERS; i++) {
      int n = i;
      all.add(new Shown("ST" + n + ".significand", 64, e -> e.cpu().x87.significand(n)));
      all.add(new Shown("ST" + n + ".exponent", 16, e -> e.cpu().x87.signExponent(n)));
    }
    all.add(new Shown("FPU control word", 16, e -> e.cpu().x87.control()));
    all.add(new Shown("FPU status word", 16, e -> e.cpu().x87.status()));
    all.add(new Shown("FPU registers used", 8, e -> e.cpu().x87.used()));
    all.add(new Shown("FPU opcode", 16, e -> e.cpu().x87.opcode));
    all.add(new Shown("FPU instruction pointer", 64, e -> e.cpu().x87.instructionOffset));
    all.add(new Shown("FPU instruction selector", 16, e -> e.cpu().x87.instructionSelector));
    all.add(new Shown("FPU operand pointer", 64, e -> e.cpu().x87.operandOffset));
    all.add(new Shown("FPU operand selector", 16, e -> e.cpu().x87.operandSelector));
  }

  private void output() {
    int size = first.output().size();
    compare("bytes of output", 0, size, second.output().size());
    if (size == second.output().size() && size != outputCompared) {
      byte[] one = first.output().toByteArray();
      byte[] other = second.output().toByteArray();
      int at = Arrays.mismatch(one, other);
      if (at >= 0) {
        compare("byte " + at + " of output", Byte.SIZE, one[at] & 0xFF, other[at] & 0xFF);
      } else {
        outputCompared = size;
      }
    }
  }

  private void memory() {
    PhysicalMemory one = firsts.get(0).cpu().memory;
    PhysicalMemory other = seconds.get(0).cpu().memory;
    for (long at = 0; at < one.size(); at += PhysicalMemory.CHUNK) {
      byte[] a = one.written(at);
      byte[] b = other.written(at);
      if (a == null && b == null) {
        continue;
      }
      int from = a == null ? 0 : one.offset(at);
      int to = b == null ? 0 : other.offset(at);
      chunk(at, a == null ? ZEROS : a, from, b == null ? ZEROS : b, to);
    }
  }

  private void chunk(long address, byte[] one, int oneAt, byte[] other, int otherAt) {
    int done = 0;
    while (done < PhysicalMemory.CHUNK) {
      int end = PhysicalMemory.CHUNK;
      int found =
          Arrays.mismatch(one, oneAt + done, oneAt + end, other, otherAt + done, otherAt + end);
      if (found < 0) {
        return;
      }
      int word = (done + found) & -WORD;
      compare(
          String.format("memory at %XH", address + word),
          Long.SIZE,
          (long) PhysicalMemory.Longs.VIEW.get(one, oneAt + word),
          (long) PhysicalMemory.Longs.VIEW.get(other, otherAt + word));
      done = word + WORD;
    }
  }
}
