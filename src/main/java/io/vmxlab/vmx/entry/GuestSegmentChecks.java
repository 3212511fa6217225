package io.vmxlab.vmx.entry;

import static io.vmxlab.arch.VmcsField.GUEST_CR0;
import static io.vmxlab.arch.VmcsField.GUEST_CS_SELECTOR;
import static io.vmxlab.arch.VmcsField.GUEST_LDTR_SELECTOR;
import static io.vmxlab.arch.VmcsField.GUEST_RFLAGS;
import static io.vmxlab.arch.VmcsField.GUEST_SS_SELECTOR;
import static io.vmxlab.arch.VmcsField.GUEST_TR_SELECTOR;
import static io.vmxlab.arch.VmcsField.VM_ENTRY_CONTROLS;
import static io.vmxlab.rule.RuleSet.ruleSet;
import static io.vmxlab.vmx.entry.GuestSegment.CS;
import static io.vmxlab.vmx.entry.GuestSegment.LDTR;
import static io.vmxlab.vmx.entry.GuestSegment.SS;
import static io.vmxlab.vmx.entry.GuestSegment.TR;

import io.vmxlab.arch.Cr0;
import io.vmxlab.arch.Rflags;
import io.vmxlab.arch.Sdm;
import io.vmxlab.arch.SegmentRights;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;
import io.vmxlab.rule.Remedy;
import io.vmxlab.rule.RuleDraft;
import io.vmxlab.rule.RuleSet;
import io.vmxlab.rule.RuleSet.Builder;
import io.vmxlab.vmx.vmcs.Control;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** Checks on the guest's segment registers. SDM Vol. 3C "Checks on Guest Segment Registers". */
final class GuestSegmentChecks {
  private static final long TI = 1 << 2;
  private static final long RPL = 3;
  private static final long UPPER = -1L << 32;
  private static final long V86_LIMIT = 0xFFFF;
  private static final long V86_RIGHTS = 0xF3;
  private static final long ALL_RIGHTS = 0xFFFF_FFFFL;
  private static final long RESERVED = 0xFFFE_0F00L;
  private static final long DPL = 3L << SegmentRights.DPL_SHIFT;
  private static final long LOW_PART = 0xFFF;
  private static final long HIGH_PART = 0xFFF0_0000L;
  private static final int DATA_WRITABLE = 3;
  private static final int STACK_EXPAND_DOWN = 7;
  private static final int CODE = 9;
  private static final int CODE_READABLE = 11;
  private static final int LAST_NON_CONFORMING = 11;
  private static final int BUSY_TSS_16 = 3;
  private static final int BUSY_TSS_32 = 11;
  private static final int LDT = 2;

  static final RuleSet<StateView, EntryFailure> RULES = rules();

  private GuestSegmentChecks() {}

  private static RuleSet<StateView, EntryFailure> rules() {
    Builder<StateView, EntryFailure> set =
        ruleSet("guest-segments", Sdm.GUEST_SEGMENT_CHECKS, EntryFailure.GUEST_STATE);
    selectors(set);
    virtual8086(set);
    bases(set);
    types(set);
    levels(set);
    GuestSegment.CODE_AND_DATA.forEach(s -> form(set, s));
    codeSize(set);
    task(set);
    localTable(set);
    return set.build();
  }

  // spotless:off
  private static void selectors(Builder<StateView, EntryFailure> set) {
    set.rule("guest-tr-ti-clear")
        .alias("GUEST.TR.TI")
        .mend("write a selector of the GDT")
        .requireClear("TI (bit 2) of Guest TR selector is 0", GUEST_TR_SELECTOR, TI);
    set.rule("guest-ldtr-ti-clear")
        .alias("GUEST.LDTR.TI")
        .reads(LDTR.rights())
        .when("LDTR is usable", LDTR::usable)
        .mend("write a selector of the GDT, or make LDTR unusable (bit 16 of its access rights)")
        .requireClear("TI (bit 2) of Guest LDTR selector is 0", GUEST_LDTR_SELECTOR, TI);
    set.rule("guest-ss-rpl-equals-cs-rpl")
        .alias("GUEST.SS.RPL")
        .reads(GUEST_CS_SELECTOR)
        .reads(restricted())
        .when("the guest is not in virtual-8086 mode, and UNRESTRICTED_GUEST is 0", v -> !v86(v) && Control.UNRESTRICTED_GUEST.off(v))
        .mend(Remedy.change("write a CS selector with the RPL of SS", GUEST_CS_SELECTOR,
            v -> v.get(GUEST_SS_SELECTOR) & RPL, v -> ~v.get(GUEST_SS_SELECTOR) & RPL))
        .requireBits("RPL of Guest SS selector equals that of Guest CS selector", GUEST_SS_SELECTOR,
            v -> v.get(GUEST_CS_SELECTOR) & RPL, v -> ~v.get(GUEST_CS_SELECTOR) & RPL);
  }

  private static void virtual8086(Builder<StateView, EntryFailure> set) {
    for (GuestSegment s : GuestSegment.CODE_AND_DATA) {
      set.rule(s.id() + "-base-of-virtual-8086-mode")
          .alias("GUEST.V86.BASE." + s.name())
          .reads(GUEST_RFLAGS, s.base(), s.selector())
          .when("the guest is in virtual-8086 mode", GuestSegmentChecks::v86)
          .mend(Remedy.value("write 16 times the selector", s.base(), v -> v.get(s.selector()) << 4))
          .require(s.base().itemName() + " is 16 times the selector", v -> v.get(s.base()) == v.get(s.selector()) << 4);
    }
    for (GuestSegment s : GuestSegment.CODE_AND_DATA) {
      set.rule(s.id() + "-limit-of-virtual-8086-mode")
          .alias("GUEST.V86.LIMIT." + s.name())
          .reads(GUEST_RFLAGS)
          .when("the guest is in virtual-8086 mode", GuestSegmentChecks::v86)
          .mend("write FFFFH")
          .requireBits(s.limit().itemName() + " is FFFFH", s.limit(), v -> V86_LIMIT, v -> HIGH_PART | ALL_RIGHTS & ~V86_LIMIT);
    }
    for (GuestSegment s : GuestSegment.CODE_AND_DATA) {
      set.rule(s.id() + "-rights-of-virtual-8086-mode")
          .alias("GUEST.V86.AR." + s.name())
          .reads(GUEST_RFLAGS)
          .when("the guest is in virtual-8086 mode", GuestSegmentChecks::v86)
          .mend("write F3H")
          .requireBits(s.rights().itemName() + " is F3H", s.rights(), v -> V86_RIGHTS, v -> ~V86_RIGHTS & ALL_RIGHTS);
    }
  }

  private static void bases(Builder<StateView, EntryFailure> set) {
    for (GuestSegment s : List.of(TR, GuestSegment.FS, GuestSegment.GS)) {
      Registers.canonical(set, s.id() + "-base-canonical", "GUEST.BASE.CAN." + s.name(), s.base());
    }
    Registers.canonical(set, "guest-ldtr-base-canonical", "GUEST.BASE.CAN.LDTR", LDTR.base(), "LDTR is usable", LDTR::usable, LDTR.rights());
    set.rule("guest-cs-base-has-32-bits")
        .alias("GUEST.CS.BASE32")
        .requireClear("bits 63:32 of Guest CS base are 0", CS.base(), UPPER);
    for (GuestSegment s : List.of(SS, GuestSegment.DS, GuestSegment.ES)) {
      set.rule(s.id() + "-base-has-32-bits")
          .alias("GUEST.DATA.BASE32." + s.name())
          .reads(s.rights())
          .when(s.name() + " is usable", s::usable)
          .requireClear("bits 63:32 of " + s.base().itemName() + " are 0", s.base(), UPPER);
    }
  }

  private static void types(Builder<StateView, EntryFailure> set) {
    rule(set, CS, "-type", "GUEST.CS.TYPE", v -> true, secondary())
        .mend(type("write a code segment's access rights, such as A09BH (64-bit) or C09BH (32-bit)", CS, CODE_READABLE))
        .require("the type of CS is that of an accessed code segment (9, 11, 13, 15); 3 too with UNRESTRICTED_GUEST", v -> {
          int type = CS.type(v);
          return (type & CODE) == CODE || type == DATA_WRITABLE && Control.UNRESTRICTED_GUEST.on(v);
        });
    rule(set, SS, "-type", "GUEST.SS.TYPE", SS::usable)
        .mend(type("write an accessed, writable data segment's access rights, such as C093H", SS, DATA_WRITABLE))
        .require("the type of SS is 3 or 7: accessed, writable data",
            v -> SS.type(v) == DATA_WRITABLE || SS.type(v) == STACK_EXPAND_DOWN);
    for (GuestSegment s : GuestSegment.DATA) {
      rule(set, s, "-type", "GUEST.DATA.TYPE." + s.name(), s::usable)
          .mend(type("write an accessed data segment's access rights, such as C093H, or make it unusable", s, DATA_WRITABLE))
          .require("the type of " + s.name() + " is accessed (bit 0), and readable (bit 1) if it is code (bit 3)",
              v -> (s.type(v) & SegmentRights.ACCESSED) != 0
                  && ((s.type(v) & SegmentRights.CODE) == 0 || (s.type(v) & SegmentRights.READABLE) != 0));
    }
  }

  private static void levels(Builder<StateView, EntryFailure> set) {
    rule(set, CS, "-dpl-of-data", "GUEST.CS.DPL3", v -> CS.type(v) == DATA_WRITABLE, "the type of CS is 3")
        .requireClear("DPL of CS is 0", CS.rights(), DPL);
    rule(set, CS, "-dpl-non-conforming", "GUEST.CS.DPLNC", v -> CS.type(v) == CODE || CS.type(v) == CODE_READABLE,
            "the type of CS is 9 or 11", SS.rights())
        .mend("write access rights to CS with the DPL of SS")
        .requireBits("DPL of CS equals that of SS", CS.rights(), v -> v.get(SS.rights()) & DPL, v -> ~v.get(SS.rights()) & DPL);
    rule(set, CS, "-dpl-conforming", "GUEST.CS.DPLC", v -> CS.type(v) > LAST_NON_CONFORMING,
            "the type of CS is 13 or 15", SS.rights())
        .mend(Remedy.clear("write access rights to CS with a DPL of at most that of SS", CS.rights(), DPL))
        .require("DPL of CS is not above that of SS", v -> CS.dpl(v) <= SS.dpl(v));
    rule(set, SS, "-dpl-equals-rpl", "GUEST.SS.DPL", Control.UNRESTRICTED_GUEST::off, "UNRESTRICTED_GUEST is 0", with(SS.selector(), secondary()))
        .mend("write access rights to SS whose DPL is the selector's RPL, though SS is unusable too")
        .requireBits("DPL of SS equals RPL of its selector", SS.rights(),
            v -> (v.get(SS.selector()) & RPL) << SegmentRights.DPL_SHIFT,
            v -> (~v.get(SS.selector()) & RPL) << SegmentRights.DPL_SHIFT);
    rule(set, SS, "-dpl-is-0", "GUEST.SS.DPL0", v -> CS.type(v) == DATA_WRITABLE || (v.get(GUEST_CR0) & Cr0.PE) == 0,
            "the type of CS is 3 or Guest CR0.PE is 0", GUEST_CR0, CS.rights())
        .requireClear("DPL of SS is 0", SS.rights(), DPL);
    for (GuestSegment s : GuestSegment.DATA) {
      rule(set, s, "-dpl-not-below-rpl", "GUEST.DATA.DPL." + s.name(),
              v -> Control.UNRESTRICTED_GUEST.off(v) && s.usable(v) && s.type(v) <= LAST_NON_CONFORMING,
              "UNRESTRICTED_GUEST is 0, and " + s.name() + " is usable and of type 0 to 11", with(s.selector(), secondary()))
          .mend(Remedy.clear("write a selector whose RPL is not above the DPL", s.selector(), RPL))
          .require("DPL of " + s.name() + " is not below RPL of its selector", v -> s.dpl(v) >= s.rpl(v));
    }
  }

  /** S, P, reserved bits and G of a code or data segment. */
  private static void form(Builder<StateView, EntryFailure> set, GuestSegment s) {
    Predicate<StateView> used = s == CS ? v -> true : s::usable;
    rule(set, s, "-is-code-or-data", "GUEST.SEG.S." + s.name(), used)
        .requireSet("S (bit 4) of " + s.name() + " is 1: a code or data segment", s.rights(), SegmentRights.S);
    rule(set, s, "-is-present", "GUEST.SEG.P." + s.name(), used)
        .requireSet("P (bit 7) of " + s.name() + " is 1", s.rights(), SegmentRights.P);
    rule(set, s, "-reserved-bits-clear", "GUEST.SEG.RSVD." + s.name(), used)
        .mend("clear bits 11:8 and 31:17: access rights are bits 23:8 of the descriptor's upper half with 11:8 cleared")
        .requireClear("bits 11:8 and 31:17 of " + s.rights().itemName() + " are 0", s.rights(), RESERVED);
    granularity(rule(set, s, "-granularity-fits-limit", "GUEST.SEG.G." + s.name(), used, s.limit()), s);
  }

  private static void codeSize(Builder<StateView, EntryFailure> set) {
    rule(set, CS, "-default-size-clear-in-64-bit-mode", "GUEST.CS.DB",
            v -> Control.IA32E_GUEST.on(v) && (v.get(CS.rights()) & SegmentRights.L) != 0,
            "IA32E_MODE_GUEST and CS.L are 1", VM_ENTRY_CONTROLS)
        .mend("clear D/B of CS: 64-bit code has L = 1 and D/B = 0")
        .requireClear("D/B (bit 14) of CS is 0", CS.rights(), SegmentRights.DB);
  }

  private static void task(Builder<StateView, EntryFailure> set) {
    set.rule("guest-tr-type")
        .alias("GUEST.TR.TYPE")
        .reads(VM_ENTRY_CONTROLS, TR.rights())
        .mend(type("write a busy TSS' access rights: 8BH", TR, BUSY_TSS_32))
        .require("the type of TR is 11 (busy TSS); 3 too (16-bit) if IA32E_MODE_GUEST is 0",
            v -> TR.type(v) == BUSY_TSS_32 || TR.type(v) == BUSY_TSS_16 && Control.IA32E_GUEST.off(v));
    set.rule("guest-tr-usable")
        .alias("GUEST.TR.UNUS")
        .mend("clear bit 16: TR always holds a TSS, of a guest in real-address mode too")
        .requireClear("TR is usable: bit 16 of its access rights is 0", TR.rights(), SegmentRights.UNUSABLE);
    system(set, TR, v -> true, "");
  }

  private static void localTable(Builder<StateView, EntryFailure> set) {
    set.rule("guest-ldtr-type")
        .alias("GUEST.LDTR.TYPE")
        .reads(LDTR.rights())
        .when("LDTR is usable", LDTR::usable)
        .mend(type("write an LDT's access rights, 82H, or make LDTR unusable (bit 16)", LDTR, LDT))
        .require("the type of LDTR is 2 (LDT)", v -> LDTR.type(v) == LDT);
    system(set, LDTR, LDTR::usable, "LDTR is usable");
  }

  private static void system(Builder<StateView, EntryFailure> set, GuestSegment s, Predicate<StateView> used, String condition) {
    String alias = "GUEST." + s.name();
    when(set.rule(s.id() + "-is-system-segment").alias(alias + ".S").reads(s.rights()), condition, used)
        .requireClear("S (bit 4) of " + s.name() + " is 0: a system segment", s.rights(), SegmentRights.S);
    when(set.rule(s.id() + "-is-present").alias(alias + ".P").reads(s.rights()), condition, used)
        .requireSet("P (bit 7) of " + s.name() + " is 1", s.rights(), SegmentRights.P);
    when(set.rule(s.id() + "-reserved-bits-clear").alias(alias + ".RSVD").reads(s.rights()), condition, used)
        .requireClear("bits 11:8 and 31:17 of " + s.rights().itemName() + " are 0", s.rights(), RESERVED);
    granularity(when(set.rule(s.id() + "-granularity-fits-limit").alias(alias + ".G").reads(s.rights(), s.limit()), condition, used), s);
  }
  // spotless:on

  private static RuleDraft<StateView, EntryFailure> when(
      RuleDraft<StateView, EntryFailure> rule, String condition, Predicate<StateView> used) {
    return condition.isEmpty() ? rule : rule.when(condition, used);
  }

  /** Both demands on G at once cannot be met: the limit itself is wrong then. */
  private static void granularity(RuleDraft<StateView, EntryFailure> rule, GuestSegment s) {
    rule.mend(
            Remedy.change(
                "set G if the limit is above FFFFFH; a limit in 4-KByte units ends in FFFH",
                s.rights(),
                v -> (v.get(s.limit()) & HIGH_PART) != 0 ? SegmentRights.G : 0,
                v -> (v.get(s.limit()) & HIGH_PART) != 0 ? 0 : SegmentRights.G))
        .require(
            "G (bit 15) of "
                + s.name()
                + " is 0 if a bit of 11:0 of the limit is 0, and 1 if a bit of 31:20 is 1",
            v -> {
              boolean pages = (v.get(s.rights()) & SegmentRights.G) != 0;
              long limit = v.get(s.limit());
              return pages ? (limit & LOW_PART) == LOW_PART : (limit & HIGH_PART) == 0;
            });
  }

  /** A rule of a guest that is not in virtual-8086 mode, while the segment is used. */
  private static RuleDraft<StateView, EntryFailure> rule(
      Builder<StateView, EntryFailure> set,
      GuestSegment s,
      String suffix,
      String alias,
      Predicate<StateView> used,
      StateItem... more) {
    String usable = s == CS ? "" : ", and " + s.name() + " is usable";
    return set.rule(s.id() + suffix)
        .alias(alias)
        .reads(GUEST_RFLAGS, s.rights())
        .reads(more)
        .when("the guest is not in virtual-8086 mode" + usable, v -> !v86(v) && used.test(v));
  }

  private static RuleDraft<StateView, EntryFailure> rule(
      Builder<StateView, EntryFailure> set,
      GuestSegment s,
      String suffix,
      String alias,
      Predicate<StateView> used,
      String condition,
      StateItem... more) {
    return set.rule(s.id() + suffix)
        .alias(alias)
        .reads(GUEST_RFLAGS, s.rights())
        .reads(more)
        .when(
            "the guest is not in virtual-8086 mode, and " + condition,
            v -> !v86(v) && used.test(v));
  }

  private static Remedy type(String text, GuestSegment s, int type) {
    return Remedy.change(text, s.rights(), v -> type, v -> ~type & SegmentRights.TYPE);
  }

  private static boolean v86(StateView v) {
    return (v.get(GUEST_RFLAGS) & Rflags.VM) != 0;
  }

  private static StateItem[] secondary() {
    return Control.UNRESTRICTED_GUEST.reads();
  }

  private static StateItem[] restricted() {
    return with(GUEST_RFLAGS, secondary());
  }

  private static StateItem[] with(StateItem first, StateItem... others) {
    List<StateItem> items = new ArrayList<>();
    items.add(first);
    Collections.addAll(items, others);
    return items.toArray(StateItem[]::new);
  }
}
