package io.mainstay.actors.model.registry;

/** A model cannot be used; says why. */
final class ModelProblemException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ModelProblem problem;

  ModelProblemException(ModelFaultCode code, String cause, String remedy) {
    super(cause);
    this.problem = new ModelProblem(code, cause, remedy);
  }

  ModelProblem problem() {
    return problem;
  }
}
