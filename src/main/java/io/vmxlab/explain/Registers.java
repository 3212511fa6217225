package io.vmxlab.explain;

import io.vmxlab.arch.Msr;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Registers and MSRs by the names that people use for them. */
public final class Registers {
  private static final String MSR_PREFIX = "IA32_";

  private Registers() {}

  /**
   * The register or MSR with that name, case-insensitively: {@code CR4}, {@code EFLAGS},
   * {@code CS.rights}, {@code IA32_EFER} with or without its prefix.
   */
  public static Optional<StateItem> find(String name) {
    String wanted = name.toUpperCase(Locale.ROOT);
    if (wanted.equals("EFLAGS") || wanted.equals("FLAGS")) {
      return Optional.of(State.RFLAGS);
    }
    Optional<StateItem> state = State.find(name).map(s -> s);
    if (state.isPresent()) {
      return state;
    }
    for (Msr m : Msr.values()) {
      if (m.name().equals(wanted) || m.name().equals(MSR_PREFIX + wanted)) {
        return Optional.of(m);
      }
    }
    return Optional.empty();
  }

  /** Every name, for suggestions. */
  public static List<String> names() {
    List<String> names = new ArrayList<>();
    for (State s : State.values()) {
      names.add(s.itemName());
    }
    for (Msr m : Msr.values()) {
      names.add(m.name());
      names.add(m.name().replaceFirst("^" + MSR_PREFIX, ""));
    }
    return names;
  }
}
