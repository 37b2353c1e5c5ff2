package io.mainstay.actors.processing.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mainstay.actors.support.MemoryArtifacts;
import io.mainstay.persistence.session.BlobRef;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageEnhanceRecipeTest {
  @Test
  void checkDocuments_endsWhenNobodyWantsItAnyMore() throws Exception {
    MemoryArtifacts artifacts = new MemoryArtifacts();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", file);
    BlobRef input = artifacts.put("upload", "a.png", file.toByteArray());
    ImageEnhanceRecipe recipe =
        new ImageEnhanceRecipe(
            Collections.nCopies(10, input),
            artifacts,
            new PictureBounds(1, 100, 1_000, 10_000, null, null),
            2,
            List.of(),
            null);
    AtomicInteger asked = new AtomicInteger();

    assertThrows(
        CancellationException.class,
        () -> recipe.checkDocuments(() -> asked.incrementAndGet() < 4));
    assertEquals(4, asked.get());
    recipe.checkDocuments(() -> true);
  }
}
