package io.mainstay.runtime.cli;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayCall;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.NodeAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A gateway that answers by script, reached over TCP like a real one. Requests without a script are
 * refused, so that a test says what it expects.
 */
public final class ScriptedNode implements AutoCloseable {
  public static final String TOKEN = "5ec2e7";

  private final Map<Class<? extends GatewayRequest>, Function<GatewayRequest, GatewayReply>>
      script = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<GatewayRequest> asked = new ConcurrentLinkedQueue<>();
  private final ActorSystem<Void> system;

  private ScriptedNode() {
    Config config =
        ConfigFactory.parseResources("mainstay-client.conf")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    system =
        ActorSystem.create(
            Behaviors.<Void>setup(
                ctx -> {
                  ctx.spawn(gateway(), "gateway");
                  return Behaviors.empty();
                }),
            "mainstay",
            config);
  }

  public static ScriptedNode start() {
    return new ScriptedNode().answering(GatewayRequest.GetStatus.class, ask -> Samples.status());
  }

  /** From now on that kind of request is answered so. */
  public <R extends GatewayRequest> ScriptedNode answering(
      Class<R> request, Function<R, GatewayReply> answer) {
    script.put(request, ask -> answer.apply(request.cast(ask)));
    return this;
  }

  /** What was asked, in order, by people who showed the right token. */
  public List<GatewayRequest> asked() {
    return List.copyOf(asked);
  }

  public String address() {
    return system.address().getHost().get() + ":" + system.address().getPort().get();
  }

  /** Writes what a ready node writes. */
  public Path announceIn(Path data) throws IOException {
    Files.createDirectories(data);
    Files.writeString(data.resolve(NodeAddress.NODE_FILE), "{\"address\":\"" + address() + "\"}");
    Files.writeString(data.resolve(NodeAddress.TOKEN_FILE), TOKEN + "\n");
    return data;
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private Behavior<GatewayCall> gateway() {
    return Behaviors.receiveMessage(
        call -> {
          call.replyTo().tell(answer(call));
          return Behaviors.same();
        });
  }

  private GatewayReply answer(GatewayCall call) {
    if (!TOKEN.equals(call.token())) {
      return GatewayReply.refused(
          "authentication_failure", "the token is not this node's", "use its token file");
    }
    asked.add(call.request());
    Function<GatewayRequest, GatewayReply> answer = script.get(call.request().getClass());
    return answer == null
        ? GatewayReply.refused("no_script", "nothing is scripted for " + call.request(), "-")
        : answer.apply(call.request());
  }
}
