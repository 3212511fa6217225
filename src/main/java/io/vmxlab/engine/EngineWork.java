package io.vmxlab.engine;

/**
 * What an engine has made of code so far.
 *
 * @param blocks that were decoded; those that were dropped and decoded anew count again
 * @param instructions in them
 * @param decoding nanoseconds that it took
 * @param regions that were made
 * @param making nanoseconds that it took, without the JIT compiler's
 */
public record EngineWork(
    long blocks, long instructions, long decoding, long regions, long making) {}
