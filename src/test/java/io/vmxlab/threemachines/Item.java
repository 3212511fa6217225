package io.vmxlab.threemachines;

/**
 * One of the states that a case is to meet.
 *
 * @param name without a comma, colon or equals sign, which separate what is printed
 * @param code that makes the state, in flat protected mode
 */
record Item(String name, String code) {}
