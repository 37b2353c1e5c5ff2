/**
 * Latents of a batch between two steps: in memory, under guidance, and in checkpoints. Entry:
 * {@code Latents}, {@code LatentCheckpoint}. Knows no actor and no clock; everything is immutable.
 */
package io.mainstay.actors.processing.image.latents;
