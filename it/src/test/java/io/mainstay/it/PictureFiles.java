package io.mainstay.it;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The pictures that a session wrote, in the order of their names. */
final class PictureFiles {
  private PictureFiles() {}

  static List<Path> in(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".png")).sorted().toList();
    }
  }

  /** Bytes by name. */
  static Map<String, byte[]> bytes(Path directory) throws IOException {
    Map<String, byte[]> bytes = new TreeMap<>();
    for (Path file : in(directory)) {
      bytes.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return bytes;
  }

  static BufferedImage read(Path file) throws IOException {
    BufferedImage picture = ImageIO.read(file.toFile());
    if (picture == null) {
      throw new IOException(file + " is no picture");
    }
    return picture;
  }
}
