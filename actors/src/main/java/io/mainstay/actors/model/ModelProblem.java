package io.mainstay.actors.model;

/**
 * Why a model cannot be used.
 *
 * @param code what kind of problem
 * @param cause what was found and what was expected, one sentence without its full stop
 * @param remedy what to do, one sentence without its full stop
 */
record ModelProblem(ModelFaultCode code, String cause, String remedy) {
  /** One line for people. */
  String text() {
    return code.code() + ": " + cause + ". " + remedy;
  }

  ModelRefusal refusal() {
    return new ModelRefusal(code.code(), cause, remedy);
  }
}
