/**
 * Partial operation: the named modes of a node, what each of them restricts, and how a node enters
 * and leaves them. The journaled truth is the node's {@link
 * io.mainstay.actors.degradation.ModeKeeper}; whoever does work reads what holds from {@link
 * io.mainstay.actors.degradation.InForce}, on any thread, and applies it where the work happens.
 */
package io.mainstay.actors.degradation;
