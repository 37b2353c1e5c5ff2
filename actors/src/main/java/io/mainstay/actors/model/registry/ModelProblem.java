package io.mainstay.actors.model.registry;

import io.mainstay.actors.gateway.Refusal;

/**
 * Why a model cannot be used.
 *
 * @param code what kind of problem
 * @param cause what was found and what was expected, one sentence without its full stop
 * @param remedy what to do, one sentence without its full stop
 * @param component whose file it is; empty for another file, or if that is not known
 */
public record ModelProblem(ModelFaultCode code, String cause, String remedy, String component) {
  /** One that is not of a certain component. */
  public ModelProblem(ModelFaultCode code, String cause, String remedy) {
    this(code, cause, remedy, "");
  }

  /** The same, of that component. */
  ModelProblem of(String name) {
    return new ModelProblem(code, cause, remedy, name);
  }

  /** One line for people. */
  public String text() {
    return code.code() + ": " + cause + ". " + remedy;
  }

  /** The same as an answer between domains. */
  public Refusal refusal() {
    return Refusal.of(code.code(), cause, remedy);
  }
}
