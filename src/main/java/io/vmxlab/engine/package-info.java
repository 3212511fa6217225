/**
 * Runs code. {@link io.vmxlab.engine.Engine} is the loop; {@code Translator} decodes once into
 * {@code Block}s of {@code Operation}s, which {@code OperationFactory} makes from a shape ({@code
 * Update2}, {@code Use1}, {@code BranchIf} ...) and a method of the semantics; {@code CodeCache}
 * and {@code CodeSpace} keep them and drop them when code is written. {@code Regions} finds the
 * blocks that run long and has {@code RegionWriter} make JVM bytecode of them, which calls the same
 * shapes. {@code Rows} gathers the rows of all pages.
 */
package io.vmxlab.engine;
