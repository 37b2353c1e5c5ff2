package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.gateway.GatewayRequest.Param;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.registry.ModelRegistry;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.support.RealWorker;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.SessionEvent;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of pictures with the worker itself and the product's own models. */
class RealPictureSessionTest {
  private static final Path MODELS =
      Path.of(
          System.getProperty(
              "mainstay.test.models", System.getProperty("mainstay.home") + "/runtime/models"));

  @TempDir Path directory;
  private WorkHarness node;
  private WorkerSpawner spawner;
  private List<ModelDescriptor> models;
  private long epochs;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isDirectory(MODELS.resolve("shapes-64")), "no models in " + MODELS);
    node = new WorkHarness(directory, "mainstay.model.directories = [\"" + MODELS + "\"]");
    ModelRegistry registry =
        ModelRegistry.of(
            new ModelScanner(
                    ModelSettings.of(node.config(), directory), getClass().getClassLoader())
                .scan());
    models = List.of(registry.descriptor("shapes-64"), registry.descriptor("safety-signs"));
    models.forEach(node.models::add);
    spawner = WorkerSpawner.create("pictures");
  }

  @AfterEach
  void end() {
    if (node != null) {
      node.close();
      spawner.close();
    }
  }

  private RealWorker worker() throws Exception {
    return RealWorker.serving(spawner, ++epochs, directory, models, node.devices);
  }

  private String accepted(String prompts) throws Exception {
    SubmitReply reply =
        node.submit(
            new Templates(ProcessingSettings.of(node.config()).templates())
                .parse("text-to-image", List.of(new Param("batch-size", "2"))),
            List.of(node.artifacts.input(prompts)),
            "");
    return assertInstanceOf(SubmitReply.Accepted.class, reply).sessionId();
  }

  private List<String> results(String session) {
    return node.events(session).stream()
        .filter(SessionEvent.BatchCompleted.class::isInstance)
        .map(SessionEvent.BatchCompleted.class::cast)
        .sorted((a, b) -> a.range().from() - b.range().from())
        .map(SessionEvent.BatchCompleted::resultSha256)
        .toList();
  }

  private int done(String session) {
    TestProbe<StatusReply<ProcessingCommand.SessionProgress>> probe = node.kit().createTestProbe();
    node.processing.tell(new ProcessingCommand.GetProgress(session, probe.getRef()));
    return probe.receiveMessage(WorkHarness.PATIENCE).getValue().batches().stream()
        .mapToInt(ProcessingCommand.BatchState::done)
        .max()
        .orElse(0);
  }

  @Test
  void workerIsKilledWhileDenoising_thePicturesAreTheSameByteForByte() throws Exception {
    String prompts = "a red circle on a blue background\ntwo green squares\na yellow star\n";
    RealWorker first = worker();
    String undisturbed = accepted(prompts);
    assertEquals("completed", node.finished(undisturbed).state());

    String session = accepted(prompts);
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> done(session) >= 3);
    first.kill();
    worker();

    SessionView view = node.finished(session);
    assertEquals("completed", view.state(), view.message());
    assertTrue(view.interruptions() >= 1, view.toString());
    assertEquals(0, view.replanned());
    assertEquals(results(undisturbed), results(session));
  }
}
