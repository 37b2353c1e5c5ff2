/**
 * Puts a running node wrong, to see that it is found and put right; nothing happens unless fault
 * injection is on. Entry type: {@link io.mainstay.actors.consistency.sabotage.Saboteur}, which the
 * consistency monitor hands its orders to. Each kind of harm goes to the domains as a message that
 * they understand anyway, or one that is marked as a fault.
 */
package io.mainstay.actors.consistency.sabotage;
