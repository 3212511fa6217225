package io.vmxlab.arch;

/** RFLAGS. SDM Vol. 1 "EFLAGS Register". */
public final class Rflags {
  // spotless:off
  public static final long CF  = 1L << 0;
  public static final long PF  = 1L << 2;
  public static final long AF  = 1L << 4;
  public static final long ZF  = 1L << 6;
  public static final long SF  = 1L << 7;
  public static final long TF  = 1L << 8;
  public static final long IF  = 1L << 9;
  public static final long DF  = 1L << 10;
  public static final long OF  = 1L << 11;
  public static final long NT  = 1L << 14;
  public static final long RF  = 1L << 16;
  public static final long VM  = 1L << 17;
  public static final long AC  = 1L << 18;
  public static final long VIF = 1L << 19;
  public static final long VIP = 1L << 20;
  public static final long ID  = 1L << 21;
  public static final long IOPL = 3L << 12;
  /** Always 1. */
  public static final long FIXED = 1L << 1;
  /** CF, PF, AF, ZF, SF and OF. */
  public static final long STATUS = CF | PF | AF | ZF | SF | OF;
  /** Every bit that exists. */
  public static final long ALL = STATUS | FIXED | TF | IF | DF | IOPL | NT | RF | VM | AC | VIF | VIP | ID;

  public static final Layout LAYOUT = Layout.of("RFLAGS", 64)
      .bit(CF, "CF", "carry")
      .bit(PF, "PF", "parity of the low byte")
      .bit(AF, "AF", "carry out of bit 3")
      .bit(ZF, "ZF", "zero")
      .bit(SF, "SF", "sign")
      .bit(TF, "TF", "trap")
      .bit(IF, "IF", "interrupt enable")
      .bit(DF, "DF", "direction")
      .bit(OF, "OF", "overflow")
      .bit(NT, "NT", "nested task")
      .bit(RF, "RF", "resume")
      .bit(VM, "VM", "virtual-8086 mode")
      .bit(AC, "AC", "alignment check or access control")
      .bit(VIF, "VIF", "virtual interrupt")
      .bit(VIP, "VIP", "virtual interrupt pending")
      .bit(ID, "ID", "CPUID available")
      .field(12, 2, "IOPL", "I/O privilege level")
      .build();
  // spotless:on

  private Rflags() {}
}
