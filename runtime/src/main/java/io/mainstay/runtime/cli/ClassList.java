package io.mainstay.runtime.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.gateway.GatewayCall;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.processing.checkpoint.CheckpointMeter;
import io.mainstay.client.NodeAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Walks the way of a short command once, so that the launcher can archive the classes that it loads
 * (class-data sharing). Started by the launcher after a build, never by a user.
 */
public final class ClassList {
  private ClassList() {}

  /** Runs some commands against a gateway of its own, silently. */
  public static void main(String[] args) throws Exception {
    System.setProperty("mainstay.log.appender", "STDERR");
    Config config =
        ConfigFactory.parseResources("mainstay-client.conf")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    ActorSystem<Void> system = ActorSystem.create(guardian(), "mainstay", config);
    Path data = Files.createTempDirectory("mainstay-classes-");
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      announce(system, data);
      Terminal terminal = new Terminal(nowhere, nowhere, false, Map.of(), data);
      Mainstay.run(terminal, "--help");
      for (String command : List.of("status", "devices", "sessions")) {
        Mainstay.run(terminal, command, "--data", data.toString());
        Mainstay.run(terminal, command, "--data", data.toString(), "-o", "json");
      }
    } finally {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
      Files.deleteIfExists(data.resolve(NodeAddress.NODE_FILE));
      Files.deleteIfExists(data.resolve(NodeAddress.TOKEN_FILE));
      Files.deleteIfExists(data);
    }
  }

  private static Behavior<Void> guardian() {
    return Behaviors.setup(
        ctx -> {
          ctx.spawn(Behaviors.receiveMessage(ClassList::answer), "gateway");
          return Behaviors.empty();
        });
  }

  private static Behavior<GatewayCall> answer(GatewayCall call) {
    GatewayReply reply =
        switch (call.request().getClass().getSimpleName()) {
          case "GetStatus" ->
              new GatewayReply.Status(
                  "",
                  "",
                  "ready",
                  "normal",
                  "open",
                  Instant.EPOCH,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  0,
                  ConsistencyView.UNKNOWN,
                  new CheckpointMeter.Figures(0, 0, 0, 0, 0),
                  List.of());
          case "ListDevices" -> new GatewayReply.Devices(List.of());
          default -> new GatewayReply.Sessions(List.of(), false);
        };
    call.replyTo().tell(reply);
    return Behaviors.same();
  }

  private static void announce(ActorSystem<Void> system, Path data) throws IOException {
    String address = system.address().getHost().get() + ":" + system.address().getPort().get();
    Files.writeString(data.resolve(NodeAddress.NODE_FILE), "{\"address\":\"" + address + "\"}");
    Files.writeString(data.resolve(NodeAddress.TOKEN_FILE), "none");
  }
}
