package io.mainstay.actors.inference;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.PromptTokenizer;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.actors.model.text.TokenizerUnusableException;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The open tokenizers of a node, one for each tokenizer file, shared by the synchronous path and by
 * accepted work. Thread-safe. The node closes it last.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.MODEL,
    group = "ram_cache",
    fields = "components")
public final class TextModels implements AutoCloseable {
  private record Key(Path tokenizer, int tokensMax) {}

  private final Path libraryCache;
  private final Map<Key, TextTokenizer> open = new HashMap<>();
  private final Map<Path, PromptTokenizer> prompts = new HashMap<>();

  /**
   * @param libraryCache directory for the tokenizers' native library, unpacked there once
   */
  public TextModels(Path libraryCache) {
    this.libraryCache = libraryCache;
  }

  /** Where the tokenizers' native library lies; other caches of the node lie beside it. */
  public Path libraryCache() {
    return libraryCache;
  }

  /**
   * The model ready to encode. Blocks when its tokenizer is opened for the first time.
   *
   * @throws Refusal if it is no text model, or its tokenizer cannot be used
   */
  public synchronized TextModel of(ModelDescriptor model) {
    if (model.text() == null || model.tokenizer() == null) {
      throw unsuitable(model);
    }
    Key key = new Key(model.tokenizer(), model.text().tokensMax());
    try {
      TextTokenizer tokenizer =
          open.computeIfAbsent(
              key,
              absent -> TextTokenizer.open(absent.tokenizer(), absent.tokensMax(), libraryCache));
      return new TextModel(model, tokenizer);
    } catch (TokenizerUnusableException unusable) {
      throw Refusal.of(
          "tokenizer_unusable", unusable.getMessage(), "Restore the model's tokenizer.json");
    }
  }

  /**
   * The tokenizer of a text-to-image model. Blocks when it is opened for the first time.
   *
   * @throws Refusal if its tokenizer cannot be used
   */
  public synchronized PromptTokenizer prompts(ModelDescriptor model) {
    try {
      return prompts.computeIfAbsent(
          model.image().tokenizer(), directory -> PromptTokenizer.open(directory, libraryCache));
    } catch (TokenizerUnusableException unusable) {
      throw Refusal.of(
          "tokenizer_unusable", unusable.getMessage(), "Restore the model's tokenizer directory");
    }
  }

  /** Why a model of another kind embeds no text. */
  static Refusal unsuitable(ModelDescriptor model) {
    return Refusal.of(
        "model_unsuitable",
        "Model '" + model.id() + "' is of kind " + model.kind() + ", not a text embedding model",
        "Choose a text embedding model: 'mainstay models' lists them");
  }

  @Override
  public synchronized void close() {
    open.values().forEach(TextTokenizer::close);
    open.clear();
    prompts.values().forEach(PromptTokenizer::close);
    prompts.clear();
  }
}
