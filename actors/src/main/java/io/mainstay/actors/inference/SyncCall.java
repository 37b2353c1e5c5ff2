package io.mainstay.actors.inference;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.Embedded;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.postprocessing.text.SentenceEmbedding;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes one synchronous result over, on the worker's reader thread: pooling one text costs less
 * there than waking another thread. Everything but a good result is left to the engine.
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.INFERENCE,
    group = "orchestration",
    fields = "requests")
final class SyncCall implements Consumer<CallOutcome<InferenceResult>> {
  private final SyncRequest request;
  private final WorkerPort port;
  private final EngineLoad load;
  private final ActorRef<EngineCommand> engine;

  SyncCall(SyncRequest request, WorkerPort port, EngineLoad load, ActorRef<EngineCommand> engine) {
    this.request = request;
    this.port = port;
    this.load = load;
    this.engine = engine;
  }

  @Override
  public void accept(CallOutcome<InferenceResult> outcome) {
    if (outcome instanceof CallOutcome.Done<InferenceResult> done) {
      answer(done.value());
      engine.tell(new EngineCommand.SyncEnded(request, port.epoch(), null));
    } else {
      engine.tell(new EngineCommand.SyncEnded(request, port.epoch(), outcome));
    }
  }

  private void answer(InferenceResult result) {
    try {
      long micros = TimeUnit.NANOSECONDS.toMicros(result.compute().toNanos());
      load.computed(micros);
      EmbeddingMatrix embedding =
          SentenceEmbedding.embed(result.outputs().get(0), request.tokens().tokenCounts());
      request
          .reply()
          .answer(
              new Embedded(
                  embedding.row(0),
                  request.tokens().tokens(0),
                  port.deviceId(),
                  port.epoch(),
                  request.attempts(),
                  micros,
                  Fingerprint.withPlan(
                      Fingerprint.of(request.model().descriptor(), port.identity()), 1)));
    } catch (RuntimeException unusable) {
      // The reader thread belongs to the worker's connection: nothing may escape into it.
      request
          .reply()
          .refuse(
              Refusal.of(
                  "unusable_output",
                  "The worker of " + port.deviceId() + " answered: " + unusable.getMessage(),
                  "Check the model's signature in its registry entry"));
    }
  }
}
