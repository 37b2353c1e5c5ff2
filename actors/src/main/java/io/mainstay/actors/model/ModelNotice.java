package io.mainstay.actors.model;

/** What only the model domain tells itself: answers, ends of sagas, signals of devices. */
non-sealed interface ModelNotice extends ModelCommand {}
