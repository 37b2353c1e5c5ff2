package io.mainstay.actors.postprocessing.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureNameTest {
  @ParameterizedTest
  @CsvSource({
    "7, a red circle, 0007-a-red-circle.png",
    "0, '  Two GREEN squares!', 0000-two-green-squares.png",
    "12345, ../../etc/passwd, 12345-etc-passwd.png",
    "1, Photo 01.JPEG, 0001-photo-01.png",
    "2, Ärger über Öl, 0002-arger-uber-ol.png",
    "3, 日本, 0003-picture.png",
    "4, '', 0004-picture.png",
    "5, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b c,"
        + " 0005-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.png"
  })
  void of_isAPlainFileName(int index, String name, String expected) {
    assertEquals(expected, PictureName.of(index, name));
  }
}
