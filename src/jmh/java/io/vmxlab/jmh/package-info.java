/**
 * What single things cost, measured with JMH: {@code mvn -q -Pjmh test-compile exec:exec@jmh}.
 * {@code docs/performance.md} tells more.
 */
package io.vmxlab.jmh;
