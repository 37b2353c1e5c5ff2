package io.mainstay.actors.inference;

/**
 * What every worker holds without loading anything: its own kernels, asked for like the components
 * of a model.
 */
public final class BuiltinModel {
  /** Id that no model of the registry may have. */
  public static final String ID = "builtin";

  private BuiltinModel() {}
}
