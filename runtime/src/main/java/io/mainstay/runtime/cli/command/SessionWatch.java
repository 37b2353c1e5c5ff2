package io.mainstay.runtime.cli.command;

import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.runtime.cli.PictureBars;
import io.mainstay.runtime.cli.ProgressLine;
import io.mainstay.runtime.cli.Terminal;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Waits for a session and shows how far it is, a bar for each picture where it makes some. */
final class SessionWatch {
  private final Terminal terminal;
  private final MainstayClient client;

  SessionWatch(Terminal terminal, MainstayClient client) {
    this.terminal = terminal;
    this.client = client;
  }

  /**
   * The finished session.
   *
   * @throws TimeoutException when it is not finished then; it goes on
   */
  SessionView await(String sessionId, Duration bound) throws TimeoutException {
    String what = "session " + sessionId;
    try (ProgressLine line = new ProgressLine(terminal, what);
        PictureBars bars = new PictureBars(terminal, what)) {
      return client.awaitSession(sessionId, bound, view -> show(view, line, bars));
    }
  }

  private void show(SessionView view, ProgressLine line, PictureBars bars) {
    if (SessionUnit.of(view) == SessionUnit.PICTURES) {
      bars.show(view.embedded(), view.documents(), client.progress(view.sessionId()));
    } else {
      line.show(view.embedded(), view.documents(), SessionUnit.of(view).plural());
    }
  }
}
