/**
 * The way back from degradation: what is tested before a mode is left, in which order its demands
 * are lifted, how much of the offered work is taken afterwards, and the hour of watching. The
 * journaled truth is the node's {@link io.mainstay.actors.degradation.restoration.Restoration};
 * whoever admits work reads the share from {@link
 * io.mainstay.actors.degradation.restoration.ReturnInForce}.
 */
package io.mainstay.actors.degradation.restoration;
