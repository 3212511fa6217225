/**
 * What text by and for people needs on every floor: names that are near to a misspelt one, and what
 * the characters of an input are. It knows nothing of processors.
 */
package io.vmxlab.text;
