/**
 * Agreement between orchestrator and worker on who knows what: who owns each field ({@code
 * ownership}), what the other side holds of it ({@code cache}), how a change reaches those
 * concerned ({@code propagation}), where changes come from ({@code source}), and how they read as
 * JSON ({@code json}). {@link io.mainstay.actors.state.StateKind} is the table of the 24 messages.
 */
package io.mainstay.actors.state;
