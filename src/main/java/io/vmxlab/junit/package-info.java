/**
 * For JUnit 5 suites about processors: machines as test parameters, test vectors as tests, and
 * assertions whose failures show the checklist.
 *
 * <pre>
 * &#64;Test
 * &#64;OnMachine(firmware = Firmware.LOCKED_OFF)
 * void firmwareForbidsVmx(Machine machine) {
 *   assertThat(machine.run(program)).faultedWith(GP, 0).violated("vmxon-outside-smx-enabled");
 * }
 * </pre>
 *
 * <p>The rest of vmxlab works without JUnit; this package needs {@code junit-jupiter-api}, and
 * {@link io.vmxlab.junit.VectorSource} on parameterised tests needs {@code junit-jupiter-params}.
 */
package io.vmxlab.junit;
