package io.mainstay.actors.processing.image.png;

import java.util.Optional;

/** Picture files that are read, told by how they begin. */
enum PictureFormat {
  PNG("png", 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A),
  JPEG("jpeg", 0xFF, 0xD8, 0xFF),
  GIF("gif", 'G', 'I', 'F', '8'),
  BMP("bmp", 'B', 'M');

  private final String reader;
  private final int[] magic;

  PictureFormat(String reader, int... magic) {
    this.reader = reader;
    this.magic = magic;
  }

  /** Name of the reader in javax.imageio. */
  String reader() {
    return reader;
  }

  static Optional<PictureFormat> of(byte[] file) {
    for (PictureFormat format : values()) {
      if (format.begins(file)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private boolean begins(byte[] file) {
    if (file.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((file[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
