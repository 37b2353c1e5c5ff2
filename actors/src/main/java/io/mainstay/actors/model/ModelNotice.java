package io.mainstay.actors.model;

/**
 * What only the model domain tells itself: answers, ends of sagas, signals of devices. Its parts
 * define their own; nobody else makes one.
 */
public non-sealed interface ModelNotice extends ModelCommand {}
