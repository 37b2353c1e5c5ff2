package io.mainstay.actors.node;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.checkpoint.CheckpointSettings;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.blob.BlobSettings;
import io.mainstay.persistence.blob.BlobStore;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.EventStamper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node in this JVM: from its data directory's lock to its last worker's end. Owns the actor
 * system, the database and the launcher of workers. Thread-safe.
 */
public final class MainstayNode implements AutoCloseable {
  private static final String SYSTEM = "mainstay";

  /** Beyond the drain of the workers: time to journal the end. */
  static final Duration STOP_GRACE = Duration.ofSeconds(10);

  private final ActorSystem<NodeCommand> system;
  private final DataDirectory directory;
  private final NodeParts parts;
  private final CompletableFuture<Void> ready;
  private final CompletableFuture<NodeProblem> gaveUp;

  private MainstayNode(
      ActorSystem<NodeCommand> system,
      DataDirectory directory,
      NodeParts parts,
      CompletableFuture<Void> ready,
      CompletableFuture<NodeProblem> gaveUp) {
    this.gaveUp = gaveUp;
    this.system = system;
    this.directory = directory;
    this.parts = parts;
    this.ready = ready;
  }

  /**
   * Starts a node; returns when its actors run, before it is {@link #ready()}.
   *
   * @throws NodeProblem when it cannot be started; nothing is left behind then
   */
  public static MainstayNode start(NodeOptions options) {
    Opened opened = new Opened();
    try {
      return opened.start(options);
    } catch (NodeProblem problem) {
      opened.close();
      throw problem;
    } catch (DataDirectoryProblem problem) {
      opened.close();
      throw new NodeProblem(
          "data_directory_" + problem.kind().name().toLowerCase(Locale.ROOT),
          problem.getMessage(),
          problem.remedy(),
          problem);
    } catch (ConfigException | IllegalArgumentException wrong) {
      opened.close();
      throw new NodeProblem(
          "configuration_invalid",
          "the configuration is not valid: " + wrong.getMessage(),
          "correct the setting; conf/src/main/resources describes each one",
          wrong);
    } catch (IOException failed) {
      opened.close();
      throw new NodeProblem(
          "data_directory_failed",
          "the data directory cannot be used: " + failed,
          "check the path and the disk",
          failed);
    }
  }

  /** Not before the data directory is ours: the first logger opens the log file in it. */
  private static Logger log() {
    return LoggerFactory.getLogger(MainstayNode.class);
  }

  /** What has been opened so far, so that a failed start leaves nothing behind. */
  private static final class Opened {
    private DataDirectory directory;
    private Database database;
    private WorkerSpawner spawner;

    MainstayNode start(NodeOptions options) throws DataDirectoryProblem, IOException {
      Config base = NodeConfig.of(options);
      int port = NodeConfig.port(options, base);
      directory = DataDirectory.open(options.dataDirectory());
      NodeFiles files = new NodeFiles(directory.path());
      files.withdraw();
      database = Database.open(directory, DatabaseSettings.of(base));
      Config config = NodeConfig.complete(options, base, directory.path(), database, port);
      NodePreflight.check(config, port);
      DeviceSettings devices = DeviceSettings.of(config);
      WorkerSpawner.sweep(devices.launch().arenaDirectory());
      spawner = WorkerSpawner.create(NodeSettings.of(config).name());
      NodeParts parts =
          new NodeParts(
              NodeSettings.of(config),
              config,
              directory.path(),
              database,
              new BlobStore(database, BlobSettings.of(config), Clock.systemUTC()),
              CheckpointSettings.of(config).holds(System::nanoTime),
              EventStamper.system(),
              spawner,
              new Intake(),
              files.token(),
              NodeConfig.version(),
              Instant.now());
      return run(parts, files);
    }

    private MainstayNode run(NodeParts parts, NodeFiles files) {
      CompletableFuture<Void> ready = new CompletableFuture<>();
      CompletableFuture<ActorSystem<NodeCommand>> self = new CompletableFuture<>();
      CompletableFuture<NodeProblem> gaveUp = new CompletableFuture<>();
      ActorSystem<NodeCommand> system;
      try {
        system =
            ActorSystem.create(
                NodeSupervisor.create(
                    parts, ready, gaveUp, () -> self.thenAccept(ActorSystem::terminate)),
                SYSTEM,
                parts.config());
      } catch (RuntimeException failed) {
        throw NodePreflight.explain(failed);
      }
      self.complete(system);
      endInOrder(system, parts, files);
      Cluster cluster = Cluster.get(system);
      if (parts.config().getStringList("akka.cluster.seed-nodes").isEmpty()) {
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
      }
      MainstayNode node = new MainstayNode(system, directory, parts, ready, gaveUp);
      ready.thenRun(() -> node.announce(files));
      return node;
    }

    private void endInOrder(ActorSystem<NodeCommand> system, NodeParts parts, NodeFiles files) {
      CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
      shutdown.addTask(
          CoordinatedShutdown.PhaseBeforeServiceUnbind(),
          "drain-workers",
          () -> {
            withdraw(files);
            return AskPattern.<NodeCommand, Done>ask(
                system,
                replyTo -> new NodeCommand.Stop("asked to stop", replyTo),
                parts.settings().drainTimeout().plus(STOP_GRACE),
                system.scheduler());
          });
      system.getWhenTerminated().whenComplete((done, failure) -> close());
    }

    private static void withdraw(NodeFiles files) {
      try {
        files.withdraw();
      } catch (IOException failed) {
        log().warn("node.json not removed cause={}", failed.toString());
      }
    }

    /** In reverse; nothing of the node lives after it. */
    void close() {
      if (spawner != null) {
        spawner.close();
      }
      if (database != null) {
        database.close();
      }
      if (directory != null) {
        try {
          directory.close();
        } catch (IOException failed) {
          log()
              .warn(
                  "data directory not closed path={} cause={}",
                  directory.path(),
                  failed.toString());
        }
      }
    }
  }

  private void announce(NodeFiles files) {
    try {
      files.announce(SYSTEM, address(), parts.version(), parts.startedAt());
    } catch (IOException failed) {
      log().error("node.json not written cause={}", failed.toString());
    }
  }

  /** Completes when the node takes work; fails with a {@link NodeProblem} when it cannot. */
  public CompletionStage<Void> ready() {
    return ready;
  }

  /** {@code host:port} of the actor protocol. */
  public String address() {
    var address = Cluster.get(system).selfMember().address();
    return address.getHost().orElseThrow() + ":" + address.getPort().orElseThrow();
  }

  /** The data directory, absolute. */
  public Path dataDirectory() {
    return directory.path();
  }

  /** The token that clients must show; never log it. */
  public String token() {
    return parts.token();
  }

  /** The node's actor system, for programs that live in the same JVM. */
  public ActorSystem<?> system() {
    return system;
  }

  /** The device domain, for programs in the same JVM; valid until the domains start anew. */
  public ActorRef<DeviceCommand> device() {
    return domains().device();
  }

  /** The model domain, for programs in the same JVM; valid until the domains start anew. */
  public ActorRef<ModelCommand> model() {
    return domains().model();
  }

  /** The inference domain, for programs in the same JVM; valid until the domains start anew. */
  public ActorRef<InferenceCommand> inference() {
    return domains().inference();
  }

  private Domains domains() {
    return AskPattern.<NodeCommand, Domains>ask(
            system, NodeCommand.GetDomains::new, STOP_GRACE, system.scheduler())
        .toCompletableFuture()
        .join();
  }

  /**
   * Completes when the last actor has ended: normally after an orderly end, with a {@link
   * NodeProblem} when the node gave itself up.
   */
  public CompletionStage<Done> whenStopped() {
    return system
        .getWhenTerminated()
        .thenCompose(
            done -> {
              NodeProblem problem = gaveUp.getNow(null);
              return problem == null
                  ? CompletableFuture.completedFuture(done)
                  : CompletableFuture.failedFuture(problem);
            });
  }

  /** Drains the workers, journals the end, and leaves; completes when nothing is left. */
  public CompletionStage<Done> stop() {
    system.terminate();
    return system.getWhenTerminated();
  }

  /** Stops and waits, at most as long as an orderly end takes. */
  @Override
  public void close() {
    stop().toCompletableFuture().join();
  }
}
