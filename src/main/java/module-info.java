/**
 * An x86-64 processor with VMX, as a library and as a command line.
 *
 * <p>Whatever is not exported here may change without notice.
 */
module io.vmxlab {
  requires org.objectweb.asm;
  requires org.objectweb.asm.tree;
  requires org.slf4j;
  requires static ch.qos.logback.classic;
  requires static info.picocli;
  requires static org.yaml.snakeyaml;
  requires static org.junit.jupiter.api;
  requires static org.junit.jupiter.params;

  exports io.vmxlab.arch;
  exports io.vmxlab.explain;
  exports io.vmxlab.junit;
  exports io.vmxlab.lab;
  exports io.vmxlab.machine;
  exports io.vmxlab.model;
  exports io.vmxlab.rule;
}
