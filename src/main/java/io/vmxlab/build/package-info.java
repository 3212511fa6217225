/**
 * Runs in the build, between the compiler and the archives, and is in none of them. {@link
 * io.vmxlab.build.LambdaFolder} begins.
 */
package io.vmxlab.build;
