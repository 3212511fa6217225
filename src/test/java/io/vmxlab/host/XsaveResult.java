package io.vmxlab.host;

/**
 * What an instruction of the XSAVE feature set did.
 *
 * @param vector of the exception, or 0
 * @param state image of FXSAVE64
 */
record XsaveResult(int vector, long eax, long edx, byte[] state, byte[] area) {}
