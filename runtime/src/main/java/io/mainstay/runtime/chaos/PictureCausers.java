package io.mainstay.runtime.chaos;

import io.mainstay.client.Submission;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Pictures that turn out poor, or good. */
final class PictureCausers {
  /** Pictures that are looked at together, the node's quality-trend window. */
  private static final int TREND = 20;

  private static final int SIDE = 64;

  private PictureCausers() {}

  /** A picture without any detail to enlarge. */
  static Instant poorPicture(ChaosStage stage, String device) throws IOException {
    return enhanced(stage, 1);
  }

  /** So many of them that quality has become worse on the whole. */
  static Instant poorPictures(ChaosStage stage, String device) throws IOException {
    return enhanced(stage, TREND);
  }

  /** So many good ones that quality is not bad on the whole. */
  static void goodPictures(ChaosStage stage, String device) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < TREND; i++) {
      files.add(sharp(stage.files().resolve("sharp-" + i + ".png"), i));
    }
    String session = stage.work().submit(Submission.of("image-enhance", files), TREND);
    stage.await("the pictures are done", () -> stage.client().session(session).finished());
  }

  private static Instant enhanced(ChaosStage stage, int count) throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(soft(stage.files().resolve("soft-" + i + ".png"), i));
    }
    Instant at = Instant.now();
    stage.work().submit(Submission.of("image-enhance", files), count);
    return at;
  }

  /** A disc of one colour on a ground of another. */
  private static Path sharp(Path file, int number) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.setColor(new Color(200, 20 + number % 8, 20));
    pen.fillOval(SIDE / 4, SIDE / 4, SIDE / 2, SIDE / 2);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  /** Colours that flow into each other, and no edge. */
  private static Path soft(Path file, int number) throws IOException {
    BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    Color from = new Color(120 + number % 8, 120, 120);
    pen.setPaint(new GradientPaint(0, 0, from, SIDE, SIDE, new Color(128, 128, 128)));
    pen.fillRect(0, 0, SIDE, SIDE);
    pen.dispose();
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }
}
