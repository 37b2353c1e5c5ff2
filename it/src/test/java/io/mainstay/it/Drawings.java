package io.mainstay.it;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures that users have: drawn here, so that nothing has to be carried along. */
final class Drawings {
  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};

  private Drawings() {}

  /** A disc in the middle. */
  static Path circle(Path file, String colour, String background, int width, int height)
      throws IOException {
    BufferedImage picture = blank(PictureRule.ink(background), width, height);
    Graphics2D pen = pen(picture);
    int side = Math.min(width, height) * 6 / 10;
    pen.setColor(PictureRule.ink(colour));
    pen.fillOval((width - side) / 2, (height - side) / 2, side, side);
    pen.dispose();
    return png(picture, file);
  }

  /** What the policy of the product's safety model forbids. */
  static Path warningSign(Path file, String background, int side) throws IOException {
    BufferedImage picture = blank(PictureRule.ink(background), side, side);
    Graphics2D pen = pen(picture);
    double radius = side * 0.37;
    pen.setColor(PictureRule.ink("black"));
    pen.fill(triangle(side, radius));
    pen.setColor(PictureRule.ink("yellow"));
    pen.fill(triangle(side, radius * 0.76));
    // The exclamation mark: a bar that narrows downwards, and a dot.
    double middle = side * 0.5;
    double half = radius * 0.13;
    Path2D bar = new Path2D.Double();
    bar.moveTo(middle - half, middle - 0.30 * radius);
    bar.lineTo(middle + half, middle - 0.30 * radius);
    bar.lineTo(middle + 0.6 * half, middle + 0.32 * radius);
    bar.lineTo(middle - 0.6 * half, middle + 0.32 * radius);
    bar.closePath();
    pen.setColor(PictureRule.ink("black"));
    pen.fill(bar);
    pen.fill(new Ellipse2D.Double(middle - half, middle + 0.42 * radius, 2 * half, 2 * half));
    pen.dispose();
    return png(picture, file);
  }

  /** A PNG of a few bytes whose header promises that many pixels. */
  static Path bomb(Path file, int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(PNG_SIGNATURE);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {8, 2, 0, 0, 0});
    chunk(bytes, "IHDR", header.toByteArray());
    // An empty zlib stream: nothing that could be unpacked to what the header says.
    chunk(bytes, "IDAT", new byte[] {0x78, (byte) 0x9c, 3, 0, 0, 0, 0, 1});
    chunk(bytes, "IEND", new byte[0]);
    return Files.write(file, bytes.toByteArray());
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] body)
      throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(body);
    DataOutputStream fields = new DataOutputStream(out);
    fields.writeInt(body.length);
    fields.write(name);
    fields.write(body);
    fields.writeInt((int) crc.getValue());
  }

  private static Path2D triangle(int side, double radius) {
    double middle = side * 0.5 + 0.2 * side * 0.37;
    Path2D triangle = new Path2D.Double();
    triangle.moveTo(side * 0.5, middle - 1.25 * radius);
    triangle.lineTo(side * 0.5 + 1.15 * radius, middle + 0.72 * radius);
    triangle.lineTo(side * 0.5 - 1.15 * radius, middle + 0.72 * radius);
    triangle.closePath();
    return triangle;
  }

  private static BufferedImage blank(Color colour, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(colour);
    pen.fillRect(0, 0, width, height);
    pen.dispose();
    return picture;
  }

  private static Graphics2D pen(BufferedImage picture) {
    Graphics2D pen = picture.createGraphics();
    pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return pen;
  }

  private static Path png(BufferedImage picture, Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException("this Java writes no PNG");
    }
    return file;
  }
}
