package io.vmxlab.engine;

import io.vmxlab.engine.VectorSlot.Unit;
import io.vmxlab.isa.Form;
import io.vmxlab.isa.FormAttribute;
import io.vmxlab.isa.Instruction;
import io.vmxlab.isa.Operand;
import java.util.ArrayList;
import java.util.List;

/**
 * The shape of an instruction on XMM or MMX registers: which class it is made of, and what that is
 * made for.
 *
 * @param name of the class
 * @param width of the vectors in bits: of the first one
 * @param element width of an element in bits, or 0
 * @param elements number of elements that are computed
 * @param slots of operands that are vectors, null for others
 */
record VectorShape(
    String name, int width, int element, int elements, Unit unit, List<VectorSlot> slots) {
  private static final String PREFIX = "(Lio/vmxlab/cpu/Cpu;I";
  private static final int XMM = 128;

  /** The shape, or null if the instruction has no operand that is a vector. */
  static VectorShape of(Instruction insn) {
    Form form = insn.form;
    String name = hasVectors(form) ? name(form) : null;
    if (name == null) {
      return null;
    }
    boolean fromVector = name.startsWith("From");
    boolean value = name.contains("Value");
    List<Operand> operands = form.operands();
    List<VectorSlot> slots = new ArrayList<>();
    boolean sse = false;
    boolean mmx = false;
    int least = XMM;
    for (int i = 0; i < Math.min(2, operands.size()); i++) {
      Operand o = operands.get(i);
      boolean vector = i == 0 ? !fromVector : !value;
      slots.add(vector ? slot(insn, o, i) : null);
      boolean other = o.kind() == Operand.Kind.OTHER;
      sse |= other && !isMmx(o); // CVTPS2PI and its like, even with a source in memory
      mmx |= other && isMmx(o) && !inMemory(insn, o);
      least = vector ? Math.min(least, o.memoryWidth() != 0 ? o.memoryWidth() : width(o)) : least;
    }
    int element = element(form);
    int count = element == 0 ? 0 : least / element;
    Unit unit = sse && mmx ? Unit.BOTH : mmx ? Unit.MMX : Unit.SSE;
    return new VectorShape(
        name, width(operands.get(fromVector ? 1 : 0)), element, count, unit, slots);
  }

  private static boolean hasVectors(Form form) {
    for (Operand o : form.operands()) {
      if (o.kind() == Operand.Kind.OTHER) {
        return true;
      }
    }
    return false;
  }

  /** By the method's signature; see docs/adding-an-instruction.md. */
  private static String name(Form form) {
    String descriptor = form.descriptor();
    if (!descriptor.startsWith(PREFIX)) {
      return null;
    }
    switch (descriptor.substring(PREFIX.length())) {
      case "I[J[J)V":
        return "Vector1";
      case "I[J[JJ)V":
        return "Vector2";
      case "I[JJ)V":
        return "VectorValue1";
      case "I[JJJ)V":
        return "VectorValue2";
      case "I[J)J":
        return "FromVector1";
      case "I[JJ)J":
        return "FromVector2";
      default:
        return elementwise(form, descriptor.length() - PREFIX.length() - 2);
    }
  }

  private static String elementwise(Form form, int values) {
    List<Operand> operands = form.operands();
    if (values < operands.size()) {
      return "ElementsSet" + values;
    }
    if (operands.get(1).kind() == Operand.Kind.IMMEDIATE) {
      return "ElementsByValue";
    }
    return form.has(FormAttribute.BY_ONE) ? "ElementsByOne" : "ElementsUpdate" + (values - 1);
  }

  private static int element(Form form) {
    return form.has(FormAttribute.E8)
        ? 8
        : form.has(FormAttribute.E16)
            ? 16
            : form.has(FormAttribute.E32) ? 32 : form.has(FormAttribute.E64) ? 64 : 0;
  }

  private static boolean isMmx(Operand operand) {
    return operand.text().startsWith("mm");
  }

  /** Of the whole register or of memory. */
  private static int width(Operand operand) {
    return operand.kind() == Operand.Kind.MEMORY ? operand.width() : isMmx(operand) ? 64 : XMM;
  }

  private static boolean inMemory(Instruction insn, Operand operand) {
    return operand.addressable() && insn.memory();
  }

  private static VectorSlot slot(Instruction insn, Operand operand, int i) {
    if (inMemory(insn, operand)) {
      int width = operand.memoryWidth();
      boolean aligned = width == XMM && !insn.form.has(FormAttribute.UNALIGNED);
      Addressing addressing = OperationFactory.addressing(insn);
      return i == 0
          ? new VectorSlot.Destination(addressing, width, aligned)
          : new VectorSlot.Source(addressing, width, aligned);
    }
    return isMmx(operand) ? new VectorSlot.Mmx(i) : new VectorSlot.Xmm(i);
  }

  VectorSlot slot(int i) {
    return slots.get(i);
  }

  /** The operand is a number, or there is none. */
  boolean takesValue(int i) {
    return i >= slots.size() || slots.get(i) == null;
  }

  /** What tells classes of one shape and one method apart. */
  String suffix() {
    StringBuilder text = new StringBuilder().append(element).append('x').append(elements);
    for (VectorSlot slot : slots) {
      if (slot != null) {
        text.append('_').append(slot.suffix());
      }
    }
    return text.toString();
  }
}
