/**
 * Who uses a model and since when nobody does: references, last uses, and which models are idle.
 * Pure; kept by the {@code ModelSupervisor}.
 */
package io.mainstay.actors.model.use;
