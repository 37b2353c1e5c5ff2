/**
 * What may stand in for a model that cannot be loaded: the chain of its substitutes, and checks of
 * the graph that fallbacks make. Pure.
 */
package io.mainstay.actors.model.fallback;
