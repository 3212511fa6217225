package io.vmxlab.cpu;

import io.vmxlab.arch.Inventory;
import io.vmxlab.arch.Known;
import io.vmxlab.arch.MsrRow;
import io.vmxlab.arch.MsrRow.Access;
import io.vmxlab.arch.State;
import io.vmxlab.arch.StateItem;
import io.vmxlab.arch.StateView;

/** The processor before a register is written, and the value that is about to be written. */
final class WriteView implements StateView {
  private final Cpu cpu;
  private long source;
  private int msrIndex;
  private MsrFile.Entry msr;

  WriteView(Cpu cpu) {
    this.cpu = cpu;
  }

  WriteView of(long newValue) {
    source = newValue;
    return this;
  }

  /** For an MSR; the entry is null if there is no such MSR. */
  WriteView of(int index, MsrFile.Entry entry, long newValue) {
    msrIndex = index;
    msr = entry;
    source = newValue;
    return this;
  }

  @Override
  public long get(StateItem item) {
    if (item instanceof State) {
      switch ((State) item) {
        case SOURCE:
          return source;
        case MSR_INDEX:
          return Integer.toUnsignedLong(msrIndex);
        case MSR_IMPLEMENTED:
          return mayExist() ? 1 : 0;
        case MSR_READ_ONLY:
          return access().readOnly() ? 1 : 0;
        case MSR_WRITE_ONLY:
          return access() == Access.WRITE_ONLY ? 1 : 0;
        case MSR_SUPPORTED:
          return msr == null ? 0 : msr.supported;
        default:
          break;
      }
    }
    return cpu.get(item);
  }

  /** A run has it, the real processor has it, or nobody knows; and that in the present mode. */
  private boolean mayExist() {
    return (msr != null || Inventory.known(cpu.model, msrIndex) != Known.LACKS)
        && (cpu.smm || !access().onlyInSmm());
  }

  private Access access() {
    return msr == null
        ? Inventory.msr(msrIndex).map(MsrRow::access).orElse(Access.READ_WRITE)
        : msr.access;
  }
}
