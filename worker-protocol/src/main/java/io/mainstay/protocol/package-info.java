/**
 * What host and worker say to each other, in the host's own types. The generated codecs ({@code
 * codec}) never leave this module: callers see tensors, faults and messages as records, a proxy
 * that encodes and an adapter that decodes.
 */
package io.mainstay.protocol;
