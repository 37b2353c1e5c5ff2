package io.mainstay.runtime.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.session.SessionSettings;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.Sessions;
import io.mainstay.runtime.cli.CliFailure;
import io.mainstay.runtime.node.ScratchDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Session entities on a temporary database, with nobody who does their work: a cluster of one. */
final class EntityHost implements AutoCloseable {
  private static final Duration END_BOUND = Duration.ofSeconds(20);
  private static final String ADDRESS =
      """
      akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
      akka.loglevel = WARNING
      akka.coordinated-shutdown.exit-jvm = off
      """;

  private final ScratchDirectory scratch;
  private final DataDirectory directory;
  private final Database database;
  private final ActorSystem<Void> system;
  private final Sessions sessions;

  private EntityHost(
      ScratchDirectory scratch,
      DataDirectory directory,
      Database database,
      ActorSystem<Void> system) {
    this.scratch = scratch;
    this.directory = directory;
    this.database = database;
    this.system = system;
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    ActorRef<SessionWork> nobody = system.ignoreRef();
    this.sessions =
        Sessions.start(
            ClusterSharding.get(system),
            SessionSettings.of(system.settings().config()),
            EventStamper.system(),
            nobody);
  }

  static EntityHost start(String name) throws IOException {
    ScratchDirectory scratch = ScratchDirectory.create(name);
    try {
      Config defaults = ConfigFactory.load();
      DataDirectory directory = DataDirectory.open(scratch.path().resolve("data"));
      Database database = Database.open(directory, DatabaseSettings.of(defaults));
      Config config =
          ConfigFactory.parseString(ADDRESS)
              .withFallback(database.akkaConfig())
              .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
              .withFallback(ConfigFactory.load())
              .resolve();
      return new EntityHost(
          scratch,
          directory,
          database,
          ActorSystem.create(Behaviors.empty(), "mainstay-bench", config));
    } catch (DataDirectoryProblem problem) {
      scratch.close();
      throw CliFailure.failed(problem.getMessage(), problem.remedy(), problem);
    }
  }

  ActorSystem<Void> system() {
    return system;
  }

  Sessions sessions() {
    return sessions;
  }

  /** Waits a moment, or until it is done. */
  void pause(CompletableFuture<?> work) {
    try {
      work.get(100, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Not yet: the caller looks again.
      return;
    } catch (ExecutionException e) {
      throw CliFailure.failed(
          "an entity did not persist: " + e.getCause(), "check the disk of " + scratch.path(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CliFailure.failed("interrupted", "run it again", e);
    }
  }

  @Override
  public void close() throws IOException {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(END_BOUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      system.log().warn("bench system did not end in time", e);
    }
    database.close();
    directory.close();
    scratch.close();
  }
}
