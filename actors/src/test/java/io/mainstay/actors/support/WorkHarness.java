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
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.inference.InferenceCollaborators;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.inference.InferenceSettings;
import io.mainstay.actors.inference.InferenceSupervisor;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.PostprocessingSettings;
import io.mainstay.actors.postprocessing.PostprocessingSupervisor;
import io.mainstay.actors.postprocessing.output.OutputRoots;
import io.mainstay.actors.processing.ProcessingCollaborators;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingSettings;
import io.mainstay.actors.processing.ProcessingSupervisor;
import io.mainstay.actors.processing.SessionWorkIntake;
import io.mainstay.actors.recovery.ChildGuard;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

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
  private final Map<String, ActorRef<SessionProtocol.Command>> entities = new HashMap<>();
  private final List<ActorRef<?>> actors = new ArrayList<>();
  private final Map<String, String> letters = new ConcurrentHashMap<>();
  private final Path directory;
  private ActorRef<SessionWork> intake;
  private int lives;

  public final ScriptedDevices devices = new ScriptedDevices();
  public final MemoryArtifacts artifacts = new MemoryArtifacts();
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
    startNode();
  }

  public Config config() {
    return config;
  }

  public ActorTestKit kit() {
    return kit;
  }

  /** Letter ids with their reasons. */
  public Map<String, String> letters() {
    return Map.copyOf(letters);
  }

  /** Begins a life: the domains, then every session that the journal knows of. */
  public synchronized void startNode() {
    lives++;
    ActorRef<io.mainstay.actors.device.DeviceCommand> device =
        spawn(kit.spawn(devices.behavior(), "device-" + lives));
    ActorRef<io.mainstay.actors.model.ModelCommand> model =
        spawn(kit.spawn(models.behavior(), "model-" + lives));
    inference =
        spawn(
            kit.spawn(
                InferenceSupervisor.create(
                    InferenceSettings.of(config),
                    new InferenceCollaborators(
                        device, model, models.textModels(), ChildGuard.restarting())),
                "inference-" + lives,
                DispatcherSelector.fromConfig(InferenceSettings.DISPATCHER)));
    ActorRef<PostprocessingCommand> postprocessing =
        spawn(
            kit.spawn(
                PostprocessingSupervisor.create(
                    PostprocessingSettings.of(config),
                    artifacts,
                    directory.resolve("spool"),
                    ChildGuard.restarting()),
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
                        (session, index, reason, text) -> {
                          letters.putIfAbsent(session + "-" + index, reason + " | " + text);
                          return CompletableFuture.completedStage(Done.done());
                        },
                        ChildGuard.restarting())),
                "processing-" + lives));
    intake = spawn(kit.spawn(SessionWorkIntake.create(processing), "intake-" + lives));
    List<String> remembered = List.copyOf(entities.keySet());
    entities.clear();
    remembered.forEach(this::session);
  }

  private <T> ActorRef<T> spawn(ActorRef<T> ref) {
    actors.add(ref);
    return ref;
  }

  private synchronized List<String> sessionIds() {
    return List.copyOf(entities.keySet());
  }

  /** The entity, started when it is not there: what sharding does. */
  public synchronized RecipientRef<SessionProtocol.Command> session(String sessionId) {
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
  public synchronized void stopNode() {
    entities.values().forEach(kit::stop);
    for (int i = actors.size() - 1; i >= 0; i--) {
      kit.stop(actors.get(i));
    }
    actors.clear();
  }

  public ProcessingCommand.SubmitReply submit(String text, int batchSize) throws IOException {
    return submit(artifacts.input(text), batchSize, "");
  }

  public ProcessingCommand.SubmitReply submit(BlobRef input, int batchSize, String output) {
    TestProbe<ProcessingCommand.SubmitReply> probe = kit.createTestProbe();
    processing.tell(
        new ProcessingCommand.Submit(
            new Workflow.TextEmbedding(TestModels.ID, batchSize),
            List.of(input),
            WorkClass.STANDARD,
            output,
            "test",
            probe.getRef()));
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
