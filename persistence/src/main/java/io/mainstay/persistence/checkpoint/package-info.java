/**
 * Checkpoints as they lie in the blob store: their format and its older versions, differences to
 * the one before, chains of them, what is kept and for how long. Needs no actor system; {@link
 * io.mainstay.persistence.checkpoint.CheckpointArchive} is where to begin.
 */
package io.mainstay.persistence.checkpoint;
