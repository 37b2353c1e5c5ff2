package io.mainstay.actors.support;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.RecipientRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.inference.InferenceCollaborators;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceSettings;
import io.mainstay.actors.inference.InferenceSupervisor;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.PostprocessingSettings;
import io.mainstay.actors.postprocessing.PostprocessingSupervisor;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.processing.ProcessingCollaborators;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.ProcessingSupervisor;
import io.mainstay.actors.processing.SessionReservations;
import io.mainstay.actors.processing.SessionWorkIntake;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.FaultBoundary;
import io.mainstay.actors.recovery.RecoveryCommand;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.Session;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionSettings;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three domains and real session entities over a journal in memory, around scripted workers. {@link
 * #stopNode} ends all actors as a kill of the node would; {@link #startNode} begins the next life
 * on the same journal and blobs.
 */
public final class WorkHarness implements AutoCloseable {
  /** Bound of every wait of a test. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit kit;
  private final Config config;
  private final EventStamper stamper = EventStamper.system();
  private final Map<String, ActorRef<SessionProtocol.Command>> entities = new ConcurrentHashMap<>();
  private final Set<String> remembered = ConcurrentHashMap.newKeySet();
  private final List<ActorRef<?>> actors = new ArrayList<>();
  private final Map<String, String> letters = new ConcurrentHashMap<>();
  private final AtomicInteger letterFailures = new AtomicInteger();
  private final Path directory;
  private final PersistenceTestKit journal;
  private final TestProbe<RecoveryCommand> faults;
  private final ChildGuard guard;
  private volatile SessionReservations reservations = SessionReservations.none();
  private volatile ActorRef<SessionWork> intake;
  private volatile boolean down;
  private volatile boolean indexFails;
  private volatile boolean swallowing;
  private int lives;

  public final ScriptedDevices devices = new ScriptedDevices();
  public final MemoryArtifacts artifacts = new MemoryArtifacts();
  public final MemoryReviews reviews = new MemoryReviews();
  public final TestModels models;
  public ActorRef<ProcessingCommand> processing;
  public ActorRef<InferenceCommand> inference;

  public WorkHarness(Path directory, String overrides) throws IOException {
    this.directory = directory;
    this.models = new TestModels(directory);
    this.config =
        ConfigFactory.parseString(overrides)
            .withFallback(
                ConfigFactory.parseString(
                    """
                    akka.loglevel = WARNING
                    # Events alone, so that a test can cut them anywhere.
                    mainstay.persistence.session.snapshot-every = 100000
                    mainstay.output.roots = ["%s"]
                    mainstay.processing.text-embedding.model = tiny
                    mainstay.processing.runner.failure-pause = 20ms
                    mainstay.processing.runner.resume-pause = 50ms
                    mainstay.inference.turns.cause-wait = 300ms
                    mainstay.inference.load-retry = 100ms
                    """
                        .formatted(directory)))
            .withFallback(PersistenceTestKitPlugin.getInstance().config())
            .withFallback(ConfigFactory.parseString("akka.actor.provider = local"))
            .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
            .withFallback(ConfigFactory.load())
            .resolve();
    this.kit = ActorTestKit.create("work", config);
    this.journal = PersistenceTestKit.create(kit.system());
    this.faults = kit.createTestProbe();
    FaultBoundary boundary =
        new FaultBoundary(ErrorCatalog.load(config), RestartSettings.of(config), faults.getRef());
    this.guard = boundary::guard;
    startNode();
  }

  /** Faults that boundaries reported. */
  public TestProbe<RecoveryCommand> faults() {
    return faults;
  }

  /** What sessions reserve from now on. */
  public void reserveWith(SessionReservations other) {
    reservations = other;
  }

  /** The next dead letters break whoever stores them. */
  public void failNextLetters(int count) {
    letterFailures.set(count);
  }

  public Config config() {
    return config;
  }

  public ActorTestKit kit() {
    return kit;
  }

  /** Events of a session, in order. */
  public List<Object> events(String sessionId) {
    return journal.persistedInStorage("Session|" + sessionId);
  }

  /** Begins a life on a journal that holds these events alone; the node is stopped. */
  public void startNodeFrom(String sessionId, List<Object> events) {
    journal.clearAll();
    journal.persistForRecovery("Session|" + sessionId, events);
    remembered.clear();
    remembered.add(sessionId);
    startNode();
  }

  /** Letter ids with their reasons. */
  public Map<String, String> letters() {
    return Map.copyOf(letters);
  }

  /** Begins a life: the domains, then every session that the journal knows of. */
  public void startNode() {
    lives++;
    ActorRef<DeviceCommand> device = spawn(kit.spawn(devices.behavior(), "device-" + lives));
    ActorRef<ModelCommand> model = spawn(kit.spawn(models.behavior(), "model-" + lives));
    inference =
        spawn(
            kit.spawn(
                InferenceSupervisor.create(
                    InferenceSettings.of(config),
                    new InferenceCollaborators(device, model, models.textModels(), guard)),
                "inference-" + lives,
                DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER)));
    ActorRef<PostprocessingCommand> postprocessing =
        spawn(
            kit.spawn(
                PostprocessingSupervisor.create(
                    PostprocessingSettings.of(config),
                    artifacts,
                    reviews,
                    directory.resolve("spool"),
                    guard),
                "postprocessing-" + lives));
    processing =
        spawn(
            kit.spawn(
                ProcessingSupervisor.create(
                    ProcessingSettings.of(config),
                    new ProcessingCollaborators(
                        this::session,
                        stamper::nextId,
                        this::sessionIds,
                        inference,
                        model,
                        postprocessing,
                        artifacts,
                        models.textModels(),
                        OutputRoots.of(config),
                        CheckpointSettings.of(config).holds(System::nanoTime),
                        (session, index, reason, text) -> {
                          if (letterFailures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                            throw new IllegalStateException("scripted failure of a dead letter");
                          }
                          letters.putIfAbsent(session + "-" + index, reason + " | " + text);
                          return CompletableFuture.completedStage(Done.done());
                        },
                        wanted -> reservations.reserve(wanted),
                        guard)),
                "processing-" + lives));
    intake = spawn(kit.spawn(SessionWorkIntake.create(processing), "intake-" + lives));
    down = false;
    remembered.forEach(this::session);
  }

  private <T> ActorRef<T> spawn(ActorRef<T> ref) {
    actors.add(ref);
    return ref;
  }

  /** From now on the journal cannot be read for its sessions, or can again. */
  public void failIndex(boolean fails) {
    indexFails = fails;
  }

  /** From now on what is said to entities is lost, or is heard again. */
  public void swallow(boolean swallows) {
    swallowing = swallows;
  }

  private List<String> sessionIds() {
    if (indexFails) {
      throw new IllegalStateException("disk I/O error");
    }
    return List.copyOf(remembered);
  }

  /** The entity, started when it is not there: what sharding does. */
  public RecipientRef<SessionProtocol.Command> session(String sessionId) {
    if (down) {
      return kit.system().<SessionProtocol.Command>deadLetters();
    }
    if (swallowing) {
      return kit.<SessionProtocol.Command>createTestProbe().getRef();
    }
    remembered.add(sessionId);
    return entities.computeIfAbsent(
        sessionId,
        id -> {
          TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
          return kit.spawn(
              Session.create(id, SessionSettings.of(config), stamper, intake, shard.getRef()),
              "session-" + id + "-" + lives);
        });
  }

  /** Ends every actor at once, sessions first, as a kill would. */
  public void stopNode() {
    down = true;
    entities.values().forEach(kit::stop);
    entities.clear();
    for (int i = actors.size() - 1; i >= 0; i--) {
      kit.stop(actors.get(i));
    }
    actors.clear();
  }

  public ProcessingCommand.SubmitReply submit(String text, int batchSize) throws IOException {
    return submit(artifacts.input(text), batchSize, "");
  }

  public ProcessingCommand.SubmitReply submit(BlobRef input, int batchSize, String output) {
    return submit(new Workflow.TextEmbedding(TestModels.ID, batchSize), List.of(input), output);
  }

  public ProcessingCommand.SubmitReply submit(
      Workflow workflow, List<BlobRef> inputs, String output) {
    TestProbe<ProcessingCommand.SubmitReply> probe = kit.createTestProbe();
    processing.tell(
        new ProcessingCommand.Submit(
            workflow, inputs, WorkClass.STANDARD, output, "test", probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  /** Submits and answers the session's id. */
  public String accepted(String text, int batchSize) throws IOException {
    return ((ProcessingCommand.SubmitReply.Accepted) submit(text, batchSize)).sessionId();
  }

  public SessionView view(String sessionId) {
    TestProbe<StatusReply<SessionView>> probe = kit.createTestProbe();
    processing.tell(new ProcessingCommand.GetSession(sessionId, probe.getRef()));
    return probe.receiveMessage(PATIENCE).getValue();
  }

  /** Waits for the end of a session. */
  public SessionView finished(String sessionId) {
    return kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              SessionView view = view(sessionId);
              if (!view.finished()) {
                throw new AssertionError("not finished: " + view);
              }
              return view;
            });
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
    models.textModels().close();
  }
}
