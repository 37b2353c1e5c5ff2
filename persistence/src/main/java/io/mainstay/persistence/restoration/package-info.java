/**
 * A node's way back from degradation as its journal tells it: which modes are on their way out,
 * what was tested with which outcome, how much work the node takes again, and the figures of normal
 * operation that it compares itself with. Events and state; the actor that writes them is the
 * node's {@code Restoration}.
 */
package io.mainstay.persistence.restoration;
