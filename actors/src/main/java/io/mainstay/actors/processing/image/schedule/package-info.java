/**
 * Noise schedulers: which steps a picture takes, and what one step makes of the model's answer.
 * Entry: {@code SchedulerConfig} and {@code Scheduler}. Knows no actor and no clock; everything is
 * immutable, computes in float64 with {@link StrictMath} and rounds to float32 at the end of a
 * step.
 */
package io.mainstay.actors.processing.image.schedule;
