package io.mainstay.actors.model.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A tokenizer.json at work. Thread-safe: encodes side by side, and closes once no encode runs. The
 * owner closes it; the native library itself stays loaded for the life of the process.
 *
 * <p>Rows are encoded one by one on the caller's thread: the library's own thread pool would take
 * the cores that workers compute on.
 */
public final class TextTokenizer implements AutoCloseable {
  /** Below this no text would be left beside special tokens. */
  static final int TOKENS_MIN = 3;

  /** Of ordinary prose a token has about four. */
  private static final int CHARACTERS_A_TOKEN = 16;

  /** How much more of a text is given when that did not fill the tokens. */
  private static final int GROWTH = 8;

  private final HuggingFaceTokenizer tokenizer;
  private final int padId;
  private final int tokensMax;
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
  private boolean closed;

  private TextTokenizer(HuggingFaceTokenizer tokenizer, int padId, int tokensMax) {
    this.tokenizer = tokenizer;
    this.padId = padId;
    this.tokensMax = tokensMax;
  }

  /**
   * Opens a tokenizer.json. Never goes to the network.
   *
   * @param tokenizerJson the file
   * @param tokensMax texts are cut to this many tokens, special ones included; at least 3
   * @param libraryCache directory that the native library is unpacked to once; the first call of
   *     the process decides
   * @throws TokenizerUnusableException if the file or the library cannot be used
   */
  public static TextTokenizer open(Path tokenizerJson, int tokensMax, Path libraryCache) {
    try {
      return open(Files.readAllBytes(tokenizerJson), tokenizerJson, tokensMax, libraryCache);
    } catch (IOException unreadable) {
      throw new TokenizerUnusableException(tokenizerJson, libraryCache, unreadable);
    }
  }

  /** The same of a tokenizer.json in memory; {@code named} is what messages call it. */
  static TextTokenizer open(byte[] json, Path named, int tokensMax, Path libraryCache) {
    if (tokensMax < TOKENS_MIN) {
      throw new IllegalArgumentException(
          "tokens-max is %d; at least %d, or no text is left beside special tokens"
              .formatted(tokensMax, TOKENS_MIN));
    }
    OfflineTokenizers.confine(libraryCache);
    try {
      int padId = whole(json, "padding", "pad_id");
      Map<String, String> options =
          Map.of(
              "addSpecialTokens", "true",
              "padding", "false",
              "truncation", "true",
              "maxLength", Integer.toString(tokensMax));
      HuggingFaceTokenizer tokenizer =
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options);
      return new TextTokenizer(tokenizer, padId, tokensMax);
    } catch (IOException | RuntimeException | UnsatisfiedLinkError unusable) {
      throw new TokenizerUnusableException(named, libraryCache, unusable);
    }
  }

  /**
   * Tokens of those texts, in their order.
   *
   * @throws IllegalStateException if closed
   */
  public TokenizedBatch encode(List<String> texts) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("The tokenizer is closed; open another");
      }
      List<TokenizedBatch.Row> rows = new ArrayList<>(texts.size());
      for (String text : texts) {
        rows.add(row(Objects.requireNonNull(text, "text")));
      }
      return new TokenizedBatch(rows, padId);
    } finally {
      life.readLock().unlock();
    }
  }

  /**
   * The library reads a whole text before it cuts, a second for a megabyte. So a long one is first
   * given up to a blank: if that alone fills every token, what comes after cannot change them.
   */
  private TokenizedBatch.Row row(String text) {
    for (long limit = (long) tokensMax * CHARACTERS_A_TOKEN;
        limit < text.length();
        limit *= GROWTH) {
      int blank = lastBlank(text, (int) limit);
      if (blank > 0) {
        TokenizedBatch.Row row = encode(text.substring(0, blank));
        if (row.ids().length >= tokensMax) {
          return row;
        }
      }
    }
    return encode(text);
  }

  private TokenizedBatch.Row encode(String text) {
    Encoding encoding = tokenizer.encode(text, true, false);
    return new TokenizedBatch.Row(encoding.getIds(), encoding.getTypeIds());
  }

  /** Where the last blank before that index is; -1 for nowhere. */
  private static int lastBlank(String text, int before) {
    int at = before - 1;
    while (at >= 0 && text.charAt(at) != ' ' && text.charAt(at) != '\t') {
      at--;
    }
    return at;
  }

  /** Texts are cut to this many tokens. */
  public int tokensMax() {
    return tokensMax;
  }

  /** Frees the native side, after encodes that run. Idempotent. */
  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }

  /** A whole number in an object of a tokenizer.json; 0 where it has none. */
  static int whole(byte[] tokenizerJson, String object, String field) throws IOException {
    try (JsonParser json = new JsonFactory().createParser(tokenizerJson)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = json.currentName().equals(object);
        if (json.nextToken() == JsonToken.START_OBJECT && wanted) {
          return wholeIn(json, field);
        }
        json.skipChildren();
      }
      return 0;
    }
  }

  private static int wholeIn(JsonParser json, String field) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = json.currentName().equals(field);
      json.nextToken();
      if (wanted) {
        return json.getIntValue();
      }
      json.skipChildren();
    }
    return 0;
  }
}
