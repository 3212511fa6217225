package io.vmxlab.machine;

/** An instruction that was executed through {@link Intrinsics} raised an exception. */
public final class GuestFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient GuestFault fault;

  GuestFaultException(GuestFault fault) {
    super(
        fault.title()
            + " at "
            + fault.code().text()
            + fault.cause().map(c -> ": " + c.requirement()).orElse(""));
    this.fault = fault;
  }

  /** What happened, with its checklist. */
  public GuestFault fault() {
    return fault;
  }
}
