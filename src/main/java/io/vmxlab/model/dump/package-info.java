/**
 * What tools print of a processor, read line by line. One class a format behind one form, {@link
 * io.vmxlab.model.dump.DumpReader}: it recognises a line, reads it into a {@link
 * io.vmxlab.model.dump.Dump}, or says why it cannot. A new format is a new class and a line in
 * {@link io.vmxlab.model.dump.DumpFormats}. Nothing here goes back over a line, so that reading
 * takes time in proportion to the text.
 */
package io.vmxlab.model.dump;
