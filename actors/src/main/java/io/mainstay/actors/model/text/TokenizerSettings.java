package io.mainstay.actors.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a {@code tokenizer_config.json} says that is needed here.
 *
 * @param tokensMax {@code model_max_length}; empty if absent or as good as none
 * @param padToken {@code pad_token}; empty if absent
 */
record TokenizerSettings(OptionalInt tokensMax, Optional<String> padToken) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Above this a length stands for "no limit", such as 10^30. */
  private static final double TOKENS_MAX = 1 << 20;

  /** Reads it; a directory without one has no settings. */
  static TokenizerSettings read(Path directory) throws IOException {
    Path file = directory.resolve("tokenizer_config.json");
    if (!Files.isRegularFile(file)) {
      return new TokenizerSettings(OptionalInt.empty(), Optional.empty());
    }
    JsonNode fields = JSON.readTree(file.toFile());
    JsonNode length = fields.path("model_max_length");
    boolean limited = length.isNumber() && length.doubleValue() <= TOKENS_MAX;
    // Either the token itself or an object that describes it.
    JsonNode pad = fields.path("pad_token");
    JsonNode content = pad.isObject() ? pad.path("content") : pad;
    return new TokenizerSettings(
        limited ? OptionalInt.of(length.intValue()) : OptionalInt.empty(),
        content.isTextual() ? Optional.of(content.textValue()) : Optional.empty());
  }
}
