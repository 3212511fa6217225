/**
 * Models of processors: what real ones report, as data that needs no processor to look at.
 *
 * <p>Begin with {@link io.vmxlab.model.CpuModels}, which finds models by name and reads them from
 * files, and {@link io.vmxlab.model.DumpedCpu}, which says what the real processor has and what of
 * it a run shows. {@link io.vmxlab.model.CpuImport} makes models from what other tools print; the
 * formats are in {@code model.dump}. What holds between the values of every processor stands in
 * {@code CapabilityRelations} and {@code FeatureLinks}.
 */
package io.vmxlab.model;
