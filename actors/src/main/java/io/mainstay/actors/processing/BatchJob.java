package io.mainstay.actors.processing;

import io.mainstay.actors.inference.InferenceCommand.TurnReply.Granted;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.persistence.session.DocumentRange;

/** A batch that a runner works on. Confined to its runner; messages carry it as an identity. */
final class BatchJob {
  private final DocumentRange range;
  private final boolean suspected;
  private TokenizedBatch tokens;
  private String turnId = "";
  private Granted granted;
  private long computeMicros;
  private int failures;

  BatchJob(DocumentRange range, boolean suspected) {
    this.range = range;
    this.suspected = suspected;
  }

  /** A worker died with it, or with a batch that it was split from: it goes to a device alone. */
  boolean suspected() {
    return suspected;
  }

  DocumentRange range() {
    return range;
  }

  TokenizedBatch tokens() {
    return tokens;
  }

  void encoded(TokenizedBatch batch) {
    tokens = batch;
  }

  String turnId() {
    return turnId;
  }

  /** It asks for a turn; an earlier one is forgotten. */
  void wants(String freshTurnId) {
    turnId = freshTurnId;
    granted = null;
  }

  Granted granted() {
    return granted;
  }

  void granted(Granted turn) {
    granted = turn;
  }

  /** Its turn is over; late replies to it find nobody. */
  void turnOver() {
    turnId = "";
  }

  long computeMicros() {
    return computeMicros;
  }

  void computed(long micros) {
    computeMicros = micros;
  }

  /** Failures with a living worker so far, this one included. */
  int failed() {
    return ++failures;
  }
}
