package io.mainstay.actors.model.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.model.Fallback;
import io.mainstay.actors.model.ImageSignature;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.fallback.ComponentFit;
import io.mainstay.actors.model.fallback.FallbackChain;
import io.mainstay.actors.model.fallback.FallbackGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models of our own, in the product's home. */
class ProductModelsTest {
  @TempDir Path root;
  private List<ScannedModel> scanned;

  @BeforeEach
  void scan() {
    Path models = Path.of(System.getProperty("mainstay.home"), "runtime", "models");
    assumeTrue(Files.isDirectory(models), "the checkout has no models of its own yet");
    ModelSettings settings =
        ModelSettings.of(
            ConfigFactory.parseString(
                    "mainstay.model { directories = [\"@product\"], bundled = [] }")
                .withFallback(ConfigFactory.load()),
            root);
    scanned = new ModelScanner(settings, getClass().getClassLoader()).scan();
  }

  @Test
  void eachIsSound_andTrainingIsNoModel() {
    assertEquals(
        List.of(), ModelRegistry.of(scanned).problems().stream().map(ModelProblem::text).toList());
    assertTrue(
        ModelRegistry.of(scanned)
            .sound()
            .keySet()
            .containsAll(List.of("shapes-64", "shapes-64-fp16", "upscaler-shapes")));
  }

  @Test
  void fallbacksLeadSomewhereAndEnd_andTheBaseHasAnotherFormat() {
    Map<String, ModelDescriptor> sound = ModelRegistry.of(scanned).sound();

    assertEquals(Map.of(), FallbackGraph.problems(sound, sound.keySet()));
    assertEquals(
        "shapes-64-fp16",
        FallbackChain.of(sound.get("shapes-64"), Set.of(), sound, id -> "it is broken")
            .candidates()
            .get(0)
            .modelId());
  }

  @Test
  void everyComponentThatAManifestLends_fitsInItsGraphToo() {
    Map<String, ModelDescriptor> sound = ModelRegistry.of(scanned).sound();

    int lent = 0;
    for (ModelDescriptor model : sound.values()) {
      for (Fallback fallback : model.traits().fallbacks()) {
        if (fallback.relation() == Fallback.Relation.COMPONENT) {
          String part = fallback.component();
          assertTrue(model.component(part).orElseThrow().ports().contains("float32 [?"));
          assertEquals("", ComponentFit.problem(model, part, sound.get(fallback.model())));
          lent++;
        }
      }
    }
    assertEquals(3, lent);
  }

  @Test
  void theBaseSaysWhatItsFilesAre() {
    ImageSignature image = ModelRegistry.of(scanned).descriptor("shapes-64").image();

    assertEquals(64, image.width());
    assertEquals(4, image.vaeFactor());
    assertEquals(4, image.latentChannels());
    assertTrue(Files.isRegularFile(image.scheduler()));
  }
}
