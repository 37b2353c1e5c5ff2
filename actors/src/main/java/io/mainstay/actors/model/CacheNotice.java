package io.mainstay.actors.model;

/** What a {@link CacheDesk} is told through the supervisor. */
interface CacheNotice extends ModelNotice {}
