/**
 * Causes, checklists, fields and outcomes in words and as data. Begin with {@link
 * io.vmxlab.explain.Explain}, which makes data of a run; the views ({@code RunView}, {@code
 * CpuView} ...) make text and JSON of the same data, so that both have the same content.
 */
package io.vmxlab.explain;
