package io.mainstay.actors.processing;

import io.mainstay.actors.inference.BuiltinModel;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.processing.recipe.Recipe;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Finds the model that a receipt names: the one that the results came from, whatever was asked for.
 * What the fingerprints say counts, since an earlier runner may have fallen back. Thread-safe.
 */
final class ReceiptModel {
  private static final Manifest.Model BUILTIN = new Manifest.Model(BuiltinModel.ID, "", List.of());

  private final Function<String, CompletionStage<Map<String, ModelDescriptor>>> lookup;

  /**
   * @param lookup of a model of the registry; holds nothing if it is not there any more
   */
  ReceiptModel(Function<String, CompletionStage<Map<String, ModelDescriptor>>> lookup) {
    this.lookup = lookup;
  }

  /**
   * The model as it was used.
   *
   * @param recipe of the last runner
   * @param fingerprints of all results
   */
  CompletionStage<Manifest.Model> of(Recipe recipe, Collection<String> fingerprints) {
    List<String> used = Fingerprint.models(fingerprints);
    ModelDescriptor named = recipe.named().orElse(null);
    if (named != null && (used.isEmpty() || used.contains(named.id()))) {
      return CompletableFuture.completedStage(Manifest.Model.of(named));
    }
    List<String> known = recipe.models().stream().map(ModelDescriptor::id).toList();
    return used.stream()
        .filter(id -> !id.equals(BuiltinModel.ID) && !known.contains(id))
        .findFirst()
        .map(this::lookedUp)
        .orElse(CompletableFuture.completedStage(BUILTIN));
  }

  private CompletionStage<Manifest.Model> lookedUp(String modelId) {
    return lookup
        .apply(modelId)
        .thenApply(
            found ->
                found.containsKey(modelId)
                    ? Manifest.Model.of(found.get(modelId))
                    : new Manifest.Model(modelId, "", List.of()));
  }
}
