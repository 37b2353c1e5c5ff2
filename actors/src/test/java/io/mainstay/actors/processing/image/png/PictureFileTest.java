package io.mainstay.actors.processing.image.png;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.image.Picture;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureFileTest {
  private static final long PIXELS_MAX = 1_000_000;

  private static byte[] file(BufferedImage image, String format) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(ImageIO.write(image, format, out), format);
    return out.toByteArray();
  }

  /** Left half orange, right half blue. */
  private static BufferedImage halves(int type) {
    BufferedImage image = new BufferedImage(40, 24, type);
    for (int y = 0; y < 24; y++) {
      for (int x = 0; x < 40; x++) {
        image.setRGB(x, y, x < 20 ? 0xFFFF8000 : 0xFF0020E0);
      }
    }
    return image;
  }

  @ParameterizedTest
  @CsvSource({"png, 0", "bmp, 0", "gif, 0.03", "jpeg, 0.03"})
  void read_givesTheColoursOfEachFormat(String format, float tolerance) throws Exception {
    Picture picture =
        PictureFile.read("a", file(halves(BufferedImage.TYPE_INT_RGB), format), PIXELS_MAX);

    assertEquals(40, picture.width());
    assertEquals(24, picture.height());
    int plane = 40 * 24;
    int left = 12 * 40 + 5;
    int right = 12 * 40 + 34;
    float[] planes = picture.planes();
    assertArrayEquals(
        new float[] {1, 128 / 255f, 0},
        new float[] {planes[left], planes[plane + left], planes[2 * plane + left]},
        tolerance);
    assertArrayEquals(
        new float[] {0, 32 / 255f, 224 / 255f},
        new float[] {planes[right], planes[plane + right], planes[2 * plane + right]},
        tolerance);
  }

  @Test
  void read_whenTransparent_liesOnWhite() throws Exception {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFFFF0000);
    image.setRGB(2, 0, 0x33000000);

    float[] planes = PictureFile.read("a", file(image, "png"), PIXELS_MAX).planes();

    float[] expected = {1, 1, 0.8f, 1, 0, 0.8f, 1, 0, 0.8f};
    assertArrayEquals(expected, planes, 1e-6f);
  }

  @Test
  void read_whenPaletteIsTransparent_liesOnWhite() throws Exception {
    byte[] zero = {0, 0};
    IndexColorModel palette =
        new IndexColorModel(1, 2, zero, zero, new byte[] {0, -1}, new byte[] {0, -1});
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setSamples(0, 0, 2, 1, 0, new int[] {0, 1});

    float[] planes = PictureFile.read("a", file(image, "png"), PIXELS_MAX).planes();

    assertArrayEquals(new float[] {1, 0, 1, 0, 1, 1}, planes);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
  void read_whenGrey_keepsItsSamples(int type) throws Exception {
    BufferedImage image = new BufferedImage(2, 1, type);
    int most = type == BufferedImage.TYPE_BYTE_GRAY ? 255 : 65535;
    image.getRaster().setSamples(0, 0, 2, 1, 0, new int[] {most / 5, most * 3 / 5});

    float[] planes = PictureFile.read("a", file(image, "png"), PIXELS_MAX).planes();

    assertArrayEquals(new float[] {0.2f, 0.6f, 0.2f, 0.6f, 0.2f, 0.6f}, planes, 1e-6f);
  }

  @Test
  void read_whenSixteenBits_keepsMoreThanEight() throws Exception {
    var model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
    raster.setPixel(0, 0, new int[] {1, 300, 65535});
    BufferedImage image = new BufferedImage(model, raster, false, null);

    float[] planes = PictureFile.read("a", file(image, "png"), PIXELS_MAX).planes();

    assertArrayEquals(new float[] {1 / 65535f, 300 / 65535f, 1}, planes, 1e-9f);
  }

  /** Only headers: a decoder would fail on them, so the limit is what speaks. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void read_whenTheHeaderSaysFiftyThousandSquare_isRefusedUndecoded(String format)
      throws Exception {
    byte[] bomb = file(halves(BufferedImage.TYPE_INT_RGB), format);
    resize(bomb, format, 50_000, 50_000);

    Refusal refused = assertThrows(Refusal.class, () -> PictureFile.read("bomb", bomb, PIXELS_MAX));

    assertEquals("picture_too_large", refused.code());
    assertEquals(
        "Picture 'bomb' has 50000 x 50000 pixels; at most 1000000 pixels are read",
        refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void read_whenASideIsZero_isRefused(String format) throws Exception {
    byte[] empty = file(halves(BufferedImage.TYPE_INT_RGB), format);
    resize(empty, format, 0, 24);

    Refusal refused = assertThrows(Refusal.class, () -> PictureFile.read("e", empty, PIXELS_MAX));

    assertEquals("empty_picture", refused.code());
    assertTrue(refused.getMessage().contains("0 x 24"), refused.getMessage());
  }

  @Test
  void read_whenPngSizesDoNotFitAnInt_isRefused() throws Exception {
    byte[] huge = file(halves(BufferedImage.TYPE_INT_RGB), "png");
    resize(huge, "png", -1, -1);
    Refusal refused = assertThrows(Refusal.class, () -> PictureFile.read("h", huge, PIXELS_MAX));
    assertTrue(refused.getMessage().contains("4294967295 x 4294967295"), refused.getMessage());
  }

  private static void resize(byte[] file, String format, int width, int height) {
    ByteBuffer in = ByteBuffer.wrap(file);
    switch (format) {
      case "png" -> {
        in.putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(file, 12, 17);
        in.putInt(29, (int) crc.getValue());
      }
      case "bmp" -> in.order(ByteOrder.LITTLE_ENDIAN).putInt(18, width).putInt(22, height);
      case "gif" -> {
        int frame = in.order(ByteOrder.LITTLE_ENDIAN).position() + 13 + 3 * (2 << (file[10] & 7));
        while (file[frame] != 0x2C) {
          frame += 2;
          while (file[frame] != 0) {
            frame += 1 + (file[frame] & 0xFF);
          }
          frame++;
        }
        in.putShort(frame + 5, (short) width).putShort(frame + 7, (short) height);
      }
      default -> {
        int at = 2;
        while ((file[at + 1] & 0xFF) != 0xC0) {
          at += 2 + (in.getShort(at + 2) & 0xFFFF);
        }
        in.putShort(at + 5, (short) height).putShort(at + 7, (short) width);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void check_whenTruncated_isRefusedWithOneMessage(String format) throws Exception {
    byte[] whole = file(halves(BufferedImage.TYPE_INT_RGB), format);
    for (int percent = 12; percent <= 90; percent += 6) {
      byte[] cut = Arrays.copyOf(whole, whole.length * percent / 100);
      Refusal refused =
          assertThrows(
              Refusal.class, () -> PictureFile.check("cut", cut, PIXELS_MAX), "" + percent);
      assertEquals("damaged_picture", refused.code(), refused.getMessage());
      assertTrue(
          refused
              .getMessage()
              .startsWith("Picture 'cut' (" + format.toUpperCase(Locale.ROOT) + ")"),
          refused.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void check_whenWhole_tellsTheSize(String format) throws Exception {
    byte[] whole = file(halves(BufferedImage.TYPE_INT_RGB), format);
    assertEquals(new PictureSize(40, 24), PictureFile.check("whole", whole, PIXELS_MAX));
  }

  @Test
  void check_whenDamagedInside_decodesNothing_andReadRefuses() throws Exception {
    byte[] damaged = file(halves(BufferedImage.TYPE_INT_RGB), "png");
    // Behind the chunk's length and type the compressed samples begin.
    int samples = new String(damaged, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
    Arrays.fill(damaged, samples, samples + 12, (byte) 0xFF);
    assertEquals(new PictureSize(40, 24), PictureFile.check("a", damaged, PIXELS_MAX));
    Refusal refused = assertThrows(Refusal.class, () -> PictureFile.read("a", damaged, PIXELS_MAX));
    assertEquals("damaged_picture", refused.code());
  }

  /** A reader's own exceptions must never come out, whatever is wrong with the file. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "gif"})
  void read_whenBytesAreWrong_isReadOrRefused(String format) throws Exception {
    byte[] whole = file(halves(BufferedImage.TYPE_INT_RGB), format);
    SplittableRandom random = new SplittableRandom(format.hashCode());
    for (int i = 0; i < 400; i++) {
      byte[] wrong = whole.clone();
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        wrong[random.nextInt(wrong.length)] = (byte) random.nextInt();
      }
      try {
        Picture picture = PictureFile.read("w", wrong, PIXELS_MAX);
        assertTrue((long) picture.width() * picture.height() <= PIXELS_MAX);
      } catch (Refusal refused) {
        assertFalse(refused.getMessage().isBlank());
      }
    }
  }

  /** A chunk that leads back to itself must not hold the reader. */
  @Test
  void read_whenAChunkHasANegativeLength_isRefused() throws Exception {
    byte[] png = file(halves(BufferedImage.TYPE_INT_RGB), "png");
    ByteBuffer.wrap(png).putInt(33, -12);
    assertThrows(Refusal.class, () -> PictureFile.read("loop", png, PIXELS_MAX));
  }

  @Test
  void read_whenItIsNoPicture_saysWhatItBeginsWith() {
    Refusal text =
        assertThrows(
            Refusal.class,
            () ->
                PictureFile.read(
                    "notes.png", "Hello".getBytes(StandardCharsets.UTF_8), PIXELS_MAX));
    Refusal empty =
        assertThrows(Refusal.class, () -> PictureFile.read("e.png", new byte[0], PIXELS_MAX));

    assertEquals("not_a_picture", text.code());
    assertTrue(text.getMessage().contains("'notes.png'"), text.getMessage());
    assertTrue(text.getMessage().contains("48 65 6c 6c"), text.getMessage());
    assertTrue(empty.getMessage().contains("is empty"), empty.getMessage());
  }

  @Test
  void read_whenExactlyAtTheLimit_isRead() {
    byte[] png = PngCodec.encode(Drawings.gradient(10, 10), Map.of());
    assertEquals(10, PictureFile.read("a", png, 100).width());
    assertThrows(Refusal.class, () -> PictureFile.read("a", png, 99));
  }
}
