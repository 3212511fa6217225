package io.vmxlab.machine;

import io.vmxlab.arch.ExitReason;

/**
 * A guest that has not gone on when a run came to its limit: it was entered again and again at the
 * same instruction, and left again before that instruction was executed.
 *
 * @param reason of every VM exit
 * @param rip of the guest
 * @param qualification exit qualification
 * @param physical guest-physical address; 0 if the exit reports none
 * @param times number of VM exits
 * @param entered the last VM entry
 */
public record StuckGuest(
    ExitReason reason, long rip, long qualification, long physical, long times, Entered entered) {}
