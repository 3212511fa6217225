/**
 * The assembler: text in NASM's, MASM's and GAS's Intel spelling to bytes.
 *
 * <p>Begin with {@link io.vmxlab.asm.Assembler}, which goes through the text until every address
 * has settled. {@code AsmScanner} cuts lines into words, {@code AsmDialect} knows what the dialects
 * mean, {@code AsmDirective} and {@code GasDirective} are the statements that are no instructions,
 * {@code AsmOperandParser} and {@code AsmExpression} read operands, {@code AsmSelection} chooses
 * the row for the encoder and {@code AsmRefusal} says why none fits.
 */
package io.vmxlab.asm;
