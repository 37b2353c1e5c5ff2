/**
 * What the parts of a node say of the same things, compared. Pure: checks over an immutable {@link
 * io.mainstay.actors.consistency.check.NodeSnapshot}, and {@link
 * io.mainstay.actors.consistency.check.Watch}, which decides what of it counts and what is done.
 * Used by {@code ConsistencyMonitor} only; no Akka type, clock or randomness in here.
 */
package io.mainstay.actors.consistency.check;
