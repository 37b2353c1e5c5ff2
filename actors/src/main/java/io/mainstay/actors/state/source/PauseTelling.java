package io.mainstay.actors.state.source;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.state.propagation.StateVoice;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import java.util.Set;

/**
 * Tells a device's worker to hold a session's requests, under which condition it is told to go on,
 * and that it goes on. The orchestrator evaluates the condition. Thread-safe.
 */
public final class PauseTelling {
  /** Why sessions are paused. */
  public static final String REASON = "memory_pressure_detected";

  private final StateVoice voice;

  private PauseTelling(StateVoice voice) {
    this.voice = voice;
  }

  /** Of sessions of that node. */
  public static PauseTelling of(ActorSystem<?> system) {
    return new PauseTelling(StateVoice.of(system));
  }

  /**
   * The session rests there.
   *
   * @param condition such as {@code memory_usage_below_80_percent}
   */
  public void paused(String sessionId, String deviceId, String condition) {
    voice.say(
        new SessionControlCommand(sessionId, SessionCommand.PAUSE_OPERATIONS, REASON, condition),
        Set.of(deviceId));
  }

  /** It goes on there. */
  public void resumed(String sessionId, String deviceId, String why) {
    voice.say(
        new SessionControlCommand(sessionId, SessionCommand.RESUME_OPERATIONS, why, ""),
        Set.of(deviceId));
  }
}
