package io.mainstay.actors.model.registry;

import io.mainstay.actors.gateway.Refusal;

/**
 * Why a model cannot be used.
 *
 * @param code what kind of problem
 * @param cause what was found and what was expected, one sentence without its full stop
 * @param remedy what to do, one sentence without its full stop
 */
public record ModelProblem(ModelFaultCode code, String cause, String remedy) {
  /** One line for people. */
  public String text() {
    return code.code() + ": " + cause + ". " + remedy;
  }

  /** The same as an answer between domains. */
  public Refusal refusal() {
    return Refusal.of(code.code(), cause, remedy);
  }
}
