package io.vmxlab.engine;

import io.vmxlab.cpu.CodeWatch;
import java.util.List;

/** What one processor of several tells: its writes concern the code of all. */
final class SharedCode implements CodeWatch {
  private final CodeCache own;
  private final List<CodeCache> all;

  SharedCode(CodeCache own, List<CodeCache> all) {
    this.own = own;
    this.all = List.copyOf(all);
  }

  @Override
  public boolean watches(long physicalPage) {
    for (CodeCache cache : all) {
      if (cache.watches(physicalPage)) {
        return true;
      }
    }
    return false;
  }

  /** Its own code last, because dropping that may interrupt the instruction. */
  @Override
  public void beforeWrite(long physicalAddress, int bytes) {
    for (CodeCache cache : all) {
      if (cache != own) {
        cache.beforeWrite(physicalAddress, bytes);
      }
    }
    own.beforeWrite(physicalAddress, bytes);
  }

  @Override
  public void beforeLastingWrites() {
    own.beforeLastingWrites();
  }

  @Override
  public void translationsChanged() {
    own.translationsChanged();
  }
}
