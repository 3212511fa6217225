/**
 * What people learn, grade and test with: sequences, demos, exercises, vectors and reports. Begin
 * with {@link io.vmxlab.lab.Demo}, {@link io.vmxlab.lab.Exercise} and {@link
 * io.vmxlab.lab.TestVector}, which are files under {@code docs/lessons} and {@code test-vectors};
 * {@code YamlNode} is the only reader of YAML.
 */
package io.vmxlab.lab;
