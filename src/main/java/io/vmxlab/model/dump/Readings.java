package io.vmxlab.model.dump;

import io.vmxlab.arch.Msr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a dump says of one logical processor. Of values that come twice the first counts. */
public final class Readings {
  /** An input of CPUID: EAX and ECX. */
  public record LeafKey(int leaf, int subleaf) {}

  /** EAX, EBX, ECX and EDX, and the line that says so. */
  public record Leaf(int[] registers, int line) {}

  /** The value of an MSR, and the line that says so. */
  public record Value(long value, int line) {}

  /** Bits of which a dump says the values: those of {@code known}. */
  public record Bits(long known, long value) {
    Bits and(Bits more) {
      return new Bits(known | more.known, value & ~more.known | more.value);
    }
  }

  private final Map<LeafKey, Leaf> leaves = new LinkedHashMap<>();
  private final Map<Integer, Value> msrs = new TreeMap<>();
  private final Map<Integer, Integer> denied = new TreeMap<>();
  private final Map<LeafKey, Bits[]> leafBits = new LinkedHashMap<>();
  private final Map<Integer, Bits> msrBits = new TreeMap<>();
  private final Set<Integer> open = new TreeSet<>();
  private final Set<Integer> present = new TreeSet<>(Integer::compareUnsigned);
  private String brand = "";

  void leaf(int leaf, int subleaf, int[] registers, int line) {
    leaves.putIfAbsent(new LeafKey(leaf, subleaf), new Leaf(registers, line));
  }

  /**
   * Keeps a VMX capability MSR, and of others that they are there: their values are firmware's or
   * the moment's.
   *
   * @return the value that stands there, this one or an earlier one
   */
  Value msr(int index, long value, int line) {
    Value now = new Value(value, line);
    if (!Msr.isVmxCapability(index)) {
      present.add(index);
      return now;
    }
    Value before = msrs.putIfAbsent(index, now);
    return before == null ? now : before;
  }

  /** The tool could not read the MSR. */
  void denied(int index, int line) {
    if (Msr.isVmxCapability(index)) {
      denied.putIfAbsent(index, line);
    }
  }

  /** Some bits of what CPUID answers. */
  void leafBits(int leaf, int subleaf, int register, long known, long value) {
    Bits[] bits =
        leafBits.computeIfAbsent(
            new LeafKey(leaf, subleaf),
            k -> new Bits[] {new Bits(0, 0), new Bits(0, 0), new Bits(0, 0), new Bits(0, 0)});
    bits[register] = bits[register].and(new Bits(known, value));
  }

  /** Some bits of a capability MSR, whether or not it exists. */
  void msrBits(int index, long known, long value) {
    msrBits.merge(index, new Bits(known, value), Bits::and);
  }

  /** The dump has the leaf, but in a way that does not say what it is. */
  void open(int leaf) {
    open.add(leaf);
  }

  void brand(String text) {
    brand = brand.isEmpty() ? text : brand;
  }

  /** What other readings say besides, or in place of what is missing here. */
  void addAll(Readings more) {
    more.leaves.forEach(leaves::putIfAbsent);
    more.msrs.forEach(msrs::putIfAbsent);
    more.denied.forEach(denied::putIfAbsent);
    more.leafBits.forEach(leafBits::putIfAbsent);
    more.msrBits.forEach(msrBits::putIfAbsent);
    open.addAll(more.open);
    present.addAll(more.present);
    brand(more.brand);
  }

  /** Registers by leaf and subleaf, in the order of the dump. */
  public Map<LeafKey, Leaf> leaves() {
    return leaves;
  }

  /** Values of VMX capability MSRs by index. */
  public Map<Integer, Value> msrs() {
    return msrs;
  }

  /** Lines that say that an MSR could not be read, by its index. */
  public Map<Integer, Integer> denied() {
    return denied;
  }

  /** Other MSRs that were read, by unsigned index. */
  public Set<Integer> presentMsrs() {
    return present;
  }

  /** Leaves that the processor has, though the dump does not say what they are. */
  public Set<Integer> openLeaves() {
    return open;
  }

  /** Bits of EAX, EBX, ECX and EDX where the dump says no more. */
  public Map<LeafKey, Bits[]> leafBits() {
    return leafBits;
  }

  /** Bits of capability MSRs where the dump says no more. */
  public Map<Integer, Bits> msrBits() {
    return msrBits;
  }

  /** The brand string where the dump has no leaf that says it; may be empty. */
  public String brand() {
    return brand;
  }

  public boolean isEmpty() {
    return leaves.isEmpty() && msrs.isEmpty() && leafBits.isEmpty() && msrBits.isEmpty();
  }
}
