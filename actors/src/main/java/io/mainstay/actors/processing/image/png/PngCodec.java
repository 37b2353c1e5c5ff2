package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.processing.image.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Pictures as PNG, 8-bit RGB without alpha. The same picture and texts give the same bytes on the
 * same Java: no time, no host and no library version is written.
 */
public final class PngCodec {
  private static final String NATIVE = "javax_imageio_png_1.0";
  private static final int KEYWORD_MAX = 79;

  private PngCodec() {}

  /**
   * The file.
   *
   * @param texts keyword to text, written as iTXt chunks in the map's order; a keyword is 1 to 79
   *     printable ASCII characters without blanks at its ends, a text has no zero character
   */
  public static byte[] encode(Picture picture, Map<String, String> texts) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      BufferedImage image = image(picture);
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), parameters);
      metadata.mergeTree(NATIVE, tree(texts));
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, metadata), parameters);
    } catch (IIOInvalidTreeException refused) {
      throw new IllegalStateException("The PNG writer refuses its own metadata", refused);
    } catch (IOException impossible) {
      throw new UncheckedIOException("Memory failed to take a PNG", impossible);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static BufferedImage image(Picture picture) {
    int width = picture.width();
    BufferedImage image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_3BYTE_BGR);
    WritableRaster raster = image.getRaster();
    int[] row = new int[width];
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      for (int y = 0; y < picture.height(); y++) {
        int at = (channel * picture.height() + y) * width;
        for (int x = 0; x < width; x++) {
          row[x] = PictureMath.eightBits(picture.planes()[at + x]);
        }
        raster.setSamples(0, y, width, 1, channel, row);
      }
    }
    return image;
  }

  private static IIOMetadataNode tree(Map<String, String> texts) {
    IIOMetadataNode root = new IIOMetadataNode(NATIVE);
    IIOMetadataNode all = new IIOMetadataNode("iTXt");
    texts.forEach(
        (keyword, text) -> {
          check(keyword, text);
          IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
          entry.setAttribute("keyword", keyword);
          entry.setAttribute("compressionFlag", "FALSE");
          entry.setAttribute("compressionMethod", "0");
          entry.setAttribute("languageTag", "");
          entry.setAttribute("translatedKeyword", "");
          entry.setAttribute("text", text);
          all.appendChild(entry);
        });
    if (!texts.isEmpty()) {
      root.appendChild(all);
    }
    return root;
  }

  private static void check(String keyword, String text) {
    boolean printable = keyword.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (keyword.isEmpty()
        || keyword.length() > KEYWORD_MAX
        || !printable
        || !keyword.equals(keyword.strip())) {
      throw new IllegalArgumentException(
          "PNG keyword '" + keyword + "'; 1 to 79 printable ASCII characters are allowed");
    }
    if (text.indexOf(0) >= 0) {
      throw new IllegalArgumentException(
          "The PNG text of '" + keyword + "' has a zero character at " + text.indexOf(0));
    }
  }
}
