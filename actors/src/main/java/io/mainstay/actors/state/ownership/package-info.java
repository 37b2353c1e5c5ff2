/**
 * The catalog of who owns which state, made of the {@code @Owned} declarations beside the types and
 * checked against {@code mainstay.ownership} of the configuration. Pure; read once at start.
 */
package io.mainstay.actors.state.ownership;
