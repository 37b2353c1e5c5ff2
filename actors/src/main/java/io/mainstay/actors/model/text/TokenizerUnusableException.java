package io.mainstay.actors.model.text;

import java.nio.file.Path;

/** A tokenizer.json, or the library that reads it, cannot be used. The message says the remedy. */
public final class TokenizerUnusableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenizerUnusableException(Path tokenizerJson, Path libraryCache, Throwable cause) {
    super(
        "The tokenizer "
            + tokenizerJson
            + " cannot be used: "
            + cause.getMessage()
            + ". Restore the file from where the model came from, and check that "
            + libraryCache
            + " can be written (its native library is unpacked there)",
        cause);
  }
}
