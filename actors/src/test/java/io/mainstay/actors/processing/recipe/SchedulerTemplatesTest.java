package io.mainstay.actors.processing.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerTemplatesTest {
  private static final String GOOD =
      "{\"_class_name\": \"DDIMScheduler\", \"num_train_timesteps\": %d}";

  @TempDir Path root;
  private SchedulerTemplates templates;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    templates = new SchedulerTemplates(root.resolve("cache/templates"));
    file = Files.writeString(root.resolve("scheduler_config.json"), GOOD.formatted(500));
  }

  @Test
  void fileThatIsGood_isUsedAsItIs() {
    SchedulerTemplates.Found found = templates.read("m", file);
    assertEquals(500, found.config().trainedSteps());
    assertEquals("", found.problem());
  }

  @Test
  void fileThatIsDamagedLater_isReplacedByItsLastGoodVersion_alsoInALaterLife() throws IOException {
    templates.read("m", file);
    Files.writeString(file, GOOD.formatted(600));
    templates.read("m", file);
    Files.writeString(file, "{ half");
    SchedulerTemplates later = new SchedulerTemplates(root.resolve("cache/templates"));
    SchedulerTemplates.Found found = later.read("m", file);
    assertEquals(600, found.config().trainedSteps(), "the newest good one");
    assertTrue(found.problem().contains("scheduler_config.json"), found.problem());
    assertThrows(Refusal.class, () -> later.own("m", file));
    assertEquals("{ half", Files.readString(file), "the model's own file is left alone");

    Files.delete(file);
    assertEquals(600, later.read("m", file).config().trainedSteps());
  }

  @Test
  void fileThatNeverWasGood_isRefused_untilAnotherModelsStandsIn() throws IOException {
    Path other = Files.writeString(root.resolve("other.json"), GOOD.formatted(700));
    Files.writeString(file, "no template");
    Refusal refused = assertThrows(Refusal.class, () -> templates.read("m", file));
    assertEquals("unusable_scheduler", refused.code());
    assertTrue(templates.lastGood("m").isEmpty());

    templates.standIn("m", other);
    assertEquals(700, templates.read("m", file).config().trainedSteps());
    assertThrows(Refusal.class, () -> templates.standIn("m", file));
  }

  @Test
  void modelsDoNotShareTemplates() {
    templates.read("m", file);
    assertTrue(templates.lastGood("n").isEmpty());
    templates.read("m+vae_decoder:n", file);
    assertEquals(500, templates.lastGood("m+vae_decoder:n").orElseThrow().trainedSteps());
  }

  @Test
  void lastGoodVersionThatIsDamagedToo_isNone() throws IOException {
    templates.read("m", file);
    Files.writeString(root.resolve("cache/templates/m.json"), "{");
    assertTrue(templates.lastGood("m").isEmpty());
  }
}
