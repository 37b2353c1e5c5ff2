/**
 * From a text model's last hidden state to embeddings, and from embeddings to lines of JSON. Pure:
 * no actor, clock or file. The same input gives the same bits.
 */
package io.mainstay.actors.postprocessing.text;
