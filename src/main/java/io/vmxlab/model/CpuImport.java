package io.vmxlab.model;

import io.vmxlab.arch.Msr;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processor models from what tools print: {@code rdmsr} of msr-tools, {@code cpuid -r}, AIDA64 and
 * InstLatx64 dumps, VirtualBox logs, QEMU's vmxcap script, and tables of an MSR's index or name and
 * its value. Lines that are none of these are passed over.
 */
public final class CpuImport {
  private static final String HEX = "(?:0x)?([0-9a-fA-F]+)h?";
  private static final String WORD32 = "([0-9A-Fa-f]{8})";

  private static final Pattern AIDA_LEAF =
      line(
          "CPUID "
              + WORD32
              + "(?: \\[SL ([0-9A-F]+)\\])?: "
              + four("-")
              + "(?: \\[SL ([0-9A-F]+)\\])?");
  private static final Pattern CPUID_TOOL =
      line(
          "0x([0-9a-f]{8}) 0x([0-9a-f]+): eax=0x([0-9a-f]{8}) ebx=0x([0-9a-f]{8})"
              + " ecx=0x([0-9a-f]{8}) edx=0x([0-9a-f]{8})");
  private static final Pattern AIDA_MSR =
      line("MSR " + WORD32 + ": ([0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4})");
  private static final Pattern VIRTUALBOX_MSR =
      Pattern.compile(".*\\b(?:HM|HWACCM|VMX|CPUM): +(?:MSR_)?(\\w+) += +" + HEX + "\\b.*");
  private static final Pattern VIRTUALBOX_GUEST_LEAF =
      Pattern.compile(".*\\bGst: +" + WORD32 + "/([0-9a-f]+) +" + four(" ") + ".*");
  private static final Pattern VIRTUALBOX_HOST_LEAF =
      Pattern.compile(".*\\bHst: +" + four(" ") + ".*");
  private static final Pattern RDMSR_COMMAND =
      Pattern.compile(".*\\brdmsr +(?:-\\w+ +(?:\\d+ +)?)*(?:0x)?([0-9a-fA-F]+) *");
  private static final Pattern BARE_VALUE = line(HEX);
  private static final Pattern TABLE = line("\\|? *(\\w+) *[|:=,;\\s] *" + HEX + " *\\|?(?: .*)?");

  /** Names that VirtualBox and others use in place of the manual's. */
  private static final Pattern OTHER_SPELLING =
      Pattern.compile(
          "(?:MSR_)?(?:IA32_)?VMX_"
              + "(BASIC|PINBASED_CTLS|PROCBASED_CTLS2?|EXIT_CTLS|ENTRY_CTLS|MISC|CR[04]_FIXED[01]"
              + "|VMCS_ENUM|EPT_VPID_CAP|TRUE_\\w+_CTLS|VMFUNC|PROCBASED_CTLS3|EXIT_CTLS2)S?(?:_INFO)?");

  private final CpuDump dump = new CpuDump();
  private final VmxcapText vmxcap = new VmxcapText(dump);
  private OptionalLong guestLeaf = OptionalLong.empty();
  private int commandIndex = -1;

  private CpuImport() {}

  private static Pattern line(String pattern) {
    return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
  }

  private static String four(String separator) {
    return String.join(separator, WORD32, WORD32, WORD32, WORD32);
  }

  /**
   * The text of a model with the values of a dump.
   *
   * @param file named as the source and in errors
   * @param name of the model
   * @param base lends what the dump lacks; null for none
   * @throws CpuModelException if the dump has no value, or lacks CPUID and there is no base
   */
  public static String model(String file, String text, String name, DumpedCpu base) {
    CpuImport reader = new CpuImport();
    text.lines().map(String::strip).forEach(reader::read);
    reader.vmxcap.end();
    CpuDump dump = reader.dump;
    if (dump.isEmpty()) {
      throw new CpuModelException(
          file
              + ": no line is a CPUID leaf or a VMX capability MSR in the form of rdmsr, cpuid -r,"
              + " AIDA64, VirtualBox, vmxcap or a table");
    }
    if (!dump.hasLeaves() && base == null) {
      throw new CpuModelException(
          file + ": the dump has no CPUID leaf 1; give --base MODEL to take CPUID from a model");
    }
    String model = dump.model(name, "imported from " + file, base);
    CpuModels.parse(name, model);
    return model;
  }

  private void read(String line) {
    boolean known =
        leaf(line) || virtualBox(line) || rdmsr(line) || vmxcap.line(line) || table(line);
    if (!known && !line.isEmpty()) {
      commandIndex = -1;
    }
  }

  private boolean leaf(String line) {
    Matcher m = AIDA_LEAF.matcher(line);
    if (m.lookingAt()) {
      String number = m.group(2) == null ? m.group(7) : m.group(2);
      int subleaf = number == null ? unnumbered(m.group(1)) : word(number);
      dump.leaf(word(m.group(1)), subleaf, registers(m, 3));
      return true;
    }
    m = CPUID_TOOL.matcher(line);
    if (m.matches()) {
      dump.leaf(word(m.group(1)), word(m.group(2)), registers(m, 3));
      return true;
    }
    m = AIDA_MSR.matcher(line);
    if (m.lookingAt()) {
      dump.msr(word(m.group(1)), number(m.group(2).replace("-", "")));
      return true;
    }
    return false;
  }

  private static int unnumbered(String leaf) {
    return ModelText.hasSubleaves(word(leaf)) ? -1 : 0;
  }

  private boolean virtualBox(String line) {
    Matcher m = VIRTUALBOX_GUEST_LEAF.matcher(line);
    if (m.matches()) {
      guestLeaf = OptionalLong.of(ModelText.key(word(m.group(1)), word(m.group(2))));
      return true;
    }
    m = VIRTUALBOX_HOST_LEAF.matcher(line);
    if (m.matches() && guestLeaf.isPresent()) {
      long key = guestLeaf.getAsLong();
      dump.leaf((int) (key >>> Integer.SIZE), (int) key, registers(m, 1));
      guestLeaf = OptionalLong.empty();
      return true;
    }
    m = VIRTUALBOX_MSR.matcher(line);
    if (m.matches()) {
      int index = named(m.group(1));
      if (index >= 0) {
        dump.msr(index, number(m.group(2)));
      }
      return true;
    }
    return false;
  }

  /** A command line that names the index, then the bare value. */
  private boolean rdmsr(String line) {
    Matcher command = RDMSR_COMMAND.matcher(line);
    if (command.matches()) {
      commandIndex = word(command.group(1));
      return true;
    }
    Matcher value = BARE_VALUE.matcher(line);
    if (commandIndex >= 0 && value.matches()) {
      dump.msr(commandIndex, number(value.group(1)));
      commandIndex = -1;
      return true;
    }
    return false;
  }

  private boolean table(String line) {
    Matcher m = TABLE.matcher(line);
    if (!m.matches() || m.group(2).length() > 16) {
      return false;
    }
    String first = m.group(1);
    int index = named(first);
    if (index < 0 && first.matches("(?:0x)?[0-9a-fA-F]{3,8}h?")) {
      index = word(first.replaceFirst("^0x", "").replaceFirst("h$", ""));
    }
    if (index < 0) {
      return false;
    }
    dump.msr(index, number(m.group(2)));
    return true;
  }

  /** Index of a capability MSR by one of its names, or -1. */
  private static int named(String name) {
    Matcher m = OTHER_SPELLING.matcher(name.toUpperCase(Locale.ROOT));
    if (!m.matches()) {
      return -1;
    }
    String wanted = "IA32_VMX_" + m.group(1);
    for (Msr msr : Msr.values()) {
      if (msr.name().equals(wanted)) {
        return msr.index;
      }
    }
    return -1;
  }

  private static int[] registers(Matcher m, int first) {
    int[] registers = new int[4];
    for (int i = 0; i < 4; i++) {
      registers[i] = word(m.group(first + i));
    }
    return registers;
  }

  private static int word(String digits) {
    return (int) Long.parseLong(digits, 16);
  }

  private static long number(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }
}
