package io.mainstay.actors.processing.image.png;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.processing.image.Picture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PngCodecTest {
  @Property(tries = 60)
  void encode_andRead_isThePictureInEightBits(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height) {
    Picture picture =
        Drawings.drawn(width, height, (x, y, c) -> Math.sin(x * 1.7 + y * 0.3 + c) * 0.7 + 0.5);

    Picture read = PictureFile.read("a.png", PngCodec.encode(picture, Map.of()), 10_000);

    assertEquals(width, read.width());
    assertArrayEquals(PictureMath.quantized(picture).planes(), read.planes(), 1e-7f);
  }

  @Test
  void encode_writesTextsInOrderAsUtf8_andChunksThatAreWhole() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("prompt", "ein roter Kreis auf Grün, 赤い円 🔴\nsecond line");
    texts.put("seed", "9223372036854775807");
    texts.put("negative", "");
    texts.put("model", "shapes-64@1");

    List<Chunk> chunks = chunks(PngCodec.encode(Drawings.gradient(8, 8), texts));

    List<Map.Entry<String, String>> found = new ArrayList<>();
    for (Chunk chunk : chunks) {
      if (chunk.type().equals("iTXt")) {
        found.add(chunk.text());
      }
    }
    assertEquals(List.copyOf(texts.entrySet()), found);
    assertEquals(
        List.of("IHDR", "iTXt", "iTXt", "iTXt", "iTXt", "IDAT", "IEND"),
        chunks.stream().map(Chunk::type).toList());
    // Bit depth 8, colour type 2: RGB without alpha.
    assertEquals(8, chunks.get(0).data()[8]);
    assertEquals(2, chunks.get(0).data()[9]);
  }

  @Test
  void encode_givesTheSameBytesEachTime() {
    Map<String, String> texts = Map.of("prompt", "x");
    byte[] first = PngCodec.encode(Drawings.gradient(64, 64), texts);
    for (int i = 0; i < 5; i++) {
      assertArrayEquals(first, PngCodec.encode(Drawings.gradient(64, 64), texts));
    }
  }

  @Test
  void encode_clipsWhatIsOutOfRange() {
    Picture picture = new Picture(1, 1, new float[] {-3, 7, 0.5f});
    Picture read = PictureFile.read("a", PngCodec.encode(picture, Map.of()), 1);
    assertArrayEquals(new float[] {0, 1, 128 / 255f}, read.planes());
  }

  @Test
  void encode_whenATextCannotBeWritten_isRefused() {
    Picture picture = Drawings.gradient(1, 1);
    for (String keyword : List.of("", " a", "ä", "k".repeat(80))) {
      Map<String, String> texts = Map.of(keyword, "x");
      assertThrows(IllegalArgumentException.class, () -> PngCodec.encode(picture, texts));
    }
    Map<String, String> zero = Map.of("prompt", "a\0b");
    assertThrows(IllegalArgumentException.class, () -> PngCodec.encode(picture, zero));
  }

  private record Chunk(String type, byte[] data) {
    /** Keyword, zero, two compression bytes, language, zero, translated keyword, zero, text. */
    Map.Entry<String, String> text() {
      String whole = new String(data, StandardCharsets.ISO_8859_1);
      int end = whole.indexOf(0);
      assertEquals("\0\0\0\0\0", whole.substring(end, end + 5));
      return Map.entry(
          whole.substring(0, end),
          new String(data, end + 5, data.length - end - 5, StandardCharsets.UTF_8));
    }
  }

  private static List<Chunk> chunks(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    assertEquals(0x89504E470D0A1A0AL, in.getLong());
    List<Chunk> chunks = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] data = new byte[in.getInt()];
      byte[] type = new byte[4];
      in.get(type).get(data);
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(data);
      assertEquals((int) crc.getValue(), in.getInt());
      chunks.add(new Chunk(new String(type, StandardCharsets.US_ASCII), data));
    }
    assertTrue(chunks.size() > 2);
    return chunks;
  }
}
