/**
 * What each instruction does, with its rows, grouped as SDM volume 2 groups them. Begin with {@code
 * Arithmetic}: a page with its forms, and methods on values that know nothing of operands. The
 * classes named {@code Unmodelled...} are rows without semantics: bytes that are decoded and end a
 * run as unmodelled.
 */
package io.vmxlab.semantics;
