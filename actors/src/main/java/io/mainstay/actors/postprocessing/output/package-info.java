/**
 * The outputs of a finished session: its embeddings, its manifest, and the directory that a user
 * asked to have them in. Everything here blocks on the disk.
 */
package io.mainstay.actors.postprocessing.output;
