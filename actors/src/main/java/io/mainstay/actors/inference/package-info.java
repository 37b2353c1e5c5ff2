/**
 * The inference domain: one engine for each device, which holds what is in flight, gives turns,
 * sends again after a death; and the synchronous path. Entry: {@code InferenceSupervisor}.
 */
package io.mainstay.actors.inference;
