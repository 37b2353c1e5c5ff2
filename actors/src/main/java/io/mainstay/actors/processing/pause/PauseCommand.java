package io.mainstay.actors.processing.pause;

/** What a {@link PauseKeeper} hears; it is asked nothing. Node-local. */
public sealed interface PauseCommand permits PauseKeeper.Own {}
