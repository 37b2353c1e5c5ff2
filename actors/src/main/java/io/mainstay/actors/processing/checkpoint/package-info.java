/**
 * Checkpoints of batches: when one is due, and what its blob holds. Pure; the runner writes and
 * journals them.
 */
package io.mainstay.actors.processing.checkpoint;
