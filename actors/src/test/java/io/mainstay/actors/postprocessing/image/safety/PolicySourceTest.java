package io.mainstay.actors.postprocessing.image.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicySourceTest {
  @TempDir Path directory;

  private Path file(String version, double safety, double quality) throws IOException {
    return Files.writeString(
        directory.resolve(version + ".json"),
        """
        {"policy_version": "%s",
         "safety_thresholds": {"content_safety_minimum": %s, "quality_minimum": %s,
           "technical_compliance": "strict"},
         "enforcement_actions": {"below_safety_threshold": "reject",
           "below_quality_threshold": "flag_for_review"}}
        """
            .formatted(version, safety, quality));
  }

  private static PolicySource.Adopted read(
      Optional<Path> own, SafetySettings.Strictness strictness, Path shipped) throws IOException {
    return new PolicySource(new SafetySettings(own, strictness, 0.03, 1)).policy(shipped);
  }

  @Test
  void policy_ofTheModel_countsAsItIs() throws IOException {
    PolicySource.Adopted adopted =
        read(Optional.empty(), SafetySettings.Strictness.MODERATE, file("m", 0.9, 7));

    assertEquals("m", adopted.policy().version());
    assertEquals(0.9, adopted.policy().contentSafetyMinimum());
  }

  @Test
  void policy_withoutAModel_isOurs() throws IOException {
    PolicySource.Adopted adopted = read(Optional.empty(), SafetySettings.Strictness.MODERATE, null);

    assertEquals(0.95, adopted.policy().contentSafetyMinimum());
    assertTrue(PixelRules.cover(adopted.policy()), "the rules must be able to judge by it");
  }

  @Test
  void policy_ofTheNode_makesItStricterAndNeverLaxer() throws IOException {
    PolicySource.Adopted adopted =
        read(Optional.of(file("n", 0.5, 8)), SafetySettings.Strictness.MODERATE, file("m", 0.9, 7));

    assertEquals("m+n", adopted.policy().version());
    assertEquals(0.9, adopted.policy().contentSafetyMinimum());
    assertEquals(8, adopted.policy().qualityMinimum());
  }

  @Test
  void strictness_raisesTheThresholds_andIsPartOfTheIdentity() throws IOException {
    Path shipped = file("m", 0.9, 7);
    PolicySource.Adopted moderate =
        read(Optional.empty(), SafetySettings.Strictness.MODERATE, shipped);
    PolicySource.Adopted strict = read(Optional.empty(), SafetySettings.Strictness.STRICT, shipped);

    assertEquals(0.93, strict.policy().contentSafetyMinimum(), 1e-9);
    assertEquals(8, strict.policy().qualityMinimum());
    assertNotEquals(moderate.sha256(), strict.sha256());
    assertEquals(
        moderate.sha256(),
        read(Optional.empty(), SafetySettings.Strictness.MODERATE, shipped).sha256());
  }

  @Test
  void aFileThatIsMissingOrNoPolicy_isNamed() throws IOException {
    Path broken = Files.writeString(directory.resolve("broken.json"), "{}");

    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> read(Optional.of(broken), SafetySettings.Strictness.MODERATE, null))
            .getMessage()
            .contains("broken.json: The safety policy has no policy_version"));
    assertThrows(
        IOException.class,
        () ->
            read(
                Optional.of(directory.resolve("absent.json")),
                SafetySettings.Strictness.MODERATE,
                null));
  }

  @Test
  void settings_areReadAndChecked() {
    SafetySettings settings =
        SafetySettings.of(ConfigFactory.load().getConfig("mainstay.postprocessing.safety"));

    assertEquals(Optional.empty(), settings.policy());
    assertEquals(SafetySettings.Strictness.MODERATE, settings.strictness());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            SafetySettings.of(
                ConfigFactory.parseString("strictness = lax, policy = \"\"")
                    .withFallback(
                        ConfigFactory.load().getConfig("mainstay.postprocessing.safety"))));
    assertThrows(
        IllegalArgumentException.class,
        () -> new SafetySettings(Optional.empty(), SafetySettings.Strictness.STRICT, 1.5, 0));
  }
}
