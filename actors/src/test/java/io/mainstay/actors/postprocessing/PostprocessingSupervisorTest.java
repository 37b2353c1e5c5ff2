package io.mainstay.actors.postprocessing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.postprocessing.picture.FinishedPictures;
import io.mainstay.actors.postprocessing.picture.PictureStore;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.FaultBoundary;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.support.MemoryArtifacts;
import io.mainstay.actors.support.MemoryReviews;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostprocessingSupervisorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path directory;
  private final MemoryArtifacts store = new MemoryArtifacts();
  private final MemoryReviews reviews = new MemoryReviews();
  private ActorTestKit kit;
  private TestProbe<RecoveryCommand> faults;

  @BeforeEach
  void start() {
    kit =
        ActorTestKit.create(
            ConfigFactory.parseString(
                    """
                    akka.loglevel = WARNING
                    mainstay.postprocessing { pipelines = 1, queue-max = 2, respawn-delay = 20ms }
                    """)
                .withFallback(ConfigFactory.load()));
    faults = kit.createTestProbe();
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private ActorRef<PostprocessingCommand> domain(ArtifactStore artifacts) {
    return kit.spawn(behavior(artifacts));
  }

  private Behavior<PostprocessingCommand> behavior(ArtifactStore artifacts) {
    Config config = kit.system().settings().config();
    FaultBoundary boundary =
        new FaultBoundary(ErrorCatalog.load(config), RestartSettings.of(config), faults.getRef());
    return PostprocessingSupervisor.create(
        PostprocessingSettings.of(config), artifacts, reviews, directory, boundary::guard);
  }

  private TestProbe<StatusReply<BlobRef>> store(
      ActorRef<PostprocessingCommand> domain, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    TestProbe<StatusReply<BlobRef>> probe = kit.createTestProbe();
    domain.tell(
        new PostprocessingCommand.StoreEmbeddings(
            "owner",
            "r",
            new Tensor(
                "h", TensorType.FLOAT32, List.of(1L, 1L, (long) values.length), bytes.flip()),
            List.of(1),
            probe.getRef()));
    return probe;
  }

  private static Refusal refusal(TestProbe<StatusReply<BlobRef>> probe) {
    return assertInstanceOf(Refusal.class, probe.receiveMessage(PATIENCE).getError());
  }

  @Test
  void store_poolsNormalizesAndOwns() throws IOException {
    BlobRef blob = store(domain(store), 3, 4).receiveMessage(PATIENCE).getValue();

    assertEquals(
        EmbeddingMatrix.of(new float[][] {{0.6f, 0.8f}}),
        EmbeddingMatrix.parse(store.open(blob.sha256()).readAllBytes(), 1));
    assertTrue(store.ownedBy("owner").contains(blob.sha256()));
  }

  @Test
  void store_whenTheNumbersAreUnusable_isRefusedAndNobodyFails() {
    ActorRef<PostprocessingCommand> domain = domain(store);
    assertEquals("unusable_output", refusal(store(domain, Float.NaN, 1)).code());
    store(domain, 1, 1).receiveMessage(PATIENCE).getValue();
    faults.expectNoMessage(Duration.ofMillis(1));
  }

  @Test
  void diskFails_thePipelineIsStoppedAndStartedClean_queuedJobsGoOn() {
    ActorRef<PostprocessingCommand> domain = domain(store);
    store.failNextPuts(1);
    var failing = store(domain, 1, 2);
    var queued = store(domain, 3, 4);

    Refusal refusal = refusal(failing);
    assertEquals("storage_unavailable", refusal.code());
    assertTrue(refusal.getMessage().contains("No space left"), refusal.getMessage());
    RecoveryCommand.ReportFault report =
        faults.expectMessageClass(RecoveryCommand.ReportFault.class);
    assertEquals("postprocessing_engine_failure", report.fault().definition().name());
    assertEquals("stop", report.directive());
    assertEquals("r", queued.receiveMessage(PATIENCE).getValue().name());
  }

  @Test
  void anythingElseThanTheDiskFails_isNotCalledADisk() {
    store.breakPuts();

    Refusal refusal = refusal(store(domain(store), 1, 2));
    assertEquals("postprocessing_engine_failure", refusal.code());
    assertTrue(refusal.getMessage().contains("used wrongly"), refusal.getMessage());
  }

  @Test
  void queueIsFull_jobsAreToldToRetry() {
    CountDownLatch release = new CountDownLatch(1);
    ArtifactStore slow = new MemoryArtifactsThatWait(store, release);
    ActorRef<PostprocessingCommand> domain = domain(slow);
    List<TestProbe<StatusReply<BlobRef>>> taken = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      taken.add(store(domain, 1, i));
    }

    Refusal refusal = refusal(store(domain, 9, 9));
    assertEquals("busy", refusal.code());
    assertEquals(100, refusal.retryAfterMillis());

    release.countDown();
    taken.forEach(probe -> probe.receiveMessage(PATIENCE).getValue());
  }

  @Test
  void restart_whileAJobIsDone_endsThePipelineAfterIt_andTheOthersGoOnWithACleanOne() {
    store.holdPuts();
    ActorRef<PostprocessingCommand> domain = domain(store);
    var underWay = store(domain, 1, 2);
    Awaitility.await().atMost(PATIENCE).until(store::isPutHeld);
    TestProbe<PostprocessingCommand.Restarted> restarted = kit.createTestProbe();
    domain.tell(new PostprocessingCommand.Restart(restarted.getRef()));
    var queued = store(domain, 3, 4);
    store.letPutsGo();

    assertEquals("r", underWay.receiveMessage(PATIENCE).getValue().name());
    assertEquals(1, restarted.receiveMessage(PATIENCE).pipelines());
    assertEquals("r", queued.receiveMessage(PATIENCE).getValue().name());
  }

  @Test
  void restart_isAnsweredToAllWhoAskMeanwhile() {
    ActorRef<PostprocessingCommand> domain = domain(store);
    TestProbe<PostprocessingCommand.Restarted> restarted = kit.createTestProbe();
    domain.tell(new PostprocessingCommand.Restart(restarted.getRef()));
    domain.tell(new PostprocessingCommand.Restart(restarted.getRef()));
    restarted.receiveMessage(PATIENCE);
    restarted.receiveMessage(PATIENCE);
    store(domain, 1, 1).receiveMessage(PATIENCE).getValue();
  }

  @Test
  void domainBeginsAnew_jobsThatAreNotDoneAreToldToRetry() {
    store.holdPuts();
    ActorRef<PostprocessingCommand> domain =
        kit.spawn(Behaviors.supervise(behavior(store)).onFailure(SupervisorStrategy.restart()));
    var underWay = store(domain, 1, 2);
    Awaitility.await().atMost(PATIENCE).until(store::isPutHeld);
    var queued = store(domain, 3, 4);
    PostprocessingCommand defect = new PostprocessingCommand.GetLoad(null);
    domain.tell(defect);

    assertEquals("busy", refusal(underWay).code());
    assertEquals("busy", refusal(queued).code());
    store.letPutsGo();
    assertEquals("r", store(domain, 5, 6).receiveMessage(PATIENCE).getValue().name());
  }

  @Test
  void domainStops_jobsThatWaitAreToldToRetry() {
    store.holdPuts();
    ActorRef<PostprocessingCommand> domain = domain(store);
    var underWay = store(domain, 1, 2);
    Awaitility.await().atMost(PATIENCE).until(store::isPutHeld);
    var queued = store(domain, 3, 4);
    PostprocessingCommand defect = new PostprocessingCommand.GetLoad(null);
    domain.tell(defect);
    store.letPutsGo();

    // Its pipeline ends it before the domain is gone.
    assertEquals("r", underWay.receiveMessage(PATIENCE).getValue().name());
    assertEquals("busy", refusal(queued).code());
  }

  @Test
  void proof_comesBackWhole_andNothingIsKept() {
    TestProbe<StatusReply<PostprocessingCommand.Proof>> proven = kit.createTestProbe();
    domain(store).tell(new PostprocessingCommand.Prove(proven.getRef()));
    PostprocessingCommand.Proof proof = proven.receiveMessage(PATIENCE).getValue();
    assertTrue(proof.bytes() > 0, proof.toString());
    assertEquals(List.of(), List.copyOf(store.ownedBy("proof/postprocessing")));
  }

  @Test
  void proof_onADiskThatFails_isRefused_andTheNextOneSucceeds() {
    ActorRef<PostprocessingCommand> domain = domain(store);
    store.failNextPuts(1);
    TestProbe<StatusReply<PostprocessingCommand.Proof>> proven = kit.createTestProbe();
    domain.tell(new PostprocessingCommand.Prove(proven.getRef()));
    Refusal refusal = assertInstanceOf(Refusal.class, proven.receiveMessage(PATIENCE).getError());
    assertEquals("storage_unavailable", refusal.code());
    domain.tell(new PostprocessingCommand.Prove(proven.getRef()));
    assertTrue(proven.receiveMessage(PATIENCE).isSuccess());
  }

  @Test
  void pictures_areStored_thenWrittenAndQueued() throws IOException {
    ActorRef<PostprocessingCommand> domain = domain(store);
    TestProbe<StatusReply<BlobRef>> stored = kit.createTestProbe();
    domain.tell(
        new PostprocessingCommand.StorePictures(
            "session/work", "pictures-0-2", 0, FinishedPictures.oneSafeOneSign(), stored.getRef()));
    BlobRef results = stored.receiveMessage(PATIENCE).getValue();

    TestProbe<StatusReply<WrittenOutputs>> written = kit.createTestProbe();
    domain.tell(
        new PostprocessingCommand.WritePictures(
            FinishedPictures.plan("session", 2, "", results), written.getRef()));
    WrittenOutputs outputs = written.receiveMessage(PATIENCE).getValue();

    assertEquals(
        List.of("0000-a-circle.png", "manifest.json"),
        outputs.outputs().stream().map(BlobRef::name).toList());
    assertEquals(1, reviews.all().size());
    assertEquals("session", reviews.all().get(0).picture().sessionId());
  }

  @Test
  void reviewQueueFails_theWorkIsTriedAgain_andNothingGoesOutMeanwhile() throws IOException {
    ActorRef<PostprocessingCommand> domain = domain(store);
    BlobRef results =
        new PictureStore(store).store("session/work", "p", 0, FinishedPictures.oneSafeOneSign());
    reviews.failNext(1);
    TestProbe<StatusReply<WrittenOutputs>> written = kit.createTestProbe();
    domain.tell(
        new PostprocessingCommand.WritePictures(
            FinishedPictures.plan("session", 2, "", results), written.getRef()));

    Refusal refusal = assertInstanceOf(Refusal.class, written.receiveMessage(PATIENCE).getError());
    assertEquals("reviews_unavailable", refusal.code());
    assertEquals(List.of(), List.copyOf(store.ownedBy("session")));

    domain.tell(
        new PostprocessingCommand.WritePictures(
            FinishedPictures.plan("session", 2, "", results), written.getRef()));
    assertEquals(2, written.receiveMessage(PATIENCE).getValue().outputs().size());
  }

  /** Puts wait for the latch. */
  private static final class MemoryArtifactsThatWait implements ArtifactStore {
    private final MemoryArtifacts store;
    private final CountDownLatch release;

    private MemoryArtifactsThatWait(MemoryArtifacts store, CountDownLatch release) {
      this.store = store;
      this.release = release;
    }

    @Override
    public BlobRef put(String owner, String name, byte[] bytes) throws IOException {
      try {
        if (!release.await(10, TimeUnit.SECONDS)) {
          throw new IOException("never released");
        }
      } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
      }
      return store.put(owner, name, bytes);
    }

    @Override
    public BlobRef put(String owner, String name, Path file) throws IOException {
      return store.put(owner, name, file);
    }

    @Override
    public void keep(String owner, Collection<String> sha256s) {
      store.keep(owner, sha256s);
    }

    @Override
    public void release(String owner) {
      store.release(owner);
    }

    @Override
    public InputStream open(String sha256) throws IOException {
      return store.open(sha256);
    }
  }
}
