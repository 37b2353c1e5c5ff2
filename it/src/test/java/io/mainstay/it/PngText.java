package io.mainstay.it;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The texts in a PNG file (tEXt and uncompressed iTXt chunks), read as any other program would. */
final class PngText {
  private static final int SIGNATURE_BYTES = 8;

  private PngText() {}

  static Map<String, String> of(Path file) throws IOException {
    ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(file));
    Map<String, String> texts = new LinkedHashMap<>();
    png.position(SIGNATURE_BYTES);
    while (png.remaining() >= 12) {
      byte[] body = new byte[png.getInt()];
      byte[] type = new byte[4];
      png.get(type).get(body).getInt();
      switch (new String(type, StandardCharsets.US_ASCII)) {
        case "tEXt" -> {
          String[] parts = new String(body, StandardCharsets.ISO_8859_1).split("\0", 2);
          texts.put(parts[0], parts[1]);
        }
        case "iTXt" -> {
          // Keyword, compression flag and method, language, translated keyword, text.
          String[] parts = new String(body, StandardCharsets.UTF_8).split("\0", 2);
          String[] rest = parts[1].substring(2).split("\0", 3);
          texts.put(parts[0], rest[2]);
        }
        default -> {
          // Pixels and their format.
        }
      }
    }
    return texts;
  }
}
