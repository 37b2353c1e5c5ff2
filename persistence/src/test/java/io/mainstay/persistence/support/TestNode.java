package io.mainstay.persistence.support;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.SpawnProtocol;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.persistence.database.DataDirectory;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.database.Database;
import io.mainstay.persistence.database.DatabaseSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A cluster of one on a data directory. Closing ends it at once, without a farewell. */
public final class TestNode implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(20);

  private final DataDirectory directory;
  private final Database database;
  private final ActorSystem<SpawnProtocol.Command> system;

  private TestNode(
      DataDirectory directory, Database database, ActorSystem<SpawnProtocol.Command> system) {
    this.directory = directory;
    this.database = database;
    this.system = system;
  }

  /** Starts a node on the directory, with settings that replace the defaults. */
  public static TestNode start(Path path, String overrides) throws DataDirectoryProblem {
    Config defaults = config(overrides);
    DataDirectory directory = DataDirectory.open(path);
    Database database = Database.open(directory, DatabaseSettings.of(defaults));
    Config config =
        ConfigFactory.parseString(overrides)
            .withFallback(database.akkaConfig())
            .withFallback(defaults);
    Behavior<SpawnProtocol.Command> guardian = SpawnProtocol.create();
    ActorSystem<SpawnProtocol.Command> system = ActorSystem.create(guardian, "mainstay", config);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    return new TestNode(directory, database, system);
  }

  /** The node's settings without a database. */
  public static Config config(String overrides) {
    return ConfigFactory.parseString(overrides)
        .withFallback(
            ConfigFactory.parseString(
                """
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                akka.loglevel = WARNING
                akka.cluster.jmx.multi-mbeans-in-same-jvm = on
                akka.coordinated-shutdown.run-by-actor-system-terminate = off
                """))
        .withFallback(ConfigFactory.parseResources("mainstay-node.conf"))
        .withFallback(ConfigFactory.load());
  }

  /** Its actor system. */
  public ActorSystem<SpawnProtocol.Command> system() {
    return system;
  }

  /** Its database. */
  public Database database() {
    return database;
  }

  @Override
  public void close() throws IOException {
    system.terminate();
    try {
      system.getWhenTerminated().toCompletableFuture().get(END.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      throw new IOException("The node did not end within " + END, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while the node ended", e);
    }
    database.close();
    directory.close();
  }
}
