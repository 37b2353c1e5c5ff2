/**
 * Pictures that a safety policy held back or flagged, until a person decides: one durable, bounded
 * queue per node. Begin with {@link io.mainstay.persistence.review.ReviewQueue}; its owner spawns
 * it on the node and starts it again when a write failed.
 */
package io.mainstay.persistence.review;
