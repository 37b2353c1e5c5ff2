/**
 * Whether what the parts of a node say of the same things agrees, and what is done when it does
 * not. Entry type: {@link io.mainstay.actors.consistency.ConsistencyMonitor}, one per node, which
 * asks all domains and the kernel every few seconds. What counts is decided in {@code check}, what
 * the kernel says is read in {@code system}.
 */
package io.mainstay.actors.consistency;
