/**
 * How a model gets onto a device: the steps of the load saga with their compensations ({@code
 * Loader}), and where each model is ({@code Residences}, pure). Used by {@code ModelSupervisor}.
 */
package io.mainstay.actors.model.load;
