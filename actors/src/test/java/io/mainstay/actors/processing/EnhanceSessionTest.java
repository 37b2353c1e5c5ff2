package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sessions that enhance pictures which they were given. */
class EnhanceSessionTest {
  @TempDir Path directory;

  private static byte[] picture() throws Exception {
    return picture(24, 16);
  }

  private static byte[] picture(int width, int height) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out));
    return out.toByteArray();
  }

  /** Its header is fine, its samples are not. */
  private static byte[] damaged() throws Exception {
    byte[] file = picture();
    int samples = new String(file, StandardCharsets.ISO_8859_1).indexOf("IDAT") + 4;
    Arrays.fill(file, samples, samples + 12, (byte) 0xFF);
    return file;
  }

  private static SubmitReply submit(WorkHarness node, int batchSize, byte[]... pictures)
      throws Exception {
    return submit(node, List.of(new Param("batch-size", "" + batchSize)), pictures);
  }

  private static SubmitReply submit(WorkHarness node, List<Param> params, byte[]... pictures)
      throws Exception {
    BlobRef[] inputs = new BlobRef[pictures.length];
    for (int i = 0; i < pictures.length; i++) {
      inputs[i] = node.artifacts.put("upload", i + ".png", pictures[i]);
    }
    return node.submit(
        new Templates(ProcessingSettings.of(node.config()).templates())
            .parse("image-enhance", params),
        List.of(inputs),
        "");
  }

  @Test
  void pictureIsDamagedInside_itAloneIsSetAside_withTheReason() throws Exception {
    try (WorkHarness node = new WorkHarness(directory, "")) {
      node.devices.up(new ScriptedWorker("cpu-0", 1));
      SubmitReply reply = submit(node, 4, picture(), damaged(), picture());
      SessionView view =
          node.finished(assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId());

      assertEquals("completed", view.state(), view.message());
      assertEquals(List.of(1), view.poisoned());
      assertEquals(2, view.embedded());
      assertEquals(1, node.letters().size());
      String letter = node.letters().values().iterator().next();
      assertTrue(letter.contains("'1.png' (PNG) cannot be decoded"), letter);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "moderate,,false",
    "moderate,moderate,false",
    "moderate,strict,true",
    "strict,,true",
    "strict,moderate,true",
    "strict,strict,true"
  })
  void strictnessOfARequest_canOnlyTightenTheNodes(String nodes, String asked, boolean raised)
      throws Exception {
    try (WorkHarness node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.pictures.safety { strictness = %s, strict-margin.quality = 1.5 }
            """
                .formatted(nodes))) {
      node.devices.up(new ScriptedWorker("cpu-0", 1));
      List<Param> params =
          asked == null ? List.of() : List.of(new Param("safety-strictness", asked));
      // All black: of no quality at all, which the policy alone lets pass.
      SubmitReply reply = submit(node, params, picture());
      node.finished(assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId());
      List<String> reasons =
          node.reviews.all().stream().flatMap(one -> one.picture().reasons().stream()).toList();
      assertEquals(
          raised ? List.of("Quality 0.00 is below default-1's minimum of 1.5") : List.of(),
          reasons);
    }
  }

  @Test
  void pictureIsCutOff_isRefusedAtSubmission() throws Exception {
    try (WorkHarness node = new WorkHarness(directory, "")) {
      byte[] whole = picture();
      SubmitReply reply = submit(node, 1, whole, Arrays.copyOf(whole, whole.length - 20));
      SubmitReply.Refused refused = assertInstanceOf(SubmitReply.Refused.class, reply);
      assertEquals("damaged_picture", refused.code());
      assertTrue(refused.message().contains("'1.png'"), refused.message());
    }
  }

  private static String submit(WorkHarness node, WorkClass workClass, byte[] picture)
      throws Exception {
    TestProbe<SubmitReply> probe = node.kit().createTestProbe();
    node.processing.tell(
        new ProcessingCommand.Submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("image-enhance", List.of()),
            List.of(node.artifacts.put("upload", "a.png", picture)),
            workClass,
            "",
            "test",
            probe.getRef()));
    SubmitReply reply = probe.receiveMessage(WorkHarness.PATIENCE);
    return assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId();
  }

  private static void awaitActivity(WorkHarness node, String session, boolean awaitsMemory) {
    TestProbe<StatusReply<ProcessingCommand.SessionProgress>> probe = node.kit().createTestProbe();
    Awaitility.await()
        .atMost(WorkHarness.PATIENCE)
        .until(
            () -> {
              node.processing.tell(new ProcessingCommand.GetProgress(session, probe.getRef()));
              return probe.receiveMessage(WorkHarness.PATIENCE).getValue().batches().stream()
                  .anyMatch(batch -> batch.activity().equals("waiting for memory") == awaitsMemory);
            });
  }

  @Test
  void higherClassNeedsHeap_whatHasNotBegunGivesWay_andSaysThatItWaits() throws Exception {
    // One percent of the heap is less than one of these pictures takes.
    int side = (int) Math.sqrt(Runtime.getRuntime().maxMemory() / 100 / 40) + 64;
    byte[] large = picture(side, side);
    try (WorkHarness node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.pictures.heap-share-max = 0.01
            mainstay.processing.pictures.input-pixels-max = 100000000
            mainstay.processing.pictures.output-pixels-max = 200000000
            mainstay.inference.turns.window = 1
            mainstay.processing.runner.heap-patience = 50ms
            """)) {
      ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
      node.devices.up(worker);
      String busy = node.accepted("it has the only turn\n", 1);
      Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> !worker.open().isEmpty());
      String later = submit(node, WorkClass.BATCH, large);
      awaitActivity(node, later, false);

      String first = submit(node, WorkClass.INTERACTIVE, large);

      awaitActivity(node, later, true);
      awaitActivity(node, first, false);
      worker.answerAll();
      assertEquals("completed", node.finished(busy).state());
      SessionView before = node.finished(first);
      SessionView after = node.finished(later);
      assertEquals("completed", before.state(), before.message());
      assertEquals("completed", after.state(), after.message());
      assertTrue(before.finishedAt().isBefore(after.finishedAt()), "the higher class was first");
    }
  }

  @Test
  void batchesAreLargerThanTheBudget_eachBeginsWhenTheOneBeforeIsStored() throws Exception {
    // One percent of the heap is less than one of these pictures takes.
    int side = (int) Math.sqrt(Runtime.getRuntime().maxMemory() / 100 / 40) + 64;
    byte[] large = picture(side, side);
    try (WorkHarness node =
        new WorkHarness(
            directory,
            """
            mainstay.processing.pictures.heap-share-max = 0.01
            mainstay.processing.pictures.input-pixels-max = 100000000
            mainstay.processing.pictures.output-pixels-max = 200000000
            """)) {
      node.devices.up(new ScriptedWorker("cpu-0", 1));
      SubmitReply reply = submit(node, 1, large, large, large);
      String session = assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId();
      SessionView view = node.finished(session);
      assertEquals("completed", view.state(), view.message());
      assertEquals(3, view.embedded());
      List<String> story =
          node.events(session).stream()
              .filter(
                  event ->
                      event instanceof SessionEvent.BatchDispatched
                          || event instanceof SessionEvent.BatchCompleted)
              .map(event -> event.getClass().getSimpleName())
              .toList();
      assertEquals(
          Collections.nCopies(3, List.of("BatchDispatched", "BatchCompleted")).stream()
              .flatMap(List::stream)
              .toList(),
          story);
    }
  }
}
