package io.vmxlab.isa;

import io.vmxlab.arch.Feature;
import io.vmxlab.arch.Sdm;
import java.util.List;
import java.util.Set;

/**
 * A row of the instruction table, understood: what decoder, disassembler, assembler and engine are
 * made of.
 *
 * @param page name of the manual page
 * @param encoding as written in the row
 * @param pattern the encoding, parsed
 * @param mnemonic first word of the syntax
 * @param operandSize 8, 16, 32 or 64 where the row's syntax fixes the size of the operation; 0
 *     where prefixes and mode decide
 * @param feature that the processor must have, or null
 * @param owner class of the semantics method, or null while unmodelled
 * @param method name of the semantics method, or null while unmodelled
 * @param descriptor JVM descriptor of the semantics method, or null while unmodelled
 * @param flags what happens to the flags, as written in the row
 */
public record Form(
    String page,
    Sdm citation,
    String encoding,
    Encoding pattern,
    String mnemonic,
    List<Operand> operands,
    Set<FormAttribute> attributes,
    int operandSize,
    Feature feature,
    String owner,
    String method,
    String descriptor,
    String flags) {

  /** Pages whose one-byte immediate is sign-extended to the operand size. */
  private static final Set<String> SIGN_EXTENDING =
      Set.of("ADD", "OR", "ADC", "SBB", "AND", "SUB", "XOR", "CMP", "IMUL", "PUSH");

  /** The immediate is sign-extended to the operand size, if that is wider. */
  public boolean extendsImmediate() {
    return pattern.immediate() == 4 || SIGN_EXTENDING.contains(page);
  }

  /**
   * The row is only a way to write another one: with other operand names, or with a certain
   * immediate (AAM for AAM 10). No bytes decode to it.
   */
  public boolean spelling() {
    return has(FormAttribute.SPELLING) || pattern.rm() >= 0 && !pattern.modrm();
  }

  public boolean modelled() {
    return method != null;
  }

  public boolean has(FormAttribute attribute) {
    return attributes.contains(attribute);
  }

  /** The index register of the memory operand is an XMM or YMM register (gathers). */
  public boolean vectorIndex() {
    for (Operand o : operands) {
      if (o.text().startsWith("vm")) {
        return true;
      }
    }
    return false;
  }

  /** The syntax as the manual writes it. */
  public String syntax() {
    StringBuilder text = new StringBuilder(mnemonic);
    String separator = " ";
    for (Operand o : operands) {
      text.append(separator).append(o.text());
      separator = ", ";
    }
    return text.toString();
  }
}
