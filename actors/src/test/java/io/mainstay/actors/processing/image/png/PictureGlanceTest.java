package io.mainstay.actors.processing.image.png;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureGlanceTest {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 700;

  private long bytesRead;

  /** Noise: no format makes it small. */
  private static byte[] large(String format) throws Exception {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), format);
    assertTrue(out.size() > 3 * PictureGlance.PART, format + " has " + out.size());
    return out.toByteArray();
  }

  private InputStream counted(byte[] file) {
    return new ByteArrayInputStream(file) {
      @Override
      public synchronized int read(byte[] into, int from, int length) {
        int count = super.read(into, from, length);
        bytesRead += Math.max(0, count);
        return count;
      }

      @Override
      public byte[] readAllBytes() {
        bytesRead += available();
        return super.readAllBytes();
      }
    };
  }

  private PictureSize check(byte[] file) throws Exception {
    bytesRead = 0;
    return PictureGlance.check("a", file.length, () -> counted(file), 1_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void largeFile_isReadAtItsEndsOnly(String format) throws Exception {
    assertEquals(new PictureSize(WIDTH, HEIGHT), check(large(format)));
    assertEquals(2L * PictureGlance.PART, bytesRead);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void largeFile_thatIsCutOff_isRefused(String format) throws Exception {
    byte[] whole = large(format);
    byte[] cut = Arrays.copyOf(whole, whole.length - 500);
    Refusal refused = assertThrows(Refusal.class, () -> check(cut));
    assertEquals("damaged_picture", refused.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void largeFile_withMuchBehindThePicture_isFine(String format) throws Exception {
    byte[] whole = large(format);
    byte[] more = Arrays.copyOf(whole, whole.length + 3 * PictureGlance.PART);
    assertEquals(new PictureSize(WIDTH, HEIGHT), check(more));
  }
}
