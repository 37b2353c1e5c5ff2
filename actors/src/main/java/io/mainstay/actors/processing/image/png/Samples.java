package io.mainstay.actors.processing.image.png;

import io.mainstay.actors.processing.image.Picture;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/**
 * Decoded samples as they are, whatever their width. Not by {@code BufferedImage.getRGB}: that
 * takes grey samples for linear light and brightens them, and cuts 16 bits to 8.
 */
final class Samples {
  private static final int EIGHT_BITS = 255;

  private Samples() {}

  static Picture picture(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    float[] planes = new float[Math.multiplyExact(Math.multiplyExact(3, width), height)];
    int plane = width * height;
    for (int y = 0; y < height; y++) {
      if (image.getColorModel() instanceof IndexColorModel palette) {
        palette(image.getRaster(), palette, y, planes, plane);
      } else {
        direct(image.getRaster(), image.getColorModel(), y, planes, plane);
      }
    }
    return new Picture(width, height, planes);
  }

  private static void palette(
      Raster raster, IndexColorModel palette, int y, float[] planes, int plane) {
    int width = raster.getWidth();
    int[] row = raster.getSamples(0, y, width, 1, 0, (int[]) null);
    for (int x = 0; x < width; x++) {
      float alpha = palette.getAlpha(row[x]) / (float) EIGHT_BITS;
      int at = y * width + x;
      planes[at] = onWhite(palette.getRed(row[x]) / (float) EIGHT_BITS, alpha);
      planes[plane + at] = onWhite(palette.getGreen(row[x]) / (float) EIGHT_BITS, alpha);
      planes[2 * plane + at] = onWhite(palette.getBlue(row[x]) / (float) EIGHT_BITS, alpha);
    }
  }

  private static void direct(Raster raster, ColorModel model, int y, float[] planes, int plane) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    boolean alphaLast = model.hasAlpha();
    int colours = alphaLast ? bands - 1 : bands;
    float[] alpha = null;
    if (alphaLast) {
      alpha = scaled(raster, y, bands - 1);
    }
    for (int channel = 0; channel < Picture.CHANNELS; channel++) {
      float[] samples = scaled(raster, y, colours == 1 ? 0 : channel);
      for (int x = 0; x < width; x++) {
        planes[channel * plane + y * width + x] =
            alpha == null ? samples[x] : onWhite(samples[x], alpha[x]);
      }
    }
  }

  /** One band of a row, 0 to 1. */
  private static float[] scaled(Raster raster, int y, int band) {
    int width = raster.getWidth();
    int[] samples = raster.getSamples(0, y, width, 1, band, (int[]) null);
    float most = (1 << raster.getSampleModel().getSampleSize(band)) - 1;
    float[] scaled = new float[width];
    for (int x = 0; x < width; x++) {
      scaled[x] = samples[x] / most;
    }
    return scaled;
  }

  private static float onWhite(float colour, float alpha) {
    return Math.min(1, colour * alpha + (1 - alpha));
  }
}
