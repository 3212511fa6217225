package io.vmxlab.machine;

import io.vmxlab.arch.Field;
import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.VmcsField;
import io.vmxlab.text.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Names of registers, MSRs, conditions and their fields, case-insensitive: the manual's and the
 * common aliases.
 */
public final class StateNames {
  /** What there is besides the name that was not found. */
  private static final String KINDS =
      "there are registers (rax, rip, rflags, cr0, dr7, cs.base, xcr0), MSRs by the manual's names"
          + " or as msr[0x3a], conditions (cpl, vmx, smx, smm, a20m), and fields such as cr4.VMXE;"
          + " docs/machine-state.md lists them";

  private static final Map<String, StateItem> ITEMS = new LinkedHashMap<>();

  static {
    for (State s : State.values()) {
      if (s.compareTo(State.SOURCE) < 0) {
        ITEMS.put(fold(s.itemName()), s);
      }
    }
    for (Msr m : Msr.values()) {
      ITEMS.put(fold(m.name()), m);
      ITEMS.putIfAbsent(fold(m.name()).replaceFirst("^ia32_", ""), m);
    }
    for (String segment : List.of("es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr")) {
      alias(segment, segment + ".selector");
    }
    for (String r : List.of("ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "ip", "flags")) {
      alias("e" + r, "r" + r);
    }
    alias("a20m", "a20m mode");
    alias("smx", "smx operation");
    alias("vmx", "vmx operation");
    alias("activity", "activity state");
    alias("tsc", "ia32_time_stamp_counter");
    alias("feature_ctl", "ia32_feature_control");
    alias("feat_ctl", "ia32_feature_control");
    alias("fs_base", "fs.base");
    alias("gs_base", "gs.base");
  }

  private StateNames() {}

  /**
   * A place that a name means.
   *
   * @param field of the item; empty for the whole
   */
  public record Place(StateItem item, Optional<Field> field) {
    /** The name as the manual writes it: {@code CR4.VMXE}. */
    public String name() {
      return item.itemName() + field.map(f -> "." + f.name()).orElse("");
    }

    /** Width in bits. */
    public int width() {
      return field.map(Field::width).orElse(item.layout().width());
    }

    long in(long register, long value) {
      return field.map(f -> f.set(register, value)).orElse(value);
    }
  }

  private static void alias(String name, String meaning) {
    ITEMS.putIfAbsent(name, ITEMS.get(fold(meaning)));
  }

  /** Everything that can be set or read, by the manual's name, in the order of the documents. */
  public static List<StateItem> all() {
    return ITEMS.values().stream().distinct().toList();
  }

  private static String fold(String name) {
    return name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", "_");
  }

  /**
   * The register, MSR, condition or field of that name, such as {@code rax}, {@code cr4.vmxe},
   * {@code IA32_FEATURE_CONTROL.lock}, {@code msr[0x3a]}, {@code smx}.
   *
   * @throws BadInputException if there is none; it suggests the nearest
   */
  public static Place find(String name) {
    Optional<StateItem> whole = item(name);
    if (whole.isPresent()) {
      return new Place(whole.get(), Optional.empty());
    }
    int dot = name.lastIndexOf('.');
    Optional<StateItem> owner = dot < 0 ? Optional.empty() : item(name.substring(0, dot));
    if (owner.isPresent()) {
      return new Place(owner.get(), Optional.of(field(owner.get(), name.substring(dot + 1))));
    }
    String wrong = dot < 0 ? name : name.substring(0, dot);
    throw new BadInputException(
        name, "there is no register, MSR or condition of that name", advice(wrong));
  }

  /**
   * The field of the current VMCS of that name, or a part of it: {@code GUEST_RIP}, {@code
   * PRIMARY_CONTROLS.HLT_EXITING}.
   *
   * @throws BadInputException if there is none
   */
  public static Place vmcsField(String name) {
    int dot = name.lastIndexOf('.');
    String whole = dot < 0 ? name : name.substring(0, dot);
    VmcsField item =
        VmcsField.find(whole)
            .orElseThrow(
                () ->
                    new BadInputException(
                        name, "there is no VMCS field of that name", nearField(whole)));
    return new Place(
        item, dot < 0 ? Optional.empty() : Optional.of(field(item, name.substring(dot + 1))));
  }

  private static String nearField(String wrong) {
    List<String> names = Arrays.stream(VmcsField.values()).map(Enum::name).toList();
    return Names.near(wrong.toUpperCase(Locale.ROOT), names)
        .map(n -> "did you mean " + n + "?")
        .orElse("");
  }

  private static String advice(String wrong) {
    return Names.near(fold(wrong), ITEMS.keySet())
        .map(key -> "did you mean " + ITEMS.get(key).itemName() + "?")
        .orElse(KINDS);
  }

  private static Optional<StateItem> item(String name) {
    String folded = fold(name);
    if (folded.startsWith("msr")) {
      String index = folded.substring(3).replaceAll("[\\[\\](). _]", "");
      if (!index.isEmpty() && Character.isDigit(index.charAt(0))) {
        return Optional.of(msr(name, Numbers.parse(name, index)));
      }
    }
    return Optional.ofNullable(ITEMS.get(folded));
  }

  private static StateItem msr(String name, long index) {
    if (index >>> 32 != 0) {
      throw new BadInputException(name, "the number of an MSR has 32 bits", "write msr[0x3a]");
    }
    return Msr.of((int) index)
        .orElseThrow(
            () ->
                new BadInputException(
                    name,
                    "vmxlab has no MSR of that number",
                    "docs/machine-state.md lists those that it has"));
  }

  private static Field field(StateItem item, String name) {
    Optional<Field> field = item.layout().field(name.strip());
    if (field.isPresent()) {
      return field.get();
    }
    if (!name.isBlank() && name.strip().chars().allMatch(Character::isDigit)) {
      long bit = Numbers.parse(name, name);
      if (bit >= 0 && bit < item.layout().width()) {
        return new Field(name.strip(), (int) bit, 1, "");
      }
    }
    Optional<StateItem> rights = item(item.itemName().replace(".selector", ".rights"));
    Optional<Field> right = rights.flatMap(r -> r.layout().field(name.strip()));
    if (right.isPresent()) {
      throw new BadInputException(
          item.itemName() + "." + name,
          "this bit is not in the selector",
          "write " + rights.get().itemName() + "." + right.get().name());
    }
    List<String> names = new ArrayList<>();
    item.layout().fields().forEach(f -> names.add(f.name()));
    throw new BadInputException(
        item.itemName() + "." + name,
        item.itemName() + " has no field of that name",
        names.isEmpty()
            ? "set the whole register"
            : Names.near(name.toUpperCase(Locale.ROOT), names)
                    .map(n -> "did you mean " + n + "? Its fields are ")
                    .orElse("its fields are ")
                + String.join(", ", names));
  }
}
