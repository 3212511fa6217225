package io.vmxlab.isa;

/**
 * Prefix words written before an instruction.
 *
 * @param bytes of LOCK, REP and segment prefixes
 * @param operandSize asked for ({@code o16}), or 0
 * @param addressSize asked for ({@code a32}), or 0
 */
public record WrittenPrefixes(byte[] bytes, int operandSize, int addressSize) {}
