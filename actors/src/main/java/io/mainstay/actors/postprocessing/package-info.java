/**
 * The postprocessing domain: pooling, normalization, and outputs with an atomic rename and a
 * manifest. Entry: {@code PostprocessingSupervisor}.
 */
package io.mainstay.actors.postprocessing;
