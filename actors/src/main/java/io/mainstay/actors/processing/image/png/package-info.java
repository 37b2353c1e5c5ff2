/**
 * Picture files to pictures and pictures to PNG. Entry: {@code PngCodec}, {@code PictureFile},
 * {@code PictureMath}. Knows no actor; everything may be shared between threads. Needs no display.
 */
package io.mainstay.actors.processing.image.png;
