package io.vmxlab.arch;

import java.util.List;
import java.util.Map;

/**
 * Which processors have last-branch records, and how many: nothing but their family and model says
 * so. SDM Vol. 3B "Last Branch, Interrupt, and Exception Recording", table "LBR Stack Size and TOS
 * Pointer Range". Processors with architectural LBRs have none of these.
 */
final class LastBranches {
  /** Entries of a stack at MSRs 40H and 60H, or with that bit at 680H and 6C0H. */
  private static final int HIGH = 64;

  private static final int INTEL = 0x756E_6547;
  private static final int FAMILY_6 = 6;

  // spotless:off
  /** Models of family 6 by what they have. */
  private static final Map<Integer, List<Integer>> MODELS = Map.of(
      4,         List.of(0x0F, 0x17, 0x1D),
      8,         List.of(0x1C, 0x26, 0x27, 0x35, 0x36, 0x37, 0x4A, 0x4C, 0x4D, 0x5A, 0x5D),
      HIGH + 16, List.of(0x1A, 0x1E, 0x1F, 0x25, 0x2A, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x3C, 0x3D, 0x3E, 0x3F,
                         0x45, 0x46, 0x47, 0x4F, 0x56),
      HIGH + 32, List.of(0x4E, 0x55, 0x5C, 0x5E, 0x5F, 0x66, 0x67, 0x6A, 0x6C, 0x7A, 0x7D, 0x7E, 0x86, 0x8A,
                         0x8C, 0x8D, 0x8E, 0x96, 0x9C, 0x9E, 0xA5, 0xA6, 0xA7, 0xA8));
  // spotless:on

  /** Models that have no MSR to choose which branches are recorded. */
  private static final List<Integer> WITHOUT_SELECT =
      List.of(0x0F, 0x17, 0x1D, 0x1C, 0x26, 0x27, 0x35, 0x36);

  private LastBranches() {}

  private static int model(CpuModel cpu) {
    int signature = cpu.cpuid(1, 0)[0];
    boolean known = cpu.cpuid(0, 0)[1] == INTEL && (signature >> 8 & 0xF) == FAMILY_6;
    return known ? signature >> 4 & 0xF | signature >> 12 & 0xF0 : 0;
  }

  /** What the processor has; 0 if none, or if nobody knows. */
  private static int kind(CpuModel cpu) {
    int model = model(cpu);
    for (Map.Entry<Integer, List<Integer>> kind : MODELS.entrySet()) {
      if (kind.getValue().contains(model)) {
        return kind.getKey();
      }
    }
    return 0;
  }

  /** One of the low, or of the high, MSRs of an entry. */
  static Presence entry(int number, boolean high) {
    String text = "the processor's last-branch stack has more than " + number + " entries";
    return Presence.of(
        cpu -> kind(cpu) / HIGH == (high ? 1 : 0) && kind(cpu) % HIGH > number,
        cpu -> kind(cpu) != 0,
        text + (high ? " at MSRs 680H and 6C0H" : " at MSRs 40H and 60H"));
  }

  /** The details of an entry: mispredictions, cycles. */
  static Presence details() {
    return Presence.of(
        cpu -> kind(cpu) == HIGH + 32,
        cpu -> kind(cpu) != 0,
        "the processor's last-branch stack has 32 entries");
  }

  /** Whatever all of these processors have. */
  static Presence any() {
    return Presence.of(
        cpu -> kind(cpu) != 0,
        cpu -> kind(cpu) != 0,
        "the processor has a last-branch stack, by its family and model");
  }

  /** The choice of branches. */
  static Presence select() {
    return Presence.of(
        cpu -> kind(cpu) != 0 && !WITHOUT_SELECT.contains(model(cpu)),
        cpu -> kind(cpu) != 0,
        "the processor lets the branches be chosen that it records, by its family and model");
  }
}
