package io.vmxlab.vmx.vmcs;

/**
 * Launch state of a VMCS. Only VMCLEAR makes it clear: a region whose memory holds anything else,
 * zeros too, is not clear. SDM Vol. 3C "Software Use of Virtual-Machine Control Structures".
 */
public enum LaunchState {
  CLEAR(0x5245_4C43),
  LAUNCHED(0x4843_4E4C),
  /** VMCLEAR was never executed for the region, or something else has written to it since. */
  NOT_CLEARED(0);

  /** What stands in the region. */
  final int mark;

  LaunchState(int mark) {
    this.mark = mark;
  }

  static LaunchState in(long mark) {
    return mark == CLEAR.mark ? CLEAR : mark == LAUNCHED.mark ? LAUNCHED : NOT_CLEARED;
  }
}
