/**
 * How good a picture is technically, by formulas over its pixels. Entry: {@code Quality}. Knows no
 * actor and no model; everything may be shared between threads.
 */
package io.mainstay.actors.postprocessing.image.quality;
