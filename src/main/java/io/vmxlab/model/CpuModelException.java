package io.vmxlab.model;

import io.vmxlab.text.Visible;

/** A processor model that does not exist or whose text cannot be understood: bad input. */
public final class CpuModelException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  CpuModelException(String message) {
    super(Visible.message(message));
  }
}
