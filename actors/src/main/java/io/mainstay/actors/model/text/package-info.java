/**
 * Texts to token tensors, by a model's own tokenizer.json. Entry: {@code TextTokenizer}, and {@code
 * PromptTokenizer} for text encoders of picture models. Knows no actor; instances may be shared
 * between threads.
 */
package io.mainstay.actors.model.text;
