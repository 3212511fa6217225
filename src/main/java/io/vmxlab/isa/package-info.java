/**
 * The notation of instruction rows and what is compiled from rows: decoder, encoder, disassembler.
 * The rows themselves stand with the semantics.
 *
 * <p>Begin with {@link io.vmxlab.isa.Page} (how rows are written down), {@link io.vmxlab.isa.Form}
 * (a row as read) and {@link io.vmxlab.isa.MatchKey} (what the decoder compares). {@link
 * io.vmxlab.isa.Decoder} makes an {@link io.vmxlab.isa.Instruction} of bytes, {@link
 * io.vmxlab.isa.Encoder} makes bytes of a row and {@linkplain io.vmxlab.isa.WrittenOperand
 * operands}, {@link io.vmxlab.isa.Disassembler} text of an instruction.
 */
package io.vmxlab.isa;
