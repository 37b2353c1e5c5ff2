/**
 * Sagas: work of several steps on this node, each with a compensation. The entity decides and
 * journals; a node-local worker, reached through {@code SagaWork}, carries the steps out.
 */
package io.mainstay.persistence.saga;
