/**
 * The commands, without logic of their own. {@link io.vmxlab.cli.Main} is the way in ({@link
 * io.vmxlab.cli.Launcher} that into the archive), {@code Commands} the list; each command reads its
 * options, calls the library and passes text or JSON to {@code Outputs}.
 */
package io.vmxlab.cli;
