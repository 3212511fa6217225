package io.vmxlab.model.dump;

import io.vmxlab.arch.ControlForms;
import io.vmxlab.arch.Msr;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What kernel modules print that are written in courses: {@code Pinbased Controls MSR:
 * 0x7f00000016}, {@code Secondary Processor-Based Controls MSR: 0x...} and the like, whose words
 * say together which MSR it is, with a line a control below ({@code Can set=Yes, Can clear=No}).
 */
final class CourseReader implements DumpReader {
  /** Words that such a label is made of. Others make it a sentence. */
  private static final Set<String> WORDS =
      Set.of(
          "vmx",
          "vm",
          "ia32",
          "msr",
          "true",
          "based",
          "controls",
          "control",
          "ctls",
          "ctl",
          "pin",
          "pinbased",
          "proc",
          "procbased",
          "processor",
          "process",
          "primary",
          "secondary",
          "second",
          "tertiary",
          "third",
          "teriary",
          "procbased2",
          "procbased3",
          "proc2",
          "proc3",
          "2",
          "3",
          "exit",
          "entry",
          "vmexit",
          "vmentry",
          "execution",
          "exec",
          "basic",
          "misc",
          "info",
          "information",
          "capability",
          "capabilities",
          "value",
          "of",
          "the");

  private static final int LONGEST = 80;
  private final Dump dump;

  CourseReader(Dump dump) {
    this.dump = dump;
  }

  @Override
  public String tool() {
    return "a table of controls";
  }

  @Override
  public boolean recognises(DumpLine line) {
    return detail(line) || !label(line).isEmpty();
  }

  private static boolean detail(DumpLine line) {
    return line.text().contains("Can set=") && line.text().contains("Can clear=");
  }

  /** The words before the colon or equals sign if they are a label, else none. */
  private static Set<String> label(DumpLine line) {
    Cursor c = line.cursor();
    Set<String> words = new HashSet<>();
    c.any("*`_ \t");
    while (c.position() < LONGEST && Cursor.inWord(c.next())) {
      String word = c.word().toLowerCase(Locale.ROOT);
      if (!WORDS.contains(word)) {
        return Set.of();
      }
      words.add(word);
      c.any("-*`_ \t");
    }
    boolean named = words.contains("msr") || words.contains("controls") || words.contains("ctls");
    return named && words.size() > 1 && (c.next() == ':' || c.next() == '=') ? words : Set.of();
  }

  @Override
  public void read(DumpLine line) throws NotUnderstood {
    if (detail(line)) {
      return;
    }
    Set<String> words = label(line);
    Cursor c = line.cursor();
    int colon = Math.max(line.text().indexOf(':'), 0);
    int equals = line.text().indexOf('=');
    c.goTo(equals >= 0 && (equals < colon || colon == 0) ? equals : colon);
    c.any(":=*`> \t");
    if (c.atEnd()) {
      return; // a heading
    }
    int index = index(words);
    if (index < 0) {
      throw new NotUnderstood("its words do not say which MSR it is");
    }
    c.take("0x");
    long value = Cursor.number(c.word());
    dump.msr(-1, exact(index, value, words.contains("true")), value, line);
  }

  /** The MSR that the words mean, or -1. */
  private static int index(Set<String> w) {
    boolean second = any(w, "secondary", "second", "procbased2", "proc2", "2");
    boolean third = any(w, "tertiary", "third", "teriary", "procbased3", "proc3", "3");
    if (any(w, "entry", "vmentry")) {
      return Msr.IA32_VMX_ENTRY_CTLS.index;
    } else if (any(w, "exit", "vmexit")) {
      return (second ? Msr.IA32_VMX_EXIT_CTLS2 : Msr.IA32_VMX_EXIT_CTLS).index;
    } else if (any(w, "pin", "pinbased")) {
      return Msr.IA32_VMX_PINBASED_CTLS.index;
    } else if (any(w, "basic")) {
      return Msr.IA32_VMX_BASIC.index;
    } else if (any(w, "misc")) {
      return Msr.IA32_VMX_MISC.index;
    } else if (third) {
      return Msr.IA32_VMX_PROCBASED_CTLS3.index;
    } else if (second) {
      return Msr.IA32_VMX_PROCBASED_CTLS2.index;
    }
    return any(w, "proc", "procbased", "processor", "process", "primary")
        ? Msr.IA32_VMX_PROCBASED_CTLS.index
        : -1;
  }

  private static boolean any(Set<String> words, String... wanted) {
    for (String w : wanted) {
      if (words.contains(w)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Some modules read the TRUE MSRs and print the same label. In the plain ones every bit of the
   * default1 class is 1, in both halves.
   */
  private static int exact(int index, long value, boolean said) {
    Optional<ControlForms> forms = ControlForms.of(Msr.of(index).orElseThrow());
    if (forms.isEmpty()) {
      return index;
    }
    long class1 = forms.get().default1();
    boolean shown = (value & class1) != class1 && (value >>> Integer.SIZE & class1) == class1;
    return said || shown ? forms.get().exact().index : index;
  }
}
