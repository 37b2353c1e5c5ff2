package io.mainstay.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.GatewayCall;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small actor system of the client's own that talks to one gateway. Thread-safe. Turns replies
 * that say no into exceptions.
 */
final class GatewayLink implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final NodeAddress address;
  private final ClientSettings settings;
  private final ActorSystem<Void> system;
  private final ActorRef<GatewayCall> gateway;

  private GatewayLink(NodeAddress address, ClientSettings settings, ActorSystem<Void> system) {
    this.address = address;
    this.settings = settings;
    this.system = system;
    this.gateway =
        ActorRefResolver.get(system)
            .resolveActorRef(
                "akka://mainstay@" + address.host() + ":" + address.port() + "/user/gateway");
  }

  /** Probes the port, then starts the client's system; the association is made by the first ask. */
  static GatewayLink open(NodeAddress address) {
    Config config =
        ConfigFactory.parseResources("mainstay-client.conf")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    ClientSettings settings = ClientSettings.from(config);
    probe(address, settings);
    return new GatewayLink(
        address, settings, ActorSystem.create(Behaviors.empty(), "mainstay-client", config));
  }

  ClientSettings settings() {
    return settings;
  }

  NodeAddress address() {
    return address;
  }

  /** One request, answered within that time or failed with a {@link TimeoutException}. */
  CompletionStage<GatewayReply> ask(GatewayRequest request, Duration timeout) {
    return AskPattern.ask(
        gateway,
        replyTo -> new GatewayCall(address.token(), request, replyTo),
        timeout,
        system.scheduler());
  }

  /** As {@link #ask}, waited for, with refusals thrown. */
  <R extends GatewayReply> R call(GatewayRequest request, Duration timeout, Class<R> expected) {
    try {
      GatewayReply reply =
          ask(request, timeout)
              .toCompletableFuture()
              .get(timeout.toMillis() + CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return expected(reply, expected);
    } catch (ExecutionException | CompletionException | TimeoutException e) {
      throw silent(request, timeout, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw silent(request, timeout, e);
    }
  }

  /** Asks again until the first answer or the end of the connect time: for idempotent requests. */
  <R extends GatewayReply> R firstCall(GatewayRequest request, Class<R> expected) {
    long end = System.nanoTime() + settings.connectTimeout().toNanos();
    while (true) {
      try {
        return call(request, settings.firstAskTimeout(), expected);
      } catch (NodeUnreachableException e) {
        if (Thread.currentThread().isInterrupted() || System.nanoTime() >= end) {
          throw e;
        }
      }
    }
  }

  static <R extends GatewayReply> R expected(GatewayReply reply, Class<R> expected) {
    if (expected.isInstance(reply)) {
      return expected.cast(reply);
    }
    if (reply instanceof GatewayReply.Refused refused) {
      throw new RequestRefusedException(
          refused.code(),
          refused.message(),
          refused.remedy(),
          Duration.ofMillis(refused.retryAfterMillis()));
    }
    if (reply instanceof GatewayReply.Busy busy) {
      throw new NodeBusyException(busy.message(), Duration.ofMillis(busy.retryAfterMillis()));
    }
    throw new RequestRefusedException(
        "unexpected_reply",
        "the node answered "
            + reply.getClass().getSimpleName()
            + " where "
            + expected.getSimpleName()
            + " was expected",
        "use a client of the node's version");
  }

  @Override
  public void close() {
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      system.log().warn("client system did not end in time timeout={}", CLOSE_TIMEOUT, e);
    }
  }

  private NodeUnreachableException silent(
      GatewayRequest request, Duration timeout, Exception cause) {
    return new NodeUnreachableException(
        "the node at "
            + address
            + " did not answer "
            + request.getClass().getSimpleName()
            + " within "
            + timeout.toMillis()
            + " ms",
        "look at the node's log; if it is only slow, raise mainstay.client.ask-timeout",
        cause);
  }

  private static void probe(NodeAddress address, ClientSettings settings) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(address.host(), address.port()),
          Math.toIntExact(settings.probeTimeout().toMillis()));
    } catch (IOException e) {
      throw new NodeUnreachableException(
          "no node listens at " + address + ", " + e.getMessage(),
          "start one with `mainstay node`, or check --node and --data",
          e);
    }
  }
}
