package io.mainstay.actors.gateway;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Which desk answers which request. Filled once, then only read. */
final class Desks {
  private final Map<
          Class<? extends GatewayRequest>, Function<GatewayRequest, CompletionStage<GatewayReply>>>
      answers = new HashMap<>();

  <R extends GatewayRequest> void on(
      Class<R> request, Function<R, CompletionStage<GatewayReply>> answer) {
    if (answers.put(request, asked -> answer.apply(request.cast(asked))) != null) {
      throw new IllegalStateException(request + " is answered by two desks");
    }
  }

  /** An answer that is there at once. */
  static CompletionStage<GatewayReply> now(GatewayReply reply) {
    return CompletableFuture.completedFuture(reply);
  }

  CompletionStage<GatewayReply> answer(GatewayRequest request) {
    return answers.get(request.getClass()).apply(request);
  }

  Set<Class<? extends GatewayRequest>> answered() {
    return Set.copyOf(answers.keySet());
  }
}
