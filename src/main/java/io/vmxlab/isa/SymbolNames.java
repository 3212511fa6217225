package io.vmxlab.isa;

/** Names addresses in disassembly. */
@FunctionalInterface
public interface SymbolNames {
  /** No names. */
  SymbolNames NONE = address -> null;

  /** Such as {@code enable_vmx+0x12}, or null. */
  String name(long address);
}
