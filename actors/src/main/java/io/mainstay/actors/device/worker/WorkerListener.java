package io.mainstay.actors.device.worker;

import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.StateEnvelope;
import java.time.Duration;

/**
 * What one worker tells the slot that owns it. Called from the worker's own threads, one call at a
 * time; implementations only {@code tell} and must not throw. Nothing comes before {@link #onHello}
 * but {@link #onDeath}, and nothing after {@link #onDeath}.
 */
public interface WorkerListener {
  /** The worker is up, speaks our protocol, and has mapped its arena. At most once. */
  void onHello(WorkerIdentity identity);

  /** A ping was answered. */
  void onPong(PongReport pong);

  /** Every second. */
  void onHealth(DeviceHealth health);

  /** After loads and unloads, and when use changed. */
  void onMemory(VramUsage usage);

  /**
   * Computing of a request began; told only if {@link WorkerSpec#inferenceProgress()} asks for it.
   *
   * @param correlationId of the request
   * @param queued time it waited in the worker
   * @param percent 0 to 100
   */
  void onProgress(long correlationId, Duration queued, float percent);

  /**
   * A state message of the worker, in the order of its sequence numbers; health and memory come
   * here as well, with their place, unless the worker is of protocol version 0.
   */
  void onState(StateEnvelope told);

  /**
   * A call found room in the arena, but not in pieces that are long enough. On the thread of
   * whoever made the call, between any two of the others.
   *
   * @param freeBytes that no call held
   * @param wantedBytes by the call
   */
  default void onFragmented(long freeBytes, long wantedBytes) {}

  /**
   * The end of this incarnation, or why it never began. Exactly once. Calls still open are answered
   * with {@link CallOutcome.WorkerLost} right after it.
   */
  void onDeath(DeathReport report);
}
