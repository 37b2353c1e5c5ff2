package io.mainstay.actors.postprocessing.picture;

import io.mainstay.persistence.review.JudgedPicture;
import io.mainstay.persistence.review.Review;
import java.io.IOException;

/** Where pictures are queued that a person has to look at. Thread-safe; blocks, with a bound. */
public interface Reviews {
  /**
   * Queues a picture, durably. The same document of the same session gives the same review again,
   * decided or not.
   *
   * @throws ReviewQueueFullException if it takes no more
   * @throws ReviewsUnansweredException if it does not answer, as when it cannot write
   * @throws IOException if the wait for it is interrupted
   */
  Review open(JudgedPicture picture) throws ReviewQueueFullException, IOException;
}
