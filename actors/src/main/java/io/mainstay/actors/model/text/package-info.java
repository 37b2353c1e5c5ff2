/**
 * Texts to token tensors, by a model's own tokenizer.json. Entry: {@code TextTokenizer}. Knows no
 * actor; instances may be shared between threads.
 */
package io.mainstay.actors.model.text;
