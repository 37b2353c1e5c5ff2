package io.mainstay.actors.degradation;

/**
 * What the modes demand changed although the modes did not: a part of it is tried out again, or
 * demanded again. Node-local; published on the event stream.
 */
public record RestrictionsLifted(Lifted lifted) {}
