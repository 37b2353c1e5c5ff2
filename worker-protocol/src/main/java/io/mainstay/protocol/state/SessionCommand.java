package io.mainstay.protocol.state;

/** What the orchestrator tells a session on a worker. */
public enum SessionCommand {
  /** Hold the session's queued requests. */
  PAUSE_OPERATIONS,
  /** Release what is held. */
  RESUME_OPERATIONS,
  /** Answer all its queued requests as cancelled. */
  CANCEL_OPERATIONS
}
