/**
 * Alerts: what the node cannot settle by itself and a person must look at. Whoever raises one holds
 * an {@code ActorRef<AlertCommand>}; {@link io.mainstay.actors.alert.AlertDesk} keeps them durably.
 */
package io.mainstay.actors.alert;
