package io.mainstay.actors.model.text;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Prompts to the token ids of a text encoder: each row padded or cut to the one length that the
 * encoder takes. Thread-safe, as {@link TextTokenizer} is; the owner closes it.
 */
public final class PromptTokenizer implements AutoCloseable {
  private final TextTokenizer tokenizer;

  private PromptTokenizer(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a tokenizer directory: its {@code tokenizer.json}, or else CLIP's {@code vocab.json} and
   * {@code merges.txt}. The length is {@code model_max_length} of {@code tokenizer_config.json}, or
   * else what {@code tokenizer.json} cuts to. Never goes to the network.
   *
   * @param directory such as {@code tokenizer} in a diffusers directory
   * @param libraryCache directory that the native library is unpacked to once; the first call of
   *     the process decides
   * @throws TokenizerUnusableException if the files or the library cannot be used
   */
  public static PromptTokenizer open(Path directory, Path libraryCache) {
    Path file = directory.resolve("tokenizer.json");
    boolean clip = !Files.isRegularFile(file) && ClipTokenizerJson.isIn(directory);
    Path named = clip ? directory.resolve("vocab.json") : file;
    try {
      byte[] json =
          clip
              ? ClipTokenizerJson.of(directory).getBytes(StandardCharsets.UTF_8)
              : Files.readAllBytes(file);
      OptionalInt configured = TokenizerSettings.read(directory).tokensMax();
      int tokensMax = configured.isPresent() ? configured.getAsInt() : truncation(json);
      if (tokensMax < TextTokenizer.TOKENS_MIN) {
        throw new IOException(
            "model_max_length of tokenizer_config.json is missing or below "
                + TextTokenizer.TOKENS_MIN);
      }
      return new PromptTokenizer(TextTokenizer.open(json, named, tokensMax, libraryCache));
    } catch (IOException unusable) {
      throw new TokenizerUnusableException(named, libraryCache, unusable);
    }
  }

  /**
   * Token ids as a tensor int64 [prompts, length].
   *
   * @param name of the encoder's input, such as {@code input_ids}
   * @param prompts at least one; an empty prompt has special tokens and padding only
   * @throws IllegalStateException if closed
   */
  public Tensor encode(String name, List<String> prompts) {
    TokenizedBatch batch = tokenizer.encode(prompts);
    int length = length();
    ByteBuffer ids =
        ByteBuffer.allocate(
                Math.multiplyExact(Math.multiplyExact(prompts.size(), length), Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < batch.rows(); row++) {
      long[] tokens = batch.ids(row);
      for (int column = 0; column < length; column++) {
        ids.putLong(column < tokens.length ? tokens[column] : batch.padId());
      }
    }
    return new Tensor(
        name, TensorType.INT64, List.of((long) prompts.size(), (long) length), ids.flip());
  }

  /** Tokens of each row, special ones and padding included. */
  public int length() {
    return tokenizer.tokensMax();
  }

  /** Frees the native side, after encodes that run. Idempotent. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** {@code truncation.max_length} of a tokenizer.json; 0 where it cuts nothing. */
  private static int truncation(byte[] json) throws IOException {
    return TextTokenizer.whole(json, "truncation", "max_length");
  }
}
