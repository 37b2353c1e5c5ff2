/**
 * Random numbers that need no state: each is a function of seed, step and element, so a picture
 * that goes on after a death draws what it would have drawn. Entry: {@code CounterNoise}. Knows no
 * actor and no clock; everything may be shared between threads.
 */
package io.mainstay.actors.processing.image.noise;
