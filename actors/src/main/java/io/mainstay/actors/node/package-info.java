/**
 * The node's guardian: starts the domains in order, stops them in reverse, says when it is ready.
 */
package io.mainstay.actors.node;
