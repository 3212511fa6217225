package io.vmxlab.model.dump;

import java.util.List;

/** The formats that can be read, in the order in which a line is offered to them. */
public final class DumpFormats {
  /** What is known, for help and messages. */
  public static final String KNOWN =
      "rdmsr, cpuid -r, AIDA64, InstLatx64, VirtualBox, vmxcap, libcpuid, FreeBSD's cpuid and"
          + " cpucontrol, /proc/cpuinfo, or a table of MSRs";

  private DumpFormats() {}

  private static List<DumpReader> readers(Dump dump) {
    return List.of(
        new Aida64Reader(dump),
        new CpuidToolReader(dump),
        new LibcpuidReader(dump),
        new FreeBsdReader(dump),
        new VirtualBoxReader(dump),
        new CpuinfoReader(dump),
        new RdmsrReader(dump),
        new VmxcapReader(dump),
        new CourseReader(dump),
        new TableReader(dump));
  }

  static void read(String text, Dump dump) {
    List<DumpReader> readers = readers(dump);
    int number = 0;
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      DumpLine line = DumpLine.of(++number, text.substring(start, end));
      if (!line.isEmpty()) {
        offer(line, readers, dump);
      }
      start = end + 1;
    }
    readers.forEach(DumpReader::end);
  }

  private static void offer(DumpLine line, List<DumpReader> readers, Dump dump) {
    boolean taken = false;
    for (DumpReader reader : readers) {
      if (!taken && reader.recognises(line)) {
        taken = true;
        try {
          reader.read(line);
        } catch (NotUnderstood e) {
          dump.remark(line, "looks like " + reader.tool() + ", but " + e.getMessage());
        }
      } else {
        reader.otherLine();
      }
    }
  }
}
