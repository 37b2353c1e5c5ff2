/**
 * How a change of state reaches those whom it concerns: detected, checked against policy, ranked,
 * sent to those concerned only, confirmed, and then put into the caches. The decisions are pure
 * ({@link io.mainstay.actors.state.propagation.Propagation}, {@link
 * io.mainstay.actors.state.propagation.RankedQueues}, {@link
 * io.mainstay.actors.state.propagation.SequentialGate}); {@link
 * io.mainstay.actors.state.propagation.PropagationDesk} is the one actor.
 */
package io.mainstay.actors.state.propagation;
