package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.model.SafetySignature;
import io.mainstay.actors.model.UpscaleSignature;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.PictureOperation;
import io.mainstay.persistence.session.Workflow;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The receipt names the model that made the results. */
class ReceiptModelTest {
  // In the order of these ids, of a hash map too, the upscaler is last.
  private static final String SAFETY = "a";
  private static final String UPSCALER = "b";

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "mainstay.processing.pictures.safety-model = " + SAFETY);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private ModelDescriptor model(String id, String kind, ModelSignature signature) {
    return new ModelDescriptor(
        id,
        "1",
        kind,
        List.of(
            new ModelDescriptor.Component("model", directory.resolve(id), "ab".repeat(32), 1, 13)),
        null,
        1 << 20,
        false,
        signature,
        "Apache-2.0",
        "test",
        ModelTraits.none());
  }

  private Recipe upscaling(String upscaler) {
    ModelDescriptor safety =
        model(SAFETY, "safety", new SafetySignature(8, 8, List.of("fine", "bad"), null));
    ModelDescriptor upscale = model(UPSCALER, "upscale", new UpscaleSignature(List.of(2)));
    return ProcessingSettings.of(node.config())
        .recipes(node.artifacts, node.models.textModels())
        .open(
            new Workflow.ImageEnhance(1, List.of(new PictureOperation.Upscaling(upscaler, 2)), 0),
            List.of(),
            upscaler.equals(UPSCALER)
                ? Map.of(SAFETY, safety, UPSCALER, upscale)
                : Map.of(SAFETY, safety));
  }

  private Manifest.Model named(Recipe recipe, String... fingerprints) {
    return new ReceiptModel(
            id ->
                CompletableFuture.completedStage(
                    id.equals("gone") ? Map.of() : Map.of(id, model(id, "any", null))))
        .of(recipe, List.of(fingerprints))
        .toCompletableFuture()
        .join();
  }

  private static String turns(String... ids) {
    return String.join(
        " | ", List.of(ids).stream().map(id -> "model=" + id + "@ab;backend=x/1").toList());
  }

  @Test
  void upscalerOfTheRegistry_isNamed_whateverElseIsUsed() {
    Recipe recipe = upscaling(UPSCALER);
    assertEquals(List.of(UPSCALER, SAFETY), recipe.models().stream().map(m -> m.id()).toList());
    assertEquals(UPSCALER, named(recipe, turns(UPSCALER, SAFETY)).id());
    assertEquals(1, named(recipe, turns(UPSCALER, SAFETY)).components().size());
    assertEquals(UPSCALER, named(recipe).id());
  }

  @Test
  void kernelOfTheWorkers_isBuiltin_alsoWhereItStoodInForAModel() {
    assertEquals("builtin", named(upscaling("lanczos"), turns("builtin", SAFETY)).id());
    assertEquals("builtin", named(upscaling(UPSCALER), turns("builtin", SAFETY)).id());
  }

  @Test
  void modelThatAnEarlierRunnerFellBackTo_isLookedUp() {
    Recipe recipe = upscaling(UPSCALER);
    assertEquals("other", named(recipe, turns("other", SAFETY)).id());
    assertEquals("1", named(recipe, turns("other", SAFETY)).version());
    assertEquals(new Manifest.Model("gone", "", List.of()), named(recipe, turns("gone")));
  }
}
