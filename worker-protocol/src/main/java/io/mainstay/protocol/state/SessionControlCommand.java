package io.mainstay.protocol.state;

/**
 * Orchestrator to worker: pause, resume or cancel a session.
 *
 * @param sessionId the session
 * @param command what to do
 * @param reason such as memory_pressure_detected
 * @param resumeCondition what the orchestrator waits for, such as memory_usage_below_80_percent
 */
public record SessionControlCommand(
    String sessionId, SessionCommand command, String reason, String resumeCondition)
    implements StateMessage {}
