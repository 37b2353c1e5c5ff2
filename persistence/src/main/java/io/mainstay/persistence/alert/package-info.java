/**
 * Alerts of a node: what a person must look at, from the moment it is raised until it is cleared.
 * Events and state; the actor that writes them is the node's {@code AlertDesk}.
 */
package io.mainstay.persistence.alert;
