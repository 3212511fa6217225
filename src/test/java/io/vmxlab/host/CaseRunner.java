package io.vmxlab.host;

/** Something that executes cases. */
interface CaseRunner {
  HostResult run(HostCase test);
}
