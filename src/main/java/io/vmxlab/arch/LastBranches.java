package io.vmxlab.arch;

import java.util.List;

/**
 * Which processors have last-branch records, and how many: nothing but their family and model says
 * so. SDM Vol. 3B "Last Branch, Interrupt, and Exception Recording", table "LBR Stack Size and TOS
 * Pointer Range". Processors with architectural LBRs have none of these.
 */
final class LastBranches {
  private static final int INTEL = 0x756E_6547;
  private static final int FAMILY_6 = 6;

  /**
   * What processors of some models have.
   *
   * @param entries of the stack
   * @param high it lies at MSRs 680H and 6C0H, not at 40H and 60H
   * @param models of family 6
   */
  private record Stack(int entries, boolean high, List<Integer> models) {}

  // spotless:off
  private static final List<Stack> STACKS = List.of(
      new Stack(4,  false, List.of(0x0F, 0x17, 0x1D)),
      new Stack(8,  false, List.of(0x1C, 0x26, 0x27, 0x35, 0x36, 0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D)),
      new Stack(16, true,  List.of(0x1A, 0x1E, 0x1F, 0x25, 0x2A, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3C, 0x3D, 0x3E,
                                   0x3F, 0x45, 0x46, 0x47, 0x4F, 0x56)),
      new Stack(32, true,  List.of(0x4E, 0x55, 0x5C, 0x5E, 0x5F, 0x66, 0x67, 0x6A, 0x6C, 0x7A, 0x7D, 0x7E, 0x86,
                                   0x8A, 0x8C, 0x8D, 0x8E, 0x96, 0x9C, 0x9E, 0xA5, 0xA6, 0xA7, 0xA8)));
  // spotless:on

  private static final Stack NONE = new Stack(0, false, List.of());

  /** Models that have no MSR to choose which branches are recorded. */
  private static final List<Integer> WITHOUT_SELECT =
      List.of(0x0F, 0x17, 0x1D, 0x1C, 0x26, 0x27, 0x35, 0x36);

  /** Goldmont, of which it is not known whether it has the details. */
  private static final List<Integer> DETAILS_IN_DOUBT = List.of(0x5C, 0x5F);

  private LastBranches() {}

  private static int model(CpuModel cpu) {
    int signature = cpu.cpuid(1, 0)[0];
    boolean known = cpu.cpuid(0, 0)[1] == INTEL && (signature >> 8 & 0xF) == FAMILY_6;
    return known ? signature >> 4 & 0xF | signature >> 12 & 0xF0 : 0;
  }

  /** What the processor has; {@link #NONE} if nothing, or if nobody knows. */
  private static Stack stack(CpuModel cpu) {
    int model = model(cpu);
    return STACKS.stream().filter(s -> s.models.contains(model)).findFirst().orElse(NONE);
  }

  private static boolean known(CpuModel cpu) {
    return stack(cpu) != NONE;
  }

  /** One of the low, or of the high, MSRs of an entry. */
  static Presence entry(int number, boolean high) {
    String text = "the processor's last-branch stack has more than " + number + " entries";
    return Presence.of(
        cpu -> stack(cpu).high == high && stack(cpu).entries > number,
        LastBranches::known,
        text + (high ? " at MSRs 680H and 6C0H" : " at MSRs 40H and 60H"));
  }

  /** The details of an entry: mispredictions, cycles. */
  static Presence details() {
    return Presence.of(
        cpu -> stack(cpu).entries == 32,
        cpu -> known(cpu) && !DETAILS_IN_DOUBT.contains(model(cpu)),
        "the processor's last-branch stack has 32 entries");
  }

  /** Whatever all of these processors have. */
  static Presence any() {
    return Presence.of(
        LastBranches::known,
        LastBranches::known,
        "the processor has a last-branch stack, by its family and model");
  }

  /** The choice of branches. */
  static Presence select() {
    return Presence.of(
        cpu -> known(cpu) && !WITHOUT_SELECT.contains(model(cpu)),
        LastBranches::known,
        "the processor lets the branches be chosen that it records, by its family and model");
  }
}
