package io.mainstay.actors.processing.image.schedule;

/** One of the values that a field of a scheduler's file may have. */
interface FieldValue {
  /** As it is written there. */
  String text();
}
