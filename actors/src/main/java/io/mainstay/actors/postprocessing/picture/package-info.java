/**
 * The results of finished picture batches, and the outputs of a finished picture session: files,
 * receipt, and what a person has to look at. Everything here blocks on the disk.
 */
package io.mainstay.actors.postprocessing.picture;
