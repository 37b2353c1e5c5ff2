/**
 * A workflow session: one accepted command, durable from its acceptance to its result. The entity
 * holds what was asked, the batch plan, dispatches, results and outcome; a node-local runner,
 * reached through {@code SessionWork}, does the work.
 */
package io.mainstay.persistence.session;
