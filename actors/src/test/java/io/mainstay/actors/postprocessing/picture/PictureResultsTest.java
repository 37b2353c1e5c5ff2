package io.mainstay.actors.postprocessing.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.postprocessing.image.safety.Decision;
import io.mainstay.actors.postprocessing.image.safety.SafetyFinding;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureResultsTest {
  private static PictureResults sample() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "a \"red\" circle");
    texts.put("seed", "42");
    return new PictureResults(
        1,
        List.of("upscaling", "safety_check"),
        "v2.1",
        List.of(
            new PictureResults.Result(
                0,
                "a \"red\" circle",
                "a \"red\" circle",
                texts,
                "ab".repeat(32),
                1234,
                256,
                256,
                Decision.DELIVERED,
                new SafetyFinding(0.998, "safe", List.of(), "safety-signs"),
                9.1,
                8.5,
                7.25,
                List.of()),
            new PictureResults.Result(
                1,
                "photo.png",
                "",
                Map.of(),
                "cd".repeat(32),
                99,
                64,
                48,
                Decision.REJECTED,
                new SafetyFinding(0, "forbidden", List.of("pixels:warning_sign"), "rules"),
                3,
                10,
                null,
                List.of("Content safety 0.0000 is below v2.1's minimum of 0.95"))),
        List.of("safety_by_rules: no safety classifier is at hand"));
  }

  /** Version 1 as it was first written. Results of older nodes must stay readable. */
  private static byte[] golden() throws IOException {
    try (InputStream in =
        PictureResultsTest.class.getResourceAsStream("/picture-results-v1.json")) {
      return in.readAllBytes();
    }
  }

  @Test
  void toBytes_isWhatWasOnceWritten() throws IOException {
    assertEquals(
        new String(golden(), StandardCharsets.UTF_8).strip(),
        new String(sample().toBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void parse_readsWhatWasOnceWritten() throws IOException {
    assertEquals(sample(), PictureResults.parse(golden()));
  }

  @Test
  void parse_ignoresFieldsThatItDoesNotKnow() throws IOException {
    String more =
        new String(golden(), StandardCharsets.UTF_8).replace("{\"index\"", "{\"more\":1,\"index\"");

    assertEquals(sample(), PictureResults.parse(more.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void parse_ofANewerVersionOrOfDamage_isRefused() {
    byte[] newer =
        new String(sample().toBytes(), StandardCharsets.UTF_8)
            .replace("\"version\":1", "\"version\":2")
            .getBytes(StandardCharsets.UTF_8);

    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> PictureResults.parse(newer))
            .getMessage()
            .contains("version 2"));
    assertThrows(IllegalArgumentException.class, () -> PictureResults.parse(new byte[] {1, 2, 3}));
  }
}
