/**
 * Inputs, results and outputs by content: bytes under their SHA-256, in the node's database, in
 * chunks, referred to by the sessions that need them. Blocking; called off actor threads.
 */
package io.mainstay.persistence.blob;
