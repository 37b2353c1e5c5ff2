package io.mainstay.actors.processing.recipe;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.TextModels;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.ArtifactStore;
import io.mainstay.actors.processing.text.TextDocuments;
import io.mainstay.actors.processing.text.TextLimits;
import io.mainstay.actors.processing.text.TextReader;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.Workflow;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Opens the recipe of a workflow. Immutable, thread-safe. */
public final class Recipes {
  private final TextLimits limits;
  private final ArtifactStore artifacts;
  private final TextModels textModels;

  /**
   * @param limits of text inputs
   * @param artifacts where inputs lie
   * @param textModels the node's open tokenizers
   */
  public Recipes(TextLimits limits, ArtifactStore artifacts, TextModels textModels) {
    this.limits = limits;
    this.artifacts = artifacts;
    this.textModels = textModels;
  }

  /** Ids of the models of the registry that a workflow needs. */
  public static Set<String> modelIds(Workflow workflow) {
    return Set.of(((Workflow.TextEmbedding) workflow).model());
  }

  /** Why so many inputs do not fit the template, if they do not. */
  public static Optional<Refusal> unfit(Workflow workflow, int inputs) {
    return inputs == 1
        ? Optional.empty()
        : Optional.of(
            Refusal.of(
                "invalid_input",
                "Template '" + workflow.template() + "' takes one input, not " + inputs,
                "Give one file"));
  }

  /**
   * Reads the inputs. Blocks.
   *
   * @param models those of {@link #modelIds}, by id
   * @throws Refusal if a model does not suit, or an input is unusable
   * @throws UncheckedIOException if an input cannot be read
   */
  public Recipe open(Workflow workflow, List<BlobRef> inputs, Map<String, ModelDescriptor> models) {
    Workflow.TextEmbedding embedding = (Workflow.TextEmbedding) workflow;
    return new TextRecipe(text(inputs.get(0)), textModels.of(models.get(embedding.model())));
  }

  private TextDocuments text(BlobRef input) {
    try (InputStream in = artifacts.open(input.sha256())) {
      return new TextReader(limits).read(input.name(), in);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
