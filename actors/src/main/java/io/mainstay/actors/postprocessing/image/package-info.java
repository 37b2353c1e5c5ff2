/**
 * What happens to pictures after they were made: operations in the order of the request, a safety
 * gate, an assessment and the PNG. Entry: {@link
 * io.mainstay.actors.postprocessing.image.PicturePipeline}, an immutable program of worker requests
 * that belongs to the runner of its session.
 */
package io.mainstay.actors.postprocessing.image;
