package io.mainstay.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply.BatchProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureBarsTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private PictureBars bars(boolean interactive) {
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new PictureBars(new Terminal(err, err, interactive, Map.of(), Path.of("/")), "session");
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void terminal_hasABarForEachPicture_andDrawsOverIt() {
    PictureBars bars = bars(true);
    bars.show(2, 6, List.of(new BatchProgress(2, 4, "denoising", 15, 30)));
    bars.show(4, 6, List.of());
    String[] draws = said().split("\u001b\\[3A");
    assertEquals(2, draws.length, said());
    String half = "[###############...............]  50 % denoising 15/30";
    assertTrue(draws[0].contains("session: 2 of 6 pictures (33 %)"), said());
    assertTrue(draws[0].contains("picture 2 " + half), said());
    assertTrue(draws[0].contains("picture 3 " + half), said());
    assertFalse(draws[1].contains("picture 2"), said());
    assertTrue(draws[1].endsWith("\u001b[J"), "what is below is cleared");
  }

  @Test
  void terminal_withManyPictures_saysHowManyMore() {
    bars(true).show(0, 40, List.of(new BatchProgress(0, 40, "denoising", 1, 30)));
    assertTrue(said().contains("and 24 more"), said());
  }

  @Test
  void elsewhere_aPlainLineForEachChange_andNoEscapes() {
    PictureBars bars = bars(false);
    bars.show(0, 0, List.of());
    assertEquals("", said());
    bars.show(0, 2, List.of(new BatchProgress(0, 1, "denoising", 3, 30)));
    bars.show(0, 2, List.of(new BatchProgress(0, 1, "denoising", 4, 30)));
    bars.show(1, 2, List.of());
    assertEquals(
        List.of("session: 0 of 2 pictures (0 %)", "session: 1 of 2 pictures (50 %)"),
        said().lines().toList());
  }
}
