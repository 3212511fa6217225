package io.vmxlab.engine;

/**
 * What an engine has made of code so far.
 *
 * @param blocks that were decoded; those that were dropped and decoded anew count again
 * @param instructions in them
 * @param decoding nanoseconds that it took
 * @param regions that were made
 * @param making nanoseconds of the thread that executes; others write and compile regions
 */
public record EngineWork(
    long blocks, long instructions, long decoding, long regions, long making) {}
