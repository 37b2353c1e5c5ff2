/**
 * What is decided about a worker: whether it lives, whether it advances, whether it may be started
 * again and when. Immutable, without actors, clocks or randomness; time is passed in. Used by
 * {@code WorkerSlot}, which carries the verdicts out.
 */
package io.mainstay.actors.device.verdict;
