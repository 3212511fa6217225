package io.vmxlab.cpu;

/** Told of writes to pages that hold decoded code. */
public interface CodeWatch {
  /** Watches nothing. */
  CodeWatch NONE =
      new CodeWatch() {
        @Override
        public boolean watches(long physicalPage) {
          return false;
        }

        @Override
        public void beforeWrite(long physicalAddress, int bytes) {}

        @Override
        public void beforeLastingWrites() {}

        @Override
        public void translationsChanged() {}
      };

  /**
   * Whether a 4-KByte page holds decoded code, so that writes to it must not take the short way.
   */
  boolean watches(long physicalPage);

  /**
   * A write of so many bytes is about to happen. If it hits the running block this throws, the
   * write has not happened, and the instruction is executed again on its own.
   */
  void beforeWrite(long physicalAddress, int bytes);

  /**
   * An instruction is about to write that cannot be undone before all its writes are known. If it
   * is executed in a block this throws, and it is executed again on its own.
   */
  void beforeLastingWrites();

  /** Linear addresses may mean other physical addresses than before, or be forbidden. */
  void translationsChanged();
}
